/* Periods in codes (2023-Q2, 2023-S1, 2023, 2023-M06, 2023-06-30) and in words. */
import { lang } from "./i18n.js";

const QUARTERS_ZH = ["一", "二", "三", "四"];

export function quarter(code) {
    const found = /^(\d{4})-Q([1-4])$/.exec(code);
    return found ? { year: Number(found[1]), number: Number(found[2]) } : null;
}

const code = ({ year, number }) => `${year}-Q${number}`;

export function shift(period, by) {
    const at = quarter(period);
    if (at) {
        const index = at.year * 4 + at.number - 1 + by;
        return code({ year: Math.floor(index / 4), number: (index % 4) + 1 });
    }
    return /^\d{4}$/.test(period) ? String(Number(period) + by) : period;
}

/* The last `count` quarters up to and with the period. */
export function upTo(period, count) {
    return Array.from({ length: count }, (_, i) => shift(period, i - count + 1));
}

/* Of a quarter. */
export function lastDay(period) {
    const { year, number } = quarter(period);
    return `${year}-${["03-31", "06-30", "09-30", "12-31"][number - 1]}`;
}

export function yearToDate(period) {
    const at = quarter(period);
    return at && at.number > 1 ? `${at.year}-Q1..${period}` : period;
}

/* 上半年, 前三季度: what begins with a year and ends within it. */
function partOfYear(span) {
    const found = /^(\d{4})-Q1\.\.\1-Q([2-4])$/.exec(span);
    if (!found)
        return null;
    const [, year, last] = found;
    return lang() === "zh" ? `${year}年${{ 2: "上半年", 3: "前三季度", 4: "" }[last]}` : `${year}${{ 2: " H1", 3: " Q1–Q3", 4: "" }[last]}`;
}

/* chinese: whatever the language of the pages. */
export function label(period, chinese = false) {
    if (period.includes(".."))
        return partOfYear(period) || period.split("..").map((one) => label(one)).join(lang() === "zh" ? " 至 " : " to ");
    const zh = chinese === true || lang() === "zh";
    const at = quarter(period);
    if (at)
        return zh ? `${at.year}年第${QUARTERS_ZH[at.number - 1]}季度` : `${at.year} Q${at.number}`;
    let found = /^(\d{4})-S([12])$/.exec(period);
    if (found)
        return zh ? `${found[1]}年${found[2] === "1" ? "上" : "下"}半年` : `${found[1]} H${found[2]}`;
    found = /^(\d{4})-M(\d{2})$/.exec(period);
    if (found)
        return zh ? `${found[1]}年${Number(found[2])}月` : `${found[1]}-${found[2]}`;
    if (/^\d{4}$/.test(period))
        return zh ? `${period}年` : period;
    return day(period);
}

/* Short, for the heads of columns. */
export function short(period) {
    const at = quarter(period);
    return at ? `${at.year % 100}Q${at.number}` : period;
}

/* "2023-06-30" -> 2023年6月30日 */
export function day(text) {
    const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(text || "");
    if (!found || lang() !== "zh")
        return text || "";
    return `${found[1]}年${Number(found[2])}月${Number(found[3])}日`;
}

/* Microseconds since 1970 (a string of digits) in the catalogue's zone. */
export function moment(us, zoneMinutes = 480) {
    if (!us || us === "0")
        return "";
    const at = new Date(Number(BigInt(us) / 1000n) + zoneMinutes * 60000).toISOString();
    const clock = at.slice(11, 16);
    return lang() === "zh" ? `${day(at.slice(0, 10))} ${clock}` : `${at.slice(0, 10)} ${clock}`;
}

/* Days from one date to another, both "2023-06-30". */
export const daysBetween = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86400000);
/* The service's clock, not the browser's, which may be set to anything. */
let ahead = 0;
export function setClock(us) {
    ahead = Number(BigInt(us) / 1000n) - Date.now();
}
export const now = () => Date.now() + ahead;
export const today = (zoneMinutes = 480) => new Date(now() + zoneMinutes * 60000).toISOString().slice(0, 10);

export function currentQuarter(zoneMinutes) {
    const [year, month] = today(zoneMinutes).split("-").map(Number);
    return code({ year, number: Math.floor((month - 1) / 3) + 1 });
}
