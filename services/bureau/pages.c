/* Rows are kept by pointer: a table orders them anew without copying them. */
#include "pages.h"

#include <stdlib.h>

void jb_pages_init(struct jb_pages *pages)
{
    *pages = (struct jb_pages){0};
    jb_name_book_init(&pages->names);
}

void jb_pages_free(struct jb_pages *pages)
{
    free(pages->rows);
    free(pages->releases);
    jb_name_book_free(&pages->names);
    *pages = (struct jb_pages){0};
}

static void add_release(struct jb_pages *pages, const struct jb_release *release)
{
    for (uint32_t i = 0; i < pages->release_count; i++) {
        if (jb_slice_eq(pages->releases[i].period, release->period))
            return;
    }
    if (pages->release_count == pages->release_cap) {
        pages->release_cap = pages->release_cap ? pages->release_cap * 2 : 8;
        pages->releases =
            jb_xrealloc(pages->releases, pages->release_cap * sizeof(*pages->releases));
    }
    pages->releases[pages->release_count++] = *release;
}

void jb_pages_add(struct jb_pages *pages, const struct jb_answer *page)
{
    if (pages->count + page->row_count > pages->cap) {
        pages->cap = (pages->count + page->row_count) * 2;
        pages->rows = jb_xrealloc(pages->rows, pages->cap * sizeof(*pages->rows));
    }
    for (uint32_t i = 0; i < page->row_count; i++)
        pages->rows[pages->count++] = &page->rows[i];
    pages->snapshot = page->snapshot;
    pages->view = page->view;
    for (uint32_t i = 0; i < page->release_count; i++)
        add_release(pages, &page->releases[i]);
    jb_name_book_add_units(&pages->names, page->units, page->unit_count);
    jb_name_book_add_indicators(&pages->names, page->indicators, page->indicator_count);
}
