/* Catalogue transfer on the wire (proto/jibao/v1/catalog.proto). See wire.h for the rules of
 * decoders; CatalogPut is strict. */
#ifndef JB_WIRE_CATALOG_H
#define JB_WIRE_CATALOG_H

#include "net/wire.h"

#define JB_CATALOG_PART_BYTES_MAX (512 * 1024)

struct jb_catalog_put {
    uint8_t hash[32];
    uint64_t size, offset;
    struct jb_slice bytes, reason, author;
    uint32_t replaces_version; /* the version in force that this one takes the place of */
    uint32_t epoch;            /* of the store */
};
struct jb_catalog_put_done {
    uint64_t next_offset;
    uint32_t version;
    uint64_t revision;
    bool unchanged;
};
struct jb_catalog_get {
    uint32_t version;
    uint64_t offset;
};
struct jb_catalog_part {
    uint32_t version;
    uint8_t hash[32];
    uint64_t size, offset, revision;
    struct jb_slice bytes;
    uint8_t store_id[16];
};

/* The last part of a catalogue, the one that decides: it begins at a multiple of the largest part.
 * What was signed can so be made again from what the ledger keeps: the signature of a catalogue's
 * entry is over this part as jb_wire_catalog_put_encode writes it. */
void jb_catalog_put_last(struct jb_slice yaml, struct jb_slice author, struct jb_slice reason,
                         uint32_t replaces_version, uint32_t epoch, struct jb_catalog_put *ret);

JB_MUST_USE jb_err jb_wire_catalog_put_decode(struct jb_slice bytes, struct jb_arena *arena,
                                              struct jb_catalog_put *ret);
void jb_wire_catalog_put_encode(const struct jb_catalog_put *put, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_catalog_put_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                   struct jb_catalog_put_done *ret,
                                                   struct jb_findings *findings);
void jb_wire_catalog_put_done_encode(const struct jb_catalog_put_done *done,
                                     const struct jb_findings *findings, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_catalog_get_decode(struct jb_slice bytes, struct jb_arena *arena,
                                              struct jb_catalog_get *ret);
void jb_wire_catalog_get_encode(const struct jb_catalog_get *get, struct jb_buf *out);
JB_MUST_USE jb_err jb_wire_catalog_part_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_catalog_part *ret);
void jb_wire_catalog_part_encode(const struct jb_catalog_part *part, struct jb_buf *out);

#endif
