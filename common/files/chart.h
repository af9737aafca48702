/* A chart of a document: columns, bars or lines over categories, drawn as SVG for pages
 * (jb_chart_svg) and as a native chart for Word, WPS and LibreOffice (files/docx_chart.h).
 *
 * Numbers are decimal text and stay exact: a native chart carries them as they are; in a drawing
 * the only rounding is that of a place on the paper. The axis of values always contains 0, so that
 * lengths compare as the figures do. */
#ifndef JB_CHART_H
#define JB_CHART_H

#include "base/buf.h"

#define JB_CHART_SERIES_MAX 6
#define JB_CHART_CATEGORIES_MAX 200
#define JB_CHART_DIGITS_MAX 30 /* of a number brought to the chart's scale */
#define JB_CHART_TICKS_MAX 12

enum jb_chart_kind {
    JB_CHART_COLUMN = 0, /* upright: few categories with short names, such as periods */
    JB_CHART_BAR,        /* lying: names of units, from the top down */
    JB_CHART_LINE,
};

struct jb_chart_point {
    struct jb_slice number; /* decimal text; empty: there is none, which is not 0 */
    const char *text;       /* as it is shown, such as 461余; NULL: the number */
};

struct jb_chart_series {
    const char *name;
    const struct jb_chart_point *points; /* one a category */
};

struct jb_chart {
    enum jb_chart_kind kind;
    const char *title;           /* NULL: none */
    const char *unit_of_measure; /* of the values; NULL: none */
    const char *const *categories;
    uint32_t category_count;
    const struct jb_chart_series *series;
    uint32_t series_count;
};

/* The axis of values: low <= 0 <= high, ticks every `step` (1, 2 or 5 times a power of ten), all of
 * them integers that stand for themselves / 10^scale. */
struct jb_chart_axis {
    jb_i128 low, high, step;
    uint32_t scale;
};

/* The number at the scale. JB_EINVAL: no decimal number; JB_ERANGE: more than JB_CHART_DIGITS_MAX
 * digits. */
JB_MUST_USE jb_err jb_chart_number(struct jb_slice number, uint32_t scale, jb_i128 *ret);
/* Decimals of the text of a number. */
uint32_t jb_chart_decimals(struct jb_slice number);
/* JB_EINVAL: something is no number; JB_ERANGE: a number, the series or the categories are beyond
 * the limits above, or there is none. */
JB_MUST_USE jb_err jb_chart_axis_of(const struct jb_chart *chart, struct jb_chart_axis *ret);
/* The tick's number as text, without trailing zeros. */
void jb_chart_tick_text(const struct jb_chart_axis *axis, jb_i128 tick, char ret[48]);
/* RRGGBB of a series; they differ in lightness too, for who prints in black. */
const char *jb_chart_color(uint32_t series);
/* The text that a point shows; "" for none. `ret` must live as long as it. */
const char *jb_chart_label(const struct jb_chart_point *point, char ret[48]);

/* Appends one <svg> element of width_px (at least 240), its height as the chart needs; it names its
 * fonts and holds no script, no style sheet and no link. Errors as jb_chart_axis_of; JB_ERANGE also
 * when *ret is full. */
JB_MUST_USE jb_err jb_chart_svg(const struct jb_chart *chart, uint32_t width_px,
                                struct jb_buf *ret);

#endif
