/* One connection to the live feed for all tabs of the browser. Tabs come and go as ports; the feed goes on from the last event that
 * was heard, so that nothing is missed between two connections. */
const ports = new Set();
let source = null, state = "connecting", last = null, address = "";

function tell(message) {
    for (const port of ports)
        port.postMessage(message);
}

function setState(next) {
    if (next !== state) {
        state = next;
        tell({ state, last });
    }
}

function open() {
    source = new EventSource(address);
    source.onopen = () => setState("live");
    source.onerror = () => {
        setState("waiting");
        if (source.readyState === EventSource.CLOSED) { /* refused: the browser does not try again by itself */
            source = null;
            setTimeout(() => { if (ports.size && !source) open(); }, 3000);
        }
    };
    for (const name of ["change", "act", "due", "reset", "ready", "progress"]) {
        source.addEventListener(name, (event) => {
            last = { id: event.lastEventId, at: Date.now() };
            setState("live");
            tell({ name, data: event.data ? JSON.parse(event.data) : {}, id: event.lastEventId });
        });
    }
}

self.onconnect = (event) => {
    const port = event.ports[0];
    port.onmessage = ({ data }) => {
        if (data.open) {
            ports.add(port);
            if (!source) {
                address = data.open;
                open();
            }
            port.postMessage({ state, last });
        } else if (data.close) {
            ports.delete(port);
            if (!ports.size && source) {
                source.close();
                source = null;
                state = "connecting";
            }
        }
    };
    port.start();
};
