/* Who this browser is: enrolled for a person, and, after the PIN, writing for half an hour. */
import { ask, write } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { trouble } from "./page.js";

let kept = null;

export async function session(fresh = false) {
    if (!kept || fresh)
        kept = await ask("session");
    return kept;
}

/* With what the person may do; it is not told while the aggregator does not answer. */
export const rightsOf = async (who) => (who.enrolled && !who.may ? session(true) : who);

export async function enrol(code, pin) {
    kept = await write("POST", "session/enrol", { code, pin });
    return kept;
}

async function close(route) {
    kept = await write("POST", route, {}, (await session()).token);
}
export const lock = () => close("session/lock");
/* Takes the device away from its person; it needs a new invitation. */
export const leave = () => close("session/leave");

export function field(name, words, attributes = {}) {
    return h("label", {}, h("span", {}, words), h("input", { name, ...attributes }));
}

/* Asks for the PIN; true: the session writes now, false: the person did not want to. */
function askPin() {
    return new Promise((done) => {
        const said = h("div"), pin = field("pin", "PIN", { type: "password", required: true, autocomplete: "current-password", autofocus: true });
        let open = false;
        const form = h("form", { class: "ask-pin", onsubmit: async (event) => {
            event.preventDefault();
            try {
                kept = await write("POST", "session/unlock", { pin: pin.querySelector("input").value });
                open = true;
                dialog.close();
            } catch (error) {
                fill(said, trouble(error));
                pin.querySelector("input").value = "";
                pin.querySelector("input").focus();
            }
        } }, h("p", {}, t("写入前请输入 PIN；半小时不用即自动锁定。")), pin, said, h("p", { class: "actions" }, h("button", {}, t("继续")),
               h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("取消"))));
        const dialog = h("dialog", { class: "sheet narrow", "aria-label": t("输入 PIN") }, h("div", { class: "dialog-body" }, form));
        dialog.addEventListener("close", () => { dialog.remove(); done(open); });
        document.body.append(dialog);
        dialog.showModal();
    });
}

/* One call that changes something; asks for the PIN when it is needed. null: the person did not give it. */
export async function writing(method, route, body) {
    if (!(await session()).token && !(await askPin()))
        return null;
    for (;;) {
        try {
            return await write(method, route, body, kept.token);
        } catch (error) {
            if (!error.type.endsWith(":locked") && !error.type.endsWith(":token"))
                throw error;
            if (error.type.endsWith(":token") ? !(await session(true)).token : true) {
                if (!(await askPin()))
                    return null;
            }
        }
    }
}
