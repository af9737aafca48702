/* Whether a unit's own figures of a period stand in the store, block by block as they are asked
 * for. */
#ifndef JB_OWN_LOOK_H
#define JB_OWN_LOOK_H

#include "binding.h"
#include "cell.h"
#include "store.h"

struct jb_own_look {
    jb_kv_txn *txn;
    uint32_t unit; /* number */
    struct jb_period period;
    uint32_t block; /* that own holds; 0: none */
    struct jb_own_block own;
};
void jb_own_look_end(struct jb_own_look *look);
/* The cells of an indicator (number): *ret points to *ret_count of them, until the next call. */
JB_MUST_USE jb_err jb_own_look_cells(struct jb_own_look *look, uint32_t indicator,
                                     const struct jb_own_cell **ret, uint32_t *ret_count);
/* A value, or that it does not apply, on any stretch. */
JB_MUST_USE jb_err jb_own_look_has(struct jb_own_look *look, uint32_t indicator, bool *ret);

#endif
