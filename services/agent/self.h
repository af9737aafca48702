/* Who this agent is, and in words why the aggregator does not let it in. */
#ifndef JB_AGENT_SELF_H
#define JB_AGENT_SELF_H

#include "net/client.h"
#include "options.h"

struct jb_self {
    jb_identity *identity;
    struct jb_who who;
    const char *key_path; /* the options' */
    bool told_refused;    /* and not let in since */
};

/* The key and the aggregator's key that the settings name. JB_EXIT_USAGE: told on standard error,
 * with what to do. Free *ret in any case; it starts as all zero. */
enum jb_exit jb_self_open(const struct jb_options *options, struct jb_self *ret);
void jb_self_free(struct jb_self *self);
/* Tells that the endpoint gave no answer, as far as its client knows why, and what to do: of a door
 * that does not let the key in only once (see jb_self_hear). */
void jb_self_tell_trouble(struct jb_self *self, const char *endpoint, enum jb_trouble trouble);
/* For who goes on trying, at every turn: a door that does not let the key in is told of when it is
 * first heard, and again only if the key was in between. */
void jb_self_hear(struct jb_self *self, const char *endpoint, enum jb_trouble trouble);
/* Tells why nothing was decided: the key may do nothing now. */
void jb_self_tell_barred(enum jb_finding_code barred);
/* The findings' code that says that the key may do nothing now; JB_F_NONE: none does. What waits
 * goes on waiting for such a key: it is signed by the key that takes its place, or sent once the
 * key is good again. */
enum jb_finding_code jb_self_barred(const struct jb_findings *findings);

#endif
