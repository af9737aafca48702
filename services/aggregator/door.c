/* Envelopes in and out of a ROUTER socket. */
#include "door.h"

#include "base/limits.h"
#include "base/log.h"
#include "lookup.h"

/* Of messages of the largest size: what one peer that floods, or does not read, can cost. Beyond it
 * the peer waits. */
const struct jb_sock_limits jb_door_limits = {
    .send_hwm = 128, .recv_hwm = 128, .bytes_max = JB_MESSAGE_BYTES_MAX};

void jb_door_init(struct jb_door *door, jb_sock *sock)
{
    *door = (struct jb_door){.sock = sock};
    jb_buf_init(&door->out, JB_MESSAGE_BYTES_MAX);
}

void jb_door_free(struct jb_door *door)
{
    jb_buf_free(&door->out);
}

jb_err jb_door_send(struct jb_door *door, const struct jb_peer *peer, uint32_t kind,
                    struct jb_slice request_id, struct jb_slice payload)
{
    struct jb_envelope envelope = {.kind = kind, .request_id = request_id, .payload = payload};
    jb_buf_clear(&door->out);
    jb_wire_envelope_encode(&envelope, &door->out);
    jb_err err =
        door->out.failed ? JB_ERANGE : jb_sock_send(door->sock, peer, jb_buf_slice(&door->out));
    if (err)
        door->unsent++;
    return err;
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

jb_err jb_door_take(struct jb_door *door, struct jb_msg *msg, struct jb_envelope *ret)
{
    struct jb_slice request_id;
    jb_err err = jb_sock_recv(door->sock, msg);
    if (err == JB_EINVAL)
        door->malformed++;
    if (err)
        return err;
    err = jb_wire_envelope_decode(msg->bytes, NULL, ret);
    if (!err)
        return JB_OK;
    door->malformed++;
    if (jb_wire_request_id(msg->bytes, &request_id))
        jb_door_refuse(door, &msg->peer, request_id,
                       err == JB_ERANGE ? JB_F_TOO_LARGE : JB_F_MALFORMED);
    return JB_EINVAL;
}

void jb_door_report(struct jb_door *door, const char *name)
{
    if (door->malformed || door->unsent)
        jb_log(JB_LOG_WARN, "door", "name=%s malformed=%llu unsent=%llu", name,
               (unsigned long long)door->malformed, (unsigned long long)door->unsent);
    door->malformed = 0;
    door->unsent = 0;
}
