/* 报告: what was published, when and by whom, and what differs between two releases or between a release and what stands now. */
import { address, ask } from "../js/api.js";
import { fill, h } from "../js/dom.js";
import { figure } from "../js/format.js";
import { named, t } from "../js/i18n.js";
import { refreshing } from "../js/live.js";
import { periodChoice, printButton, snapshotFoot, titleBlock, trouble } from "../js/page.js";
import { label, moment } from "../js/periods.js";
import { hex } from "../js/receipt.js";
import { csvButton, fileLinks, table } from "../js/table.js";

function differences(catalog, period, releases) {
    const body = h("div");
    const choices = [["working", t("在报数")], ["accepted", t("已审核数")], ...releases.map((one) => [`published:${one.number}`, t("第 {n} 次发布", { n: one.number })])];
    const select = (id, chosen) => h("select", { id }, choices.map(([code, word]) => h("option", { value: code, selected: code === chosen }, word)));
    const newest = releases.length ? `published:${releases[releases.length - 1].number}` : "accepted";
    const before = select("before", releases.length > 1 ? `published:${releases[releases.length - 2].number}` : newest), after = select("after", releases.length > 1 ? newest : "working");
    const sight = (text) => { const [view, release] = text.split(":"); return { view: `VIEW_${view.toUpperCase()}`, release: release ? Number(release) : 0 }; };
    const look = async () => {
        try {
            const from = sight(before.value), to = sight(after.value);
            const asked = { "before.view": from.view, "before.release": from.release || undefined, "after.view": to.view, "after.release": to.release || undefined, periods: [period] };
            const answer = await ask("diff", asked);
            const rows = answer.rows || [], unitOf = (row) => (catalog.indicator.get(row.indicator) || {}).unitOfMeasureZh;
            const columns = [
                { head: t("单位"), rowHead: true, cell: (row) => named(catalog.unit.get(row.unit)) }, { head: t("指标"), cell: (row) => named(catalog.indicator.get(row.indicator)) },
                { head: t("原为"), number: true, cell: ({ change, ...row }) => figure({ state: change.stateBefore, value: change.before, precision: change.precisionBefore, expected: 1 }, unitOf(row)) },
                { head: t("改为"), number: true, cell: ({ change, ...row }) => figure({ ...change, expected: 1 }, unitOf(row)) },
                { head: t("流水号"), number: true, cell: (row) => row.change.revision }, { head: t("时间"), cell: (row) => moment(row.change.atUs, catalog.zone) },
                { head: t("原因和说明"), cell: (row) => [row.change.reason, row.change.note].filter(Boolean).join("；") }];
            fill(body, table({ caption: t("不同之处"), columns, rows, empty: t("没有不同。") }), rows.length ? h("p", { class: "actions" }, csvButton(`${t("不同之处")}-${period}`, columns, () => rows), " ", fileLinks("diff", asked)) : null,
                 answer.truncated ? h("p", { class: "note" }, t("还有更多，未列出。")) : null, snapshotFoot(catalog, answer.snapshot));
        } catch (error) {
            fill(body, trouble(error));
        }
    };
    before.addEventListener("change", look);
    after.addEventListener("change", look);
    look();
    return h("section", {}, h("h2", {}, t("比较")), h("p", { class: "line" }, h("label", { for: "before" }, t("从")), " ", before, " ", h("label", { for: "after" }, t("到")), " ", after), body);
}

/* What of a release can be taken away: its figures, and a report by each of the county's templates. */
function filesOf(catalog, templates, one) {
    const figures = { units: catalog.units.filter((unit) => !catalog.reach || catalog.reach.has(unit.code)).map((unit) => unit.code), periods: [one.period], view: "VIEW_PUBLISHED", release: one.number, onlyReported: true };
    const reports = templates.map((template) => h("a", { class: "file", download: true, href: address("report.docx", { template, period: one.period, release: one.number }) }, template.replace(/\.(docx|md)$/, "")));
    return [reports, fileLinks("query", figures)];
}

export async function show({ catalog, periods, period, main, choose }) {
    const body = h("div");
    fill(main, titleBlock(catalog, t("报告"), [label(period)]), h("div", { class: "head" }, h("h1", {}, t("报告")), periodChoice(periods.list, period, choose), printButton()), body);
    let over = false, known = "";
    const work = async () => {
        try {
            const [answer, { templates }] = await Promise.all([ask("releases", {}), ask("reports")]);
            if (over)
                return;
            const all = answer.releases || [], here = all.filter((one) => one.period === period);
            if (known === JSON.stringify(all))
                return; /* the comparison keeps what was chosen */
            known = JSON.stringify(all);
            fill(body, h("section", {}, h("h2", {}, t("发布")), table({ caption: t("历次发布"), hidden: true, rows: [...all].reverse(), empty: t("还没有发布过。"), columns: [
                { head: t("报告期"), rowHead: true, cell: (one) => label(one.period) }, { head: t("次"), number: true, cell: (one) => one.number },
                { head: t("时间"), cell: (one) => moment(one.atUs, catalog.zone) }, { head: t("发布人"), cell: (one) => one.by || "" },
                { head: t("指标数"), number: true, cell: (one) => (one.indicators || []).length }, { head: t("修订说明"), cell: (one) => one.note || "" },
                { head: t("流水号"), number: true, cell: (one) => one.revision }, { head: t("流水头"), cell: (one) => h("code", { title: hex(one.head) }, hex(one.head).slice(0, 12)) },
                { head: t("报告和数据"), class: "files", cell: (one) => filesOf(catalog, templates, one) }] }), all.length ? h("p", { class: "actions" }, t("历次发布"), " ", fileLinks("releases", {}), t("报告期一览"), " ", fileLinks("periods", {})) : null),
                 differences(catalog, period, here));
        } catch (error) {
            known = "";
            if (!over)
                fill(body, trouble(error));
            return false;
        }
        return true;
    };
    const live = refreshing(work);
    await live.first;
    return () => { over = true; live.end(); };
}
