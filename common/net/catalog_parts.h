/* A catalogue that arrives in parts (proto/jibao/v1/catalog.proto): the first part settles version,
 * hash and size; the others must follow it without a hole. No socket: who asks is the caller. */
#ifndef JB_CATALOG_PARTS_H
#define JB_CATALOG_PARTS_H

#include "model/catalog.h"
#include "model/finding.h"
#include "net/wire_catalog.h"

struct jb_catalog_parts {
    uint32_t version; /* 0: none is loaded, or no part came yet */
    uint64_t revision;
    uint64_t size;
    uint8_t hash[32];
    struct jb_buf yaml; /* what came so far; at most JB_CATALOG_BYTES_MAX */
    bool begun;
};

void jb_catalog_parts_init(struct jb_catalog_parts *parts);
void jb_catalog_parts_free(struct jb_catalog_parts *parts);
/* Takes the next part. JB_EAGAIN: ask for *ret_next (which is set then only). JB_OK: it is whole,
 * or no catalogue is loaded (version 0). JB_EDAMAGED: the part does not follow: begin anew. */
JB_MUST_USE jb_err jb_catalog_parts_take(struct jb_catalog_parts *parts,
                                         const struct jb_catalog_part *part,
                                         struct jb_catalog_get *ret_next);
/* The whole as a catalogue, which is the caller's. JB_EDAMAGED: it is not what its hash says;
 * findings say what could not be read. */
JB_MUST_USE jb_err jb_catalog_parts_read(const struct jb_catalog_parts *parts,
                                         struct jb_findings *findings, jb_catalog **ret);

#endif
