/* How a process hands a parcel to the one that holds the outbox: a file in home/spool, written
 * whole, taken in by whoever opens the outbox for writing, then removed. Ids make a second taking
 * harmless, so a crash in between costs nothing. */
#ifndef JB_AGENT_SPOOL_H
#define JB_AGENT_SPOOL_H

#include "outbox.h"

/* Durable when it returns JB_OK. */
JB_MUST_USE jb_err jb_spool_put(const char *home, const struct jb_parcel *parcel);
/* Takes in everything there, in the order of arrival. A damaged file, or one for another store, is
 * put aside as *.bad and counted. */
JB_MUST_USE jb_err jb_spool_take(const char *home, jb_outbox *outbox, int64_t now_us,
                                 uint32_t *ret_taken, uint32_t *ret_bad);

#endif
