/* A reviewer's part of the filing page: accept, return with reasons and a day, excuse lateness. What is typed outlives the page's
 * refreshing; what is reviewed is what the page shows. */
import { fill, h } from "./dom.js";
import { formRows } from "./entry-rows.js";
import { named, t } from "./i18n.js";
import { trouble } from "./page.js";
import { newId } from "./receipt.js";
import { field, writing } from "./session.js";

const DONE = { FILING_ACCEPT: "已审核通过，流水号 {revision}。", FILING_RETURN: "已退回，流水号 {revision}。", FILING_EXCUSE: "迟报已予说明，流水号 {revision}。" };
const TEXT_MAX = 1000;

export const area = (name, words, attributes = {}) => h("label", { class: "wide" }, h("span", {}, words), h("textarea", { rows: 3, name, maxlength: TEXT_MAX, ...attributes }));

/* One act sent once however often it is tried: the same content has the same id. */
export class Acting {
    constructor() {
        this.sent = null;
    }

    async send(body) {
        const text = JSON.stringify(body);
        if (!this.sent || this.sent.text !== text)
            this.sent = { text, id: newId() };
        const done = await writing("POST", "act", { ...body, id: this.sent.id });
        if (done)
            this.sent = null;
        return done;
    }
}

export class Review {
    /* filing: {unit, form, period}, codes; again: shows the page anew. */
    constructor(catalog, filing, again) {
        Object.assign(this, { catalog, filing, again, acting: new Acting(), seen: undefined, shown: undefined, acts: [] });
        this.said = h("div", { "aria-live": "polite", id: "review-said", tabindex: "-1" });
        this.moved = h("div", { "aria-live": "polite" });
        this.accept = h("button", { type: "button", id: "accept", onclick: () => this.act({ action: "FILING_ACCEPT" }) }, t("通过"));
        this.giveBack = this.returning();
        this.excuse = this.excusing();
        this.element = h("section", { class: "review", hidden: true }, h("h2", {}, t("审核")), this.moved,
                         h("p", { class: "actions" }, this.accept, h("span", { class: "note" }, t("由网关为您签名（网页代签），先要输入 PIN。"))), this.giveBack, this.excuse, this.said);
    }

    returning() {
        const rows = formRows(this.catalog.form.get(this.filing.form));
        const send = (event) => {
            event.preventDefault();
            const said = new FormData(event.target);
            const reasons = rows.map(({ indicator }) => ({ indicator, reason: String(said.get(`reason:${indicator}`) || "").trim() })).filter((one) => one.reason);
            const note = said.get("note").trim();
            if (!note && !reasons.length) {
                fill(this.said, trouble({ message: t("退回要写原因：整份的，或逐项的"), detail: "" }));
                event.target.elements.note.focus();
                return;
            }
            this.act({ action: "FILING_RETURN", ...(note && { note }), ...(reasons.length && { reasons }), ...(said.get("dueOn") && { dueOn: said.get("dueOn") }) }, event.target);
        };
        return h("details", { id: "return" }, h("summary", {}, t("退回修改")),
                 h("form", { onsubmit: send }, area("note", t("退回原因（整份）")),
                   h("details", {}, h("summary", {}, t("逐项写原因（选填）")), h("div", { class: "reasons" }, rows.map((row) => field(`reason:${row.indicator}`, named(this.catalog.indicator.get(row.indicator)), { autocomplete: "off", maxlength: TEXT_MAX })))),
                   h("p", { class: "people" }, field("dueOn", t("更正截止日（选填）"), { type: "date" })), h("p", { class: "actions" }, h("button", {}, t("退回")))));
    }

    excusing() {
        const send = (event) => {
            event.preventDefault();
            this.act({ action: "FILING_EXCUSE", note: new FormData(event.target).get("note").trim() }, event.target);
        };
        return h("details", { id: "excuse" }, h("summary", {}, t("说明迟报")),
                 h("form", { onsubmit: send }, area("note", t("迟报的原因"), { required: true }), h("p", { class: "actions" }, h("button", {}, t("予以说明")))));
    }

    /* What stands now. Another submission than the one that was looked at must be looked at first. */
    update(answer, row) {
        const standing = answer.standing || {}, last = answer.lastSubmission || "";
        const came = standing.state === "FILING_SUBMITTED" || standing.state === "FILING_ACCEPTED";
        this.shown = last;
        if (this.seen === undefined)
            this.seen = last;
        const moved = came && this.seen !== last;
        fill(this.moved, moved ? h("div", { class: "trouble" }, h("p", {}, t("这份报表刚有新的报送，上面已是新的内容，请看过再办。")),
                                   h("button", { type: "button", class: "quiet", onclick: () => { this.seen = this.shown; this.update(answer, row); this.accept.focus(); } }, t("已看过"))) : null);
        if (!came)
            this.seen = last;
        this.accept.parentElement.hidden = moved || standing.state !== "FILING_SUBMITTED";
        this.giveBack.hidden = moved || !came;
        this.excuse.hidden = Boolean(standing.excused) || !(row.lateDays || row.overdueDays);
        this.element.hidden = this.accept.parentElement.hidden && this.giveBack.hidden && this.excuse.hidden && !moved && !this.said.childElementCount;
    }

    async act(fields, form = null) {
        const buttons = [...this.element.querySelectorAll("button")];
        const body = { ...this.filing, ...fields, ...(fields.action !== "FILING_EXCUSE" && { submission: this.seen }) };
        buttons.forEach((one) => { one.disabled = true; });
        try {
            const done = await this.acting.send(body);
            if (done) {
                fill(this.said, h("p", { class: "good", role: "status" }, t(DONE[fields.action], { revision: done.revision })));
                if (form) {
                    form.reset();
                    form.closest("details").open = false;
                }
                this.again();
            }
        } catch (error) {
            fill(this.said, trouble(error));
            this.again(); /* what refuses it may be what the page does not show yet */
        }
        buttons.forEach((one) => { one.disabled = false; });
        if (this.said.childElementCount) /* the button that was pressed has lost the focus, and may be gone */
            this.said.focus();
    }
}
