/* jibao-agent receipts --verify: whether every accepted submission of which a receipt is kept here
 * still stands in the aggregator's ledger, byte for byte. The aggregator has to prove it against a
 * head that it signs; it cannot do so for a history that was rewritten after the receipt was given,
 * however well the new one is made. */
#ifndef JB_AGENT_PROVE_H
#define JB_AGENT_PROVE_H

#include "options.h"
#include "outbox.h"

/* outbox NULL: there is none yet, and nothing to prove. JB_EXIT_OK: all stand; JB_EXIT_REFUSED: at
 * least one does not, or its proof is wrong; JB_EXIT_QUEUED: no answer. Told on standard output. */
enum jb_exit jb_prove_receipts(const struct jb_options *options, jb_outbox *outbox);

#endif
