/* What is wrong with a file of a foreign format (a package of entries, a workbook, a document), in
 * the user's language: which of the two sentences goes where is the caller's to say. */
#ifndef JB_FAULT_H
#define JB_FAULT_H

#include "base/base.h"

struct jb_fault {
    const char *what;   /* a sentence, translated; NULL: nothing was found */
    const char *advice; /* what to do; may be "" */
    char place[160];    /* an entry, or a sheet and a cell ('Sheet1'!B7); "" */
};

/* Fills *fault unless it has something already (the first counts), and returns err. */
jb_err jb_fault_set(struct jb_fault *fault, jb_err err, const char *what, const char *advice,
                    const char *place, ...) JB_PRINTF(5, 6);

#endif
