/* What an enrolled person may do at this moment, asked of the aggregator: the gateway's own store
 * only knows which device is whose. */
#ifndef JB_MAY_H
#define JB_MAY_H

#include "gateway.h"

#define JB_COOKIE_BYTES 320 /* of one Set-Cookie, at most */

/* Answers the request with the JSON object, and in it `may`: the units that the person may report
 * for, enter for and review, and whether notices are the person's to give. Without it when the
 * aggregator does not answer. cookies: of Set-Cookie; NULL: none. */
void jb_may_reply(struct jb_gateway *gateway, jb_request *request, const char *object,
                  const char *const cookies[2]);

#endif
