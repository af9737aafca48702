/* Who sends a request: an enrolled device (it reads for its person), and, after the PIN, a write
 * session of 30 minutes, which is kept in memory only. Both are known by cookies that no script
 * sees (HttpOnly, SameSite=Strict; with the prefix __Host- and Secure behind a reverse proxy with
 * TLS). A request that changes something also carries the session's token in a header, which a
 * foreign page cannot read. */
#ifndef JB_SESSION_H
#define JB_SESSION_H

#include "attempts.h"
#include "http.h"
#include "people.h"

struct jb_gateway;
struct jb_visit;

#define JB_SESSION_US (30 * 60 * 1000000LL) /* since it was used last */
#define JB_SESSIONS_MAX 1024
#define JB_SESSION_HEADER "X-Jibao-Token"
#define JB_TOKEN_TEXT_SIZE 48

typedef struct jb_sessions jb_sessions;

jb_sessions *jb_sessions_new(void);
void jb_sessions_free(jb_sessions *sessions); /* NULL is fine */

/* Fills in the visit's person and whether it may write. */
void jb_session_recognize(struct jb_gateway *gateway, jb_request *request, struct jb_visit *visit);
/* The request may change something: a write session, and its token. False: it was answered. */
bool jb_session_may_write(struct jb_gateway *gateway, jb_request *request);

/* Routes. */
void jb_session_show(struct jb_gateway *gateway, jb_request *request);
void jb_session_enrol(struct jb_gateway *gateway, jb_request *request);
void jb_session_unlock(struct jb_gateway *gateway, jb_request *request);
void jb_session_lock(struct jb_gateway *gateway, jb_request *request);
void jb_session_leave(struct jb_gateway *gateway, jb_request *request);

#endif
