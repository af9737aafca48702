/* Envelopes in and out of a ROUTER socket. */
#include "door.h"

#include "base/limits.h"
#include "base/log.h"
#include "lookup.h"
#include "net/loop.h"

/* Of messages of the largest size: what one peer that floods, or does not read, can cost. Beyond it
 * the peer waits. */
const struct jb_sock_limits jb_door_limits = {
    .send_hwm = 128, .recv_hwm = 128, .bytes_max = JB_MESSAGE_BYTES_MAX};

void jb_door_init(struct jb_door *door, jb_sock *sock)
{
    *door = (struct jb_door){.sock = sock, .wakeup_fd = -1};
    jb_buf_init(&door->out, JB_MESSAGE_BYTES_MAX);
}

void jb_door_share(struct jb_door *door, int wakeup_fd)
{
    door->wakeup_fd = wakeup_fd;
}

void jb_door_guard(struct jb_door *door, struct jb_gate *gate)
{
    door->gate = gate;
}

int jb_door_fd(const struct jb_door *door)
{
    return jb_sock_fd(door->sock);
}

void jb_door_free(struct jb_door *door)
{
    jb_buf_free(&door->out);
}

static void enter(struct jb_door *door)
{
    if (door->wakeup_fd >= 0)
        jb_sock_hold(door->sock);
}

/* After what another did, the waiter's descriptor may have nothing more to say (see jb_sock_hold):
 * what is there is told by the wake-up. To be woken twice costs it one look. */
static void leave(struct jb_door *door, bool other)
{
    if (door->wakeup_fd < 0)
        return;
    bool pending = other && jb_sock_is_pending(door->sock);
    jb_sock_let_go(door->sock);
    if (pending)
        jb_wakeup_set(door->wakeup_fd);
}

jb_err jb_door_send(struct jb_door *door, const struct jb_peer *peer, uint32_t kind,
                    struct jb_slice request_id, struct jb_slice payload)
{
    struct jb_envelope envelope = {.kind = kind, .request_id = request_id, .payload = payload};
    enter(door);
    jb_buf_clear(&door->out);
    jb_wire_envelope_encode(&envelope, &door->out);
    jb_err err =
        door->out.failed ? JB_ERANGE : jb_sock_send(door->sock, peer, jb_buf_slice(&door->out));
    if (err)
        atomic_fetch_add(&door->unsent, 1);
    leave(door, true);
    return err;
}

void jb_door_send_all(struct jb_door *door, const struct jb_door_answer *answers, uint32_t count)
{
    enter(door);
    for (uint32_t i = 0; i < count; i++) {
        if (jb_sock_send(door->sock, answers[i].peer, answers[i].bytes) != JB_OK)
            atomic_fetch_add(&door->unsent, 1);
    }
    leave(door, true);
}

void jb_door_refuse(struct jb_door *door, const struct jb_peer *peer, struct jb_slice request_id,
                    enum jb_finding_code code)
{
    struct jb_findings findings;
    struct jb_buf payload;
    jb_findings_init(&findings);
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_lookup_refuse(&findings, code, (struct jb_slice){0}, "");
    jb_wire_refused_encode(&findings, &payload);
    jb_ignore(jb_door_send(door, peer, JB_KIND_REFUSED, request_id, jb_buf_slice(&payload)));
    jb_buf_free(&payload);
    jb_findings_free(&findings);
}

static void refuse_malformed(struct jb_door *door, const struct jb_msg *msg, jb_err why)
{
    struct jb_slice request_id;
    if (jb_wire_request_id(msg->bytes, &request_id))
        jb_door_refuse(door, &msg->peer, request_id,
                       why == JB_ERANGE ? JB_F_TOO_LARGE : JB_F_MALFORMED);
}

static bool may_pass(struct jb_door *door, const struct jb_msg *msg)
{
    struct jb_slice request_id;
    enum jb_finding_code why = JB_F_NONE;
    if (door->gate)
        why = jb_gate_ask(door->gate, msg, jb_clock_now_us(), jb_clock_mono_us());
    if (why && jb_wire_request_id(msg->bytes, &request_id))
        jb_door_refuse(door, &msg->peer, request_id, why);
    return !why;
}

bool jb_door_is_pending(struct jb_door *door)
{
    enter(door);
    bool pending = jb_sock_is_pending(door->sock);
    leave(door, false);
    return pending;
}

jb_err jb_door_take(struct jb_door *door, struct jb_msg *msg, bool waits, struct jb_envelope *ret)
{
    enter(door);
    jb_err err = jb_sock_recv(door->sock, msg);
    leave(door, !waits && !err);
    if (!err && !may_pass(door, msg))
        return JB_EINVAL;
    if (!err) {
        err = jb_wire_envelope_decode(msg->bytes, NULL, ret);
        if (!err)
            return JB_OK;
        refuse_malformed(door, msg, err);
        err = JB_EINVAL;
    }
    if (err == JB_EINVAL)
        atomic_fetch_add(&door->malformed, 1);
    return err;
}

void jb_door_report(struct jb_door *door, const char *name)
{
    unsigned long long malformed = atomic_exchange(&door->malformed, 0);
    unsigned long long unsent = atomic_exchange(&door->unsent, 0);
    if (malformed || unsent)
        jb_log(JB_LOG_WARN, "door", "name=%s malformed=%llu unsent=%llu", name, malformed, unsent);
}
