/* The closest of many words, for "did you mean". Distance counts characters added, left out,
 * changed or swapped with a neighbour; capitals do not count; a word that contains the other whole
 * is close too (司法局, 县司法局). */
#ifndef JB_NEAREST_H
#define JB_NEAREST_H

#include "base/base.h"

#define JB_NEAREST_CHARS_MAX 64 /* longer words are never close */

struct jb_nearest {
    uint32_t wanted[JB_NEAREST_CHARS_MAX];
    uint32_t len;
    uint32_t best;      /* distances below this are better; 0 when nothing can be close */
    uint32_t contained; /* the distance that containing counts as */
    const char *found;
};

void jb_nearest_init(struct jb_nearest *nearest, struct jb_slice wanted);
/* Candidates are borrowed until the result was used. The first of equals wins. */
void jb_nearest_offer(struct jb_nearest *nearest, const char *candidate);
/* "" when nothing was close. */
const char *jb_nearest_result(const struct jb_nearest *nearest);

#endif
