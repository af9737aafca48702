/* A filing's standing as it is told over the wire. */
#ifndef JB_STANDING_H
#define JB_STANDING_H

#include "filing.h"
#include "net/wire_query.h"
#include "rights.h"

struct jb_filing_standing jb_standing_of(const struct jb_filing *filing);

/* Who signed: the label that the key has now, else the key's short form; empty: nobody. In the
 * arena; without memory *failed is set. */
struct jb_slice jb_signer_name(const jb_rights *rights, struct jb_slice signer,
                               struct jb_arena *arena, bool *failed);

#endif
