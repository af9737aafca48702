/* A submission in the making, in the world's terms. */
#ifndef MODEL_DRAFT_H
#define MODEL_DRAFT_H

#include "script.h"

struct draft {
    const struct world *world;
    int version;
    int unit, form, ordinal;
    struct jb_uuid id;
    bool has_predecessor;
    struct jb_uuid predecessor;
    const char *reason;
    struct s_row rows[S_ROWS];
    int row_count;
    bool short_basis[S_ROWS];    /* the default basis is left unsaid */
    int extra_decimals;          /* of the first row */
    const char *other_indicator; /* in place of the first row's */
};

/* A submission that must be accepted on that day of the test; false when there is nothing to
 * submit. */
bool draft_make(struct draft *draft, const struct script *s, struct dice *d, int day);
/* Makes one mistake for which it must be refused; says which. */
const char *draft_spoil(struct draft *draft, const struct script *s, struct dice *d);
void draft_encode(const struct draft *draft, uint8_t **ret_bytes, size_t *ret_len);

#endif
