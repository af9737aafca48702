/* What happens now, for the pages: they are told that something changed and ask again for what they show. */
import { firstRevision } from "./api.js";

/* Everything that the reader may see, and what the bureau does to it. */
const FEED = "/api/v1/events?acts=true";
const CHANGES = ["changes", "act", "due", "reset"];
const listeners = new Set();
let state = "connecting", port = null, started = false;

/* What opens may be behind what was asked for just before: then nothing was missed. */
function missed(message) {
    const shown = firstRevision();
    return message.revision && shown && BigInt(message.revision) > BigInt(shown);
}

function hear(message) {
    const back = message.state === "live" && state === "waiting";
    if (message.state)
        state = message.state;
    const again = CHANGES.includes(message.name) || back || (message.state && missed(message));
    for (const listener of listeners)
        listener({ ...message, again });
}

export const liveState = () => state;

/* listener({state} | {name, data}), with again: what is shown is to be asked for anew; the function that ends it. */
export function onLive(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/* Shared by all tabs of the browser; without shared workers (some phones) this tab has a connection of its own. */
export async function startLive() {
    if (started)
        return;
    started = true;
    if (typeof SharedWorker !== "function") {
        const { follow } = await import("./live-feed.js");
        follow(FEED, hear);
        return;
    }
    const worker = new SharedWorker("/js/live-worker.js", { name: "jibao-live", type: "module" });
    port = worker.port;
    port.onmessage = ({ data }) => hear(data);
    port.start();
    port.postMessage({ open: FEED });
    addEventListener("pagehide", () => port.postMessage({ close: true }));
    addEventListener("pageshow", (event) => { if (event.persisted) port.postMessage({ open: FEED }); });
}

/* Calls work now and again after changes, but not more often than every `ms`, and never twice at once. What failed is tried again by
 * itself: work gives false then. */
export function refreshing(work, ms = 250) {
    let running = false, again = false, over = false, timer = 0;
    const run = async () => {
        timer = 0;
        if (over || running) {
            again = true;
            return;
        }
        running = true;
        again = false;
        const done = await work();
        running = false;
        if (over)
            return;
        if (again)
            schedule();
        else if (done === false && !timer)
            timer = setTimeout(run, RETRY_MS);
    };
    const schedule = () => {
        if (!timer)
            timer = setTimeout(run, ms);
    };
    const end = onLive((message) => { if (message.again) schedule(); });
    const first = run();
    return { first, again: schedule, end: () => { over = true; end(); clearTimeout(timer); } };
}

const RETRY_MS = 2000;
