/* The number inside a cell: which spellings are plain enough to be read, and for the others a guess
 * at what was meant. A guess is only ever shown, never stored. */
#ifndef JB_VALUE_HINT_H
#define JB_VALUE_HINT_H

#include "base/base.h"

/* Takes thousand separators (2,299.13), a plus sign and the sign of zero off; U+2212 becomes '-'.
 * False when a separator stands where it could be a decimal comma, or the digits do not fit buf;
 * the rest is for jb_dec_parse to judge. */
bool jb_number_plain(struct jb_slice text, char *buf, size_t size, struct jb_slice *ret);

/* For text that is not a plain number: a translated sentence, and what was probably meant ("" when
 * nothing is likely). */
void jb_value_hint(struct jb_slice text, char *why, size_t why_size, char *hint, size_t hint_size);

#endif
