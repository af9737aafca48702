/* A chart beside its table. What it draws is in the table too, so a reader of screens gets the table and one sentence. */
import { h } from "./dom.js";

const COLORS = ["#1f5fa8", "#b7791f", "#3c7d3c", "#7b4fa0", "#a33b3b", "#3a8a8a"];
let library = null;

/* The charts come when the first one is drawn: the page stands before. */
const load = () => (library ||= import("/charts.js"));

/* option: of ECharts; sentence: what the chart shows. The element, which draws itself once it is in the page. */
export function chart(option, sentence, { height = 240, dark = false } = {}) {
    const box = h("div", { class: `chart h${height}`, role: "img", "aria-label": sentence });
    load().then(({ init }) => {
        if (!box.isConnected)
            return;
        const drawn = init(box, null, { renderer: "svg" });
        const ink = dark ? "#dbe7f5" : "#2b3440";
        drawn.setOption({
            color: COLORS, animation: false, textStyle: { fontFamily: "inherit", color: ink },
            grid: { left: 8, right: 12, top: 28, bottom: 8, containLabel: true },
            tooltip: { trigger: "axis", renderMode: "richText", confine: true }, ...option,
        });
        /* On paper the box has another width, which nobody is told of in time: the picture is scaled to it (app.css). */
        drawn.on("finished", () => {
            const picture = box.querySelector("svg");
            picture.setAttribute("viewBox", `0 0 ${picture.getAttribute("width")} ${picture.getAttribute("height")}`);
        });
        const resize = new ResizeObserver(() => { if (box.isConnected) drawn.resize(); else { resize.disconnect(); drawn.dispose(); } });
        resize.observe(box);
    }, () => box.remove());
    return box;
}

/* A value as a position: only for drawing, never shown. */
const position = (row) => (row && row.state === "STATE_VALUE" && row.value !== undefined ? Number(row.value) : null);

export function series({ labels, lines, kind = "line", unit = "", dark = false, texts }) {
    const ink = dark ? "#dbe7f5" : "#4a5563", rule = dark ? "#31445c" : "#e3e8ee";
    return {
        legend: lines.length > 1 ? { top: 0, textStyle: { color: ink } } : undefined,
        xAxis: { type: "category", data: labels, axisLabel: { color: ink }, axisLine: { lineStyle: { color: rule } }, axisTick: { show: false } },
        yAxis: { type: "value", name: unit, nameTextStyle: { color: ink, align: "left" }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: rule } } },
        tooltip: { trigger: "axis", renderMode: "richText", confine: true,
                   formatter: (points) => [points[0].name, ...points.map((point) => `${lines.length > 1 ? point.seriesName + " " : ""}${texts ? texts[point.seriesIndex][point.dataIndex] : point.value}`)].join("\n") },
        series: lines.map((line) => ({
            type: kind, name: line.name, data: line.rows.map(position), barMaxWidth: 28, symbolSize: 7, connectNulls: false,
            lineStyle: { width: 2 }, itemStyle: kind === "bar" ? { borderRadius: [2, 2, 0, 0] } : undefined,
        })),
    };
}
