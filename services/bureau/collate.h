/* The text figures 文字材料 of a span, gathered as one snapshot and put in the catalogue's order,
 * for the writer of a report; and who owes one and has not sent it. */
#ifndef JB_BUREAU_COLLATE_H
#define JB_BUREAU_COLLATE_H

#include "args.h"
#include "ask.h"

struct jb_collate {
    const jb_catalog *catalog;
    const struct jb_catalog_view *view;
    struct jb_span span;
    struct jb_viewpoint viewpoint; /* set it before asking; zero: working */
    /* What was picked, by index; nothing picked of a kind: all of it. */
    bool *units, *sections, *indicators;
    bool some_units, some_sections, some_indicators;
    struct jb_list unit_codes, indicator_codes, periods; /* of one question */
    struct jb_pages pages;
};

/* The catalogue is borrowed. */
void jb_collate_init(struct jb_collate *x, const jb_catalog *catalog, struct jb_span span);
void jb_collate_free(struct jb_collate *x);
/* By indexes of the catalogue. A section is picked with those below it. */
void jb_collate_pick_unit(struct jb_collate *x, uint32_t unit);
void jb_collate_pick_subtree(struct jb_collate *x, uint32_t unit);
void jb_collate_pick_section(struct jb_collate *x, uint32_t section);
void jb_collate_pick_indicator(struct jb_collate *x, uint32_t indicator);
/* Base period by base period. JB_EXIT_USAGE after telling so: no text is reported for periods as
 * short as the span, or none was picked. */
enum jb_exit jb_collate_ask(struct jb_collate *x, struct jb_desk *desk);
/* For people: headings and paragraphs, then what is missing. CSV and JSON: a row for each text, and
 * for each that is owed and missing. */
void jb_collate_print(struct jb_collate *x, bool by_unit, enum jb_output output, FILE *out);

#endif
