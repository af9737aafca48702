/* The door tells nobody why it refuses a key, so that what is said here names both possible causes
 * and shows the two keys that have to be compared. */
#include "self.h"

#include "base/text.h"

enum jb_exit jb_self_open(const struct jb_options *options, struct jb_self *ret)
{
    struct jb_self self = {.key_path = options->conf.key};

    enum jb_exit code = jb_options_identity(options, &self.identity, &self.who.server);
    if (code != JB_EXIT_OK && (!options->conf.key || !options->conf.server_key))
        fputs(_("  1. jibao key new FILE makes a key; hand FILE.pub to whoever manages the keys.\n"
                "  2. Write `key = FILE` and `server_key = ...` (they give it to you) into the "
                "configuration file.\n"),
              stderr);
    if (code != JB_EXIT_OK)
        return code;
    self.who.identity = self.identity;
    *ret = self;
    return JB_EXIT_OK;
}

void jb_self_free(struct jb_self *self)
{
    jb_identity_free(self->identity);
    *self = (struct jb_self){0};
}

static void tell_handshake(const struct jb_self *self, const char *endpoint)
{
    char hex[JB_KEY_HEX_SIZE], server[JB_KEY_HEX_SIZE];

    jb_public_format(jb_identity_public(self->identity), hex);
    jb_public_format(&self->who.server, server);
    fprintf(stderr,
            _("jibao-agent: %s does not let this key in yet, or the aggregator's key is another "
              "than server_key\n"),
            endpoint);
    fprintf(stderr,
            _("  This key: %s (%s). Whoever manages the keys lets it in with jibao key allow.\n"),
            hex, self->key_path);
    fprintf(stderr, _("  server_key: %s\n"), server);
}

void jb_self_hear(struct jb_self *self, const char *endpoint, enum jb_trouble trouble)
{
    if (trouble == JB_TROUBLE_NONE)
        self->told_refused = false;
    if (trouble != JB_TROUBLE_HANDSHAKE || self->told_refused)
        return;
    self->told_refused = true;
    tell_handshake(self, endpoint);
}

void jb_self_tell_trouble(struct jb_self *self, const char *endpoint, enum jb_trouble trouble)
{
    if (trouble == JB_TROUBLE_HANDSHAKE)
        jb_self_hear(self, endpoint, trouble);
    else
        fprintf(stderr, _("jibao-agent: no answer from %s\n"), endpoint);
}

void jb_self_tell_barred(enum jb_finding_code barred)
{
    fprintf(stderr, _("jibao-agent: %s; what is queued waits\n"), jb_finding_sentence(barred));
    fprintf(stderr, "  %s\n", jb_finding_advice(barred));
}

enum jb_finding_code jb_self_barred(const struct jb_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        enum jb_finding_code code = findings->items[i].code;
        if (code == JB_F_UNKNOWN_KEY || code == JB_F_KEY_SUSPENDED || code == JB_F_KEY_REVOKED ||
            code == JB_F_KEY_EXPIRED)
            return code;
    }
    return JB_F_NONE;
}
