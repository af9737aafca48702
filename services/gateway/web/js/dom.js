/* Elements made from data. Text only ever becomes text: nothing that people typed is read as markup. */

/* h("td", {class: "number", onclick: f}, "12", h("b", {}, "x")); children may be lists; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
    const element = tag === "svg" || tag === "path" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false)
            continue;
        if (name.startsWith("on"))
            element.addEventListener(name.slice(2), value);
        else if (name === "value" || name === "checked" || name === "disabled" || name === "selected")
            element[name] = value;
        else
            element.setAttribute(name, value === true ? "" : String(value));
    }
    put(element, children);
    return element;
}

function put(element, children) {
    for (const child of children) {
        if (Array.isArray(child))
            put(element, child);
        else if (child !== null && child !== undefined && child !== false)
            element.append(child instanceof Node ? child : String(child));
    }
}

export function fill(element, ...children) {
    element.replaceChildren();
    put(element, children);
    return element;
}

export const byId = (id) => document.getElementById(id);

/* A file of text made here, as a download. */
export function download(name, text, type = "text/csv;charset=utf-8") {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = h("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(url);
}
