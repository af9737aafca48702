/* The checks across figures of one filing: relations 审核关系, parts 其中, and what is asked when a
 * catalogue wants it: figures far from the unit's own history, a form with the figures of the
 * period before throughout, a year to date that its periods do not come to. Pure: the figures come
 * through a source.
 *
 * What a submission names is checked: a relation counts as touched when it looks, in this period,
 * at an indicator that the submission sets. A relation across forms waits for the last of them;
 * what an earlier period's correction does to a later period is asked when the later one is filed
 * again.
 *
 * An explanation 上报说明 answers what needs one: the note of the row for what is found at a row,
 * the submission's explanation, or that note, for a relation, the explanation for the whole form.
 */
#ifndef JB_FILING_CHECK_H
#define JB_FILING_CHECK_H

#include "model/catalog.h"
#include "model/check.h"
#include "model/figure_source.h"

struct jb_filing_check {
    const jb_catalog *catalog;
    struct jb_checked checked;
    /* NULL: what stands is checked, all of it, and everything found is told as in need of an
     * explanation: nothing is refused by it. */
    const struct jb_submission *submission;
    const struct jb_effect *effects; /* of the submission */
    struct jb_figure_source source;
    struct jb_findings *findings;
    uint32_t unknown; /* set: checks that need figures which the source cannot know */
};
/* False: no check looks at the form's figures together, and there is nothing to run. */
static inline bool jb_filing_is_compared(const jb_catalog *catalog,
                                         const struct jb_checked *checked)
{
    return jb_catalog_view(catalog)->forms[checked->form].compared;
}
/* Adds what is found. Errors are the source's. */
JB_MUST_USE jb_err jb_filing_check(struct jb_filing_check *check);

#endif
