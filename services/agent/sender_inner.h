/* What the sender's two files share: its state, and how it loses the other side. Nobody else
 * includes this. */
#ifndef JB_AGENT_SENDER_INNER_H
#define JB_AGENT_SENDER_INNER_H

#include "queue.h"
#include "sender.h"

#define JB_SENDER_HELLO_BYTES 8

struct jb_sender {
    jb_client *client;
    jb_outbox *outbox;
    uint8_t store_id[16]; /* expected */
    uint8_t met[16];
    uint32_t epoch; /* the newest the store said since we run */
    enum jb_sender_state state;
    bool log;
    bool hello_sent;
    uint8_t hello[JB_SENDER_HELLO_BYTES]; /* request id of the last HELLO */
    int64_t hello_us;
    int64_t heard_us;      /* of the last answer */
    int64_t not_before_us; /* the pause's end */
    int64_t pause_us;      /* of the last pause; 0: none since the last success */
    uint64_t sendings;
    struct jb_queue queue;
    struct jb_sender_counts counts;
    struct jb_arena arena;
    struct jb_findings findings;
    bool settling;               /* the outbox has an open group */
    enum jb_finding_code barred; /* what the last answer said of the key; JB_F_NONE: it is good */
};

/* Lengthens the pause and begins it. */
void jb_sender_rest(jb_sender *sender, int64_t now);
/* Greets again as soon as the socket can be written. */
void jb_sender_lose(jb_sender *sender);
/* The other side is silent: a new connection after a pause; what was under way goes again. */
void jb_sender_go_offline(jb_sender *sender, int64_t now);
/* Takes what came and stores the receipts among it in one transaction. */
JB_MUST_USE jb_err jb_sender_take_answers(jb_sender *sender, int64_t now);

#endif
