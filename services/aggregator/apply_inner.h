/* What the files of the applier share: its scratch memory, and one submission's effects on their
 * way from the unit's own cells to the sums above. Seen by apply*.c only. */
#ifndef JB_APPLY_INNER_H
#define JB_APPLY_INNER_H

#include "apply.h"
#include "filing.h"
#include "target.h"
#include "tree.h"

/* What one effect does to an own cell and so to every sum above it. */
struct jb_delta {
    uint32_t indicator; /* index in the catalogue */
    uint32_t number;
    bool own_changed;
    bool counts;      /* the own value is part of the unit's own rollup and of those above */
    bool sum_changed; /* it counts, and what it contributes (or its text) is another than before */
    bool plain;       /* takes plain sums to plain sums: both values are plain, and no extreme */
    bool had;         /* there was an own cell before */
    struct jb_own_cell before, after; /* before is empty unless had */
};

/* A unit or group whose sum cells are brought up to date. */
struct jb_apply_node {
    uint32_t number; /* in keys */
    uint32_t unit;   /* index, or JB_NONE */
    uint32_t group;  /* index, or JB_NONE */
};

/* What is asked of a unit for each effect, answered once for a catalogue. */
enum { JB_UNIT_OWNS = 1, JB_UNIT_HAS_CHILDREN = 2 };

struct jb_applier {
    struct jb_binding *binding; /* NULL: none is loaded */
    uint8_t *traits;            /* by unit index: JB_UNIT_* */
    struct jb_receipts receipts;
    struct jb_trees trees;

    struct jb_delta *deltas;
    uint32_t delta_count, delta_cap;
    struct jb_own_block own, other_own;
    struct jb_sum_block sum, other_sum;
    struct jb_filings filings;
    struct jb_buf record; /* one block or small record at a time */
    struct jb_buf nodes;  /* the change record's nodes, as they come */
    struct jb_buf cells;  /* the cells of one of them */
    uint32_t node_count, cell_count;
    bool log_changes;

    /* Targets, for the change record (apply_target.c). */
    uint32_t *targeted; /* indicators that have one, in the catalogue's order */
    uint32_t targeted_count;
    jb_source *source; /* made on first use */
    struct jb_target_watched *watched;
    uint32_t watched_count, watched_cap;
    struct jb_buf targets; /* a run of jb_change_target */
};

/* A target on which the submission bears, as it stood before it. */
struct jb_target_watched {
    uint32_t indicator, target; /* indexes */
    struct jb_node node;        /* the whole */
    enum jb_target_standing standing;
};

/* One transaction's look at the place that is being changed. */
struct jb_place {
    jb_kv_txn *txn;
    uint32_t unit; /* index */
    struct jb_period period;
    struct jb_tree *tree; /* on the period's last day */
};

/* Sets the unit's own cells and the form's filing, and fills applier->deltas. */
JB_MUST_USE jb_err jb_apply_own(struct jb_applier *a, const struct jb_place *place,
                                const struct jb_entry *entry);
/* In apply_act.c. */
JB_MUST_USE jb_err jb_apply_act(struct jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry);
/* In apply_target.c: how the targets stand that a submission bears on, before it is applied; and
 * what of that is another then, into a->targets. */
JB_MUST_USE jb_err jb_apply_targets_before(struct jb_applier *a, const struct jb_place *place,
                                           const struct jb_entry *entry);
JB_MUST_USE jb_err jb_apply_targets_after(struct jb_applier *a, const struct jb_place *place);
/* Lists the catalogue's indicators with targets. */
JB_MUST_USE jb_err jb_apply_list_targets(struct jb_applier *a);
/* In apply_due.c. */
JB_MUST_USE jb_err jb_apply_due(struct jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry);
/* A delta for each cell of a block, as if nothing had been there before. */
JB_MUST_USE jb_err jb_apply_deltas_of(struct jb_applier *a, const struct jb_place *place,
                                      uint16_t block, const struct jb_own_block *own);
/* The end of the deltas from `at` on that one look at a block brings in: in order, and no place
 * twice (a submission's effects stand so, but the ledger does not promise it). */
uint32_t jb_apply_run_end(const struct jb_applier *a, uint32_t at);
/* Brings the sums of every ancestor and group up to date, and gathers what changed. */
JB_MUST_USE jb_err jb_apply_sums(struct jb_applier *a, const struct jb_place *place);
/* The extreme of a node's sum cell anew, from its direct children or a group's owners. */
JB_MUST_USE jb_err jb_apply_extreme(struct jb_applier *a, const struct jb_place *place,
                                    const struct jb_apply_node *node, const struct jb_delta *delta,
                                    struct jb_sum_cell *cell);
/* The block's cells; an empty block when there is no record. */
JB_MUST_USE jb_err jb_apply_load_own(const struct jb_place *place, uint32_t node, uint16_t block,
                                     struct jb_own_block *ret);
JB_MUST_USE jb_err jb_apply_load_sum(const struct jb_place *place, uint32_t node, uint16_t block,
                                     struct jb_sum_block *ret);
/* True when the unit's own value of the indicator is part of rollups. */
bool jb_apply_counts(const struct jb_applier *a, const struct jb_place *place, uint32_t unit,
                     uint32_t indicator);
static inline bool jb_has_extreme(const struct jb_indicator *indicator)
{
    return indicator->unit_agg == JB_UNIT_MIN || indicator->unit_agg == JB_UNIT_MAX;
}

/* True when both catalogues add up every stored figure alike. */
bool jb_catalog_sums_alike(const jb_catalog *old_catalog, const jb_catalog *new_catalog);
/* Drops every sum and adds the own cells up again under the catalogue in force. */
JB_MUST_USE jb_err jb_apply_resum(struct jb_applier *a, jb_kv_txn *txn);

#endif
