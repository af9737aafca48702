/* A file of figures (CSV, as the agent takes it) into the fields of the form: it is read here and nowhere else. */
const HEADS = { unit: ["unit", "单位", "填报单位"], period: ["period", "报告期", "期间"], indicator: ["indicator", "指标", "指标名称", "指标代码"],
    basis: ["basis", "口径"], value: ["value", "数值", "值", "本期"], note: ["note", "说明", "备注"] };
const BYTES_MAX = 1 << 20;

function records(text) {
    const all = [];
    let row = [], cell = "", quoted = false;
    for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (quoted && c === '"' && text[i + 1] === '"')
            cell += text[++i];
        else if (c === '"' && (quoted || !cell))
            quoted = !quoted;
        else if (!quoted && (c === "," || c === "\t")) {
            row.push(cell);
            cell = "";
        } else if (!quoted && c === "\n") {
            all.push([...row, cell]);
            [row, cell] = [[], ""];
        } else if (c !== "\r" || quoted)
            cell += c;
    }
    if (cell || row.length)
        all.push([...row, cell]);
    return all.map((one) => one.map((text) => text.trim())).filter((one) => one.some(Boolean) && !one[0].startsWith("#"));
}

function textOf(bytes) {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder("gb18030").decode(bytes);
    }
}

/* {rows: [{indicator, basis, value, note}], odd: [line]} or {trouble: "large" | "book" | "head"}; indicatorOf: code or name -> code. */
export async function readFigures(file, { unitIs, periodIs, indicatorOf }) {
    if (file.size > BYTES_MAX)
        return { trouble: "large" };
    const bytes = new Uint8Array(await file.arrayBuffer());
    if ((bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0xd0 && bytes[1] === 0xcf))
        return { trouble: "book" };
    const [head = [], ...lines] = records(textOf(bytes).replace(/^\ufeff/, ""));
    const at = Object.fromEntries(Object.entries(HEADS).map(([name, words]) => [name, head.findIndex((one) => words.includes(one.toLowerCase()))]));
    if (at.indicator < 0 || at.value < 0)
        return { trouble: "head" };
    const cell = (line, name) => (at[name] < 0 ? "" : line[at[name]] || "");
    const rows = [], odd = [];
    for (const line of lines) {
        const indicator = indicatorOf(cell(line, "indicator"));
        const here = indicator && (!cell(line, "unit") || unitIs(cell(line, "unit"))) && (!cell(line, "period") || periodIs(cell(line, "period")));
        if (here)
            rows.push({ indicator, basis: cell(line, "basis"), value: cell(line, "value"), note: cell(line, "note") });
        else
            odd.push(line.join(","));
    }
    return { rows, odd };
}
