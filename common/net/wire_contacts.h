/* Contacts over the wire (proto/jibao/v1/contacts.proto). */
#ifndef JB_WIRE_CONTACTS_H
#define JB_WIRE_CONTACTS_H

#include "base/uuid.h"
#include "model/contact.h"
#include "net/wire.h"

struct jb_contacts_put {
    struct jb_uuid id;
    uint32_t epoch;
    uint64_t replaces;
    const struct jb_unit_contacts *units;
    uint32_t unit_count;
};
/* Strict: see wire.h. Units are codes, at most JB_CONTACT_UNITS_MAX, at least one; contacts are
 * good (jb_contact_check). That no unit stands there twice is for who knows the catalogue. */
JB_MUST_USE jb_err jb_wire_contacts_put_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_contacts_put *ret);
void jb_wire_contacts_put_encode(const struct jb_contacts_put *put, struct jb_buf *out);

struct jb_contacts_put_done {
    uint64_t version; /* 0: refused */
};
JB_MUST_USE jb_err jb_wire_contacts_put_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                    struct jb_contacts_put_done *ret,
                                                    struct jb_findings *findings);
void jb_wire_contacts_put_done_encode(const struct jb_contacts_put_done *done,
                                      const struct jb_findings *findings, struct jb_buf *out);

struct jb_contacts_ask {
    struct jb_slice unit; /* empty: all */
    bool subtree;
    struct jb_slice after;
    bool version_only;
};
JB_MUST_USE jb_err jb_wire_contacts_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                               struct jb_contacts_ask *ret);
void jb_wire_contacts_ask_encode(const struct jb_contacts_ask *ask, struct jb_buf *out);

struct jb_contacts_answer {
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t version;
    const struct jb_unit_contacts *units;
    uint32_t unit_count;
    struct jb_slice next;
};
JB_MUST_USE jb_err jb_wire_contacts_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                                  struct jb_contacts_answer *ret,
                                                  struct jb_findings *findings);
void jb_wire_contacts_answer_encode(const struct jb_contacts_answer *answer,
                                    const struct jb_findings *findings, struct jb_buf *out);

#endif
