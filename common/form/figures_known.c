/* A file is a patch: what it leaves out may stand in the store, so it is unknown, not missing. */
#include "form/figures_known.h"

#include "model/filing_check.h"

struct known {
    const struct jb_figures_filing *filing;
    const jb_catalog *catalog;
};

static jb_err get(void *ctx, uint32_t indicator, struct jb_period period, uint32_t stretch,
                  struct jb_found_figure *ret)
{
    const struct known *known = ctx;
    const struct jb_checked *checked = &known->filing->checked;

    *ret = (struct jb_found_figure){.found = JB_FOUND_UNKNOWN};
    if (jb_catalog_form_of(known->catalog, checked->unit, indicator, jb_period_last_day(period)) ==
        JB_NONE)
        ret->found = JB_FOUND_NOT_OWED;
    if (!jb_period_eq(period, checked->period))
        return JB_OK;
    for (uint32_t i = 0; i < checked->effect_count; i++) {
        const struct jb_effect *effect = &known->filing->effects[i];
        if (effect->indicator != indicator || effect->stretch != stretch)
            continue;
        ret->value = effect->value;
        ret->found = effect->value.state == JB_STATE_WITHDRAWN ? JB_FOUND_MISSING : JB_FOUND_VALUE;
    }
    return JB_OK;
}

jb_err jb_figures_known_check(struct jb_figures_filing *filing, const jb_catalog *catalog,
                              struct jb_findings *findings)
{
    struct known known = {filing, catalog};
    uint32_t refusals = jb_findings_refusals(findings);
    struct jb_filing_check check = {.catalog = catalog,
                                    .checked = filing->checked,
                                    .submission = &filing->submission,
                                    .effects = filing->effects,
                                    .source = {&known, get},
                                    .findings = findings};

    jb_err err = jb_filing_check(&check);
    filing->unknown = check.unknown;
    if (!err && jb_findings_refusals(findings) != refusals)
        err = JB_EINVAL;
    return err;
}
