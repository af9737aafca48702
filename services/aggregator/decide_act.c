/* Decides about an act: as with changes of rights, an id that was seen before is answered first;
 * then what the act names, whether the signer may, and whether the states allow it. */
#include "decide_act.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "authority.h"
#include "base/limits.h"
#include "decide_act_inner.h"
#include "decide_inner.h"
#include "expected.h"

void jb_act_refuse_text(const struct jb_act_case *c, enum jb_finding_code code, struct jb_slice got,
                        const char *expected)
{
    char text[JB_CODE_BYTES_MAX + 1];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(got));
    jb_act_refuse(c, code, text, expected);
}

void jb_act_refuse(const struct jb_act_case *c, enum jb_finding_code code, const char *got,
                   const char *expected)
{
    char period[JB_PERIOD_TEXT_SIZE] = "", unit[JB_CODE_BYTES_MAX + 1];
    char form[JB_CODE_BYTES_MAX + 1];
    if (c->act.kind)
        jb_period_format(c->act.period, period);
    snprintf(unit, sizeof(unit), "%.*s", JB_ARG(c->act.unit));
    snprintf(form, sizeof(form), "%.*s", JB_ARG(c->act.form));
    jb_findings_add(c->findings, &(struct jb_finding){.code = code,
                                                      .severity = JB_ERROR,
                                                      .unit = unit,
                                                      .form = form,
                                                      .period = period,
                                                      .got = got,
                                                      .expected = expected});
}

void jb_act_refuse_indicator(const struct jb_act_case *c, enum jb_finding_code code,
                             struct jb_slice indicator)
{
    char text[JB_CODE_BYTES_MAX + 1], period[JB_PERIOD_TEXT_SIZE];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(indicator));
    jb_period_format(c->act.period, period);
    jb_findings_add(c->findings,
                    &(struct jb_finding){
                        .code = code, .severity = JB_ERROR, .period = period, .indicator = text});
}

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

jb_err jb_act_pack_numbers(struct jb_act_case *c, uint32_t *numbers, uint32_t count)
{
    struct jb_buf buf;
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    if (count > 1)
        qsort(numbers, count, sizeof(*numbers), compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        jb_buf_put_varint(&buf, numbers[i]);
    c->entry->act.numbers = jb_arena_copy(c->arena, jb_buf_slice(&buf));
    jb_err err = buf.failed || !c->entry->act.numbers.ptr ? JB_ENOMEM : JB_OK;
    jb_buf_free(&buf);
    return err;
}

/* The id was seen: the first answer, or a conflict. */
static jb_err decide_by_id(const struct jb_act_case *c, const uint8_t hash[32],
                           struct jb_act_decision *d, bool *ret_known)
{
    struct jb_store_receipt known;
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_receipt(c->scene->txn, JB_NONE, c->act.id, &known);
    *ret_known = !err;
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    if (memcmp(known.content_hash, hash, sizeof(known.content_hash)) != 0) {
        jb_act_refuse(c, JB_F_ID_CONFLICT, "", "");
        return JB_OK;
    }
    err = jb_store_entry(c->scene->txn, known.revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, &entry);
    if (err)
        return err == JB_ENOTFOUND || err == JB_ERANGE ? JB_EDAMAGED : err;
    d->repeat = true;
    d->done.revision = entry.revision;
    d->done.release = entry.act.release;
    memcpy(d->done.head, entry.hash, sizeof(d->done.head));
    return JB_OK;
}

/* What the act names must be the catalogue's. */
static void find_names(struct jb_act_case *c)
{
    const jb_catalog *catalog = c->scene->binding->catalog;
    if (c->act.unit.len) {
        c->unit = jb_catalog_unit(catalog, c->act.unit);
        if (c->unit == JB_NONE)
            jb_act_refuse_text(c, JB_F_UNKNOWN_UNIT, c->act.unit,
                               jb_catalog_suggest_unit(catalog, c->act.unit));
    }
    if (c->act.form.len) {
        c->form = jb_catalog_form(catalog, c->act.form);
        if (c->form == JB_NONE)
            jb_act_refuse_text(c, JB_F_UNKNOWN_FORM, c->act.form,
                               jb_catalog_suggest_form(catalog, c->act.form));
        else if (c->view->forms[c->form].freq != c->act.period.freq)
            jb_act_refuse(c, JB_F_PERIOD_FREQUENCY, jb_freq_name(c->act.period.freq),
                          jb_freq_name(c->view->forms[c->form].freq));
    }
    for (uint32_t i = 0; i < c->act.reason_count; i++) {
        struct jb_slice code = c->act.reasons[i].indicator;
        uint32_t indicator = jb_catalog_indicator(catalog, code);
        if (indicator == JB_NONE)
            jb_act_refuse_indicator(c, JB_F_UNKNOWN_INDICATOR, code);
        else if (c->form != JB_NONE && jb_catalog_form_row(catalog, c->form, indicator) == JB_NONE)
            jb_act_refuse_indicator(c, JB_F_NOT_IN_FORM, code);
    }
}

/* A filing of a unit that nobody knows is nobody's: told to those only who review anything. */
static bool may(const struct jb_act_case *c)
{
    const struct jb_key_scene *scene = c->scene;
    bool of_filing = jb_act_is_of_filing(c->act.kind);
    const struct jb_act_authority authority = {
        .signer = &c->signer,
        .signed_for = c->act.signed_for,
        .role = of_filing ? JB_ROLE_REVIEW : JB_ROLE_PERIODS,
        .catalog = scene->binding ? scene->binding->catalog : NULL,
        .unit = of_filing ? c->unit : JB_NONE,
    };
    return jb_authority_act(scene->rights, &authority, scene->now_us, c->findings);
}

static jb_err check_phase(struct jb_act_case *c)
{
    const struct jb_period_moment *since = NULL;
    char got[JB_PERIOD_WORDS_SIZE];
    uint32_t unit = c->unit == JB_NONE ? JB_NONE : c->view->units[c->unit].number;
    jb_err err = jb_periods_get(c->scene->txn, c->act.period, 0, &c->period);
    if (err)
        return err;
    enum jb_finding_code code =
        jb_period_refusal(&c->period, c->act.kind, unit, c->scene->now_us, &since);
    if (!code)
        return JB_OK;
    jb_period_describe(&c->period, since, c->scene->rights, c->view->zone_offset_minutes, got);
    jb_act_refuse(c, code, got, "");
    return JB_OK;
}

static jb_err decide_reopen(struct jb_act_case *c)
{
    uint32_t *numbers = jb_arena_array(c->arena, c->act.units.count, sizeof(*numbers));
    if (!numbers)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < c->act.units.count; i++) {
        uint32_t unit = jb_catalog_unit(c->scene->binding->catalog, c->act.units.items[i]);
        if (unit == JB_NONE)
            jb_act_refuse_text(c, JB_F_UNKNOWN_UNIT, c->act.units.items[i], "");
        else
            numbers[i] = c->view->units[unit].number;
    }
    if (c->act.until_us <= c->scene->now_us)
        jb_act_refuse(c, JB_F_PERIOD_REOPENED_PAST, "", "");
    if (c->period.reopening_count + c->act.units.count > JB_PERIOD_AMENDMENTS_MAX)
        jb_act_refuse(c, JB_F_TOO_LARGE, "", "");
    c->entry->act.until_us = c->act.until_us;
    return c->findings->errors ? JB_OK : jb_act_pack_numbers(c, numbers, c->act.units.count);
}

/* The indicators that were named, or all that are public. */
static jb_err decide_publish(struct jb_act_case *c)
{
    uint32_t count = 0;
    uint32_t *numbers =
        jb_arena_array(c->arena, (size_t)c->view->indicator_count + 1, sizeof(*numbers));
    if (!numbers)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < c->act.indicators.count; i++) {
        struct jb_slice code = c->act.indicators.items[i];
        uint32_t indicator = jb_catalog_indicator(c->scene->binding->catalog, code);
        if (indicator == JB_NONE)
            jb_act_refuse_indicator(c, JB_F_UNKNOWN_INDICATOR, code);
        else if (!c->view->indicators[indicator].is_public)
            jb_act_refuse_indicator(c, JB_F_NOT_PUBLIC, code);
        else
            numbers[count++] = c->view->indicators[indicator].number;
    }
    for (uint32_t i = 0; c->act.indicators.count == 0 && i < c->view->indicator_count; i++) {
        if (c->view->indicators[i].is_public)
            numbers[count++] = c->view->indicators[i].number;
    }
    if (count == 0 && c->findings->errors == 0)
        jb_act_refuse(c, JB_F_NOTHING_TO_PUBLISH, "", "");
    c->entry->act.release = c->period.releases + 1;
    return c->findings->errors ? JB_OK : jb_act_pack_numbers(c, numbers, count);
}

/* Each form is the unit's to file, and not done; a correction is of what came. */
static jb_err check_noticed(struct jb_act_case *c, struct jb_slice code, uint32_t *ret_number)
{
    const jb_catalog *catalog = c->scene->binding->catalog;
    c->form = jb_catalog_form(catalog, code);
    if (c->form == JB_NONE) {
        jb_act_refuse_text(c, JB_F_UNKNOWN_FORM, code, jb_catalog_suggest_form(catalog, code));
        return JB_OK;
    }
    *ret_number = c->view->forms[c->form].number;
    jb_err err = jb_act_find_filing(c);
    if (err)
        return err;
    if (c->filing.submission_revision == 0 &&
        !jb_expected_form(catalog, &c->period, c->unit, c->form, c->act.period))
        jb_act_refuse_text(c, JB_F_FORM_NOT_OWED, code, "");
    else if (c->filing.state == JB_FILING_ACCEPTED)
        jb_act_refuse_text(c, JB_F_FILING_ACCEPTED, code, "");
    else if (c->act.correction && c->filing.submission_revision == 0)
        jb_act_refuse_text(c, JB_F_NOTHING_TO_REVIEW, code, "");
    return JB_OK;
}

static jb_err decide_notice(struct jb_act_case *c)
{
    uint32_t *numbers = jb_arena_array(c->arena, c->act.forms.count, sizeof(*numbers));
    jb_err err = numbers ? JB_OK : JB_ENOMEM;
    for (uint32_t i = 0; !err && i < c->act.forms.count; i++)
        err = check_noticed(c, c->act.forms.items[i], &numbers[i]);
    c->form = JB_NONE;
    c->entry->previous_revision = c->period.last_notice;
    return err || c->findings->errors ? err : jb_act_pack_numbers(c, numbers, c->act.forms.count);
}

static jb_err decide_by_kind(struct jb_act_case *c)
{
    c->entry->previous_revision = c->period.last_revision;
    switch (c->act.kind) {
    case JB_ACT_PERIOD_OPEN:
        return jb_act_decide_open(c);
    case JB_ACT_PERIOD_AMEND:
        return jb_act_decide_amend(c);
    case JB_ACT_PERIOD_REOPEN:
        return decide_reopen(c);
    case JB_ACT_PUBLISH:
        return decide_publish(c);
    case JB_ACT_FILING_ACCEPT:
    case JB_ACT_FILING_RETURN:
    case JB_ACT_FILING_EXCUSE:
        return jb_act_decide_filing(c);
    case JB_ACT_NOTICE:
        return decide_notice(c);
    case JB_ACT_PERIOD_CLOSE:
    case JB_ACTS_END:
        break;
    }
    return JB_OK;
}

static jb_err decide(struct jb_act_case *c)
{
    char got[16], expected[16];
    bool of_filing = jb_act_is_of_filing(c->act.kind);
    if (c->act.epoch != c->scene->epoch) {
        snprintf(got, sizeof(got), "%u", c->act.epoch);
        snprintf(expected, sizeof(expected), "%u", c->scene->epoch);
        jb_act_refuse(c, JB_F_ACT_EPOCH, got, expected);
        return JB_OK;
    }
    if (!c->view) {
        if (may(c))
            jb_act_refuse(c, JB_F_NO_CATALOG, "", "");
        return JB_OK;
    }
    c->unit = c->act.unit.len ? jb_catalog_unit(c->scene->binding->catalog, c->act.unit) : JB_NONE;
    if (!may(c))
        return JB_OK;
    find_names(c);
    if (!c->view->managed_periods && !of_filing)
        jb_act_refuse(c, JB_F_PERIODS_FREE, "", "");
    jb_err err = JB_OK;
    if (c->view->managed_periods)
        err = check_phase(c);
    return err || c->findings->errors ? err : decide_by_kind(c);
}

static void begin_entry(const struct jb_act_case *c, const struct jb_envelope *envelope,
                        const uint8_t hash[32])
{
    *c->entry = (struct jb_entry){.kind = JB_ENTRY_ACT,
                                  .payload = envelope->payload,
                                  .signer = envelope->signer,
                                  .signature = envelope->signature,
                                  .id = c->act.id,
                                  .period = c->act.period,
                                  .act = {.kind = c->act.kind,
                                          .trial = c->act.trial,
                                          .backfill = c->act.backfill,
                                          .owed = c->act.owed}};
    memcpy(c->entry->content_hash, hash, sizeof(c->entry->content_hash));
}

static void end_entry(const struct jb_act_case *c)
{
    c->entry->catalog_version = c->scene->binding->version;
    c->entry->unit = c->unit == JB_NONE ? 0 : c->view->units[c->unit].number;
    c->entry->form = c->form == JB_NONE ? 0 : c->view->forms[c->form].number;
}

/* It can be read and is said to this store. */
static jb_err decide_known(struct jb_act_case *c, const struct jb_envelope *envelope,
                           struct jb_act_decision *d)
{
    uint8_t hash[32];
    bool known = false;
    int rc = crypto_generichash(hash, sizeof(hash), envelope->payload.ptr, envelope->payload.len,
                                NULL, 0);
    jb_assert(rc == 0);
    jb_err err = decide_by_id(c, hash, d, &known);
    if (err || known)
        return err;
    begin_entry(c, envelope, hash);
    err = decide(c);
    d->append = !err && c->findings->errors == 0;
    if (d->append)
        end_entry(c);
    return err;
}

jb_err jb_decide_act(const struct jb_key_scene *scene, const struct jb_envelope *envelope,
                     struct jb_arena *arena, struct jb_act_decision *ret,
                     struct jb_findings *findings)
{
    struct jb_act_decision d = {.append = false};
    struct jb_act_case c = {.scene = scene,
                            .view = scene->binding ? scene->binding->view : NULL,
                            .arena = arena,
                            .findings = findings,
                            .unit = JB_NONE,
                            .form = JB_NONE,
                            .entry = &d.entry};
    const char *why = "";
    jb_err err = JB_OK;
    if (!jb_slice_eq(envelope->store_id, jb_slice_of(scene->store_id, 16))) {
        jb_act_refuse(&c, JB_F_WRONG_STORE, "", "");
    } else if (jb_authority_verify(envelope, scene->store_id, &c.signer, findings)) {
        jb_err decode = jb_wire_act_decode(envelope->payload, arena, &c.act, &why);
        if (decode)
            jb_findings_add(findings,
                            &(struct jb_finding){.code = decode == JB_EVERSION ? JB_F_UNKNOWN_FIELDS
                                                         : decode == JB_EINVAL ? JB_F_MALFORMED
                                                                               : JB_F_TOO_LARGE,
                                                 .severity = JB_ERROR,
                                                 .hint = why});
        else
            err = decide_known(&c, envelope, &d);
    }
    jb_period_state_free(&c.period);
    if (!err)
        *ret = d;
    return err;
}
