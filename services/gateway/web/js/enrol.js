/* 登记本机: the code of an invitation and a PIN make this browser the person's. The code may come behind '#', from a slip's QR code. */
import { byId, fill, h } from "./dom.js";
import { lang, setLang, t } from "./i18n.js";
import { trouble } from "./page.js";
import { enrol, field, session } from "./session.js";

const PIN_MIN = 6, PIN_MAX = 64;

async function send(form, said) {
    const { code, pin, again } = Object.fromEntries(new FormData(form));
    if (pin !== again) {
        fill(said, trouble({ message: t("两次输入的 PIN 不一样"), detail: "" }));
        form.elements.again.focus();
        return;
    }
    try {
        await enrol(code.trim(), pin);
        location.replace("/#/entry");
    } catch (error) {
        fill(said, trouble(error));
    }
}

async function show() {
    const said = h("div"), pin = { type: "password", required: true, minlength: PIN_MIN, maxlength: PIN_MAX, autocomplete: "new-password" };
    document.title = `${t("登记本机")} · ${t("季报")}`;
    fill(byId("lang"), lang() === "zh" ? "English" : "中文");
    byId("lang").setAttribute("lang", lang() === "zh" ? "en" : "zh-CN");
    const form = h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); send(form, said); } },
                   field("code", t("登记码（邀请单上的 16 位字母和数字）"), { required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", placeholder: "XXXX-XXXX-XXXX-XXXX",
                                                                             value: decodeURIComponent(location.hash.slice(1)) }),
                   field("pin", t("设一个 PIN（至少 6 位，只在本机使用）"), pin), field("again", t("再输一次 PIN"), pin), said,
                   h("p", { class: "actions" }, h("button", {}, t("登记"))));
    const who = await session().catch(() => ({}));
    fill(byId("page"), h("h1", {}, t("登记本机")),
         who.enrolled ? h("p", { class: "good" }, t("本机已登记给 {name}。", { name: who.name }), " ", h("a", { href: "/#/entry" }, t("去填报"))) : null,
         ["all", "public"].includes(who.visitors) ? h("p", {}, h("a", { href: "/" }, t("只查看，不登记"))) : null,
         h("p", {}, t("邀请单由本单位管理员发给本人，七天内有效，只能用一次。登记后本机可查看三十天；填报时要输入 PIN，连续输错五次即锁定，须重新邀请。")), form);
}

setLang(lang());
byId("lang").addEventListener("click", () => { setLang(lang() === "zh" ? "en" : "zh"); show(); });
show();
