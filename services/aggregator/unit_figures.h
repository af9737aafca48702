/* A unit's own figures as checks across figures ask for them: what the store holds, and on top of
 * it what a submission that is being decided would set. */
#ifndef JB_UNIT_FIGURES_H
#define JB_UNIT_FIGURES_H

#include "binding.h"
#include "model/check.h"
#include "model/figure_source.h"

/* Blocks that are kept decoded: a form's figures of a period and of the eight before fit. */
#define JB_UNIT_FIGURES_BLOCKS 16

struct jb_unit_block {
    bool loaded;
    struct jb_period period;
    uint16_t block;
    struct jb_own_block own;
};
struct jb_unit_figures {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    uint32_t unit; /* number */
    struct jb_checked checked;
    const struct jb_effect *effects; /* sorted by indicator number and stretch; may be NULL */
    struct jb_unit_block blocks[JB_UNIT_FIGURES_BLOCKS];
};

/* The source borrows figures; free frees what was decoded. */
struct jb_figure_source jb_unit_figures_source(struct jb_unit_figures *figures);
void jb_unit_figures_free(struct jb_unit_figures *figures);

#endif
