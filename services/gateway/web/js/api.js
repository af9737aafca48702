/* Questions to the gateway. An error is a Problem: what is wrong and what to do, in the words of the command line. */
import { lang, t } from "./i18n.js";

const PREFIX = "/api/v1/";
const ADDRESS_MAX = 1800; /* a longer question goes as a body */

export class Problem extends Error {
    constructor(status, body) {
        super(body.title || `HTTP ${status}`);
        this.status = status;
        this.detail = body.detail || "";
        this.type = body.type || "";
        this.findings = body.findings || [];
        this.others = body.others || [];
    }
}

function query(params) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) {
        for (const one of Array.isArray(value) ? value : [value]) {
            if (one !== undefined && one !== null && one !== "" && one !== false)
                search.append(name, String(one));
        }
    }
    search.append("lang", lang());
    return search.toString();
}

/* Where a question's answer is found, for a link. */
export const address = (route, params) => `${PREFIX}${route}?${query(params)}`;

let first = null;
/* The revision of the first answer that is shown (the others are not older); what is heard of beyond it was missed. */
export const firstRevision = () => first;
export const forgetRevision = () => { first = null; };

async function answerOf(response) {
    const type = response.headers.get("Content-Type") || "";
    const body = type.includes("json") ? await response.json() : {};
    if (!first && body.snapshot)
        first = body.snapshot.revision;
    if (!response.ok && !body.outcome) /* a receipt is an answer, whatever it says */
        throw new Problem(response.status, body);
    return body;
}

async function send(path, options) {
    try {
        return await fetch(path, { credentials: "same-origin", cache: "no-cache", ...options });
    } catch (error) {
        if (error.name === "AbortError")
            throw error;
        throw new Problem(0, { title: t("没有连上服务"), detail: t("正在自动重试，无需操作。") });
    }
}

/* ask("query", {units: ["suixi"], periods: ["2022"]}): fields as in the contract's messages. */
export async function ask(route, params = {}, signal = undefined) {
    const search = query(params);
    if (search.length <= ADDRESS_MAX)
        return answerOf(await send(`${PREFIX}${route}?${search}`, { signal }));
    return post(route, params, signal);
}

export async function post(route, body, signal = undefined) {
    return answerOf(await send(`${PREFIX}${route}?lang=${lang()}`, {
        method: "POST", signal, body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
    }));
}

/* All pages of an answer; the snapshot is the same on each. */
export async function askAll(params, signal = undefined) {
    let answer = await ask("query", params, signal);
    const all = { ...answer, rows: answer.rows || [] };
    while (answer.cursor) {
        answer = await ask("query", { cursor: answer.cursor }, signal);
        all.rows = all.rows.concat(answer.rows || []);
    }
    delete all.cursor;
    return all;
}

/* What changes something carries the token of the write session (session.js). A file goes as it is. */
export async function write(method, route, body, token) {
    const file = body instanceof Blob;
    return answerOf(await send(`${PREFIX}${route}${route.includes("?") ? "&" : "?"}lang=${lang()}`, {
        method, body: body === undefined || file ? body : JSON.stringify(body), headers: { "Content-Type": file ? "application/octet-stream" : "application/json", "X-Jibao-Token": token || "" },
    }));
}
