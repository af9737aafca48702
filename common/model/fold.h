/* Typed text brought to one spelling before it is read: full-width digits, letters and punctuation
 * become ASCII, the ideographic space becomes a blank, and blanks around are dropped. Chinese stays
 * as it is. */
#ifndef JB_FOLD_H
#define JB_FOLD_H

#include "base/base.h"

/* *ret points into buf. JB_EINVAL: not UTF-8; JB_ERANGE: longer than size. */
JB_MUST_USE jb_err jb_fold(struct jb_slice text, char *buf, size_t size, struct jb_slice *ret);
/* Without the blanks (space, tab, line ends) at both ends. */
struct jb_slice jb_trim(struct jb_slice text);
/* Equal but for the case of ASCII letters. */
bool jb_slice_is_nocase(struct jb_slice a, const char *text);

static inline struct jb_slice jb_slice_from(struct jb_slice text, size_t at)
{
    return jb_slice_of(text.ptr + at, text.len - at);
}
/* If *text starts (ends) with word, takes it off and returns true. */
bool jb_take_prefix(struct jb_slice *text, const char *word);
bool jb_take_suffix(struct jb_slice *text, const char *word);

#endif
