/* What the outbox's files share: its tables and the handle. Nobody else includes this. */
#ifndef JB_AGENT_OUTBOX_INNER_H
#define JB_AGENT_OUTBOX_INNER_H

#include "files/kv.h"
#include "outbox.h"

enum {
    TABLE_META,     /* "store" -> 16 bytes, "epoch" -> u32, "seq" -> u64 */
    TABLE_ITEMS,    /* seq -> struct jb_outbox_item */
    TABLE_RECEIPTS, /* seq -> struct jb_outbox_receipt */
    TABLE_IDS,      /* submission id -> u8 which table, u64 seq */
    TABLE_FILINGS,  /* unit 0 form 0 period -> struct jb_outbox_filing */
    TABLE_FILES,    /* seq -> struct jb_outbox_file */
    TABLE_COUNT_,
};

#define JB_OUTBOX_RECORD_BYTES_MAX (4 * 1024 * 1024)
#define JB_OUTBOX_FILING_KEY_MAX 256

struct jb_outbox {
    jb_kv *kv;
    jb_kv_txn *read;  /* kept and renewed; NULL before the first look */
    bool reading;     /* read is on a snapshot now */
    jb_kv_txn *write; /* of begin .. commit */
    uint64_t generation;
    struct jb_buf record; /* being encoded */
};

/* A fresh snapshot to read from, or the open write transaction. */
JB_MUST_USE jb_err jb_outbox_look(jb_outbox *outbox, jb_kv_txn **ret);
/* Puts outbox->record, which must have been encoded just before, and clears it. */
JB_MUST_USE jb_err jb_outbox_put_record(jb_outbox *outbox, uint32_t table, struct jb_slice key);
struct jb_slice jb_outbox_seq_key(uint64_t seq, uint8_t bytes[8]);
struct jb_slice jb_outbox_filing_key(const struct jb_outbox_head *head,
                                     uint8_t bytes[JB_OUTBOX_FILING_KEY_MAX]);
/* Inside the write transaction; *ret zeroed when there is none. */
JB_MUST_USE jb_err jb_outbox_get_filing(jb_outbox *outbox, const struct jb_outbox_head *head,
                                        struct jb_outbox_filing *ret);
JB_MUST_USE jb_err jb_outbox_put_filing(jb_outbox *outbox, const struct jb_outbox_head *head,
                                        const struct jb_outbox_filing *filing);
JB_MUST_USE jb_err jb_outbox_put_id(jb_outbox *outbox, struct jb_uuid id, uint8_t table,
                                    uint64_t seq);

#endif
