/* The pages of one answer laid end to end: one snapshot, all rows, the names that stand in them. */
#ifndef JB_BUREAU_PAGES_H
#define JB_BUREAU_PAGES_H

#include "names.h"

struct jb_pages {
    struct jb_snapshot snapshot;
    const struct jb_answer_row **rows; /* borrowed from the pages' arena */
    uint32_t count, cap;
    struct jb_name_book names;
    enum jb_viewpoint_kind view;
    struct jb_release *releases; /* that the rows rest on, each once; their texts are the pages' */
    uint32_t release_count, release_cap;
};

void jb_pages_init(struct jb_pages *pages);
void jb_pages_free(struct jb_pages *pages);
void jb_pages_add(struct jb_pages *pages, const struct jb_answer *page);

#endif
