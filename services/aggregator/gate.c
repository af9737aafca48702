/* Rights are looked up anew for each message: a reference and a bisection, less than reading the
 * message costs. */
#include "gate.h"

#include <stdio.h>

#include "asker.h"
#include "base/limits.h"
#include "base/log.h"

#define LINES_MAX 10 /* between two reports */

/* What a key that was quiet may do at once is what it may do in two seconds. */
static const struct jb_meter_rates rates = {.requests_per_s = JB_KEY_MESSAGES_PER_S,
                                            .requests_burst = 2 * JB_KEY_MESSAGES_PER_S,
                                            .bytes_per_s = JB_KEY_MESSAGE_BYTES_PER_S,
                                            .bytes_burst = 2 * JB_KEY_MESSAGE_BYTES_PER_S};

void jb_gate_open(struct jb_gate *gate, jb_rights_board *board)
{
    *gate = (struct jb_gate){.board = board};
    if (board)
        gate->meter = jb_meter_new(&rates, JB_METER_KEYS_MAX);
}

void jb_gate_close(struct jb_gate *gate)
{
    jb_meter_free(gate->meter);
    gate->meter = NULL;
}

static void note(atomic_ullong *count, const struct jb_msg *msg, const struct jb_public_key *key,
                 uint32_t kind, enum jb_finding_code why)
{
    char text[JB_KEY_SHORT_SIZE], kind_text[24] = "";
    if (atomic_fetch_add(count, 1) >= LINES_MAX)
        return;
    jb_public_short(key, text);
    if (kind)
        snprintf(kind_text, sizeof(kind_text), " kind=%u", kind);
    jb_log(JB_LOG_WARN, "message.refused", "address=\"%s\" key=%s%s reason=%s", jb_msg_address(msg),
           text, kind_text, jb_finding_code_name(why));
}

enum jb_finding_code jb_gate_ask(struct jb_gate *gate, const struct jb_msg *msg, int64_t now_us,
                                 int64_t mono_us)
{
    struct jb_asker asker = {0};
    uint32_t wait_ms;
    if (!gate->board)
        return JB_F_NONE;
    jb_asker_set(&asker, gate->board, msg->has_user ? msg->user : NULL, now_us);
    enum jb_finding_code why = jb_asker_trouble(&asker);
    if (!why && jb_peer_is_named(&msg->peer))
        why = JB_F_ROUTING_ID;
    if (!why &&
        jb_meter_take(gate->meter, asker.key.bytes, msg->bytes.len, mono_us, &wait_ms) != JB_OK)
        why = JB_F_RATE_LIMITED;
    if (why)
        note(why == JB_F_RATE_LIMITED ? &gate->limited : &gate->refused, msg, &asker.key, 0, why);
    jb_asker_clear(&asker);
    return why;
}

void jb_gate_deny(struct jb_gate *gate, const struct jb_msg *msg, const struct jb_public_key *key,
                  uint32_t kind, enum jb_finding_code why)
{
    note(&gate->denied, msg, key, kind, why);
}

void jb_gate_report(struct jb_gate *gate, const char *name)
{
    unsigned long long refused = atomic_exchange(&gate->refused, 0);
    unsigned long long limited = atomic_exchange(&gate->limited, 0);
    unsigned long long denied = atomic_exchange(&gate->denied, 0);
    if (refused || denied || limited)
        jb_log(JB_LOG_WARN, "gate", "name=%s refused=%llu denied=%llu limited=%llu", name, refused,
               denied, limited);
}
