/* A form lists a part below its whole, but other rows may stand between: lines are gathered whole
 * by whole. Both loops are over one form's rows, at most a few hundred. */
#include "model/form_lines.h"

#include <stdio.h>

static bool is_text(const struct jb_catalog_view *view, const struct jb_form *form, uint32_t row)
{
    return view->indicators[form->rows[row].indicator].measure == JB_TEXT;
}

/* A part of a text, which has no line, is a part of nothing. */
static uint32_t whole_of(const struct jb_catalog_view *view, const struct jb_form *form,
                         uint32_t row)
{
    uint32_t whole = form->rows[row].of;

    return whole != JB_NONE && is_text(view, form, whole) ? JB_NONE : whole;
}

struct gathering {
    const struct jb_catalog_view *view;
    const struct jb_form *form;
    struct jb_form_line *lines;
    uint32_t count;
};

/* A part stands below its whole (the catalogue's check), so that depth is bounded by it. */
static void gather(struct gathering *g, uint32_t whole, uint32_t depth)
{
    uint32_t parts = 0, part = 0;

    for (uint32_t i = 0; i < g->form->row_count; i++)
        parts += whole_of(g->view, g->form, i) == whole && !is_text(g->view, g->form, i);
    for (uint32_t i = 0; i < g->form->row_count; i++) {
        if (whole_of(g->view, g->form, i) != whole || is_text(g->view, g->form, i))
            continue;
        struct jb_form_line *line = &g->lines[g->count++];
        *line = (struct jb_form_line){.row = i, .number = i + 1, .depth = depth};
        if (depth) {
            line->part = ++part;
            line->parts = parts;
        }
        gather(g, i, depth + 1);
    }
}

uint32_t jb_form_lines(const struct jb_catalog_view *view, const struct jb_form *form,
                       struct jb_form_line *ret)
{
    struct gathering g = {view, form, ret, 0};

    gather(&g, JB_NONE, 0);
    return g.count;
}

const char *jb_form_line_name(const struct jb_catalog_view *view, const struct jb_form *form,
                              const struct jb_form_line *line, bool zh, char *buf, size_t size)
{
    const struct jb_indicator *indicator = &view->indicators[form->rows[line->row].indicator];
    const char *first = line->part != 1 ? "" : zh ? "其中：" : "of which: ";
    char number[24] = "";

    if (line->parts > 1)
        snprintf(number, sizeof(number),
                 line->depth == 1 ? (zh ? "%u．" : "%u. ") : (zh ? "（%u）" : "(%u) "), line->part);
    snprintf(buf, size, "%s%s%s", first, number, zh ? indicator->name.zh : indicator->name.en);
    return buf;
}
