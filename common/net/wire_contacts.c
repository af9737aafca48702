/* Contacts to validated structs and back. */
#include "net/wire_contacts.h"

#include "base/limits.h"
#include "jibao/v1/contacts.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__CONTACT__ROLE__OTHER == (int)JB_CONTACT_OTHER, "one numbering");

static void get_contact(struct jb_wire_in *in, const Jibao__V1__Contact *pb, struct jb_contact *ret)
{
    *ret = (struct jb_contact){.role = (enum jb_contact_role)pb->role,
                               .name = jb_slice_str(pb->name),
                               .telephone = jb_slice_str(pb->telephone),
                               .mobile = jb_slice_str(pb->mobile),
                               .email = jb_slice_str(pb->email),
                               .note = jb_slice_str(pb->note)};
    jb_err err = jb_contact_check(ret);
    if (err && !in->err)
        in->err = err;
}

static void get_unit(struct jb_wire_in *in, const Jibao__V1__UnitContacts *pb,
                     struct jb_unit_contacts *ret)
{
    *ret = (struct jb_unit_contacts){
        .unit = jb_slice_str(pb->unit), .count = (uint32_t)pb->n_contacts, .row = pb->row};
    if (!in->err && !jb_code_valid(ret->unit))
        in->err = JB_EINVAL;
    if (!in->err && pb->n_contacts > JB_UNIT_CONTACTS_MAX)
        in->err = JB_ERANGE;
    struct jb_contact *items = jb_wire_get_array(in, pb->n_contacts, sizeof(*items));
    for (size_t i = 0; items && i < pb->n_contacts; i++)
        get_contact(in, pb->contacts[i], &items[i]);
    ret->items = items;
}

static const struct jb_unit_contacts *get_units(struct jb_wire_in *in, size_t count,
                                                Jibao__V1__UnitContacts *const *pb)
{
    if (count > JB_CONTACT_UNITS_MAX && !in->err)
        in->err = JB_ERANGE;
    struct jb_unit_contacts *units = jb_wire_get_array(in, count, sizeof(*units));
    for (size_t i = 0; units && !in->err && i < count; i++)
        get_unit(in, pb[i], &units[i]);
    return units;
}

static void put_unit(struct jb_wire_out *out, const struct jb_unit_contacts *unit,
                     Jibao__V1__UnitContacts *pb)
{
    jibao__v1__unit_contacts__init(pb);
    pb->unit = jb_wire_put_text(out, unit->unit);
    pb->row = unit->row;
    pb->n_contacts = unit->count;
    pb->contacts = jb_wire_put_list(out, unit->count, sizeof(Jibao__V1__Contact));
    for (uint32_t i = 0; pb->contacts && i < unit->count; i++) {
        Jibao__V1__Contact *to = pb->contacts[i];
        const struct jb_contact *from = &unit->items[i];
        jibao__v1__contact__init(to);
        to->role = (Jibao__V1__Contact__Role)from->role;
        to->name = jb_wire_put_text(out, from->name);
        to->telephone = jb_wire_put_text(out, from->telephone);
        to->mobile = jb_wire_put_text(out, from->mobile);
        to->email = jb_wire_put_text(out, from->email);
        to->note = jb_wire_put_text(out, from->note);
    }
}

static Jibao__V1__UnitContacts **put_units(struct jb_wire_out *out,
                                           const struct jb_unit_contacts *units, uint32_t count)
{
    Jibao__V1__UnitContacts **list = jb_wire_put_list(out, count, sizeof(**list));
    for (uint32_t i = 0; list && i < count; i++)
        put_unit(out, &units[i], list[i]);
    return list;
}

jb_err jb_wire_contacts_put_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_contacts_put *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__contacts_put__descriptor, bytes, &jb_wire_signed, arena, &base);
    if (err)
        return err;
    const Jibao__V1__ContactsPut *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_contacts_put got = {
        .epoch = pb->epoch, .replaces = pb->replaces, .unit_count = (uint32_t)pb->n_units};
    jb_wire_get_fixed(&in, pb->id, got.id.bytes, sizeof(got.id.bytes));
    if (!in.err && (jb_uuid_is_nil(got.id) || pb->n_units == 0))
        in.err = JB_EINVAL;
    got.units = get_units(&in, pb->n_units, pb->units);
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_contacts_put_encode(const struct jb_contacts_put *put, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ContactsPut pb;
    jb_wire_out_init(&scratch);
    jibao__v1__contacts_put__init(&pb);
    pb.id = jb_wire_put_bytes(put->id.bytes, sizeof(put->id.bytes));
    pb.epoch = put->epoch;
    pb.replaces = put->replaces;
    pb.n_units = put->unit_count;
    pb.units = put_units(&scratch, put->units, put->unit_count);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_contacts_put_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                        struct jb_contacts_put_done *ret,
                                        struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__contacts_put_done__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ContactsPutDone *pb = base;
    struct jb_wire_in in = {.arena = arena};
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = (struct jb_contacts_put_done){.version = pb->version};
    return JB_OK;
}

void jb_wire_contacts_put_done_encode(const struct jb_contacts_put_done *done,
                                      const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ContactsPutDone pb;
    jb_wire_out_init(&scratch);
    jibao__v1__contacts_put_done__init(&pb);
    pb.version = done->version;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_contacts_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_contacts_ask *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__contacts_ask__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ContactsAsk *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_contacts_ask got = {.unit = jb_wire_get_short(&in, pb->unit),
                                  .subtree = pb->subtree != 0,
                                  .after = jb_wire_get_short(&in, pb->after),
                                  .version_only = pb->version_only != 0};
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_contacts_ask_encode(const struct jb_contacts_ask *ask, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ContactsAsk pb;
    jb_wire_out_init(&scratch);
    jibao__v1__contacts_ask__init(&pb);
    pb.unit = jb_wire_put_text(&scratch, ask->unit);
    pb.subtree = ask->subtree;
    pb.after = jb_wire_put_text(&scratch, ask->after);
    pb.version_only = ask->version_only;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_contacts_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                      struct jb_contacts_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__contacts_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ContactsAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_contacts_answer got = {.epoch = pb->epoch,
                                     .version = pb->version,
                                     .unit_count = (uint32_t)pb->n_units,
                                     .next = jb_wire_get_short(&in, pb->next)};
    jb_wire_get_fixed(&in, pb->store_id, got.store_id, sizeof(got.store_id));
    got.units = get_units(&in, pb->n_units, pb->units);
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = got;
    return JB_OK;
}

void jb_wire_contacts_answer_encode(const struct jb_contacts_answer *answer,
                                    const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ContactsAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__contacts_answer__init(&pb);
    pb.store_id = jb_wire_put_hash(answer->store_id, sizeof(answer->store_id));
    pb.epoch = answer->epoch;
    pb.version = answer->version;
    pb.n_units = answer->unit_count;
    pb.units = put_units(&scratch, answer->units, answer->unit_count);
    pb.next = jb_wire_put_text(&scratch, answer->next);
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}
