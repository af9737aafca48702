/* A figure as a row of an answer: the same words for queries, explanations and pages. */
#ifndef JB_ANSWER_ROW_H
#define JB_ANSWER_ROW_H

#include "growth.h"
#include "net/wire_query.h"

struct jb_row_ask {
    struct jb_total_ask total;
    struct jb_span span; /* as asked: printed */
    enum jb_rounding rounding;
    bool yoy, qoq;
    bool public_only; /* the parts of a ratio that are not public are not told */
};
/* Strings are in the arena or the catalogue. JB_ENOMEM: the arena's limit. ret_total may be
 * NULL. */
JB_MUST_USE jb_err jb_answer_row_make(jb_source *source, const struct jb_row_ask *ask,
                                      struct jb_arena *arena, struct jb_answer_row *ret,
                                      struct jb_total *ret_total);
struct jb_name jb_name_of_node(const struct jb_binding *binding, struct jb_node node);
struct jb_name jb_name_of_indicator(const struct jb_binding *binding, uint32_t indicator);

#endif
