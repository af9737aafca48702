/* Getting parcels from a command into the outbox and waiting for what becomes of them. Whoever
 * holds the outbox sends: this process when it is free, else the one that has it (a running
 * daemon), to whom parcels go through the spool. */
#ifndef JB_AGENT_DELIVERY_H
#define JB_AGENT_DELIVERY_H

#include "outbox.h"
#include "self.h"

struct jb_delivery {
    const char *home, *endpoint;
    struct jb_self *self; /* who signs and sends */
    uint8_t store_id[16];
    jb_outbox *outbox;           /* NULL: another process has it */
    jb_outbox *view;             /* read-only look at it then */
    bool reached;                /* the aggregator answered while waiting */
    bool wrong_store;            /* another store answers at the endpoint */
    enum jb_trouble trouble;     /* when not reached: why, as far as it is known */
    enum jb_finding_code barred; /* why the key may do nothing now; JB_F_NONE: it may */
};

/* Takes in what the spool holds when the outbox is free. self is borrowed. Storage errors. */
JB_MUST_USE jb_err jb_delivery_open(struct jb_delivery *delivery, const char *home,
                                    const char *endpoint, struct jb_self *self,
                                    const uint8_t store_id[16]);
void jb_delivery_close(struct jb_delivery *delivery);
/* On disk when it returns JB_OK. JB_EINVAL: the outbox belongs to another store. */
JB_MUST_USE jb_err jb_delivery_put(struct jb_delivery *delivery, const struct jb_parcel *parcel);
/* Sends, or watches another process send, until every id is answered or wait_ms are over, and says
 * at once when the door does not let the key in. count 0: until nothing waits. */
JB_MUST_USE jb_err jb_delivery_wait(struct jb_delivery *delivery, const struct jb_uuid *ids,
                                    uint32_t count, int64_t wait_ms);
/* As jb_outbox_find, wherever the outbox is; what only lies in the spool is waiting. JB_ENOTFOUND:
 * no outbox yet. */
JB_MUST_USE jb_err jb_delivery_find(struct jb_delivery *delivery, struct jb_uuid id,
                                    bool *ret_waiting, struct jb_outbox_receipt *ret);
/* The outbox to read lists from, or NULL when there is none yet. */
jb_outbox *jb_delivery_look(struct jb_delivery *delivery);

#endif
