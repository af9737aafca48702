/* Counts of who has reported, one line a unit, a node of the tree or a group; and their order in a
 * ranking. Rates are defined in model/completeness.h. */
#ifndef JB_BUREAU_STATUS_LINES_H
#define JB_BUREAU_STATUS_LINES_H

#include "model/catalog.h"
#include "status_list.h"

struct jb_status_line {
    struct jb_slice code; /* borrowed from the list or the catalogue */
    bool is_group;
    uint32_t place; /* in a ranking, from 1; 0: not ranked */
    struct jb_completeness counts;
};
struct jb_status_lines {
    struct jb_status_line *items;
    uint32_t count;
};
void jb_status_lines_free(struct jb_status_lines *lines);

/* One line a unit, as they come. */
void jb_status_lines_of_units(const struct jb_status_list *list, struct jb_status_lines *ret);
/* Units that have others below them, and groups: each with all that was asked for under it, by
 * where it stood at the end of its period. Groups overlap and are not added up. */
void jb_status_lines_of_nodes(const struct jb_status_list *list, const jb_catalog *catalog,
                              struct jb_status_lines *ret);
/* Keeps the units that the catalogue assesses and of which anything was expected, best first; who
 * is equal shares a place, and the next place is as many further. */
void jb_status_lines_rank(struct jb_status_lines *lines, const jb_catalog *catalog);

#endif
