/* The check of an exported ledger (jibao audit --export) by nothing but the file and the server's
 * public key: the chain, the signed head, every signature; and every entry is decided again in a
 * throw-away store, by the keys and grants that the entries before it gave: what is in the ledger
 * must be, byte for byte, what the aggregator had to write. So a figure that is not the one that
 * was signed is found as well as one that was signed by somebody who might not. */
#ifndef JB_AUDIT_CHECK_H
#define JB_AUDIT_CHECK_H

#include <stdio.h>

#include "model/finding.h"
#include "net/wire_keys.h"

struct jb_audit_report {
    bool good;
    uint64_t entries;
    uint64_t at;     /* the entry that is wrong; 0: the file, or its head */
    const char *why; /* msgid */
    struct jb_signed_head head;
};

/* scratch_dir is made and removed. findings: why an entry could not have been written. Errors are
 * those of the scratch store and of reading; what is wrong with the file is in the report. */
JB_MUST_USE jb_err jb_audit_check(FILE *file, const struct jb_public_key *server,
                                  const char *scratch_dir, struct jb_audit_report *ret,
                                  struct jb_findings *findings);

#endif
