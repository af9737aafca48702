/* An indicator that stands in several sections is shown under the first: a table that repeats it
 * would look like two figures. */
#include "answer_order.h"

#include <stdlib.h>

#include "base/text.h"

uint32_t jb_answer_section(const jb_catalog *catalog, struct jb_slice indicator)
{
    uint32_t i = jb_catalog_indicator(catalog, indicator);

    if (i == JB_NONE)
        return JB_NONE;
    const struct jb_indicator *found = &jb_catalog_view(catalog)->indicators[i];
    return found->section_count ? found->sections[0] : JB_NONE;
}

void jb_answer_section_path(const jb_catalog *catalog, uint32_t section, struct jb_buf *out)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);

    if (section == JB_NONE) {
        jb_buf_put_str(out, _("other"));
        return;
    }
    const struct jb_section *s = &view->sections[section];
    if (s->parent != JB_NONE) {
        jb_answer_section_path(catalog, s->parent, out);
        jb_buf_put_str(out, " / ");
    }
    jb_buf_put_str(out, jb_text_is_zh() ? s->name.zh : s->name.en);
}

void jb_answer_put_heading(jb_table *table, const jb_catalog *catalog, uint32_t section,
                           uint32_t columns)
{
    struct jb_buf path;

    jb_buf_init(&path, JB_SHORT_TEXT_BYTES_MAX);
    jb_answer_section_path(catalog, section, &path);
    jb_table_cellf(table, "%.*s", JB_ARG(jb_buf_slice(&path)));
    for (uint32_t i = 1; i < columns; i++)
        jb_table_cell(table, NULL);
    jb_table_end_row(table);
    jb_buf_free(&path);
}

struct keyed {
    uint32_t section, position;
    const struct jb_answer_row *row;
};

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->section != y->section)
        return (x->section > y->section) - (x->section < y->section);
    return (x->position > y->position) - (x->position < y->position);
}

void jb_answer_order(struct jb_pages *pages, const jb_catalog *catalog)
{
    struct keyed *keyed = jb_xcalloc(pages->count, sizeof(*keyed));

    for (uint32_t i = 0; i < pages->count; i++)
        keyed[i] = (struct keyed){jb_answer_section(catalog, pages->rows[i]->indicator), i,
                                  pages->rows[i]};
    qsort(keyed, pages->count, sizeof(*keyed), compare);
    for (uint32_t i = 0; i < pages->count; i++)
        pages->rows[i] = keyed[i].row;
    free(keyed);
}
