/* The head of the ledger as the aggregator vouches for it with its own key, and with its next one
 * while there are two. */
#ifndef JB_HEAD_SIGN_H
#define JB_HEAD_SIGN_H

#include "desk.h"
#include "net/wire_keys.h"

/* Of the desk's view. JB_EINVAL: the desk has no server key; a finding says so. */
JB_MUST_USE jb_err jb_desk_signed_head(struct jb_desk *desk, struct jb_signed_head *ret);

JB_MUST_USE jb_err jb_answer_proof(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_audit(struct jb_desk *desk, struct jb_slice payload);

#endif
