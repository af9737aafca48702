/* The catalogue of indicators, units and forms, indexed; kept until its version changes. */
import { ask } from "./api.js";
import { currentQuarter, setClock } from "./periods.js";
import { rightsOf, session } from "./session.js";

let kept = null;

const inForce = (edge, day) => (!edge.from || edge.from <= day) && (!edge.until || edge.until >= day);

function index(list) {
    return new Map(list.map((item, position) => [item.code, Object.assign(item, { position })]));
}

class Catalog {
    constructor(body) {
        Object.assign(this, { units: [], groups: [], sections: [], indicators: [], forms: [] }, body);
        this.unit = index(this.units);
        this.group = index(this.groups);
        this.section = index(this.sections);
        this.indicator = index(this.indicators);
        this.form = index(this.forms);
        this.zone = body.zoneOffsetMinutes ?? 480;
        this.county = this.units.find((unit) => !(unit.parents || []).length) || this.units[0];
        this.root = this.county; /* where the reader starts */
    }

    /* The unit and everything below it, whether the reader may see it or not. */
    inside(root, day) {
        const all = new Set([root.code]);
        for (let size = 0; size !== all.size;) {
            size = all.size;
            for (const unit of this.units) {
                if ((unit.parents || []).some((edge) => inForce(edge, day) && all.has(edge.unit)))
                    all.add(unit.code);
            }
        }
        return all;
    }

    parentOf(unit, day) {
        const edge = (unit.parents || []).find((one) => inForce(one, day));
        return edge && this.unit.get(edge.unit);
    }

    childrenOf(code, day) {
        return this.units.filter((unit) => inForce(unit, day) && (!this.reach || this.reach.has(unit.code)) && (unit.parents || []).some((edge) => edge.unit === code && inForce(edge, day)));
    }

    /* Units as a tree, flattened: [{unit, depth}]. */
    tree(day, from = this.root) {
        const all = [];
        const walk = (unit, depth) => {
            all.push({ unit, depth });
            for (const child of this.childrenOf(unit.code, day))
                walk(child, depth + 1);
        };
        if (from)
            walk(from, 0);
        return all;
    }

    formsOf(unit, day) {
        return this.forms.filter((form) => (form.units || []).some((edge) => edge.unit === unit && inForce(edge, day)));
    }

    sectionChildren(code) {
        return this.sections.filter((section) => (section.parent || "") === (code || ""));
    }

    indicatorsOf(section) {
        return this.indicators.filter((indicator) => (indicator.sections || []).includes(section));
    }

    /* Everything whose code, name or alias has each of the words; the best first. */
    search(text, list = this.indicators, most = 50) {
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length)
            return [];
        const found = [];
        for (const item of list) {
            const names = [item.zh, item.en, item.code, ...(item.aliases || [])].filter(Boolean).map((name) => name.toLowerCase());
            if (words.every((word) => names.some((name) => name.includes(word))))
                found.push({ item, rank: names.some((name) => name === text.toLowerCase()) ? 0 : names.some((name) => name.startsWith(words[0])) ? 1 : 2 });
        }
        return found.sort((a, b) => a.rank - b.rank || a.item.position - b.item.position).slice(0, most).map((one) => one.item);
    }
}

/* Who may not read the whole county starts at the own unit, and sees of what is below it what the answers are about. An invitation may
 * name a unit that is not the person's to read (a reviewer's office, say): then it is the uppermost of those that are. */
async function homeOf(whole) {
    const who = await rightsOf(await session()), { unit } = who, periods = [currentQuarter(whole.zone)];
    if (!unit || unit === whole.root.code || !whole.unit.has(unit))
        return whole.root;
    const status = await ask("status", { periods });
    if (!(status.findings || []).some((one) => one.code === "narrowed"))
        return whole.root;
    const seen = new Set([...(who.may ? who.may.read : [unit]), ...(status.rows || []).map((row) => row.unit)].filter((code) => whole.unit.has(code)));
    whole.reach = seen;
    return whole.unit.get(seen.has(unit) || !seen.size ? unit : [...seen].find((code) => !(whole.unit.get(code).parents || []).some((edge) => seen.has(edge.unit))));
}

export async function catalog() {
    if (kept)
        return kept;
    const [body, hello] = await Promise.all([ask("catalog"), ask("hello")]);
    const who = await session(), open = !who.enrolled && who.visitors === "public";
    if (open) /* the others were never published */
        body.indicators = body.indicators.filter((one) => one.public);
    const whole = Object.assign(new Catalog(body), { open });
    if (hello.nowUs)
        setClock(hello.nowUs);
    whole.root = await homeOf(whole);
    kept = whole;
    return whole;
}

export const forgetCatalog = () => { kept = null; };
