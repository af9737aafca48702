/* Where a question's cells come from: the store's records as they stand (live), or the figures as
 * they stood at an earlier revision or as another view shows them (model/viewpoint.h), found by
 * walking the filings' entries back (past.h). Callers cannot tell the two apart.
 *
 * In the published view a period is shown as it was accepted when its release was made, with the
 * amendments of then. Which release: the newest, or the one that was asked for; a period with fewer
 * releases than that is shown by its newest, which happens to the base of a growth only, as asking
 * for a release that a period does not have is refused (query.h). What a release does not list is
 * kept back by total.h, not here.
 *
 * Decoded records are kept between questions about one head revision: what a cell holds depends on
 * the head alone, so a source serves any transaction of one store. One thread at a time uses a
 * source. */
#ifndef JB_SOURCE_H
#define JB_SOURCE_H

#include "binding.h"
#include "cell.h"
#include "model/viewpoint.h"
#include "past.h"
#include "period_state.h"

typedef struct jb_source jb_source;

/* A unit or a group of the source's catalogue. */
struct jb_node {
    bool is_group;
    uint32_t index;  /* in the catalogue */
    uint32_t number; /* in the store; groups carry JB_NODE_GROUP */
};
struct jb_node jb_node_of_unit(const struct jb_binding *binding, uint32_t unit);
struct jb_node jb_node_of_group(const struct jb_binding *binding, uint32_t group);

/* The unit stands under the node, or in the group, on that day. */
bool jb_node_has_unit(const struct jb_binding *b, struct jb_node node, uint32_t unit, jb_date day);

jb_source *jb_source_new(void);
void jb_source_free(jb_source *source); /* NULL is fine */
/* head: revision of the transaction's snapshot. as_of: 0 for live, else the revision asked for, and
 * then binding is the catalogue in force at it. Both are borrowed until the next set. */
void jb_source_set(jb_source *source, jb_kv_txn *txn, const struct jb_binding *binding,
                   uint64_t head, uint64_t as_of);
/* The same for a view. */
void jb_source_set_view(jb_source *source, jb_kv_txn *txn, const struct jb_binding *binding,
                        uint64_t head, uint64_t as_of, struct jb_viewpoint viewpoint);
struct jb_viewpoint jb_source_viewpoint(const jb_source *source);
/* Drops what is kept: before a source is used for another store. */
void jb_source_forget(jb_source *source);
const struct jb_binding *jb_source_binding(const jb_source *source);
jb_kv_txn *jb_source_txn(const jb_source *source);
/* The revision that is answered: as_of, or the head. */
uint64_t jb_source_revision(const jb_source *source);

/* What the unit itself reported. JB_ENOTFOUND: nothing. *ret lives until the next call. */
JB_MUST_USE jb_err jb_source_own(jb_source *source, uint32_t unit, uint32_t indicator,
                                 struct jb_period period, uint32_t stretch,
                                 const struct jb_own_cell **ret);
/* One base period of one node: the sum over its subtree or group; own: what the unit itself
 * reported, as a sum of one. *ret_found false: nothing is there, *ret is empty then. */
JB_MUST_USE jb_err jb_source_cell(jb_source *source, struct jb_node node, bool own,
                                  uint32_t indicator, struct jb_period period, uint32_t stretch,
                                  struct jb_sum_cell *ret, bool *ret_found);
/* The 本期 cells of a run of base periods: (*ret)[i] belongs to first + i and is NULL where nothing
 * is there; *ret_found counts the others. Lives until the next run. */
JB_MUST_USE jb_err jb_source_run(jb_source *source, struct jb_node node, bool own,
                                 uint32_t indicator, struct jb_period first, uint32_t count,
                                 const struct jb_sum_cell *const **ret, uint32_t *ret_found);
/* Whether the node has a value in the base period on any stretch but 本期. */
JB_MUST_USE jb_err jb_source_other_stretch(jb_source *source, struct jb_node node, bool own,
                                           uint32_t indicator, struct jb_period period, bool *ret);
/* What the unit itself has there, on 本期 and on other stretches: a set. */
enum jb_own_has {
    JB_HAS_VALUE = 1,
    JB_HAS_NOT_APPLICABLE = 2,
    JB_HAS_OTHER_VALUE = 4, /* on another stretch */
    JB_HAS_OTHER_NOT_APPLICABLE = 8,
};
JB_MUST_USE jb_err jb_source_own_has(jb_source *source, uint32_t unit, uint32_t indicator,
                                     struct jb_period period, unsigned *ret);
/* The unit's filings of the base period. *ret_count 0: none. Lives until the next call. */
JB_MUST_USE jb_err jb_source_filings(jb_source *source, uint32_t unit, struct jb_period period,
                                     const struct jb_past_filing **ret, uint32_t *ret_count);
/* Not of the live working view: everything that stood there, with what set it. Lives until the next
 * call. */
JB_MUST_USE jb_err jb_source_past(jb_source *source, uint32_t unit, struct jb_period period,
                                  const struct jb_past **ret);
/* expected of coverage, with the amendments of a managed period; own: whether the unit itself owes
 * it (0 or 1). */
JB_MUST_USE jb_err jb_source_expected(jb_source *source, struct jb_node node, bool own,
                                      uint32_t indicator, struct jb_period period, uint32_t *ret);
/* Where a period stands, for its amendments; NULL where periods are free. Lives until the next
 * call. */
JB_MUST_USE jb_err jb_source_amended(jb_source *source, struct jb_period period,
                                     const struct jb_period_state **ret);
/* How many forms are missing, of what the view shows, under the node (own: of the unit itself) in a
 * period that was closed, or published, without them; 0 while it is open, and where periods are
 * free. */
JB_MUST_USE jb_err jb_source_missing(jb_source *source, struct jb_node node, bool own,
                                     struct jb_period period, uint32_t *ret);
/* A release of a period that an answer rests on. */
struct jb_shown_release {
    struct jb_period period;
    uint32_t number;
    uint64_t revision; /* of the act */
    int64_t at_us;
};
/* Published view: the release by which the period is shown; number 0: none. */
JB_MUST_USE jb_err jb_source_release(jb_source *source, struct jb_period period,
                                     struct jb_shown_release *ret);
/* Published view: of how many base periods of the span the release lists the indicator. */
JB_MUST_USE jb_err jb_source_published(jb_source *source, uint32_t indicator, struct jb_span span,
                                       uint32_t *ret);
/* The releases that were looked at since set, each once, by frequency and time. Lives until the
 * next look. */
const struct jb_shown_release *jb_source_shown(jb_source *source, uint32_t *ret_count);
/* Base periods looked at since set: what an answer has cost so far. */
uint64_t jb_source_work(const jb_source *source);

#endif
