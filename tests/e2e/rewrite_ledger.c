/* What somebody with the disk and the programs could do: makes the new store TO of FROM, in which
 * the submission of one revision has another figure (change), or whose ledger ends before it (cut);
 * every hash is made anew, and every table follows from the new ledger. verify finds nothing.
 *
 *     rewrite_ledger FROM TO change|cut REVISION */
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/chain.h"
#include "aggregator/rebuild.h"
#include "base/limits.h"

#define ENTRY_BYTES_MAX (JB_CATALOG_BYTES_MAX + 1024 * 1024)

struct forgery {
    uint64_t revision; /* where history is to be another */
    bool cut;
    struct jb_entry_effect effects[JB_SUBMISSION_ROWS_MAX];
    struct jb_chain chain;
    struct jb_buf buf;
};

static jb_err forge_entry(struct forgery *f, jb_kv_txn *from, jb_kv_txn *to, uint64_t revision)
{
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_entry(from, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, f->effects, JB_SUBMISSION_ROWS_MAX, &entry);
    if (err)
        return err;
    if (revision == f->revision && entry.effect_count)
        f->effects[0].value.mantissa++;
    jb_chain_link(&f->chain, &entry);
    jb_buf_clear(&f->buf);
    jb_entry_encode(&entry, &f->buf);
    err = f->buf.failed ? JB_ENOMEM : jb_store_append_entry(to, revision, jb_buf_slice(&f->buf));
    if (!err)
        jb_chain_add(&f->chain, &entry);
    return err;
}

static jb_err forge(struct forgery *f, jb_kv *from, jb_kv *to)
{
    uint8_t id[16];
    struct jb_store_head head = {0};
    jb_kv_txn *source = NULL, *made = NULL;
    jb_err err = jb_kv_begin_read(from, &source);
    if (!err)
        err = jb_kv_begin_write(to, &made);
    if (!err)
        err = jb_store_id(source, id);
    if (!err)
        err = jb_store_set_id(made, id);
    if (!err)
        err = jb_store_head(source, &head);
    uint64_t last = f->cut ? f->revision - 1 : head.revision;
    for (uint64_t revision = 1; !err && revision <= last; revision++)
        err = forge_entry(f, source, made, revision);
    if (!err)
        err = jb_kv_commit(&made);
    jb_kv_abort(&made);
    jb_kv_abort(&source);
    return err;
}

int main(int argc, char **argv)
{
    struct forgery *f = calloc(1, sizeof(*f));
    jb_kv *from = NULL, *to = NULL;
    bool contacts_lost;
    if (!f || argc != 5) {
        fputs("usage: rewrite_ledger FROM TO change|cut REVISION\n", stderr);
        return 2;
    }
    f->cut = strcmp(argv[3], "cut") == 0;
    for (const char *digit = argv[4]; *digit >= '0' && *digit <= '9'; digit++)
        f->revision = f->revision * 10 + (uint64_t)(*digit - '0');
    jb_buf_init(&f->buf, ENTRY_BYTES_MAX);
    jb_err err = jb_store_open(argv[1], 0, 0, false, true, false, &from);
    if (!err)
        err = jb_store_open(argv[2], 0, 0, true, false, false, &to);
    if (!err)
        err = forge(f, from, to);
    jb_kv_close(from);
    jb_kv_close(to);
    if (!err)
        err = jb_rebuild(argv[2], NULL, NULL, &contacts_lost);
    jb_buf_free(&f->buf);
    free(f);
    if (err)
        fprintf(stderr, "rewrite_ledger: %s\n", jb_err_name(err));
    return err ? 1 : 0;
}
