/* What the parts of a report tell one another: inside of report_*.c. */
#ifndef JB_BUREAU_REPORT_PARTS_H
#define JB_BUREAU_REPORT_PARTS_H

#include "report.h"
#include "report/phrase.h"

/* Indexes of the catalogue, in the report's arena. */
struct jb_report_list {
    uint32_t *items;
    uint32_t count;
};

/* What a placeholder asks, in this turn of the loops around it (report_scope.c). */
struct jb_report_node {
    bool is_group;
    uint32_t index;
};
struct jb_report_node jb_report_node_of(const struct jb_report *report,
                                        const struct jb_placeholder *ph,
                                        const struct jb_scope *scope);
/* JB_NONE: none is named and no loop gives one. */
uint32_t jb_report_indicator_of(const struct jb_report *report, const struct jb_placeholder *ph,
                                const struct jb_scope *scope);
uint32_t jb_report_section_of(const struct jb_scope *scope);
/* The loop's innermost turn of that kind; NULL: none. */
const struct jb_scope *jb_report_turn(const struct jb_scope *scope, enum jb_ph_each each);
/* Units, sections and indicators of a table, chart, text or loop. text: those that are texts, else
 * those that are numbers. */
struct jb_report_list jb_report_units_of(struct jb_report *report, const struct jb_placeholder *ph,
                                         const struct jb_scope *scope);
struct jb_report_list jb_report_sections_of(struct jb_report *report,
                                            const struct jb_placeholder *ph,
                                            const struct jb_scope *scope);
struct jb_report_list jb_report_indicators_of(struct jb_report *report,
                                              const struct jb_placeholder *ph,
                                              const struct jb_scope *scope, bool text);
/* The n-th period; count at least 1. A chart's only span is taken apart into base periods. */
uint32_t jb_report_periods(const struct jb_report *report, const struct jb_placeholder *ph,
                           uint32_t indicator, struct jb_span *ret, uint32_t max);

/* A question (report_ask.c). note: remembers it; find: after asking, never NULL for one that was
 * noted; NULL otherwise. */
struct jb_report_key {
    bool own, is_group;
    uint32_t node, indicator;
    struct jb_slice basis;
    struct jb_span span;
};
void jb_report_note(struct jb_report *report, const struct jb_report_key *key, bool yoy, bool qoq);
struct jb_question *jb_report_find(const struct jb_report *report, const struct jb_report_key *key);

/* Names in the report's language. */
const char *jb_report_unit_name(const struct jb_report *report, uint32_t unit);
const char *jb_report_node_name(const struct jb_report *report, struct jb_report_node node);
const char *jb_report_indicator_name(const struct jb_report *report, uint32_t indicator);
const char *jb_report_section_name(const struct jb_report *report, uint32_t section);
struct jb_slice jb_report_measure_name(const struct jb_report *report, uint32_t indicator);
void jb_report_put_period(const struct jb_report *report, struct jb_span span, struct jb_buf *out);

/* One figure in words (report_say.c). False: it is not there, and out says why in a word (未报). */
bool jb_report_say(const struct jb_report *report, const struct jb_question *question,
                   enum jb_ph_show show, struct jb_buf *out);
/* The indicator's target for the span. False: the catalogue has none. */
bool jb_report_say_target(const struct jb_report *report, uint32_t indicator, struct jb_span span,
                          struct jb_buf *out);
void jb_report_say_fact(struct jb_report *report, const struct jb_placeholder *ph,
                        const struct jb_scope *scope, struct jb_buf *out);
struct jb_phrase_growth jb_report_growth(const struct jb_question *question, bool qoq);

/* Remembers what of the figure stands in the report, for the appendix (report_appendix.c). */
void jb_report_cite(struct jb_report *report, struct jb_question *question, enum jb_ph_show show,
                    struct jb_slice text);
void jb_report_cite_target(struct jb_report *report, uint32_t indicator, struct jb_span span,
                           struct jb_slice text);
void jb_report_add_appendix(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to);

/* Blocks (report_tables.c, report_texts.c). */
void jb_report_note_table(struct jb_report *report, const struct jb_placeholder *ph,
                          const struct jb_scope *scope);
void jb_report_add_table(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc,
                         struct jb_doc_blocks *to);
void jb_report_add_chart(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc,
                         struct jb_doc_blocks *to);
void jb_report_note_texts(struct jb_report *report, const struct jb_placeholder *ph,
                          const struct jb_scope *scope);
void jb_report_add_texts(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc,
                         struct jb_doc_blocks *to);
void jb_report_add_missing(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to);
void jb_report_add_revisions(struct jb_report *report, struct jb_doc *doc,
                             struct jb_doc_blocks *to);
/* Units that owe a form of the period and have not sent all of it. */
uint32_t jb_report_missing_units(const struct jb_report *report, struct jb_buf *names);

#endif
