/* Contacts asked for, all pages of one version, and changed. */
#ifndef JB_BUREAU_CONTACTS_ASK_H
#define JB_BUREAU_CONTACTS_ASK_H

#include "desk.h"
#include "net/wire_contacts.h"

struct jb_contacts_found {
    uint64_t version;
    struct jb_unit_contacts *units; /* their texts live in the desk's arena */
    uint32_t count;
};
/* The version alone. */
enum jb_exit jb_contacts_version(struct jb_desk *desk, uint64_t *ret);
/* unit NULL: all that the key may see. Notices are told. */
enum jb_exit jb_contacts_ask(struct jb_desk *desk, const char *unit, bool subtree,
                             struct jb_contacts_found *ret);
void jb_contacts_found_free(struct jb_contacts_found *found); /* one full of zeros is fine */
/* Puts these in the place of what the units had at that version. */
enum jb_exit jb_contacts_put(struct jb_desk *desk, const struct jb_unit_contacts *units,
                             uint32_t count, uint64_t version);

#endif
