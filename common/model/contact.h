/* Contacts of units 联系人: whom to call. Personal data: nothing here is ever logged. */
#ifndef JB_CONTACT_H
#define JB_CONTACT_H

#include "base/base.h"
#include "base/limits.h"

/* Numbers go over the wire and into the store: append only. */
enum jb_contact_role {
    JB_CONTACT_LEADER = 1, /* 分管领导 */
    JB_CONTACT_FILLER = 2, /* 填报人 */
    JB_CONTACT_HEAD = 3,   /* 单位负责人 */
    JB_CONTACT_OTHER = 4,  /* 其他 */
    JB_CONTACT_ROLES_END,
};
const char *jb_contact_role_code(enum jb_contact_role role); /* "leader" */
const char *jb_contact_role_name(enum jb_contact_role role); /* in the user's language */
/* The code, or the name in Chinese or in the user's language. JB_EINVAL: none of them. */
JB_MUST_USE jb_err jb_contact_role_parse(struct jb_slice text, enum jb_contact_role *ret);

struct jb_contact {
    enum jb_contact_role role;
    struct jb_slice name, telephone, mobile, email, note; /* all but the name may be empty */
};
/* The texts in the order of files and records. */
#define JB_CONTACT_TEXTS 5
struct jb_slice *jb_contact_text(struct jb_contact *contact, uint32_t index);
const char *jb_contact_text_code(uint32_t index); /* "name", "telephone", ... */
/* Whether the text may stand there: JB_ERANGE: longer than base/limits.h says; JB_EINVAL: no name,
 * control characters, blanks at the ends, not UTF-8. */
JB_MUST_USE jb_err jb_contact_text_check(uint32_t index, struct jb_slice text);
/* All of it, with a role. */
JB_MUST_USE jb_err jb_contact_check(const struct jb_contact *contact);

/* All contacts of a unit, in their order. */
struct jb_unit_contacts {
    struct jb_slice unit; /* code */
    const struct jb_contact *items;
    uint32_t count; /* at most JB_UNIT_CONTACTS_MAX */
    uint32_t row;   /* of the file it came from; 0: none */
};

#endif
