/* What people type into a field, as a row of a submission: 12,402.5 · 461余 · 300以上 · 近50 · 约50 · 不涉及 · 已撤回. Digits stay text. */
const WIDE = /[０-９．－，％]/g;
const MARKS = [[/^(?:≥|>=)(.+)$/, "AT_LEAST"], [/^(.+)以上$/, "AT_LEAST"], [/^不低于(.+)$/, "AT_LEAST"], [/^(?:>|＞)(.+)$/, "MORE_THAN"],
    [/^(.+)[余多]$/, "MORE_THAN"], [/^(?:≤|<=)(.+)$/, "AT_MOST"], [/^(.+)以内$/, "AT_MOST"], [/^近(.+)$/, "NEARLY"], [/^[约~](.+)$/, "APPROXIMATE"]];

function tidy(text) {
    return text.replace(WIDE, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/\s/g, "");
}

/* null: nothing was typed; undefined: no figure. */
export function typedFigure(text) {
    let rest = tidy(text), precision;
    if (!rest)
        return null;
    if (["不涉及", "NA", "n/a", "na"].includes(rest))
        return { state: "STATE_NOT_APPLICABLE" };
    if (["已撤回", "撤回"].includes(rest))
        return { state: "STATE_WITHDRAWN" };
    for (const [form, name] of MARKS) {
        const found = form.exec(rest);
        if (found) {
            [rest, precision] = [found[1], name];
            break;
        }
    }
    rest = rest.replace(/%$/, "");
    if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(rest))
        rest = rest.replaceAll(",", "");
    if (!/^-?\d+(\.\d+)?$/.test(rest))
        return undefined;
    const value = rest.replace(/^(-?)0+(?=\d)/, "$1").replace(/^-(?=0+(\.0+)?$)/, "");
    return precision ? { state: "STATE_VALUE", value, precision } : { state: "STATE_VALUE", value };
}

const WRITTEN = { AT_LEAST: ["", "以上"], MORE_THAN: ["", "余"], AT_MOST: ["", "以内"], NEARLY: ["近", ""], APPROXIMATE: ["约", ""] };

/* What stands, as one would type it. */
export function asTyped(row) {
    if (!row || row.state === undefined || row.state === "STATE_NOT_REPORTED")
        return "";
    if (row.state !== "STATE_VALUE")
        return row.state === "STATE_NOT_APPLICABLE" ? "不涉及" : "已撤回";
    if (row.text !== undefined)
        return row.text;
    const [before, after] = WRITTEN[row.precision] || ["", ""];
    return `${before}${row.value}${after}`;
}
