/* Who asks on the read door: the key of the connection, and what it may see at this moment. Set
 * anew for each message, so that a change of rights holds from the next one on. */
#ifndef JB_ASKER_H
#define JB_ASKER_H

#include "base/limits.h"
#include "binding.h"
#include "net/identity.h"
#include "rights.h"

/* A connection's key, and the person 代问 for whom it asks. */
struct jb_asking {
    struct jb_public_key key;
    char person[JB_CODE_BYTES_MAX + 1]; /* "": the key asks for itself */
};

struct jb_asker {
    bool guarded; /* else everything is allowed: the door is a test's */
    bool has_key; /* never false on a locked door */
    struct jb_asking who;
    /* What tells askers apart: the key, or a hash of it and the person; zeros when not guarded. */
    struct jb_public_key key;
    jb_rights *rights; /* a reference */
    int64_t now_us;
    /* Made when it is first needed, for one catalogue; kept while the same key asks on, because it
     * takes as long as the tree is large. */
    struct jb_reach reach;
    const jb_catalog *reach_of;
    uint32_t reach_version;
    int64_t reach_until_us;
};

/* board NULL: everything is allowed. user: the connection's key, NULL when it has none. */
void jb_asker_set(struct jb_asker *asker, jb_rights_board *board, const uint8_t *user,
                  int64_t now_us);
/* The same for who may ask for a person; who NULL: a connection without a key. */
void jb_asker_set_for(struct jb_asker *asker, jb_rights_board *board, const struct jb_asking *who,
                      int64_t now_us);
void jb_asker_clear(struct jb_asker *asker); /* one full of zeros is fine */

/* Why it may ask nothing at all at present; JB_F_NONE: it may. */
enum jb_finding_code jb_asker_trouble(const struct jb_asker *asker);
/* Of a person: a role that stands for the whole store counts only through a key that reads all of
 * it. */
bool jb_asker_has_role(const struct jb_asker *asker, enum jb_role role);
/* Whose rights count, among the holders; NULL when there is none, or not guarded. */
const struct jb_holder *jb_asking_holder(const jb_rights *rights, const struct jb_asking *who);
const struct jb_holder *jb_asker_holder(const struct jb_asker *asker);
/* What it may read of a catalogue, by the tree of today: for a person, what both he and the key
 * that asks for him may. The asker's until it is set or cleared, or asked about another
 * catalogue. */
JB_MUST_USE jb_err jb_asker_reach(struct jb_asker *asker, const struct jb_binding *binding,
                                  const struct jb_reach **ret);
/* The moment at which what it may read may change by itself: a grant begins or ends, the key ends,
 * or the day does. INT64_MAX: never. */
int64_t jb_asker_reach_until(const struct jb_asker *asker, const struct jb_binding *binding);

/* Refuses a unit or group outside the reach, and says no more about it. */
void jb_reach_refuse(struct jb_findings *findings, const char *code);
/* Tells that only what the key may read is shown. */
void jb_reach_tell_narrowed(struct jb_findings *findings);

#endif
