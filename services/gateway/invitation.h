/* An administrator of a unit invites people of it, from the page. What these people may do is the
 * aggregator's to say, and so is whether the administrator is still what he was: both are asked
 * about before a code is made. Nobody is invited who may do more than report, enter or read for
 * that unit, because whoever makes a code could use it himself: others get theirs from the bureau
 * (jibao-gateway invite). */
#ifndef JB_INVITATION_H
#define JB_INVITATION_H

#include "gateway.h"

/* POST {"person", "name"}: answered with the code. */
void jb_invitation_make(struct jb_gateway *gateway, jb_request *request);

#endif
