/* The interface for programs: the questions of the command line under /api/v1/, described in
 * openapi.json. */
#ifndef JB_API_H
#define JB_API_H

#include "gateway.h"

#define JB_API_PREFIX "/api/v1/"

/* Answers every path below the prefix. */
void jb_api_handle(struct jb_gateway *gateway, jb_request *request);

#endif
