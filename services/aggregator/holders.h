/* The table of holders: who has which grants, as the ledger's entries of kind key left them. Its
 * records are read strictly: what they say opens doors.
 *
 *   key     'k', public key 32   or   'p', person code
 *   value   state u8, flags u8 (1: recovery, 2: server), CURVE key 32 (of a key only), label bytes,
 *           ends_us zigzag, revision varint, count varint, grants by role:
 *               role u8, flags u8 (1: everywhere), from_us zigzag, until_us zigzag,
 *               count varint, units by code: code bytes, subtree u8
 *
 * The CURVE key stands there because making it costs 50 microseconds, and there may be 100,000. */
#ifndef JB_HOLDERS_H
#define JB_HOLDERS_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/grant.h"
#include "store.h"

#define JB_HOLDER_KEY_BYTES_MAX 65
#define JB_HOLDER_CURVE_BYTES 32
#define JB_HOLDER_RECORD_BYTES_MAX (512 * 1024)

/* A holder by name: the fields is_person, key and person_code of *holder. */
struct jb_slice jb_holder_key(const struct jb_holder *holder, uint8_t key[JB_HOLDER_KEY_BYTES_MAX]);

/* Grants and units may come in any order; they are written in theirs. curve: of a key, else NULL.
 */
void jb_holder_encode(const struct jb_holder *holder, const uint8_t *curve, struct jb_buf *out);
/* Copies into the arena. ret_curve gets zeros for a person. JB_EDAMAGED: not such a record, or not
 * in its one spelling; JB_ENOMEM. */
JB_MUST_USE jb_err jb_holder_decode(struct jb_slice key, struct jb_slice value,
                                    struct jb_arena *arena, struct jb_holder *ret,
                                    uint8_t ret_curve[JB_HOLDER_CURVE_BYTES]);

/* The holder of that name; its other fields are filled in. JB_ENOTFOUND. */
JB_MUST_USE jb_err jb_store_holder(jb_kv_txn *txn, const struct jb_holder *name,
                                   struct jb_arena *arena, struct jb_holder *ret,
                                   uint8_t ret_curve[JB_HOLDER_CURVE_BYTES]);
JB_MUST_USE jb_err jb_store_put_holder(jb_kv_txn *txn, const struct jb_holder *holder,
                                       const uint8_t *curve);

#endif
