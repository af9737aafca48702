/* What an enrolled person writes: submissions that the gateway's key signs
 * for the person (网页代签): "person P of unit U, these rows". The aggregator checks P's own grant
 * beside the key's; the ledger keeps the signed bytes, and the receipt their hash. */
#ifndef JB_WRITING_H
#define JB_WRITING_H

#include "gateway.h"

/* POST: a Submission in JSON; answered with its Receipt. */
void jb_writing_submit(struct jb_gateway *gateway, jb_request *request);
/* POST: a Submission in JSON, looked at by the catalogue alone; answered with what is found.
 * Nothing is sent on. What compares with other figures is found when it is submitted. */
void jb_writing_check(struct jb_gateway *gateway, jb_request *request);

#endif
