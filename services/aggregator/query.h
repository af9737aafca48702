/* Answers a rollup question: nodes x indicators x periods, in that order, each row a figure with
 * its coverage, marks, status, and on request its growth. Pages are cut by size and by work, so
 * that no page holds up others.
 *
 * Rules beside design section 8, so that two people read one answer alike:
 * - Names are given as code, else as name or alias. Indicators, sections (with those below them)
 *   and forms add up to one set, in the catalogue's order. `under` stands for the children of that
 *   unit on the last day of the first period.
 * - Basis: 本期 is folded first. Where that is not in state value, the cell that covers exactly the
 *   span (at the span's last base period, starting at its first) is used if it is in state value,
 *   or if 本期 has no cells at all; it is then named in `basis`. A basis that was asked for is read
 *   against the span's last base period and must start where the span starts, else the row is not
 *   computable (other_stretch). So is a base period in which an indicator without time_agg has
 *   nothing 本期 and a value on another stretch.
 * - Coverage of a stock that names its value_period, and of an exact stretch, is that of the one
 *   base period it stands in.
 * - A ratio's coverage is its weaker side's: the smaller reported, the larger expected. Its two
 *   stocks (both with time_agg last) are taken at the last base period in which both have a value.
 *   Reasons: denominator first. It is `unpaired` when the sets of (unit, base period) in state
 *   value differ; with a stock, in its value period. A negative denominator turns both signs; a
 *   part that is not exact then makes the quotient approximate.
 * - Growth is in percent at the indicator's display decimals; in points (current minus base) for a
 *   rate or ratio whose unit of measure is %. Reasons in this order: text; span_too_long (more base
 *   periods than a year has); incomplete; base_incomplete; base_not_positive (not for points). A
 *   side is complete when it has a value and, in each base period that the span or the one it is
 *   compared with expects (a stock's: only its value period; an exact stretch's: only its last),
 *   reported equals expected and is not 0. The value periods of two stocks must lie equally far
 *   apart as the spans.
 * - Views (model/viewpoint.h): working and accepted answer as above from what they show. Published:
 * each base period by its own release. A figure rests on all base periods of its span, and each
 * must have a release that lists the indicator; if none has, the row is not computable
 * (not_published), if some have, likewise (partly_published): there is no partial sum. 本期 is then
 * not in state value; the cell of exactly the span may stand in its place as above, where the
 * release of its own, the last base period lists the indicator. A ratio must be listed itself, its
 * parts need not; it rests on exact stretches when both sides do. One that is unpaired is not told
 * (unpaired). A ratio that is not told has neither parts nor the flag `unpaired`, as both would
 * tell of figures that are kept back. Growth: the base by its own newest release, or by the one of
 * the same number where a number was asked for and there is one; not published is base_incomplete.
 * A number that was asked for must exist of every base period of every span. Expected counts are
 * those of the release's revision.
 * - Text of one unit and base period is given as text; where a rollup has exactly one, that
 *   one's. */
#ifndef JB_AGG_QUERY_H
#define JB_AGG_QUERY_H

#include "model/finding.h"
#include "net/wire_query.h"
#include "rights.h"
#include "source.h"

typedef struct jb_query_plan jb_query_plan; /* a question understood; lives in its arena */

#define JB_QUERY_PAGE_WORK_MAX 20000 /* base periods looked at for one page */

/* The revision that a question asks about: 0 for now. JB_EINVAL: a finding says that it lies ahead
 * of the head. */
JB_MUST_USE jb_err jb_query_revision(jb_kv_txn *txn, const struct jb_query *query, uint64_t head,
                                     uint64_t *ret_as_of, struct jb_findings *findings);
/* JB_EINVAL: findings has errors (unknown names with what was probably meant, bad periods, units
 * and groups outside the reach): the question is refused as a whole. The children that `under`
 * stands for are narrowed to the reach, with a notice. reach NULL: everything. A question finer
 * than a base period is only a finding: those rows are left out. JB_ENOMEM: the arena's limit. */
JB_MUST_USE jb_err jb_query_plan_make(const struct jb_binding *binding,
                                      const struct jb_query *query, const struct jb_reach *reach,
                                      struct jb_arena *arena, jb_query_plan **ret,
                                      struct jb_findings *findings);
/* Base periods that answering would look at, owners included when as_of: to tell short questions
 * from long ones. */
uint64_t jb_query_plan_cost(const jb_query_plan *plan, const struct jb_binding *binding,
                            bool as_of);
struct jb_viewpoint jb_query_plan_viewpoint(const jb_query_plan *plan);
/* JB_EINVAL: a finding says that only the published view has releases. */
JB_MUST_USE jb_err jb_query_check_view(struct jb_viewpoint viewpoint, struct jb_findings *findings);
/* Of a source that was set for a view. JB_EINVAL: a finding for each base period that has no
 * release of the number that was asked for. */
JB_MUST_USE jb_err jb_query_check_span(jb_source *source, struct jb_span base,
                                       struct jb_findings *findings);
JB_MUST_USE jb_err jb_query_check_releases(jb_source *source, const jb_query_plan *plan,
                                           struct jb_findings *findings);
/* The releases of the source's answer so far, in the arena. */
JB_MUST_USE jb_err jb_query_releases(jb_source *source, struct jb_arena *arena,
                                     const struct jb_release **ret, uint32_t *ret_count);
/* Rows from *position on, until bytes_max or work_max is reached (0: no such limit); *position
 * moves. *ret_more: rows are left. The rows, the names of what stands in them and every text are in
 * the arena. The source was set for the plan. The snapshot and cursor of *ret are left zero. */
JB_MUST_USE jb_err jb_query_page(jb_source *source, const jb_query_plan *plan, int64_t now_us,
                                 size_t bytes_max, uint64_t work_max, struct jb_arena *arena,
                                 uint64_t *position, struct jb_answer *ret, bool *ret_more);

/* Everything at once, without sockets or pages: for tests. binding is the one in force at the
 * revision asked for (jb_store_catalog_at when as_of). snapshot is filled in but for the cursor. */
JB_MUST_USE jb_err jb_query_run(jb_kv_txn *txn, const struct jb_binding *binding,
                                const struct jb_query *query, int64_t now_us,
                                struct jb_arena *arena, struct jb_answer *ret,
                                struct jb_findings *findings);

#endif
