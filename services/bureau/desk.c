/* One client a door, opened when it is first needed: most commands ask the read door only. */
#include "desk.h"

#include "base/text.h"
#include "files/demonstration.h"

void jb_desk_init(struct jb_desk *desk, const struct jb_options *options)
{
    *desk = (struct jb_desk){.options = options};
    jb_findings_init(&desk->findings);
    jb_arena_init(&desk->arena, JB_DESK_ANSWER_BYTES_MAX);
}

void jb_desk_free(struct jb_desk *desk)
{
    for (size_t i = 0; i < JB_COUNT(desk->clients); i++)
        jb_client_close(desk->clients[i]);
    if (desk->net)
        jb_net_free(desk->net);
    jb_identity_free(desk->identity);
    jb_findings_free(&desk->findings);
    jb_arena_free(&desk->arena);
}

const char *jb_desk_endpoint(const struct jb_desk *desk, enum jb_door door)
{
    return door == JB_DOOR_WRITE ? desk->options->conf.write : desk->options->conf.read;
}

int jb_desk_timeout_ms(const struct jb_desk *desk)
{
    return desk->options->timeout_ms ? desk->options->timeout_ms : JB_DESK_TIMEOUT_MS;
}

jb_client *jb_desk_client(struct jb_desk *desk, enum jb_door door)
{
    if (desk->clients[door])
        return desk->clients[door];
    if (!desk->identity &&
        jb_options_identity(desk->options, &desk->identity, &desk->server) != JB_EXIT_OK)
        return NULL;
    if (!desk->net)
        desk->net = jb_net_new(1);
    struct jb_who who = {desk->identity, desk->server};
    jb_err err = desk->net ? jb_client_open_as(desk->net, jb_desk_endpoint(desk, door), &who,
                                               &desk->clients[door])
                           : JB_ENOMEM;
    if (err) {
        fprintf(stderr, _("jibao: '%s' is not an address that can be used (%s)\n"),
                jb_desk_endpoint(desk, door), jb_err_name(err));
        fputs(_("  Write it like tcp://127.0.0.1:5571.\n"), stderr);
        return NULL;
    }
    if (desk->options->asked_for)
        jb_client_ask_for(desk->clients[door], desk->options->asked_for);
    return desk->clients[door];
}

/* The door knows why it refuses and tells nobody: what a client sees is a handshake that ends. */
static void tell_handshake(const struct jb_desk *desk)
{
    char hex[JB_KEY_HEX_SIZE], server[JB_KEY_HEX_SIZE];

    jb_public_format(jb_identity_public(desk->identity), hex);
    jb_public_format(&desk->server, server);
    fputs(_("  The aggregator does not let this key in (not allowed yet, suspended, over or "
            "revoked), or its own key is another than the one configured as server_key.\n"),
          stderr);
    fprintf(stderr,
            _("  This key: %s (%s). Whoever manages keys lets it in with jibao key allow.\n"), hex,
            desk->options->conf.key);
    fprintf(stderr, _("  server_key: %s. Compare it with server.pub beside the store.\n"), server);
}

void jb_desk_tell_refused(const struct jb_desk *desk, enum jb_door door)
{
    fprintf(stderr, _("jibao: not let in at %s; trying until it is\n"),
            jb_desk_endpoint(desk, door));
    tell_handshake(desk);
}

enum jb_exit jb_desk_unreachable(const struct jb_desk *desk, enum jb_door door)
{
    const char *option = door == JB_DOOR_WRITE ? "--write" : "--read";
    const jb_client *client = desk->clients[door];
    enum jb_trouble trouble = client ? jb_client_trouble(client) : JB_TROUBLE_UNREACHED;

    fprintf(stderr, _("jibao: no answer from the aggregator at %s within %d s\n"),
            jb_desk_endpoint(desk, door), jb_desk_timeout_ms(desk) / 1000);
    switch (trouble) {
    case JB_TROUBLE_HANDSHAKE:
        tell_handshake(desk);
        return JB_EXIT_FAILED;
    case JB_TROUBLE_SILENT:
        fputs(_("  It is connected but silent; ask again, or wait longer with --timeout.\n"),
              stderr);
        return JB_EXIT_FAILED;
    case JB_TROUBLE_NONE:
    case JB_TROUBLE_UNREACHED:
    case JB_TROUBLE_NOBODY:
        break;
    }
    fprintf(stderr,
            _("  Is it running (jibao-aggregator run)? Another address is given with %s or in the "
              "configuration file (--config, or the environment's JIBAO_CONFIG).\n"),
            option);
    return JB_EXIT_FAILED;
}

enum jb_exit jb_desk_ask(struct jb_desk *desk, enum jb_door door, enum jb_kind kind,
                         struct jb_slice store_id, struct jb_slice payload, enum jb_kind expected,
                         struct jb_slice *ret)
{
    struct jb_welcome welcome;
    enum jb_exit code = desk->greeted ? JB_EXIT_OK : jb_desk_hello(desk, door, &welcome);
    if (code != JB_EXIT_OK)
        return code;
    jb_client *client = jb_desk_client(desk, door);

    if (!client)
        return JB_EXIT_USAGE;
    jb_err err = jb_client_expect(client, kind, store_id, payload, jb_desk_timeout_ms(desk),
                                  expected, ret, &desk->findings);
    if (err == JB_OK)
        return JB_EXIT_OK;
    if (err == JB_EAGAIN)
        return jb_desk_unreachable(desk, door);
    return jb_desk_settle(desk, err);
}

enum jb_exit jb_desk_hello(struct jb_desk *desk, enum jb_door door, struct jb_welcome *ret)
{
    jb_client *client = jb_desk_client(desk, door);

    if (!client)
        return JB_EXIT_USAGE;
    jb_err err = jb_client_hello(client, jb_desk_timeout_ms(desk), ret);
    if (err == JB_OK) {
        desk->greeted = true;
        if (ret->demonstration)
            jb_demonstration_set();
        return JB_EXIT_OK;
    }
    if (err == JB_EAGAIN)
        return jb_desk_unreachable(desk, door);
    return jb_desk_settle(desk, err);
}

enum jb_exit jb_desk_settle(struct jb_desk *desk, jb_err err)
{
    bool refused = desk->findings.errors > 0;

    jb_findings_print(&desk->findings, stderr);
    jb_findings_clear(&desk->findings);
    if (refused)
        return JB_EXIT_REFUSED;
    if (err == JB_OK)
        return JB_EXIT_OK;
    if (err == JB_ENOMEM || err == JB_ERANGE)
        fputs(_("jibao: the answer is too large; ask for less at once\n"), stderr);
    else
        fprintf(stderr, _("jibao: the answer cannot be used (%s)\n"), jb_err_name(err));
    return JB_EXIT_FAILED;
}
