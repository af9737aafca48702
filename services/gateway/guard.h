/* Whether a request may be heard at all, before anybody asks who sent it: that it was meant for
 * this server (a foreign page that had its name point here is refused), and that no foreign page
 * sent it.
 */
#ifndef JB_GUARD_H
#define JB_GUARD_H

#include "gateway.h"

/* False: it was answered. */
bool jb_guard_admit(struct jb_gateway *gateway, jb_request *request);
/* The language the person reads: what the address says (lang=), else the browser. */
bool jb_guard_wants_zh(const struct jb_gateway *gateway, const jb_request *request);

#endif
