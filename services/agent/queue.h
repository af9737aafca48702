/* The waiting items as the sender sees them: the oldest ones in memory, which are under way, and
 * which must wait because an earlier one of their filing is not answered yet. */
#ifndef JB_AGENT_QUEUE_H
#define JB_AGENT_QUEUE_H

#include "outbox.h"

#define JB_QUEUE_ITEMS_MAX 4096
#define JB_QUEUE_REQUEST_BYTES 24 /* the submission's id and the number of the sending */

struct jb_queue_item {
    uint64_t seq;
    uint64_t filing; /* a hash: two filings that share it merely take turns */
    uint32_t ahead;  /* earlier ones of the filing */
    bool under_way;
    bool settled; /* to be dropped */
    uint8_t request[JB_QUEUE_REQUEST_BYTES];
    uint8_t content_hash[32]; /* of the payload as sent */
    struct jb_uuid id;
    int64_t sent_us;
};

struct jb_queue {
    struct jb_queue_item *items; /* by seq */
    uint32_t count;
    uint32_t under_way;
    bool more; /* the outbox holds more than these */
    bool loaded;
    uint64_t generation; /* of the outbox when it was loaded */
};

void jb_queue_free(struct jb_queue *queue);
/* Reads the outbox when it changed or when there is room for more; what is under way stays so. */
JB_MUST_USE jb_err jb_queue_load(struct jb_queue *queue, jb_outbox *outbox);
/* The first item from index `from` that may be sent, or NULL. */
struct jb_queue_item *jb_queue_ready(struct jb_queue *queue, uint32_t from);
/* The item under way with this request id, or NULL. */
struct jb_queue_item *jb_queue_find(struct jb_queue *queue, struct jb_slice request);
/* Drops what is marked settled and lets the next of those filings go. */
void jb_queue_drop_settled(struct jb_queue *queue);
/* Nothing is under way any more: everything may be sent again. */
void jb_queue_recall(struct jb_queue *queue);

#endif
