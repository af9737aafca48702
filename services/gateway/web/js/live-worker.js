/* One connection to the live feed for all tabs of the browser, which come and go as ports. */
import { follow } from "./live-feed.js";

const ports = new Set();
let end = null, state = "connecting", revision = null;

function hear(message) {
    state = message.state || state;
    revision = message.revision || revision;
    for (const port of ports)
        port.postMessage(message);
}

self.onconnect = (event) => {
    const port = event.ports[0];
    port.onmessage = ({ data }) => {
        if (data.open) {
            ports.add(port);
            end ||= follow(data.open, hear);
            port.postMessage({ state, revision });
        } else if (data.close) {
            ports.delete(port);
            if (!ports.size && end) {
                end();
                end = null;
                state = "connecting";
            }
        }
    };
    port.start();
};
