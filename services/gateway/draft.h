/* Drafts of the unit's forms. They have figures in them, so that a draft is shown, or written over,
 * only to whom the aggregator would show the filing at this moment; while it cannot be reached a
 * draft is kept, so that nothing that was typed is lost, but none is shown. */
#ifndef JB_DRAFT_H
#define JB_DRAFT_H

#include "gateway.h"

/* GET, PUT: any JSON object, kept for the person's unit, the form and the period of the address; {}
 * removes it. */
void jb_draft_handle(struct jb_gateway *gateway, jb_request *request);

#endif
