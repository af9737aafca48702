/* Acts on a filing: what it is in its states, and that nobody reviews what he submitted. */
#include <stdio.h>

#include "authority.h"
#include "base/limits.h"
#include "decide_act_inner.h"
#include "decide_inner.h"

/* "returned, 2023-07-20 18:00, Chief": what the newest act on the filing was, for its refusals;
 * with whom it was signed for, by a key of the web. */
static jb_err describe_filing(const struct jb_act_case *c, char text[JB_PERIOD_WORDS_SIZE])
{
    struct jb_period_state said = {.period = c->act.period};
    struct jb_period_moment moment = {.revision = c->filing.last_revision};
    char period[JB_PERIOD_WORDS_SIZE], signed_for[JB_CODE_BYTES_MAX + 8] = "";
    struct jb_act act;
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_entry(c->scene->txn, moment.revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, &entry);
    snprintf(text, JB_PERIOD_WORDS_SIZE, "%s", jb_filing_state_code(c->filing.state));
    if (err == JB_ERANGE) /* a submission: it says all by its state */
        return JB_OK;
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    moment.at_us = entry.at_us;
    if (entry.signer.len == sizeof(moment.by))
        memcpy(moment.by, entry.signer.ptr, sizeof(moment.by));
    jb_period_describe(&said, &moment, c->scene->rights, c->view->zone_offset_minutes, period);
    const char *behind = strchr(strchr(period, ',') + 1, ','); /* behind period and phase */
    err = jb_wire_act_decode(entry.payload, c->arena, &act, NULL);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    if (act.signed_for.len)
        snprintf(signed_for, sizeof(signed_for), ", for %.*s", JB_ARG(act.signed_for));
    snprintf(text, JB_PERIOD_WORDS_SIZE, "%s%.200s%s", jb_filing_state_code(c->filing.state),
             behind, signed_for);
    return JB_OK;
}

jb_err jb_act_find_filing(struct jb_act_case *c)
{
    uint32_t form = c->view->forms[c->form].number;
    struct jb_slice record;
    c->filing = jb_filing_new(form);
    jb_err err = jb_store_block(c->scene->txn, JB_PLANE_OWN, c->view->units[c->unit].number,
                                c->act.period, c->scene->binding->form_block[form], &record);
    if (!err)
        err = jb_filing_of_record(record, form, &c->filing);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static bool same_label(const struct jb_holder *a, const struct jb_holder *b)
{
    return a && b && a->label.len > 0 && jb_slice_eq(a->label, b->label);
}

/* Who stands behind a signature: the key's holder, or the person that it signed for. */
struct hand {
    struct jb_public_key key;
    struct jb_slice person; /* empty: the key itself */
};

static const struct jb_holder *holder_of(const jb_rights *rights, const struct hand *hand)
{
    return hand->person.len ? jb_rights_by_person(rights, hand->person)
                            : jb_rights_by_key(rights, &hand->key);
}

/* One key signs for many persons: where both are named, they are compared and the key is not. Where
 * one is not, nothing tells that somebody else held the key. */
static bool same_hand(const jb_rights *rights, const struct hand *a, const struct hand *b)
{
    if (same_label(holder_of(rights, a), holder_of(rights, b)))
        return true;
    if (a->person.len && b->person.len)
        return jb_slice_eq(a->person, b->person);
    return jb_public_eq(&a->key, &b->key) ||
           same_label(jb_rights_by_key(rights, &a->key), jb_rights_by_key(rights, &b->key));
}

/* Not reviewed by who submitted it, on whatever way either came; and accepted only with the scan
 * that the form demands. */
static jb_err check_reviewed(const struct jb_act_case *c)
{
    struct jb_entry_effect *effects =
        jb_arena_array(c->arena, JB_SUBMISSION_ROWS_MAX, sizeof(*effects));
    const struct hand reviewer = {.key = c->signer, .person = c->act.signed_for};
    struct jb_submission submission;
    struct jb_slice bytes;
    struct jb_entry entry;
    if (!effects)
        return JB_ENOMEM;
    jb_err err = jb_store_entry(c->scene->txn, c->filing.submission_revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    err = jb_wire_submission_decode(entry.payload, c->arena, &submission, NULL);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    if (c->act.kind == JB_ACT_FILING_ACCEPT && c->view->forms[c->form].scan &&
        submission.attachment_count == 0)
        jb_act_refuse(c, JB_F_SCAN_MISSING, "", "");
    struct hand author = {.person = submission.signed_for};
    if (entry.signer.len != sizeof(author.key.bytes))
        return JB_OK;
    memcpy(author.key.bytes, entry.signer.ptr, sizeof(author.key.bytes));
    if (same_hand(c->scene->rights, &author, &reviewer))
        jb_act_refuse(c, JB_F_REVIEWER_SUBMITTED, "", "");
    return JB_OK;
}

jb_err jb_act_decide_filing(struct jb_act_case *c)
{
    char got[JB_PERIOD_WORDS_SIZE] = "";
    jb_err err = jb_act_find_filing(c);
    if (err)
        return err;
    if (c->filing.last_revision == 0 &&
        !jb_catalog_owes_form(c->scene->binding->catalog, c->unit, c->form, c->act.period)) {
        jb_act_refuse(c, JB_F_FORM_NOT_OWED, "", "");
        return JB_OK;
    }
    enum jb_finding_code code = jb_filing_refusal(&c->filing, c->act.kind);
    c->entry->previous_revision = c->filing.last_revision;
    if (code) {
        err = c->filing.last_revision ? describe_filing(c, got) : JB_OK;
        jb_act_refuse(c, code, got, "");
        return err;
    }
    if (c->act.kind == JB_ACT_FILING_EXCUSE)
        return JB_OK;
    if (!jb_uuid_eq(c->filing.last_submission, c->act.submission)) {
        jb_act_refuse(c, JB_F_FILING_MOVED, "", "");
        return JB_OK;
    }
    c->entry->act.submission_revision = c->filing.submission_revision;
    c->entry->act.has_due = c->act.has_due;
    c->entry->act.due_on = c->act.due_on;
    return check_reviewed(c);
}
