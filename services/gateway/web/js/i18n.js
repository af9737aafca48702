/* Chinese is the language of the pages; English beside it. A text that has no English yet shows in Chinese: the test of the pages
 * looks for every t("...") in en.js. */
import { en } from "./en.js";

const KEY = "jibao.lang";

function stored() {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}

let current = stored() === "en" ? "en" : "zh";

export const lang = () => current;

export function setLang(next) {
    current = next === "en" ? "en" : "zh";
    try {
        localStorage.setItem(KEY, current);
    } catch {
        /* private windows keep nothing */
    }
    document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
}

/* t("缺报 {n} 家", {n: 3}) */
export function t(text, values = {}) {
    const sentence = current === "en" && text in en ? en[text] : text;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/* The name of anything that has zh and en. */
export const named = (thing) => (thing ? (current === "en" && thing.en) || thing.zh || thing.code || "" : "");
