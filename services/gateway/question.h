/* A question to the aggregator that stands in a request: its parameters or its body are a message
 * of the contract in JSON, and so is its answer. */
#ifndef JB_QUESTION_H
#define JB_QUESTION_H

#include "gateway.h"
#include "net/wire_json.h"

/* Asks; the request is answered later, or at once when it cannot be read. asked and answered are
 * kinds of the read door. */
void jb_question_ask(struct jb_gateway *gateway, jb_request *request, enum jb_kind asked,
                     enum jb_kind answered);

/* For a public visitor: a Query is made one for what was published of public indicators. */
JB_MUST_USE jb_err jb_question_narrow(const struct jb_visit *visit, enum jb_kind kind,
                                      struct jb_buf *payload);
/* The message that stands in the address; *why says what is wrong with it. */
JB_MUST_USE jb_err jb_question_params(const jb_request *request, enum jb_kind kind,
                                      struct jb_buf *out, struct jb_wire_json_why *why);

#endif
