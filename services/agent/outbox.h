/* The outbox: what waits to be sent, what was answered, and where each filing stands, in one LMDB
 * folder. It is the agent's only queue; everything in it survives kill -9 and power cuts.
 *
 * - A submission is in it, under its own id, before it is sent for the first time, and is sent as
 * these very bytes each time.
 * - Per filing only the oldest waiting one is sent; those behind it name the one before as their
 * predecessor.
 * - It leaves the queue in the transaction that stores its receipt. When it was not accepted, the
 * next one of the filing, which was never sent, is given the predecessor that is right now.
 * - Accepted payloads stay. When the store comes back from a backup (a newer epoch), they are
 * offered again in their order before anything new of their filings.
 * - It belongs to one store: submissions checked against another store's catalogue are refused.
 *
 * One process writes; others may open it read_only. Returned slices live until the next call on the
 * same outbox. */
#ifndef JB_AGENT_OUTBOX_H
#define JB_AGENT_OUTBOX_H

#include "outbox_record.h"
#include "parcel.h"

typedef struct jb_outbox jb_outbox;

/* JB_EAGAIN: another process writes to it. JB_ENOTFOUND: read_only, and there is none yet. Storage
 * errors of files/kv.h. */
JB_MUST_USE jb_err jb_outbox_open(const char *home, bool read_only, jb_outbox **ret);
void jb_outbox_close(jb_outbox *outbox); /* NULL is fine */

/* The store it belongs to. JB_ENOTFOUND: to none yet. */
JB_MUST_USE jb_err jb_outbox_store(jb_outbox *outbox, uint8_t ret_store_id[16]);
/* Takes the parcel in, in one transaction; ids that are known already are passed over, so a parcel
 * may come twice. file (may be NULL) is remembered with it: its ids are the parcel's. JB_EINVAL: of
 * another store, or a payload that cannot be read. */
JB_MUST_USE jb_err jb_outbox_add(jb_outbox *outbox, const struct jb_parcel *parcel,
                                 const struct jb_outbox_file *file, int64_t now_us);
/* Grows with each change to what waits, other than by settling. */
uint64_t jb_outbox_generation(const jb_outbox *outbox);

/* True in *ret_waiting: it is still to be sent or answered; else *ret is the receipt. JB_ENOTFOUND:
 * never heard of. */
JB_MUST_USE jb_err jb_outbox_find(jb_outbox *outbox, struct jb_uuid id, bool *ret_waiting,
                                  struct jb_outbox_receipt *ret);
/* JB_ENOTFOUND: nothing is known of the filing; *ret is zeroed then. */
JB_MUST_USE jb_err jb_outbox_filing(jb_outbox *outbox, struct jb_slice unit, struct jb_slice form,
                                    struct jb_slice period, struct jb_outbox_filing *ret);
/* Walk in order of entering; the callback returns false to stop and calls nothing of the outbox. */
typedef bool (*jb_outbox_item_fn)(void *ctx, const struct jb_outbox_item *item);
typedef bool (*jb_outbox_receipt_fn)(void *ctx, const struct jb_outbox_receipt *receipt);
typedef bool (*jb_outbox_file_fn)(void *ctx, const struct jb_outbox_file *file);
JB_MUST_USE jb_err jb_outbox_items(jb_outbox *outbox, jb_outbox_item_fn each, void *ctx);
JB_MUST_USE jb_err jb_outbox_receipts(jb_outbox *outbox, jb_outbox_receipt_fn each, void *ctx);
JB_MUST_USE jb_err jb_outbox_files(jb_outbox *outbox, jb_outbox_file_fn each, void *ctx);
JB_MUST_USE jb_err jb_outbox_waiting(jb_outbox *outbox, uint64_t *ret_count);
JB_MUST_USE jb_err jb_outbox_file_done(jb_outbox *outbox, uint64_t seq);
/* The bytes to send of a waiting item. */
JB_MUST_USE jb_err jb_outbox_payload(jb_outbox *outbox, uint64_t seq, struct jb_slice *ret);

/* Answers come in groups: begin, settle each, commit; then they are facts. Commit or abort ends the
 * group. */
JB_MUST_USE jb_err jb_outbox_begin(jb_outbox *outbox);
/* outcome is anything but JB_TRY_LATER. bytes: the receipt as received. JB_ENOTFOUND: the item does
 * not wait (any more). */
JB_MUST_USE jb_err jb_outbox_settle(jb_outbox *outbox, uint64_t seq,
                                    const struct jb_receipt *receipt, struct jb_slice bytes,
                                    int64_t now_us);
JB_MUST_USE jb_err jb_outbox_commit(jb_outbox *outbox);
void jb_outbox_abort(jb_outbox *outbox);

/* The store said its epoch. A newer one than known queues every accepted payload of older epochs
 * again. *ret_offered says how many, *ret_newer whether it was newer. */
JB_MUST_USE jb_err jb_outbox_meet_epoch(jb_outbox *outbox, const uint8_t store_id[16],
                                        uint32_t epoch, bool *ret_newer, uint64_t *ret_offered);

#endif
