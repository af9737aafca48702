/* What happens now, for the pages: they are told that something changed and ask again for what they show. */
const FEED = "/api/v1/events";
const listeners = new Set();
let state = "connecting", port = null;

function hear(message) {
    if (message.state)
        state = message.state;
    for (const listener of listeners)
        listener(message);
}

export const liveState = () => state;

/* listener({state} | {name, data, id}); the function that ends it. */
export function onLive(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/* Without shared workers (some phones) this tab has a connection of its own. */
function alone() {
    const source = new EventSource(FEED);
    source.onopen = () => hear({ state: "live" });
    source.onerror = () => hear({ state: "waiting" });
    for (const name of ["change", "act", "due", "reset", "ready", "progress"])
        source.addEventListener(name, (event) => hear({ name, data: event.data ? JSON.parse(event.data) : {}, id: event.lastEventId }));
}

export function startLive() {
    if (typeof SharedWorker !== "function") {
        alone();
        return;
    }
    const worker = new SharedWorker("/js/live-worker.js", { name: "jibao-live" });
    port = worker.port;
    port.onmessage = ({ data }) => hear(data);
    port.start();
    port.postMessage({ open: FEED });
    addEventListener("pagehide", () => port.postMessage({ close: true }));
    addEventListener("pageshow", (event) => { if (event.persisted) port.postMessage({ open: FEED }); });
}

/* Calls work now and again after changes, but not more often than every `ms`, and never twice at once. */
export function refreshing(work, ms = 400) {
    let running = false, again = false, over = false, timer = 0;
    const run = async () => {
        timer = 0;
        if (over || running) {
            again = true;
            return;
        }
        running = true;
        again = false;
        await work();
        running = false;
        if (again && !over)
            schedule();
    };
    const schedule = () => {
        if (!timer)
            timer = setTimeout(run, ms);
    };
    const end = onLive((message) => { if (["change", "act", "due", "reset"].includes(message.name)) schedule(); });
    const first = run();
    return { first, again: schedule, end: () => { over = true; end(); clearTimeout(timer); } };
}
