/* A catalogue with where it comes from, as the agent keeps it and as an operator hands it over: one
 * line # jibao-catalog version=3 store=<32 hex> revision=17 hash=<64 hex> and then the YAML, whose
 * BLAKE2b-256 is the hash. */
#ifndef JB_CATALOG_FILE_H
#define JB_CATALOG_FILE_H

#include "model/catalog.h"
#include "model/finding.h"

struct jb_catalog_file {
    jb_catalog *catalog;
    uint32_t version;
    uint8_t store_id[16];
    uint64_t revision; /* of the store when it was fetched */
    uint8_t hash[32];
};

/* Reads and checks the file. JB_ENOTFOUND: there is none. JB_EINVAL: findings say what is wrong
 * with it. */
JB_MUST_USE jb_err jb_catalog_file_read(const char *path, struct jb_findings *findings,
                                        struct jb_catalog_file *ret);
void jb_catalog_file_free(struct jb_catalog_file *file);
/* Writes it whole or not at all; file->catalog is not looked at. */
JB_MUST_USE jb_err jb_catalog_file_write(const char *path, const struct jb_catalog_file *file,
                                         struct jb_slice yaml);
/* The YAML inside a file's bytes, or JB_EINVAL when the head line is missing or wrong. Fills all of
 * *ret but the catalogue; the hash is the head's and not compared. */
JB_MUST_USE jb_err jb_catalog_file_split(struct jb_slice bytes, struct jb_catalog_file *ret,
                                         struct jb_slice *ret_yaml);

#endif
