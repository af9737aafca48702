/* Figures as people read them. Values are decimal texts from the service and stay texts: nothing is calculated here. */
import { h } from "./dom.js";
import { lang, t } from "./i18n.js";
import { label } from "./periods.js";

/* Groups of three: "-12402.5" -> ["-12", "402", ".5"]. */
function groups(value) {
    const found = /^(-?)(\d+)(\.\d+)?$/.exec(value);
    if (!found)
        return null;
    const digits = found[2];
    const parts = [];
    for (let end = digits.length; end > 0; end -= 3)
        parts.unshift(digits.slice(Math.max(0, end - 3), end));
    parts[0] = found[1] + parts[0];
    return { parts, fraction: found[3] || "" };
}

/* The separators come from the style sheet, so that copied text has none. */
export function number(value) {
    const found = groups(value);
    if (!found)
        return h("span", { class: "number" }, value);
    return h("span", { class: "number" }, found.parts.map((part, i) => (i ? h("span", { class: "thousand" }, part) : part)), found.fraction);
}

export function plain(value) {
    const found = groups(value);
    return found ? found.parts.join(",") + found.fraction : value;
}

const MARKS_ZH = { AT_LEAST: ["", "以上"], MORE_THAN: ["", "余"], AT_MOST: ["", "以内"], NEARLY: ["近", ""], APPROXIMATE: ["约", ""] };
const MARKS_EN = { AT_LEAST: ["≥", ""], MORE_THAN: [">", ""], AT_MOST: ["≤", ""], NEARLY: ["nearly ", ""], APPROXIMATE: ["about ", ""] };
export const mark = (precision) => ((lang() === "zh" ? MARKS_ZH : MARKS_EN)[precision] || ["", ""]);

export const isPercent = (unit) => unit === "%" || unit === "％";

/* A figure with its mark; percent signs stand with the number, other units have a place of their own. */
export function figure(row, unit = "") {
    const state = row.state || "STATE_NOT_REPORTED";
    if (state === "STATE_VALUE") {
        if (row.text !== undefined && row.value === undefined)
            return h("span", { class: "words" }, row.text);
        const [before, after] = mark(row.precision);
        return h("span", { class: "figure" }, before, number(row.value || "0"), isPercent(unit) ? "%" : "", after);
    }
    if (state === "STATE_NOT_APPLICABLE")
        return h("span", { class: "state na" }, t("不涉及"));
    if (state === "STATE_WITHDRAWN")
        return h("span", { class: "state withdrawn" }, t("已撤回"));
    if (state === "STATE_NOT_COMPUTABLE")
        return h("span", { class: "state", title: reason(row.reason) }, t("不可计算"));
    return h("span", { class: "state missing" }, row.expected === 0 || row.expected === undefined ? "—" : t("未报"));
}

/* The same as text, for lists and descriptions. */
export function figureText(row, unit = "") {
    if ((row.state || "") !== "STATE_VALUE")
        return figure(row, unit).textContent;
    const [before, after] = mark(row.precision);
    return `${before}${plain(row.value || "0")}${isPercent(unit) ? "%" : ""}${after}`;
}

/* 万 and 亿, for cards only: the decimal point moved by whole places, four digits kept, cut and not rounded up. */
export function large(value) {
    const found = /^(-?)(\d+)/.exec(value || "");
    if (lang() !== "zh" || !found || found[2].length <= 5)
        return null;
    const [places, word] = found[2].length > 8 ? [8, "亿"] : [4, "万"];
    const whole = found[2].slice(0, -places), rest = found[2].slice(-places).slice(0, 2).replace(/0+$/, "");
    return { text: `${found[1]}${plain(whole)}${rest ? "." + rest : ""}`, word, exact: found[2].slice(-places).slice(2).replace(/0/g, "") === "" };
}

const REASONS = {
    several_reported: "几个单位都报了这个数，不能相加", other_stretch: "没有正好这一时段的数", no_denominator: "没有分母或分母为零",
    no_numerator: "没有分子", no_common_period: "分子和分母没有共同的时点", base_not_positive: "基数不大于零", base_incomplete: "基期填报不全",
    incomplete: "本期填报不全", span_too_long: "只对一年以内的时段计算增长", text: "文字材料不计算", not_published: "未发布",
    partly_published: "这一时段只有一部分已发布", unpaired: "分子和分母的填报单位不同", range: "位数超出范围",
};
export const reason = (code) => (code ? t(REASONS[code] || code) : "");

/* 同比、环比: ▲ ▼ with words, never colour alone. */
export function growth(one) {
    if (!one)
        return null;
    if (!one.value)
        return h("span", { class: "growth none", title: reason(one.reason) }, "—");
    const down = one.value.startsWith("-"), zero = /^-?0(\.0+)?$/.test(one.value);
    const amount = one.value.replace("-", "") + (one.points ? t("个百分点") : "%");
    const word = zero ? t("持平") : down ? t("下降") : t("增长");
    const title = [one.basePeriod && `${label(one.basePeriod)} ${plain(one.baseValue || "")}`, one.redefined && t("口径自 {day} 起有变", { day: one.redefined })]
        .filter(Boolean).join(" · ");
    return h("span", { class: `growth ${zero ? "" : down ? "down" : "up"}`, title }, zero ? "" : down ? "▼ " : "▲ ", word, zero ? "" : ` ${amount}`,
             one.redefined ? h("sup", {}, "†") : "");
}

export const STATUS = { PROVISIONAL: "初步", ESTIMATED: "推算" };
export const statusOf = (row) => (row.status in STATUS ? h("span", { class: "tag" }, t(STATUS[row.status])) : null);

export function coverage(row) {
    const expected = row.expected || 0, reported = row.reported || 0;
    if (!expected)
        return h("span", { class: "state" }, "—");
    const short = expected - reported - (row.notYetDue || 0);
    return h("span", {}, `${reported}/${expected}`, short > 0 ? h("span", { class: "short" }, ` ${t("缺报 {n}", { n: short })}`) : "");
}
