/* The agent's state folder: the catalogue as fetched, the outbox, and the spool through which other
 * processes hand over submissions while one holds the outbox. Made with mode 0700 on first use. */
#ifndef JB_AGENT_HOME_H
#define JB_AGENT_HOME_H

#include "base/base.h"

#define JB_HOME_CATALOG "catalog.yaml"
#define JB_HOME_OUTBOX "outbox"
#define JB_HOME_SPOOL "spool"

/* configured may be NULL or "": $XDG_STATE_HOME/jibao, else ~/.local/state/jibao. *ret is malloc'd.
 * JB_EIO, JB_EFULL, JB_EINVAL: neither a folder was given nor a home is known. */
JB_MUST_USE jb_err jb_home_open(const char *configured, char **ret);
/* A path inside; free(). */
char *jb_home_path(const char *home, const char *name);

#endif
