/* A notice to one unit about forms that are missing or to be corrected: its text is proposed as the command line writes it (Chinese,
 * whatever the language of the pages), may be changed, and is recorded as it is sent. */
import { ask } from "./api.js";
import { fill, h } from "./dom.js";
import { named, t } from "./i18n.js";
import { trouble } from "./page.js";
import { label, today } from "./periods.js";
import { Acting, area } from "./review.js";
import { field } from "./session.js";

const zhDay = (text) => { const [year, month, number] = text.split("-").map(Number); return `${year}年${month}月${number}日`; };
const CHASED = (row) => Boolean(row.rowsExpected) && (row.rowsReported || 0) < row.rowsExpected && (row.standing || {}).state !== "FILING_ACCEPTED";
const RETURNED = (row) => (row.standing || {}).state === "FILING_RETURNED";

const chased = (row) => `应报${row.rowsExpected || 0}行，已报${row.rowsReported || 0}行${row.dueOn ? `，应于${zhDay(row.dueOn)}前报送` : ""}${row.overdueDays ? `，已逾期${row.overdueDays}天` : ""}。`;

/* With what the last return said. */
async function returned(catalog, row) {
    const answer = await ask("filing", { unit: row.unit, form: row.form, period: row.period });
    const act = (answer.acts || []).filter((one) => one.action === 7).pop() || {};
    const reasons = (act.reasons || []).map((one) => `\n    ${(catalog.indicator.get(one.indicator) || { zh: one.indicator }).zh}：${one.reason}`);
    return `已退回${act.note ? `：${act.note}` : ""}。${reasons.join("")}`;
}

async function write(catalog, period, { unit, correction, rows, number, dueOn }) {
    const said = await Promise.all(rows.map(async (row, i) => `  ${i + 1}. ${(catalog.form.get(row.form) || { zh: row.form }).zh}：${correction ? await returned(catalog, row) : chased(row)}`));
    return [catalog.demonstration ? "【演示数据】" : null, correction ? "更正通知" : "催报通知", number || null, `${(catalog.unit.get(unit) || { zh: unit }).zh}：`,
            `  你单位${label(period, true)}下列报表${correction ? "需要更正" : "尚未报齐"}：`, ...said,
            `  请${dueOn ? `于${zhDay(dueOn)}前` : "尽快"}${correction ? "更正后重新报送" : "报齐"}。`, zhDay(today(catalog.zone))].filter((line) => line !== null).join("\n");
}

export class Notice {
    /* only: the unit of the page, or null: of all units; again: shows the page anew. */
    constructor(catalog, period, only, again) {
        Object.assign(this, { catalog, period, only, again, acting: new Acting(), rows: [], turn: 0, own: false });
        this.said = h("div", { "aria-live": "polite", tabindex: "-1" });
        this.unit = h("select", { name: "unit", onchange: () => this.choose() });
        this.kind = h("select", { name: "kind", onchange: () => this.begin() }, h("option", { value: "chase" }, t("催报：还没有报齐的")), h("option", { value: "correct" }, t("更正：已退回的")));
        this.forms = h("fieldset", {}, h("legend", {}, t("涉及的报表")));
        this.text = area("note", t("通知内容"), { rows: 9, required: true, maxlength: 1300, oninput: () => { this.own = true; } });
        this.none = h("p", { class: "note" }, t("本期没有这样的报表。"));
        this.form = h("form", { onsubmit: (event) => { event.preventDefault(); this.send(); }, oninput: (event) => { if (event.target.name === "number" || event.target.name === "dueOn") this.propose(); } });
        this.sheet = h("details", { ontoggle: () => { if (this.sheet.open) this.begin(); } }, h("summary", {}, t("发通知")),
                       h("p", { class: "people" }, h("label", {}, h("span", {}, t("种类")), this.kind)), this.none, this.form);
        this.element = h("section", { class: "notice-form", "aria-label": t("发通知") }, this.sheet, this.said);
    }

    /* What stands now; a notice that is being written stays. */
    update(rows) {
        this.rows = rows;
    }

    candidates() {
        return this.rows.filter((row) => (!this.only || row.unit === this.only) && (this.kind.value === "correct" ? RETURNED(row) : CHASED(row)));
    }

    begin() {
        const units = this.catalog.units.filter((unit) => this.candidates().some((row) => row.unit === unit.code));
        this.none.hidden = units.length > 0;
        this.form.hidden = !units.length;
        this.own = false;
        fill(this.unit, units.map((unit) => h("option", { value: unit.code }, named(unit))));
        fill(this.form, h("p", { class: "people" }, h("label", {}, h("span", {}, t("单位")), this.unit), field("number", t("文号（选填）"), { autocomplete: "off", maxlength: 80 }),
                          field("dueOn", t("要求完成日（选填）"), { type: "date" })), this.forms, this.text,
             h("p", { class: "actions" }, h("button", {}, t("发出通知")), h("button", { type: "button", class: "quiet", onclick: () => { this.own = false; this.propose(); } }, t("重新拟写"))));
        if (units.length)
            this.choose();
    }

    choose() {
        const rows = this.candidates().filter((row) => row.unit === this.unit.value);
        fill(this.forms, h("legend", {}, t("涉及的报表")), rows.map((row) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "form", value: row.form, checked: true, onchange: () => this.propose() }), " ",
                                                                                named(this.catalog.form.get(row.form)))));
        this.own = false;
        this.propose();
    }

    chosen() {
        const said = new FormData(this.form), forms = said.getAll("form");
        return { unit: said.get("unit"), correction: this.kind.value === "correct", number: said.get("number").trim(), dueOn: said.get("dueOn"), forms,
                 rows: this.candidates().filter((row) => row.unit === said.get("unit") && forms.includes(row.form)) };
    }

    /* Not over what was typed. */
    async propose() {
        const mine = ++this.turn;
        if (this.own)
            return;
        try {
            const text = await write(this.catalog, this.period, this.chosen());
            if (mine === this.turn && !this.own)
                this.text.querySelector("textarea").value = text;
        } catch (error) {
            fill(this.said, trouble(error));
        }
    }

    async send() {
        const { unit, correction, number, dueOn, forms } = this.chosen(), button = this.form.querySelector("button");
        if (!forms.length) {
            fill(this.said, trouble({ message: t("至少选一份报表"), detail: "" }));
            this.forms.querySelector("input").focus();
            return;
        }
        button.disabled = true;
        try {
            const done = await this.acting.send({ action: "NOTICE", period: this.period, unit, forms, note: this.text.querySelector("textarea").value.trim(),
                                                  ...(number && { number }), ...(dueOn && { dueOn }), ...(correction && { correction }) });
            if (done) {
                this.sheet.open = false;
                fill(this.said, h("p", { class: "good", role: "status" }, t("通知已记入流水 {revision}，文字在下面，可以复制。", { revision: done.revision })));
                this.again();
            }
        } catch (error) {
            fill(this.said, trouble(error));
        }
        button.disabled = false;
        if (this.said.childElementCount)
            this.said.focus();
    }
}
