/* `key = value` files: one table row a key gives parser, limits, default and help. Unknown or
 * repeated keys and bad values fail with file and line. '#' starts a comment line. */
#ifndef JB_CONF_H
#define JB_CONF_H

#include <stdio.h>

#include "base/base.h"

enum jb_conf_type {
    JB_CONF_STRING, /* char *: allocated with malloc; free with jb_conf_free */
    JB_CONF_UINT,   /* uint64_t, within [min, max] */
    JB_CONF_BOOL,   /* bool: yes/no/true/false */
    JB_CONF_BYTES,  /* uint64_t with suffix K, M, G (powers of 1024), within [min, max] */
};

struct jb_conf_key {
    const char *name;
    enum jb_conf_type type;
    size_t offset;   /* of the field in the config struct */
    const char *def; /* as written in a file; NULL: the field stays NULL or 0 */
    uint64_t min, max;
    const char *help; /* msgid */
};

/* Sets every field to its default, without a look at what it held. */
void jb_conf_defaults(const struct jb_conf_key *keys, size_t count, void *conf);
/* Sets one key, as from a file or an option. JB_ENOTFOUND: no such key; JB_EINVAL/JB_ERANGE: bad
 * value; why (size why_size) gets a sentence. */
JB_MUST_USE jb_err jb_conf_set(const struct jb_conf_key *keys, size_t count, void *conf,
                               const char *key, const char *value, char *why, size_t why_size);
/* Reads a file over what conf holds. why names file and line. JB_ENOTFOUND: no such file. After a
 * failure the keys before the bad line are set: conf is good for jb_conf_free only. */
JB_MUST_USE jb_err jb_conf_read(const struct jb_conf_key *keys, size_t count, void *conf,
                                const char *path, char *why, size_t why_size);
void jb_conf_free(const struct jb_conf_key *keys, size_t count, void *conf);
/* Prints a commented file with every key at its default. */
void jb_conf_print(const struct jb_conf_key *keys, size_t count, FILE *out);

#endif
