/* One connection to the live feed. The browser connects again by itself after a cut and resumes behind the last event; where it was
 * refused, it is opened anew here. */
const NAMES = ["open", "changes", "act", "due", "progress", "reset", "ended", "aggregator"];
const AGAIN_MS = 3000;

/* hear({state} | {name, data}), each with the revision that was heard of; the function that ends it. */
export function follow(address, hear) {
    let source = null, timer = 0, state = "connecting", revision = null;

    const say = (next) => {
        if (next !== state)
            hear({ state: state = next, revision });
    };
    const take = (name, data) => {
        revision = data.revision || revision;
        if (name === "ended")
            say("waiting");
        else
            say(name === "aggregator" && !data.reached ? "waiting" : "live");
        hear({ name, data, revision });
        if (name === "open")
            hear({ state, revision });
    };
    const open = () => {
        timer = 0;
        source = new EventSource(address);
        source.onerror = () => {
            say("waiting");
            if (source.readyState === EventSource.CLOSED && !timer)
                timer = setTimeout(open, AGAIN_MS);
        };
        for (const name of NAMES)
            source.addEventListener(name, (event) => take(name, event.data ? JSON.parse(event.data) : {}));
    };
    open();
    return () => {
        clearTimeout(timer);
        source.close();
    };
}
