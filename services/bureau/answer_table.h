/* An answer as CSV, JSON, or a table that an officer reads: names instead of codes, marks as they
 * are written, coverage, what is not computable and why, both sides of a growth in words. */
#ifndef JB_BUREAU_ANSWER_TABLE_H
#define JB_BUREAU_ANSWER_TABLE_H

#include "files/print.h"
#include "pages.h"

struct jb_answer_view {
    enum jb_output output;
    bool yoy, qoq;   /* were asked for */
    bool with_basis; /* CSV: a column `basis` at the end */
    bool own;        /* what units reported themselves: no coverage for people */
    bool owed_only;  /* for people: without what nobody owes and nobody reported */
    bool every_cell; /* for people: a cell stays that says what the one above says; to be sorted */
    bool color;
    const jb_catalog *catalog; /* for section headings; may be NULL */
};

/* More indicators than this in one table are grouped under their sections. */
#define JB_ANSWER_SECTIONS_FROM 20

/* Distinct indicators of the answer: whether a catalogue is worth fetching. */
uint32_t jb_answer_indicators(const struct jb_pages *pages);
/* CSV: unit,indicator,period,value,state,precision,status,unit_of_measure,reported,expected,
 * value_period,revision,reason and what was compared; the reason of a growth stands in `reason` as
 * yoy:CODE. Of another view than the working one: view,releases at the end. JSON: every field of
 * every row. */
void jb_answer_print(struct jb_pages *pages, const struct jb_answer_view *view, FILE *out);

#endif
