/* Which periods there are, and which one is at work. */
import { ask, askAll } from "./api.js";
import { currentQuarter, shift, today } from "./periods.js";

const FREE_INDICATORS = 20, FREE_PERIODS = 24; /* listed where periods are not opened */

/* Of a public mode: where something was published. */
async function publishedPeriods(whole) {
    const current = currentQuarter(whole.zone), list = Array.from({ length: FREE_PERIODS }, (_, i) => shift(current, -i));
    const answer = await askAll({ units: [whole.root.code], indicators: whole.indicators.slice(0, FREE_INDICATORS).map((one) => one.code), periods: list });
    const told = list.filter((period) => answer.rows.some((row) => row.period === period && row.state === "STATE_VALUE"));
    return { list: told.length ? told : [current], chosen: told[0] || current, rows: new Map() };
}

/* The newest first; chosen: open before closed, the newest before older ones; rows: by period, where periods are managed. */
export async function readPeriods(whole) {
    if (whole.open)
        return publishedPeriods(whole);
    const answer = await ask("periods");
    const rows = (answer.rows || []).filter((row) => !/^\d{4}-\d{2}-\d{2}$/.test(row.period));
    if (rows.length) {
        const codes = rows.map((row) => row.period).sort().reverse();
        const open = rows.filter((row) => row.state === "PERIOD_OPENED" && !row.backfill).map((row) => row.period).sort().reverse();
        return { list: codes, chosen: open[0] || codes[0], rows: new Map(rows.map((row) => [row.period, row])) };
    }
    const current = currentQuarter(whole.zone);
    const list = Array.from({ length: FREE_PERIODS }, (_, i) => shift(current, -i));
    const status = await ask("status", { periods: list, units: whole.tree(today(whole.zone)).slice(0, 200).map(({ unit }) => unit.code) });
    const came = new Set((status.rows || []).filter((row) => row.lastRevision).map((row) => row.period));
    return { list, chosen: list.find((period) => came.has(period)) || current, rows: new Map() };
}
