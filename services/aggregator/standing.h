/* A filing's standing as it is told over the wire. */
#ifndef JB_STANDING_H
#define JB_STANDING_H

#include "filing.h"
#include "net/wire_query.h"

struct jb_filing_standing jb_standing_of(const struct jb_filing *filing);

#endif
