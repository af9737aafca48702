/* How many wrong codes were tried lately, from one address and in all: a code has 80 random bits,
 * so that a handful of tries is enough for who mistypes and nothing for who guesses. */
#ifndef JB_ATTEMPTS_H
#define JB_ATTEMPTS_H

#include "base/base.h"

#define JB_ATTEMPTS_US (60 * 1000000LL)
#define JB_ATTEMPTS_ADDRESS_MAX 5
#define JB_ATTEMPTS_ALL_MAX 60

struct jb_attempts {
    struct jb_attempt {
        char address[64];
        int64_t at_us;
    } last[JB_ATTEMPTS_ALL_MAX]; /* a ring */
    uint32_t next;
};

/* One more may be tried now. */
bool jb_attempts_allow(const struct jb_attempts *attempts, const char *address, int64_t now_us);
void jb_attempts_failed(struct jb_attempts *attempts, const char *address, int64_t now_us);

#endif
