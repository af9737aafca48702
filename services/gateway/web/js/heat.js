/* 报送进度 as a picture, beside its table: units by forms, a colour and a sign for how each filing stands. Drawn when it is opened. */
import { chart } from "./chart.js";
import { h } from "./dom.js";
import { named, t } from "./i18n.js";
import { STANDINGS, signOf, standingOf, wordOf } from "./standing.js";

const COLORS = { none: "#eef1f4", accepted: "#cfe8d1", submitted: "#cfe0f5", late: "#f6e0ae", partial: "#f1cf8a", missing: "#dfe4ea", returned: "#e6d1f2", overdue: "#f2b8b8" };
const NAMES = Object.keys(STANDINGS), ROW_PX = 24, AROUND_PX = 190, INK = "#2b3440";
let open = false; /* the page is made anew with each change */

function optionOf(units, forms, at) {
    const cells = units.flatMap((unit, y) => forms.map((form, x) => [x, y, at.get(`${unit.code} ${form.code}`)]))
        .filter(([, , row]) => row).map(([x, y, row]) => [x, y, NAMES.indexOf(standingOf(row))]);
    return {
        grid: { left: 24, right: 12, top: 40, bottom: 8, containLabel: true },
        xAxis: { type: "category", position: "top", data: forms.map(named), axisLabel: { interval: 0, rotate: 35, color: INK, width: 110, overflow: "truncate" }, axisTick: { show: false }, splitArea: { show: true } },
        yAxis: { type: "category", inverse: true, data: units.map(named), axisLabel: { interval: 0, color: INK, width: 200, overflow: "truncate" }, axisTick: { show: false } },
        visualMap: { type: "piecewise", orient: "horizontal", left: 8, top: 4, itemWidth: 14, itemHeight: 14, textStyle: { color: INK }, selectedMode: false,
                     pieces: NAMES.map((name, value) => ({ value, label: wordOf(name), color: COLORS[name] })) },
        tooltip: { trigger: "item", renderMode: "richText", confine: true,
                   formatter: ({ value: [x, y, standing] }) => `${named(units[y])}\n${named(forms[x])}：${wordOf(NAMES[standing])}` },
        series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#9aa5b1", borderWidth: 1 }, emphasis: { disabled: true },
                   label: { show: true, color: INK, formatter: ({ value }) => signOf(NAMES[value[2]]) } }],
    };
}

/* rows of a status; what the table has as columns stands here as columns too. */
export function heat(units, forms, rows) {
    const at = new Map(rows.map((row) => [`${row.unit} ${row.form}`, row])), place = h("div");
    const draw = () => {
        if (place.firstChild)
            return;
        const picture = chart(optionOf(units, forms, at), t("各单位各报表报送情况的热力图；内容与上表相同"));
        picture.style.height = `${units.length * ROW_PX + AROUND_PX}px`;
        place.append(picture);
    };
    const element = h("details", { class: "heat", open, ontoggle: () => {
        open = element.open;
        if (open)
            draw();
    } }, h("summary", {}, t("热力图")), place);
    return element;
}
