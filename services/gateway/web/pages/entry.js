/* 数据填报: the unit's forms of a period, and one of them to fill in (js/entry-form.js). */
import { ask } from "../js/api.js";
import { fill, h } from "../js/dom.js";
import { showForm } from "../js/entry-form.js";
import { named, t } from "../js/i18n.js";
import { refreshing } from "../js/live.js";
import { periodChoice, titleBlock, trouble } from "../js/page.js";
import { day, label, lastDay, quarter } from "../js/periods.js";
import { field, leave, lock, session, writing } from "../js/session.js";
import { box, standingOf, tags, wordOf } from "../js/standing.js";
import { table } from "../js/table.js";

/* Who is here, and the ways out. */
export function whoBar(catalog, who, again) {
    const out = async (how) => { await how().catch(() => {}); again(); };
    return h("p", { class: "line who" }, `${who.name} · ${named(catalog.unit.get(who.unit))}　`,
             who.token ? h("button", { type: "button", class: "quiet", onclick: () => out(lock) }, t("锁定")) : h("span", { class: "tag" }, t("已锁定，写入时要 PIN")), " ",
             who.token ? h("button", { type: "button", class: "quiet", onclick: () => { if (confirm(t("退出后本机要重新邀请才能登记。确定退出？"))) out(leave); } }, t("退出本机")) : null);
}

/* An administrator's slip for somebody of the unit; the code is shown once. */
function inviting(catalog, who) {
    const said = h("div", { "aria-live": "polite" });
    const send = async (event) => {
        event.preventDefault();
        const { person, name } = Object.fromEntries(new FormData(event.target));
        try {
            const made = await writing("POST", "invitations", { person, name });
            if (made)
                fill(said, h("div", { class: "good" }, h("p", {}, t("{name}的登记码，只显示这一次，七天内有效：", { name })), h("p", { class: "code" }, h("code", {}, made.code)),
                                  h("p", {}, t("请打印或抄给本人，在 {address} 登记。", { address: `${location.origin}/enrol` }))));
        } catch (error) {
            fill(said, trouble(error));
        }
    };
    return h("section", {}, h("h2", {}, t("邀请同事")), h("p", { class: "note" }, t("人员代码须与安全管理员授权时所用的一致（person:代码）。")),
             h("form", { class: "people", onsubmit: send }, field("person", t("人员代码"), { required: true, autocomplete: "off" }), field("name", t("姓名"), { required: true, autocomplete: "off" }),
               h("p", { class: "actions" }, h("button", {}, t("生成登记码")))), said);
}

function stranger(context) {
    fill(context.main, h("h1", {}, t("数据填报")), h("p", {}, t("在网页上填报，先要登记本机：向本单位管理员要一张邀请单。")),
         h("p", { class: "actions" }, h("a", { href: "/enrol" }, t("登记本机"))),
         h("p", { class: "note" }, t("有密钥的单位也可用 jibao-agent 报送，那是单位自己的签名，比网页代签更强。")));
    return null;
}

/* What is owed, and what may be filled in though nothing of it is owed. */
function formsFor(catalog, unit, period, rows) {
    const others = quarter(period) ? catalog.formsOf(unit, lastDay(period)).filter((form) => form.frequency === "quarter" && !rows.some((row) => row.form === form.code)) : [];
    return [...rows, ...others.map((form) => ({ unit, form: form.code, period, rowsExpected: 0 }))];
}

async function showList(context, who) {
    const { catalog, periods, period, main, choose, again } = context;
    const body = h("div");
    fill(main, titleBlock(catalog, t("数据填报"), [label(period)]), h("div", { class: "head" }, h("h1", {}, t("数据填报")), periodChoice(periods.list, period, choose)),
         whoBar(catalog, who, again), who.may && who.may.review.length ? h("p", {}, t("您审核 {n} 个单位的报表：", { n: who.may.review.length }), h("a", { href: `#/progress?period=${period}` }, t("到报送进度办理"))) : null,
         body, who.administrator ? inviting(catalog, who) : null);
    if (who.may && ![...who.may.report, ...who.may.enter].includes(who.unit)) {
        fill(body, h("p", { class: "note" }, t("本单位的报表不由您填报。")));
        return null;
    }
    let over = false;
    const live = refreshing(async () => {
        try {
            const status = await ask("status", { units: [who.unit], periods: [period] });
            if (!over)
                fill(body, table({ caption: t("本单位的报表"), hidden: true, rows: formsFor(catalog, who.unit, period, status.rows || []), empty: t("本期没有要填的报表。"), columns: [
                    { head: t("报表"), rowHead: true, cell: (row) => h("a", { href: `#/entry/${row.unit}/${row.form}?period=${row.period}` }, named(catalog.form.get(row.form))) },
                    { head: t("行"), number: true, cell: (row) => `${row.rowsReported || 0}/${row.rowsExpected || 0}` },
                    { head: t("状态"), cell: (row) => [box(standingOf(row), wordOf(standingOf(row))), " ", wordOf(standingOf(row)), " ", tags(row)] },
                    { head: t("截止日"), cell: (row) => day(row.dueOn) },
                    { head: "", cell: (row) => h("a", { href: `#/progress/${row.unit}/${row.form}?period=${row.period}` }, t("查看")) }] }));
        } catch (error) {
            if (!over)
                fill(body, trouble(error));
            return false;
        }
        return true;
    });
    await live.first;
    return () => { over = true; live.end(); };
}

export async function show(context) {
    const who = await session(true);
    if (!who.enrolled)
        return stranger(context);
    const [unit, form] = context.rest;
    if (unit && form)
        return showForm(context, who, whoBar);
    return showList(context, who);
}
