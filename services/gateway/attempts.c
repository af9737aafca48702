/* The last failures of all; when the oldest of them is younger than the span, nobody tries. */
#include "attempts.h"

#include <stdio.h>

bool jb_attempts_allow(const struct jb_attempts *attempts, const char *address, int64_t now_us)
{
    uint32_t all = 0, own = 0;

    for (uint32_t i = 0; i < JB_ATTEMPTS_ALL_MAX; i++) {
        const struct jb_attempt *attempt = &attempts->last[i];
        if (!attempt->address[0] || now_us - attempt->at_us >= JB_ATTEMPTS_US)
            continue;
        all++;
        own += strcmp(attempt->address, address) == 0;
    }
    return all < JB_ATTEMPTS_ALL_MAX && own < JB_ATTEMPTS_ADDRESS_MAX;
}

void jb_attempts_failed(struct jb_attempts *attempts, const char *address, int64_t now_us)
{
    struct jb_attempt *attempt = &attempts->last[attempts->next++ % JB_ATTEMPTS_ALL_MAX];

    snprintf(attempt->address, sizeof(attempt->address), "%s", address);
    attempt->at_us = now_us;
}
