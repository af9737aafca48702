/* What a contact may look like. Telephone numbers are text: extensions and two numbers in one cell
 * are usual. */
#include "model/contact.h"

#include "base/text.h"

static const struct {
    const char *code, *name, *chinese;
} roles[JB_CONTACT_ROLES_END] = {
    [JB_CONTACT_LEADER] = {"leader", N_("leader in charge"), "分管领导"},
    [JB_CONTACT_FILLER] = {"filler", N_("fills the forms in"), "填报人"},
    [JB_CONTACT_HEAD] = {"head", N_("head of the unit"), "单位负责人"},
    [JB_CONTACT_OTHER] = {"other", N_("other contact"), "其他"},
};

static const struct {
    const char *code;
    size_t bytes_max;
} texts[JB_CONTACT_TEXTS] = {{"name", JB_CONTACT_NAME_BYTES_MAX},
                             {"telephone", JB_CONTACT_NUMBER_BYTES_MAX},
                             {"mobile", JB_CONTACT_NUMBER_BYTES_MAX},
                             {"email", JB_CONTACT_EMAIL_BYTES_MAX},
                             {"note", JB_CONTACT_NOTE_BYTES_MAX}};

const char *jb_contact_role_code(enum jb_contact_role role)
{
    return role >= JB_CONTACT_LEADER && role < JB_CONTACT_ROLES_END ? roles[role].code : "";
}

const char *jb_contact_role_name(enum jb_contact_role role)
{
    return role >= JB_CONTACT_LEADER && role < JB_CONTACT_ROLES_END ? _(roles[role].name) : "";
}

jb_err jb_contact_role_parse(struct jb_slice text, enum jb_contact_role *ret)
{
    for (enum jb_contact_role role = JB_CONTACT_LEADER; role < JB_CONTACT_ROLES_END; role++) {
        if (jb_slice_is(text, roles[role].code) || jb_slice_is(text, roles[role].chinese) ||
            jb_slice_is(text, _(roles[role].name))) {
            *ret = role;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

struct jb_slice *jb_contact_text(struct jb_contact *contact, uint32_t index)
{
    struct jb_slice *const all[JB_CONTACT_TEXTS] = {
        &contact->name, &contact->telephone, &contact->mobile, &contact->email, &contact->note};
    jb_assert(index < JB_CONTACT_TEXTS);
    return all[index];
}

const char *jb_contact_text_code(uint32_t index)
{
    jb_assert(index < JB_CONTACT_TEXTS);
    return texts[index].code;
}

jb_err jb_contact_text_check(uint32_t index, struct jb_slice text)
{
    jb_assert(index < JB_CONTACT_TEXTS);
    if (text.len > texts[index].bytes_max)
        return JB_ERANGE;
    if (text.len == 0)
        return index == 0 ? JB_EINVAL : JB_OK;
    if (!jb_utf8_valid(text) || text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
        return JB_EINVAL;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return JB_EINVAL;
    }
    return JB_OK;
}

jb_err jb_contact_check(const struct jb_contact *contact)
{
    struct jb_contact copy = *contact;
    jb_err err = contact->role >= JB_CONTACT_LEADER && contact->role < JB_CONTACT_ROLES_END
                     ? JB_OK
                     : JB_EINVAL;
    for (uint32_t i = 0; !err && i < JB_CONTACT_TEXTS; i++)
        err = jb_contact_text_check(i, *jb_contact_text(&copy, i));
    return err;
}
