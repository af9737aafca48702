/* A filing's standing as it is told over the wire. */
#ifndef JB_STANDING_H
#define JB_STANDING_H

#include "filing.h"
#include "model/schedule.h"
#include "net/wire_query.h"
#include "rights.h"

struct jb_filing_standing jb_standing_of(const struct jb_filing *filing);
/* The filing against its dates at the moment. dates may be NULL: the form has none then; a filing
 * that was judged stays so. Of an owed filing of a period that was opened and is no backfill. */
struct jb_verdict jb_standing_judge(const struct jb_filing *filing,
                                    const struct jb_form_dates *dates, int zone_offset_minutes,
                                    int64_t now_us);

/* Who signed: the label that the key has now, else the key's short form; empty: nobody. In the
 * arena; without memory *failed is set. */
struct jb_slice jb_signer_name(const jb_rights *rights, struct jb_slice signer,
                               struct jb_arena *arena, bool *failed);
/* For whom it was signed: the label that the person has now, else the code. In the same way. */
struct jb_slice jb_signed_for_name(const jb_rights *rights, struct jb_slice person_code,
                                   struct jb_arena *arena, bool *failed);

#endif
