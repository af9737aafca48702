/* One form to fill in: checked while typing, kept as the unit's draft, sent once however often it is tried, answered by a receipt. */
import { address, ask, askAll, post } from "./api.js";
import { fill, h } from "./dom.js";
import { cellsOf, entryTable, readRows } from "./entry-rows.js";
import { named, t } from "./i18n.js";
import { onLive } from "./live.js";
import { findingText, titleBlock, trouble } from "./page.js";
import { label, moment, shift } from "./periods.js";
import { newId, receiptSheet } from "./receipt.js";
import { field, writing } from "./session.js";
import { asTyped } from "./typed.js";
import { compare, filePlace, othersText, preview, readFile, takeOver } from "./upload.js";

const CHECK_MS = 500, KEEP_MS = 1500;

function begin(cells, filing, who) {
    const draft = { values: {}, notes: {}, bases: {}, statuses: {}, filledBy: who.name, checkedBy: "", releasedBy: "", reason: "", explanation: filing.explanation || "", status: "" };
    for (const { key, kind, indicator, stands } of cells) {
        draft.values[key] = asTyped(stands);
        if (stands && stands.note)
            draft.notes[indicator.code] = stands.note;
        if (stands && kind === "since")
            draft.bases[indicator.code] = stands.basis.slice(0, 7);
    }
    if (filing.last)
        Object.assign(draft, { checkedBy: filing.last.checkedBy || "", releasedBy: filing.last.releasedBy || "" });
    return draft;
}

/* A draft is whatever somebody of the unit kept: of it, what has the form of one. */
function tidy(kept) {
    const texts = (object) => Object.fromEntries(Object.entries(object && typeof object === "object" ? object : {}).filter(([, text]) => typeof text === "string"));
    return { ...texts(kept), ...Object.fromEntries(["values", "notes", "bases", "statuses"].filter((name) => kept[name]).map((name) => [name, texts(kept[name])])) };
}

class Entry {
    constructor(context, who, filing, before, kept) {
        const { catalog, period, rest } = context;
        Object.assign(this, { context, catalog, period, who, filing, before, form: catalog.form.get(rest[1]) });
        this.cells = cellsOf(catalog, this.form, period, filing);
        this.draft = { ...begin(this.cells, filing, who), ...tidy(kept) };
        this.said = h("div", { "aria-live": "polite", id: "said" });
        this.saved = h("span", { class: "note", role: "status", id: "saved" }, kept.values ? t("已载入草稿") : "");
        this.explained = h("div");
        this.table = h("div");
        this.timers = {};
        this.over = false;
    }

    later(name, ms, work) {
        clearTimeout(this.timers[name]);
        this.timers[name] = setTimeout(() => { if (!this.over) work.call(this); }, ms);
    }

    changed() {
        fill(this.saved, "");
        this.later("check", CHECK_MS, this.check);
        this.later("keep", KEEP_MS, this.keep);
    }

    submission() {
        const { rows, wrong } = readRows(this.cells, this.draft);
        const said = Object.fromEntries(["filledBy", "checkedBy", "releasedBy", "reason", "explanation"].map((name) => [name, this.draft[name].trim()]).filter(([, text]) => text));
        return { wrong, body: { unit: this.who.unit, form: this.form.code, period: this.period, rows, ...said, ...(this.filing.lastSubmission && { predecessor: this.filing.lastSubmission }) } };
    }

    /* By the catalogue, as the service would; what compares with other figures is found when it is sent. */
    async check() {
        const { body, wrong } = this.submission();
        const asked = this.asked = {};
        try {
            const answer = await post("check", body);
            if (asked === this.asked && !this.over)
                this.paint(answer.findings || [], wrong);
        } catch (error) {
            if (!this.over)
                fill(this.said, trouble(error));
        }
    }

    /* What is found stands at its field; the rest above the table. */
    paint(findings, wrong) {
        const rows = new Map(), rest = [];
        for (const { key } of this.cells)
            rows.set(key, []);
        wrong.forEach(([key, words]) => rows.get(key).push({ words, bad: true }));
        for (const finding of findings) {
            const cell = this.cells.find((one) => one.indicator.code === finding.indicator);
            const { indicator, ...words } = finding;
            const told = { words: findingText(words, this.catalog), bad: finding.severity === "ERROR", want: finding.severity === "NEEDS_EXPLANATION" };
            if (cell)
                rows.get(cell.key).push(told);
            else
                rest.push(told);
        }
        for (const { key, indicator } of this.cells) {
            const told = rows.get(key), input = this.table.querySelector(`[name="${CSS.escape(key)}"]`), note = this.table.querySelector(`[name="${CSS.escape(`note:${indicator.code}`)}"]`);
            input.classList.toggle("bad", told.some((one) => one.bad));
            input.setAttribute("aria-invalid", String(told.some((one) => one.bad)));
            if (key.endsWith(`:${this.cells.find((one) => one.indicator === indicator).kind}`))
                note.classList.toggle("want", told.some((one) => one.want));
            fill(document.getElementById(`found-${key}`), told.map((one) => h("span", { class: one.want ? "ask" : null }, one.words, h("br"))));
        }
        this.explained.classList.toggle("want", rest.some((one) => one.want));
        const count = rest.length + [...rows.values()].flat().length;
        fill(this.said, count ? h("div", { class: "trouble" }, h("p", {}, t("有 {n} 处要看，见下。", { n: count })), rest.map((one) => h("p", {}, one.words))) : null);
        return count;
    }

    async keep() {
        try {
            const kept = await writing("PUT", this.draftAddress(), { ...this.draft, predecessor: this.filing.lastSubmission || "" });
            if (kept && !this.over)
                fill(this.saved, t("草稿已保存（本单位的人都能接着填）"));
        } catch (error) {
            if (!this.over)
                fill(this.saved, t("草稿没有保存：{why}", { why: error.message }));
        }
    }

    draftAddress() {
        return `draft?form=${encodeURIComponent(this.form.code)}&period=${encodeURIComponent(this.period)}`;
    }

    async send(button) {
        const { body, wrong } = this.submission();
        if (wrong.length || !body.rows.length) {
            if (!this.paint([], wrong))
                fill(this.said, trouble({ message: t("还没有填任何数"), detail: "" }));
            (this.table.querySelector(".bad") || this.table.querySelector("input")).focus();
            return;
        }
        const text = JSON.stringify(body);
        if (!this.sent || this.sent.text !== text) /* the same content tried again is the same submission */
            this.sent = { text, id: newId() };
        button.disabled = true;
        clearTimeout(this.timers.check);
        clearTimeout(this.timers.keep);
        try {
            const receipt = await writing("POST", "submit", { ...body, id: this.sent.id });
            if (receipt)
                await this.answered(receipt, body);
        } catch (error) {
            fill(this.said, trouble(error), h("p", { class: "note" }, t("可以再按一次“报送”：同一份只会受理一次。")));
        }
        button.disabled = false;
    }

    async answered(receipt, body) {
        if (receipt.outcome === "ACCEPTED") {
            await writing("PUT", this.draftAddress(), {}).catch(() => {});
            this.end();
            fill(this.place, receiptSheet(this.catalog, receipt, { form: this.form, period: this.period, sent: body, who: this.who }),
                 h("p", { class: "actions" }, h("a", { href: `#/progress/${this.who.unit}/${this.form.code}?period=${this.period}` }, t("查看这份报表")), h("a", { href: `#/entry?period=${this.period}` }, t("← 本单位的报表"))));
            document.getElementById("receipt").focus();
            return;
        }
        this.asked = {};
        this.paint(receipt.findings || [], []);
        if (receipt.outcome === "STALE")
            this.overtaken();
        else
            (this.table.querySelector(".bad, .want") || this.explained.querySelector("textarea")).focus();
    }

    overtaken() {
        fill(this.said, h("div", { class: "trouble", role: "alert" }, h("p", {}, t("这份报表刚由别人报送过。您填的已存为草稿；载入后请对照再报。")),
                          h("button", { type: "button", onclick: async () => { await this.keep(); this.context.again(); } }, t("载入最新"))));
    }

    async load(file) {
        let read;
        try {
            read = await readFile(file, this.form.code, this.period);
        } catch (error) {
            fill(this.said, trouble(error), error.others && error.others.length ? h("p", { class: "note" }, t("文件里是：{what}", { what: othersText(this.catalog, error.others) })) : null);
            return;
        }
        if (!read || this.over)
            return;
        const { changes, without } = compare(this.cells, this.draft, read.rows || []);
        if (!(await preview(this.catalog, file, read, { changes, without })) || this.over)
            return;
        takeOver(this.draft, read, changes);
        this.draw();
        this.changed();
        fill(this.saved, t("从文件填入 {n} 行", { n: changes.length }));
    }

    draw() {
        const { draft } = this, bound = (name) => ({ value: draft[name], autocomplete: "off", oninput: (event) => { draft[name] = event.target.value; this.changed(); } });
        fill(this.table, entryTable({ catalog: this.catalog, form: this.form, period: this.period, cells: this.cells, draft, before: this.before, changed: () => this.changed() }));
        fill(this.explained, h("label", { class: "wide" }, h("span", {}, t("上报说明（校验提出的疑问在这里或在该行说明）")), h("textarea", { rows: 3, name: "explanation", ...bound("explanation") })));
        fill(this.people, field("filledBy", t("填报人"), bound("filledBy")), field("checkedBy", t("审核人"), bound("checkedBy")), field("releasedBy", t("负责人"), bound("releasedBy")),
             this.filing.lastSubmission ? field("reason", t("更正原因"), bound("reason")) : null,
             h("label", {}, h("span", {}, t("新填各数的性质")), h("select", { name: "status", onchange: (event) => { draft.status = event.target.value; this.changed(); } },
                 [["", "正式"], ["PROVISIONAL", "初步"], ["ESTIMATED", "推算"]].map(([code, word]) => h("option", { value: code, selected: code === draft.status }, t(word))))));
    }

    show(place) {
        this.place = place;
        this.people = h("div", { class: "people" });
        const send = h("button", { type: "button", id: "send", onclick: () => this.send(send) }, t("报送"));
        const returned = (this.filing.acts || []).filter((act) => act.action === 7).pop();
        fill(place, this.filing.standing && this.filing.standing.state === "FILING_RETURNED" && returned
                        ? h("div", { class: "trouble" }, h("p", {}, h("strong", {}, t("已退回")), ` ${returned.note || ""}`), (returned.reasons || []).map((one) => h("p", {}, `${named(this.catalog.indicator.get(one.indicator))}：${one.reason}`))) : null,
             h("p", { class: "note" }, t("可写 0、12402.5、461余、300以上、近50、约50、不涉及；改正已报的数，直接改；撤回写“已撤回”。")),
             filePlace(t("从文件填入（工作簿 xlsx 或 CSV，可拖到这里）"), (file) => this.load(file)),
             h("p", { class: "actions" }, [["form.xlsx", t("下载本表工作簿（可离线填写）")], ["form.docx", t("下载纸质报表（docx）")]].map(([route, words]) =>
                 h("a", { href: address(route, { unit: this.who.unit, form: this.form.code, period: this.period }), download: true }, words))),
             this.said, this.table, this.explained, this.people, h("p", { class: "actions" }, send, this.saved));
        this.draw();
        this.ended = onLive(async (message) => {
            if (!message.again || this.over)
                return;
            const now = await ask("filing", { unit: this.who.unit, form: this.form.code, period: this.period }).catch(() => null);
            if (now && !this.over && (now.lastSubmission || "") !== (this.filing.lastSubmission || "") && !document.getElementById("send").disabled)
                this.overtaken();
        });
    }

    end() {
        this.over = true;
        Object.values(this.timers).forEach(clearTimeout);
        if (this.ended)
            this.ended();
    }
}

export async function showForm(context, who, whoBar) {
    const { catalog, period, rest, main, again } = context;
    const [unit, code] = rest, form = catalog.form.get(code), place = h("div");
    const title = `${t("填报")} · ${form ? named(form) : code}`;
    fill(main, titleBlock(catalog, title, [named(catalog.unit.get(unit)), label(period)]),
         h("div", { class: "head" }, h("h1", {}, title), h("span", {}, label(period)), h("a", { href: `#/entry?period=${period}` }, t("← 本单位的报表"))), whoBar(catalog, who, again), place);
    if (!form || unit !== who.unit) {
        fill(place, trouble({ message: t("只能填报本单位的报表"), detail: "" }));
        return null;
    }
    const kept = await writing("GET", `draft?form=${encodeURIComponent(code)}&period=${encodeURIComponent(period)}`);
    if (!kept) {
        fill(place, h("p", {}, t("输入 PIN 后才能填写。"), " ", h("button", { type: "button", onclick: again }, t("输入 PIN"))));
        return null;
    }
    const [filing, before] = await Promise.all([
        ask("filing", { unit, form: code, period }),
        askAll({ units: [unit], forms: [code], periods: [shift(period, -4), shift(period, -1)], plane: "OWN" })]);
    const entry = new Entry(context, who, filing, before.rows, kept);
    entry.show(place);
    return () => entry.end();
}
