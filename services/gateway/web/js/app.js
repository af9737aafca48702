/* The frame around the pages: which one is shown, for which period, in which language, and whether the feed is live. */
import { forgetRevision } from "./api.js";
import { catalog, forgetCatalog } from "./catalog.js";
import { byId, fill, h } from "./dom.js";
import { lang, named, setLang, t } from "./i18n.js";
import { liveState, onLive, startLive } from "./live.js";
import { trouble } from "./page.js";
import { readPeriods } from "./work.js";

const PAGES = [
    ["overview", "全县总览", () => import("/pages/overview.js")],
    ["progress", "报送进度", () => import("/pages/progress.js")],
    ["query", "指标查询", () => import("/pages/query.js")],
    ["entry", "数据填报", () => import("/pages/entry.js")],
    ["reports", "报告", () => import("/pages/reports.js")],
];

const NEW_CATALOG_TRIES = 20, NEW_CATALOG_MS = 500;

let leave = null, turn = 0;

/* "#/progress/justice/legal?period=2023-Q2" */
export function place() {
    const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
    const [page = "", ...rest] = path.split("/").map(decodeURIComponent);
    return { page: page || "overview", rest, params: new URLSearchParams(search) };
}

export function go(page, rest = [], params = {}) {
    const search = new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString();
    location.hash = `#/${[page, ...rest].map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

/* To the public, what was published. */
const pagesOf = (whole) => (whole.open ? PAGES.filter(([name]) => name === "query") : PAGES);

/* Who may not read the whole county has no overview of it. */
const titleOf = (name, title, whole) => t(name === "overview" && whole.root !== whole.county ? "总览" : title);

function showFrame(whole, active) {
    document.title = `${titleOf(active, PAGES.find(([name]) => name === active)?.[1] || "季报", whole)} · ${named(whole)}`;
    fill(byId("county"), named(whole));
    byId("demo").hidden = !whole.demonstration;
    fill(byId("demo"), t("演示数据"));
    const { params } = place();
    const period = params.get("period");
    fill(byId("nav"), h("ul", {}, pagesOf(whole).map(([name, title]) => h("li", {}, h("a", {
        href: `#/${name}${period ? `?period=${period}` : ""}`, "aria-current": name === active ? "page" : null }, titleOf(name, title, whole)))),
        whole.open ? h("li", {}, h("a", { href: "/enrol" }, t("登记本机"))) : h("li", {}, h("a", { href: "/screen", target: "_blank", rel: "noopener" }, t("大屏")))));
    fill(byId("lang"), lang() === "zh" ? "English" : "中文");
    byId("lang").setAttribute("lang", lang() === "zh" ? "en" : "zh-CN");
    byId("live").hidden = whole.open;
    showLive({ state: liveState() });
}

function showLive({ state }) {
    if (!state)
        return;
    const words = { live: t("实时"), waiting: t("断线，正在重连"), connecting: t("正在连接") };
    byId("live").className = `live ${state}`;
    fill(byId("live"), words[state]);
}

async function show() {
    const mine = ++turn;
    const { page, rest, params } = place();
    const main = byId("page");
    if (leave)
        leave();
    leave = null;
    forgetRevision();
    try {
        const whole = await catalog();
        const entry = pagesOf(whole).find(([name]) => name === page) || pagesOf(whole)[0];
        if (!whole.open)
            startLive();
        const [periods, module] = await Promise.all([readPeriods(whole), entry[2]()]);
        if (mine !== turn)
            return;
        showFrame(whole, entry[0]);
        const chosen = params.get("period") || periods.chosen;
        const context = { catalog: whole, periods, period: chosen, rest, params, main, go, again: show,
                          choose: (period) => go(page, rest, { ...Object.fromEntries(params), period }) };
        leave = (await module.show(context)) || null;
        if (mine !== turn && leave)
            leave();
        main.dataset.ready = `${entry[0]} ${chosen}`;
    } catch (error) {
        if (mine !== turn)
            return;
        fill(main, trouble(error));
        if (error.status === 401)
            location.replace("/enrol");
        else if (!error.status || error.status >= 500)
            setTimeout(() => { if (mine === turn) show(); }, 2000);
    }
}

/* The gateway has a new catalogue a moment after everybody is told of it. */
async function renew(tries) {
    try {
        const { version } = await catalog();
        forgetCatalog();
        if ((await catalog()).version === version && tries) {
            setTimeout(renew, NEW_CATALOG_MS, tries - 1);
            return;
        }
    } catch {
        /* the page says so */
    }
    show();
}

function start() {
    const invited = /^#enrol=(.+)$/.exec(location.hash); /* what a slip's QR code holds */
    if (invited) {
        location.replace(`/enrol#${invited[1]}`);
        return;
    }
    setLang(lang());
    byId("lang").addEventListener("click", () => { setLang(lang() === "zh" ? "en" : "zh"); show(); });
    byId("skip").addEventListener("click", (event) => { event.preventDefault(); byId("page").focus(); });
    addEventListener("hashchange", () => { show(); byId("page").focus({ preventScroll: true }); scrollTo(0, 0); });
    onLive((message) => {
        showLive(message);
        if (message.name === "reset" && message.data.reason === "catalogue") {
            renew(NEW_CATALOG_TRIES);
        }
    });
    show();
}

start();
