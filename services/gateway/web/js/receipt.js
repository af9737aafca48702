/* 回执: what proves that a submission is in the ledger, to be printed and kept. */
import { h } from "./dom.js";
import { named, t } from "./i18n.js";
import { printButton } from "./page.js";
import { label, moment } from "./periods.js";

const bytesOf = (base64) => Array.from(atob(base64 || ""), (one) => one.charCodeAt(0));
export const hex = (base64) => bytesOf(base64).map((one) => one.toString(16).padStart(2, "0")).join("");
const uuid = (base64) => hex(base64).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/* A new id (RFC 9562, version 7), in base64. */
export function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let at = Date.now();
    for (let i = 5; i >= 0; i--) {
        bytes[i] = at % 256;
        at = Math.floor(at / 256);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return btoa(String.fromCharCode(...bytes));
}

export function receiptSheet(catalog, receipt, { form, period, sent, who }) {
    const line = (term, what) => (what ? [h("dt", {}, term), h("dd", {}, what)] : null);
    return h("section", { class: "receipt good", id: "receipt", tabindex: "-1" }, h("h2", {}, t("已受理：回执")),
             h("dl", {}, line(t("单位"), named(catalog.unit.get(receipt.unit))), line(t("报表"), named(form)), line(t("报告期"), label(period)),
               line(t("受理时间"), moment(receipt.acceptedAtUs, catalog.zone)), line(t("流水号"), receipt.revision),
               line(t("填报人"), sent.filledBy), line(t("审核人"), sent.checkedBy), line(t("负责人"), sent.releasedBy),
               line(t("签名"), t("网页代签：由网关为 {name} 签名", { name: `${who.name}（${who.person}）` })), line(t("报送编号"), h("code", {}, uuid(receipt.submissionId))),
               line(t("内容摘要"), h("code", {}, hex(receipt.contentHash))), line(t("流水头"), h("code", {}, hex(receipt.head)))),
             h("p", { class: "note" }, t("内容摘要是所填报表原样的指纹：每次变动、数字来历和留痕里都是它。有密钥的单位用 jibao-agent 报送，由自己的密钥签名，比网页代签更强。")),
             h("p", { class: "actions" }, printButton(t("打印回执"))));
}
