/* Decides about a submission, once: from what the store holds now, what the ledger will say for
 * ever.
 *
 * The order matters. First that it is said to this store and signed. An id that was seen before
 * with the same content is answered from its receipt before anything else is asked, because rights,
 * the catalogue and the clock may have moved on since, and a repeat must hear the same. Then
 * whether the signer may say such a thing, and only then the checks that may refuse. */
#include "decide.h"

#include <sodium.h>
#include <stdlib.h>

#include "authority.h"
#include "decide_inner.h"

#define HASH_TEXT_SIZE 65

struct jb_finding jb_case_finding(const struct jb_case *c, enum jb_finding_code code)
{
    const struct jb_catalog_view *view = c->binding->view;
    return (struct jb_finding){
        .code = code,
        .severity = JB_ERROR,
        .unit = view->units[c->checked.unit].code,
        .form = view->forms[c->checked.form].code,
    };
}

void jb_case_row_finding(const struct jb_case *c, enum jb_finding_code code,
                         const struct jb_effect *effect, const char *got, const char *expected)
{
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_finding finding = jb_case_finding(c, code);
    jb_period_format(c->checked.period, period);
    finding.row = c->submission->rows[effect->row].source_row;
    finding.period = period;
    finding.indicator = c->binding->view->indicators[effect->indicator].code;
    finding.got = got;
    finding.expected = expected;
    jb_findings_add(c->findings, &finding);
}

static void refuse(struct jb_findings *findings, enum jb_finding_code code, const char *got,
                   const char *expected, const char *hint)
{
    jb_findings_add(
        findings,
        &(struct jb_finding){
            .code = code, .severity = JB_ERROR, .got = got, .expected = expected, .hint = hint});
}

static enum jb_finding_code code_of_decode(jb_err err)
{
    if (err == JB_EVERSION)
        return JB_F_UNKNOWN_FIELDS;
    return err == JB_EINVAL ? JB_F_MALFORMED : JB_F_TOO_LARGE;
}

/* The same content again: the receipt of its entry, as it was. */
static jb_err repeat(jb_kv_txn *txn, const struct jb_store_receipt *known, struct jb_decision *d)
{
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_entry(txn, known->revision, &bytes);
    if (!err)
        err = jb_entry_peek(bytes, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    d->repeat = true;
    d->receipt.outcome = JB_ACCEPTED;
    d->receipt.epoch = entry.epoch;
    d->receipt.revision = entry.revision;
    d->receipt.accepted_at_us = entry.at_us;
    memcpy(d->receipt.head, entry.hash, sizeof(d->receipt.head));
    return JB_OK;
}

/* Other content under a used id. The ledger notes the first time only, so nobody can fill it so. */
static void conflict(const struct jb_store_receipt *known, uint32_t unit,
                     const struct jb_envelope *envelope, struct jb_decision *d,
                     struct jb_findings *findings)
{
    char got[HASH_TEXT_SIZE], expected[HASH_TEXT_SIZE];
    sodium_bin2hex(got, sizeof(got), d->receipt.content_hash, 32);
    sodium_bin2hex(expected, sizeof(expected), known->content_hash, 32);
    refuse(findings, JB_F_ID_CONFLICT, got, expected, "");
    d->receipt.outcome = JB_CONFLICT;
    if (known->conflict_revision)
        return;
    d->append = true;
    d->entry = (struct jb_entry){
        .kind = JB_ENTRY_CONFLICT,
        .signer = envelope->signer,
        .signature = envelope->signature,
        .payload = envelope->payload,
        .unit = unit,
        .id = d->receipt.submission_id,
        .previous_revision = known->revision,
    };
    memcpy(d->entry.content_hash, d->receipt.content_hash, sizeof(d->entry.content_hash));
}

/* The number of a unit of any catalogue so far; most are of the one in force. */
static jb_err find_unit(jb_kv_txn *txn, const struct jb_binding *binding, struct jb_slice code,
                        uint32_t *ret)
{
    uint32_t unit = jb_catalog_unit(binding->catalog, code);
    if (unit == JB_NONE)
        return jb_store_number(txn, JB_NAME_UNIT, code, ret);
    *ret = binding->view->units[unit].number;
    return JB_OK;
}

/* Looks the id up. *ret_known: it was seen, and *ret is its receipt. */
static jb_err find_id(const struct jb_scene *scene, const struct jb_submission *submission,
                      uint32_t *ret_unit, struct jb_store_receipt *ret, bool *ret_known)
{
    uint32_t unit = JB_NONE;
    jb_err err = find_unit(scene->txn, scene->binding, submission->unit, &unit);
    if (!err)
        err = jb_receipts_find(scene->receipts, scene->txn, unit, submission->id, ret);
    if (err && err != JB_ENOTFOUND)
        return err;
    *ret_unit = unit;
    *ret_known = !err;
    return JB_OK;
}

static int compare_effects(const void *left, const void *right, void *ctx)
{
    const struct jb_catalog_view *view = ctx;
    const struct jb_effect *a = left, *b = right;
    uint32_t x = view->indicators[a->indicator].number, y = view->indicators[b->indicator].number;
    if (x != y)
        return (x > y) - (x < y);
    return (a->stretch > b->stretch) - (a->stretch < b->stretch);
}

/* The order of cells in the store. A form's rows mostly stand in it already. */
static void sort_effects(const struct jb_case *c)
{
    union { /* qsort_r's context has no const; the comparison only reads it */
        const void *in;
        void *out;
    } view = {.in = c->binding->view};
    for (uint32_t i = 1; i < c->checked.effect_count; i++) {
        if (compare_effects(&c->effects[i - 1], &c->effects[i], view.out) > 0) {
            qsort_r(c->effects, c->checked.effect_count, sizeof(*c->effects), compare_effects,
                    view.out);
            return;
        }
    }
}

jb_err jb_case_filing(const struct jb_case *c, uint32_t form, struct jb_period period,
                      struct jb_filing *ret)
{
    uint32_t number = c->binding->view->forms[form].number;
    struct jb_slice record = {0};
    *ret = jb_filing_new(number);
    jb_err err = jb_store_block(c->txn, JB_PLANE_OWN, c->unit, period,
                                c->binding->form_block[number], &record);
    if (!err)
        err = jb_filing_of_record(record, number, ret);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static jb_err accept(const struct jb_case *c, const struct jb_filing *filing,
                     const struct jb_envelope *envelope, struct jb_decision *d)
{
    const struct jb_catalog_view *view = c->binding->view;
    uint32_t count = c->checked.effect_count;
    struct jb_entry_effect *effects = jb_arena_array(c->arena, count, sizeof(*effects));
    if (!effects)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct jb_effect *from = &c->effects[i];
        effects[i] = (struct jb_entry_effect){
            .indicator = view->indicators[from->indicator].number,
            .stretch = from->stretch,
            .is_text = from->is_text,
            .value = from->value,
        };
    }
    bool complete = false;
    if (c->binding->view->managed_periods) {
        jb_err err = jb_case_is_complete(c, &complete);
        if (err)
            return err;
    }
    d->append = true;
    d->receipt.outcome = JB_ACCEPTED;
    d->entry = (struct jb_entry){
        .kind = JB_ENTRY_SUBMISSION,
        .signer = envelope->signer,
        .signature = envelope->signature,
        .payload = envelope->payload,
        .catalog_version = c->binding->version,
        .unit = c->unit,
        .form = view->forms[c->checked.form].number,
        .period = c->checked.period,
        .id = c->submission->id,
        .previous_revision = filing->last_revision,
        .effects = effects,
        .effect_count = count,
        .complete = complete,
    };
    if (complete)
        d->entry.judged = jb_case_judge(c, filing);
    memcpy(d->entry.content_hash, d->receipt.content_hash, sizeof(d->entry.content_hash));
    return JB_OK;
}

/* What the store says about a submission that the catalogue finds right. */
static jb_err decide_by_state(const struct jb_case *c, const struct jb_envelope *envelope,
                              struct jb_decision *d)
{
    const struct jb_submission *s = c->submission;
    struct jb_filing filing;
    jb_err err = jb_case_filing(c, c->checked.form, c->checked.period, &filing);
    if (err)
        return err;
    bool found = filing.submission_revision > 0;
    if (found != s->has_predecessor ||
        (found && !jb_uuid_eq(filing.last_submission, s->predecessor))) {
        d->receipt.outcome = JB_STALE;
        d->receipt.has_last_submission = found;
        d->receipt.last_submission = filing.last_submission;
        return jb_case_tell_stale(c);
    }
    err = jb_case_check_withdrawals(c);
    if (!err)
        err = jb_case_check_figures(c);
    if (err || jb_findings_refusals(c->findings))
        return err;
    return accept(c, &filing, envelope, d);
}

/* What the catalogue says, then what the store says. */
static jb_err decide_by_catalog(struct jb_case *c, jb_date today,
                                const struct jb_envelope *envelope, struct jb_decision *d)
{
    const struct jb_submission *s = c->submission;
    char got[16], expected[16];
    if (s->catalog_version > c->binding->version) {
        snprintf(got, sizeof(got), "%u", s->catalog_version);
        snprintf(expected, sizeof(expected), "%u", c->binding->version);
        refuse(c->findings, JB_F_CATALOG_UNKNOWN, got, expected, "");
        return JB_OK;
    }
    c->effects = jb_arena_array(c->arena, s->row_count, sizeof(*c->effects));
    if (!c->effects)
        return JB_ENOMEM;
    jb_err err = jb_case_check_period(c);
    if (!err)
        err = jb_check_submission(c->binding->catalog, s, today, c->effects, &c->checked,
                                  c->findings);
    if (!err)
        jb_case_check_owed(c);
    if (err || c->findings->errors)
        return err == JB_EINVAL ? JB_OK : err;
    sort_effects(c);
    return decide_by_state(c, envelope, d);
}

bool jb_scene_hears(const struct jb_scene *scene, const struct jb_proposal *proposal,
                    bool *ret_bare, struct jb_public_key *ret_signer, struct jb_findings *findings)
{
    const struct jb_envelope *envelope = &proposal->envelope;
    if (!jb_slice_eq(envelope->store_id, jb_slice_of(scene->store_id, 16))) {
        refuse(findings, JB_F_WRONG_STORE, "", "", "");
        return false;
    }
    *ret_bare = scene->unsigned_ok && envelope->signer.len == 0 && envelope->signature.len == 0;
    return *ret_bare ||
           jb_authority_signed(envelope, proposal->signature_good, ret_signer, findings);
}

/* A unit that the catalogue does not know is nobody's; that it is unknown is told to those only
 * whose key is good for anything. */
static bool may_submit(const struct jb_case *c, const struct jb_scene *scene,
                       const struct jb_public_key *signer, jb_date today)
{
    uint32_t unit = jb_catalog_unit(c->binding->catalog, c->submission->unit);
    if (unit != JB_NONE)
        return jb_authority_submit(scene->rights, signer, c->submission, c->binding->catalog, unit,
                                   today, scene->now_us, c->findings) != JB_STANDING_NONE;
    enum jb_finding_code trouble =
        jb_holder_trouble(jb_rights_by_key(scene->rights, signer), scene->now_us);
    if (trouble)
        refuse(c->findings, trouble, "", "", "");
    return !trouble;
}

/* It can be read and is said to this store. */
static jb_err decide_known(struct jb_case *c, const struct jb_scene *scene,
                           const struct jb_proposal *proposal, const struct jb_public_key *signer,
                           struct jb_decision *d)
{
    const struct jb_envelope *envelope = &proposal->envelope;
    struct jb_store_receipt known;
    bool seen = false;
    jb_date today = jb_date_at(scene->now_us, c->binding->view->zone_offset_minutes);
    jb_err err = find_id(scene, c->submission, &c->unit, &known, &seen);
    if (err)
        return err;
    if (seen && memcmp(known.content_hash, d->receipt.content_hash, 32) == 0)
        return repeat(c->txn, &known, d);
    if (signer && !may_submit(c, scene, signer, today))
        return JB_OK;
    if (!seen)
        return decide_by_catalog(c, today, envelope, d);
    conflict(&known, c->unit, envelope, d, c->findings);
    return JB_OK;
}

jb_err jb_decide_submission(const struct jb_scene *scene, const struct jb_proposal *proposal,
                            struct jb_arena *arena, struct jb_decision *ret,
                            struct jb_findings *findings)
{
    const struct jb_submission *submission = &proposal->submission;
    struct jb_decision d = {.receipt = {.outcome = JB_REFUSED}};
    struct jb_public_key signer;
    bool bare = false;
    jb_err err = JB_OK;
    memcpy(d.receipt.store_id, scene->store_id, sizeof(d.receipt.store_id));
    memcpy(d.receipt.content_hash, proposal->content_hash, sizeof(d.receipt.content_hash));
    if (!proposal->fault) {
        d.receipt.submission_id = submission->id;
        d.receipt.unit = submission->unit;
    }
    bool heard = jb_scene_hears(scene, proposal, &bare, &signer, findings);
    if (heard && proposal->fault) {
        refuse(findings, code_of_decode(proposal->fault), "", "", proposal->why);
    } else if (heard && !scene->binding) {
        refuse(findings, JB_F_NO_CATALOG, "", "", "");
    } else if (heard) {
        struct jb_case c = {.txn = scene->txn,
                            .binding = scene->binding,
                            .submission = submission,
                            .rights = scene->rights,
                            .now_us = scene->now_us,
                            .arena = arena,
                            .findings = findings};
        err = decide_known(&c, scene, proposal, bare ? NULL : &signer, &d);
        jb_period_state_free(&c.period);
    }
    if (!err)
        *ret = d;
    return err;
}
