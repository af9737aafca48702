/* The table of contacts: whom to call about a unit, beside the ledger and not in it. What the
 * ledger has stays for ever; these are names and telephone numbers, and who asks for it is
 * forgotten. So no entry has them, nothing derives or dumps them, and what is replaced or erased is
 * overwritten in the file (jb_kv_erase). A backup keeps what it had on its day.
 *
 *   key     unit number u32
 *   value   count u8; each: role u8, name, telephone, mobile, e-mail, note bytes; zeros up to more
 *           than a page, so that the record has pages of its own, which can be overwritten
 *   key     0xff
 *   value   version u64, hash 32 of the change that made it */
#ifndef JB_CONTACTS_H
#define JB_CONTACTS_H

#include "base/arena.h"
#include "model/contact.h"
#include "store.h"

#define JB_CONTACTS_RECORD_BYTES_MAX (256 * 1024)

struct jb_contacts_head {
    uint64_t version; /* grows by one with each change; 0: there was none */
    uint8_t hash[32]; /* of the last change's message */
};
JB_MUST_USE jb_err jb_store_contacts_head(jb_kv_txn *txn, struct jb_contacts_head *ret);
JB_MUST_USE jb_err jb_store_put_contacts_head(jb_kv_txn *txn, const struct jb_contacts_head *head);

/* A unit's contacts, copied into the arena. None: *ret_count is 0. */
JB_MUST_USE jb_err jb_store_contacts(jb_kv_txn *txn, uint32_t unit, struct jb_arena *arena,
                                     const struct jb_contact **ret, uint32_t *ret_count);
/* All of them; the unit's earlier ones are erased. count 0: that is all. */
JB_MUST_USE jb_err jb_store_put_contacts(jb_kv_txn *txn, uint32_t unit,
                                         const struct jb_contact *contacts, uint32_t count);
/* Such a record of this table. */
bool jb_contacts_sound(struct jb_slice key, struct jb_slice value);

#endif
