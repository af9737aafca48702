/* One record a line: table, key, value, both in hex. The text goes to a file or into a hash through
 * one small window, so that a dump of any size takes the same memory. */
#include "dump.h"

#include <sodium.h>

#include "verify.h"

#define PIECE_BYTES 2048 /* of a key or value at a time */

static const struct {
    enum jb_store_table table;
    const char *name;
} dumped[] = {
    {JB_T_LEDGER, "ledger"},     {JB_T_RECEIPTS, "receipts"}, {JB_T_CELLS, "cells"},
    {JB_T_CATALOGS, "catalogs"}, {JB_T_NAMES, "names"},       {JB_T_HOLDERS, "holders"},
    {JB_T_PERIODS, "periods"},
};

/* Where the text goes: one of the two. */
struct sink {
    FILE *file;
    crypto_generichash_state *hash;
};

const char *jb_dump_table_name(enum jb_store_table table)
{
    for (uint32_t i = 0; i < JB_COUNT(dumped); i++) {
        if (dumped[i].table == table)
            return dumped[i].name;
    }
    if (table == JB_T_CHANGES) /* not dumped: what was pruned when is nobody's business */
        return "changes";
    if (table == JB_T_CONTACTS) /* not dumped: a dump is kept, and contacts are erased */
        return "contacts";
    return "";
}

static void put(struct sink *sink, const char *text, size_t len)
{
    if (sink->file)
        jb_ignore(fwrite(text, 1, len, sink->file) != len); /* ferror is asked once, at the end */
    else
        crypto_generichash_update(sink->hash, (const uint8_t *)text, len);
}

static void put_hex(struct sink *sink, struct jb_slice bytes)
{
    char hex[2 * PIECE_BYTES + 1];
    while (bytes.len) {
        size_t piece = bytes.len < PIECE_BYTES ? bytes.len : PIECE_BYTES;
        sodium_bin2hex(hex, sizeof(hex), bytes.ptr, piece);
        put(sink, hex, 2 * piece);
        bytes = jb_slice_of(bytes.ptr + piece, bytes.len - piece);
    }
}

static jb_err dump_table(jb_kv_txn *txn, enum jb_store_table table, const char *name,
                         struct sink *sink)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    jb_err err = jb_kv_cursor_open(txn, table, &cursor);
    if (err)
        return err;
    for (err = jb_kv_first(cursor, &key, &value); !err; err = jb_kv_next(cursor, &key, &value)) {
        put(sink, name, strlen(name));
        put(sink, " ", 1);
        put_hex(sink, key);
        put(sink, " ", 1);
        put_hex(sink, value);
        put(sink, "\n", 1);
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static jb_err dump(jb_kv_txn *txn, struct sink *sink)
{
    for (uint32_t i = 0; i < JB_COUNT(dumped); i++) {
        jb_err err = dump_table(txn, dumped[i].table, dumped[i].name, sink);
        if (err)
            return err;
    }
    return JB_OK;
}

jb_err jb_store_dump(jb_kv_txn *txn, FILE *out)
{
    struct sink sink = {.file = out};
    jb_err err = dump(txn, &sink);
    if (!err && (fflush(out) != 0 || ferror(out)))
        err = JB_EIO;
    return err;
}

jb_err jb_dump_hash(jb_kv_txn *txn, uint8_t ret[32])
{
    crypto_generichash_state state;
    struct sink sink = {.hash = &state};
    crypto_generichash_init(&state, NULL, 0, 32);
    jb_err err = dump(txn, &sink);
    if (!err)
        crypto_generichash_final(&state, ret, 32);
    return err;
}
