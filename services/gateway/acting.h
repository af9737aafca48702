/* What an enrolled person does as an office's reviewer (网页代签): returns, accepts and excuses
 * filings, and gives notice; the gateway's key signs for the person, whose own right the aggregator
 * checks beside the key's. Periods are opened, closed and published with a key of one's own. */
#ifndef JB_ACTING_H
#define JB_ACTING_H

#include "gateway.h"

/* POST: an Act in JSON, of a filing or a notice; answered with its ActDone. Refusals are problems
 * with all findings. */
void jb_acting_act(struct jb_gateway *gateway, jb_request *request);

#endif
