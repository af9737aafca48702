/* The drawing is laid out in tenths of a pixel, in integers. Widths of text are estimated: a
 * Chinese character is as wide as the font is high, another half as wide (files/print.h,
 * jb_text_width). */
#include <stdlib.h>

#include "files/chart.h"
#include "files/print.h"
#include "files/xml_text.h"

#define FONT 120u /* tenths of a pixel */
#define GAP 80u
#define TITLE_FONT 150u
#define PLOT_HEIGHT 2400u
#define BAR_HEIGHT 150u
#define BAR_GAP 110u         /* between categories */
#define LABEL_COLUMNS_MAX 28 /* of a name beside a bar; longer ones go on below */
#define LABEL_LINES_MAX 3u
#define WIDTH_PX_MAX 4000

struct drawing {
    const struct jb_chart *chart;
    struct jb_chart_axis axis;
    struct jb_buf *out;
    uint32_t width, height;            /* of the picture */
    uint32_t left, top, right, bottom; /* of the plot, from the picture's left and top */
    uint32_t name_lines, row_height;   /* of a category's name; of a lying category */
};

static uint32_t width_of(const char *text, uint32_t font)
{
    return jb_text_width(text) * font / 2;
}

/* The place of a value on the axis: from the left of a lying chart, from the top of another. */
static uint32_t place_of(const struct drawing *d, jb_i128 v)
{
    bool lying = d->chart->kind == JB_CHART_BAR;
    uint32_t length = lying ? d->right - d->left : d->bottom - d->top;
    jb_i128 from_low = (v - d->axis.low) * length / (d->axis.high - d->axis.low);

    return lying ? d->left + (uint32_t)from_low : d->bottom - (uint32_t)from_low;
}

static bool value_of(const struct drawing *d, uint32_t series, uint32_t category, jb_i128 *ret)
{
    struct jb_slice number = d->chart->series[series].points[category].number;

    return number.len && !jb_chart_number(number, d->axis.scale, ret);
}

static void put_text(const struct drawing *d, uint32_t x, uint32_t y, const char *anchor,
                     uint32_t font, struct jb_slice text)
{
    jb_buf_printf(d->out, "<text x=\"%u\" y=\"%u\" text-anchor=\"%s\" font-size=\"%u\">", x, y,
                  anchor, font);
    jb_xml_put_text(d->out, text);
    jb_buf_put_str(d->out, "</text>");
}

/* At most LABEL_LINES_MAX lines around the middle y (lying) or from y down; the last says with …
 * that it was cut. */
static void put_name(const struct drawing *d, uint32_t x, uint32_t y, const char *anchor,
                     uint32_t columns, const char *name)
{
    struct jb_slice lines[LABEL_LINES_MAX];
    uint32_t count = 0;
    char last[4 * 64 + 8];

    while (*name && count < LABEL_LINES_MAX) {
        size_t len = jb_text_fit(name, columns);
        lines[count++] = jb_slice_of(name, len);
        name += len + strspn(name + len, " ");
    }
    if (*name) {
        struct jb_slice *end = &lines[count - 1];
        char *kept = jb_xstrndup(end->ptr, end->len);
        size_t fits = jb_text_fit(kept, columns > 2 ? columns - 2 : 1);
        snprintf(last, sizeof(last), "%.*s…", (int)(fits > 4 * 64 ? 4 * 64 : fits), kept);
        free(kept);
        *end = jb_slice_str(last);
    }
    if (d->chart->kind == JB_CHART_BAR)
        y -= (count - 1) * (FONT + 20) / 2;
    for (uint32_t i = 0; i < count; i++)
        put_text(d, x, y + i * (FONT + 20), anchor, FONT, lines[i]);
}

static void put_line(const struct drawing *d, uint32_t x1, uint32_t y1, uint32_t x2, uint32_t y2,
                     const char *color)
{
    jb_buf_printf(d->out,
                  "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" stroke=\"#%s\" "
                  "stroke-width=\"8\"/>",
                  x1, y1, x2, y2, color);
}

static void put_axis(const struct drawing *d)
{
    bool lying = d->chart->kind == JB_CHART_BAR;
    char text[48];

    for (jb_i128 tick = d->axis.low; tick <= d->axis.high; tick += d->axis.step) {
        uint32_t at = place_of(d, tick);
        const char *color = tick == 0 ? "444444" : "dddddd";
        jb_chart_tick_text(&d->axis, tick, text);
        if (lying) {
            put_line(d, at, d->top, at, d->bottom, color);
            put_text(d, at, d->bottom + FONT + 40, "middle", FONT - 10, jb_slice_str(text));
        } else {
            put_line(d, d->left, at, d->right, at, color);
            put_text(d, d->left - GAP, at + FONT / 3, "end", FONT - 10, jb_slice_str(text));
        }
    }
}

static void put_box(const struct drawing *d, uint32_t x, uint32_t y, uint32_t width,
                    uint32_t height, uint32_t series)
{
    jb_buf_printf(d->out, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"#%s\"/>", x, y,
                  width ? width : 1, height ? height : 1, jb_chart_color(series));
}

/* Lying bars: categories from the top down, the series of each below each other. */
static void put_bars(const struct drawing *d)
{
    const struct jb_chart *chart = d->chart;
    uint32_t zero = place_of(d, 0);
    char number[48];

    for (uint32_t i = 0; i < chart->category_count; i++) {
        uint32_t middle = d->top + d->row_height * i + d->row_height / 2;
        uint32_t y = middle - chart->series_count * BAR_HEIGHT / 2;
        put_name(d, d->left - GAP, middle + FONT / 3, "end", LABEL_COLUMNS_MAX,
                 chart->categories[i]);
        for (uint32_t s = 0; s < chart->series_count; s++, y += BAR_HEIGHT) {
            jb_i128 v;
            if (!value_of(d, s, i, &v))
                continue;
            uint32_t at = place_of(d, v), start = at < zero ? at : zero;
            put_box(d, start, y + 8, at < zero ? zero - at : at - zero, BAR_HEIGHT - 16, s);
            put_text(d, (at < zero ? zero : at) + GAP / 2, y + BAR_HEIGHT / 2 + FONT / 3, "start",
                     FONT, jb_slice_str(jb_chart_label(&chart->series[s].points[i], number)));
        }
    }
}

/* Whether every label of a point has room over its column. */
static bool labels_fit(const struct drawing *d, uint32_t room)
{
    char number[48];

    for (uint32_t s = 0; s < d->chart->series_count; s++) {
        for (uint32_t i = 0; i < d->chart->category_count; i++) {
            const char *text = jb_chart_label(&d->chart->series[s].points[i], number);
            if (width_of(text, FONT - 10) > room)
                return false;
        }
    }
    return true;
}

static void put_columns(const struct drawing *d)
{
    const struct jb_chart *chart = d->chart;
    uint32_t slot = (d->right - d->left) / chart->category_count;
    uint32_t width = slot * 7 / 10 / chart->series_count;
    uint32_t zero = place_of(d, 0);
    bool labels = labels_fit(d, chart->series_count == 1 ? slot : width);
    char number[48];

    width = width > 600 ? 600 : width < 10 ? 10 : width;
    for (uint32_t i = 0; i < chart->category_count; i++) {
        uint32_t x = d->left + slot * i + (slot - width * chart->series_count) / 2;
        for (uint32_t s = 0; s < chart->series_count; s++, x += width) {
            jb_i128 v;
            if (!value_of(d, s, i, &v))
                continue;
            uint32_t at = place_of(d, v);
            put_box(d, x, at < zero ? at : zero, width - width / 12,
                    at < zero ? zero - at : at - zero, s);
            if (labels)
                put_text(d, x + width / 2, (at < zero ? at : zero) - 40, "middle", FONT - 10,
                         jb_slice_str(jb_chart_label(&chart->series[s].points[i], number)));
        }
    }
}

static void put_series_line(const struct drawing *d, uint32_t s, uint32_t slot, bool labels)
{
    static const char *const dashes[JB_CHART_SERIES_MAX] = {"none",  "60 30",       "20 30",
                                                            "90 20", "60 30 10 30", "10 20"};
    const struct jb_chart *chart = d->chart;
    bool drawing = false;
    char number[48];
    jb_i128 v;

    jb_buf_printf(d->out,
                  "<path fill=\"none\" stroke=\"#%s\" stroke-width=\"24\" stroke-dasharray=\"%s\" "
                  "d=\"",
                  jb_chart_color(s), dashes[s]);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        bool there = value_of(d, s, i, &v); /* a gap stays a gap */
        if (there)
            jb_buf_printf(d->out, "%c%u %u", drawing ? 'L' : 'M', d->left + slot * i + slot / 2,
                          place_of(d, v));
        drawing = there;
    }
    jb_buf_put_str(d->out, "\"/>");
    for (uint32_t i = 0; i < chart->category_count; i++) {
        if (!value_of(d, s, i, &v))
            continue;
        uint32_t x = d->left + slot * i + slot / 2, y = place_of(d, v);
        jb_buf_printf(d->out, "<circle cx=\"%u\" cy=\"%u\" r=\"35\" fill=\"#%s\"/>", x, y,
                      jb_chart_color(s));
        if (labels)
            put_text(d, x, y - 70, "middle", FONT - 10,
                     jb_slice_str(jb_chart_label(&chart->series[s].points[i], number)));
    }
}

/* Names below the plot: every one, or every so many that each has room. */
static uint32_t names_every(const struct drawing *d)
{
    uint32_t slot = (d->right - d->left) / d->chart->category_count;

    return (FONT * 2 + slot) / (slot ? slot : 1);
}

static uint32_t names_columns(const struct drawing *d)
{
    uint32_t slot = (d->right - d->left) / d->chart->category_count;
    uint32_t columns = slot * names_every(d) * 2 / FONT;

    return columns > 2 ? columns - 1 : 1;
}

static void put_names_below(const struct drawing *d)
{
    const struct jb_chart *chart = d->chart;
    uint32_t slot = (d->right - d->left) / chart->category_count;

    for (uint32_t i = 0; i < chart->category_count; i += names_every(d))
        put_name(d, d->left + slot * i + slot / 2, d->bottom + FONT + 40, "middle",
                 names_columns(d), chart->categories[i]);
}

static void put_legend(const struct drawing *d, uint32_t y)
{
    uint32_t x = d->left;

    for (uint32_t s = 0; s < d->chart->series_count; s++) {
        const char *name = d->chart->series[s].name;
        put_box(d, x, y - FONT + 20, FONT, FONT, s);
        put_text(d, x + FONT + 40, y, "start", FONT, jb_slice_str(name));
        x += FONT + 40 + width_of(name, FONT) + 200;
    }
}

static void put_start(const struct drawing *d)
{
    jb_buf_printf(d->out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" "
                  "height=\"%u\" role=\"img\" font-family=\"'Noto Sans CJK SC','Source Han Sans "
                  "SC','Microsoft YaHei','SimHei',sans-serif\" fill=\"#222222\"><title>",
                  d->width, d->height, d->width / 10, d->height / 10);
    jb_xml_put_text(d->out, jb_slice_str(d->chart->title ? d->chart->title : ""));
    jb_buf_printf(d->out, "</title><rect width=\"%u\" height=\"%u\" fill=\"#ffffff\"/>", d->width,
                  d->height);
}

/* The widest text of its kind: ticks beside a standing chart, names beside a lying one. */
static uint32_t left_margin(const struct drawing *d)
{
    uint32_t widest = 0;
    char text[48];

    if (d->chart->kind == JB_CHART_BAR) {
        for (uint32_t i = 0; i < d->chart->category_count; i++) {
            uint32_t own = jb_text_width(d->chart->categories[i]);
            own = own > LABEL_COLUMNS_MAX ? LABEL_COLUMNS_MAX : own;
            widest = own > widest ? own : widest;
        }
        widest = widest * FONT / 2;
    } else {
        for (jb_i128 tick = d->axis.low; tick <= d->axis.high; tick += d->axis.step) {
            jb_chart_tick_text(&d->axis, tick, text);
            uint32_t own = width_of(text, FONT);
            widest = own > widest ? own : widest;
        }
    }
    return widest + 2 * GAP;
}

static uint32_t right_margin(const struct drawing *d)
{
    uint32_t widest = 0;
    char number[48];

    if (d->chart->kind != JB_CHART_BAR)
        return 2 * GAP;
    for (uint32_t s = 0; s < d->chart->series_count; s++) {
        for (uint32_t i = 0; i < d->chart->category_count; i++) {
            uint32_t own = width_of(jb_chart_label(&d->chart->series[s].points[i], number), FONT);
            widest = own > widest ? own : widest;
        }
    }
    return widest + 2 * GAP;
}

/* Of the longest name, at most LABEL_LINES_MAX. */
static uint32_t name_lines(const struct drawing *d, uint32_t columns)
{
    uint32_t most = 1;

    for (uint32_t i = 0; i < d->chart->category_count; i++) {
        const char *rest = d->chart->categories[i];
        uint32_t lines = 0;
        for (; *rest && lines < LABEL_LINES_MAX; lines++) {
            size_t len = jb_text_fit(rest, columns);
            rest += len + strspn(rest + len, " ");
        }
        most = lines > most ? lines : most;
    }
    return most;
}

/* JB_ERANGE: the texts leave no room for the plot. */
static jb_err lay_out(struct drawing *d)
{
    const struct jb_chart *chart = d->chart;
    bool lying = chart->kind == JB_CHART_BAR;

    d->left = left_margin(d);
    uint32_t beside = d->left + right_margin(d);
    if (beside + 400 > d->width)
        return JB_ERANGE;
    d->right = d->width - (beside - d->left);
    d->top = GAP + (chart->title ? 280 : 0) +
             (chart->unit_of_measure || chart->series_count > 1 ? 220 : 0) + (lying ? 0 : 120);
    d->name_lines = name_lines(d, lying ? LABEL_COLUMNS_MAX : names_columns(d));
    uint32_t bars = chart->series_count * BAR_HEIGHT, names = d->name_lines * (FONT + 20);
    d->row_height = (bars > names ? bars : names) + BAR_GAP;
    d->bottom = d->top + (lying ? chart->category_count * d->row_height : PLOT_HEIGHT);
    d->height = d->bottom + 60 + (lying ? FONT + 20 : names) + GAP;
    return JB_OK;
}

jb_err jb_chart_svg(const struct jb_chart *chart, uint32_t width_px, struct jb_buf *ret)
{
    struct drawing d = {.chart = chart, .out = ret, .width = width_px * 10};
    jb_err err = jb_chart_axis_of(chart, &d.axis);

    jb_assert(width_px >= 240 && width_px <= WIDTH_PX_MAX);
    err = err ? err : lay_out(&d);
    if (err)
        return err;
    uint32_t slot = (d.right - d.left) / chart->category_count, y = GAP;
    put_start(&d);
    if (chart->title)
        put_text(&d, d.width / 2, y += 200, "middle", TITLE_FONT, jb_slice_str(chart->title));
    if (chart->unit_of_measure)
        put_text(&d, d.width - GAP, y + 220, "end", FONT, jb_slice_str(chart->unit_of_measure));
    if (chart->series_count > 1)
        put_legend(&d, y + 220);
    put_axis(&d);
    if (chart->kind == JB_CHART_BAR) {
        put_bars(&d);
    } else {
        put_names_below(&d);
        bool labels = chart->series_count == 1 && labels_fit(&d, slot);
        if (chart->kind == JB_CHART_COLUMN)
            put_columns(&d);
        for (uint32_t s = 0; chart->kind == JB_CHART_LINE && s < chart->series_count; s++)
            put_series_line(&d, s, slot, labels);
    }
    jb_buf_put_str(ret, "</svg>\n");
    return ret->failed ? JB_ERANGE : JB_OK;
}
