/* Decisions about submissions and catalogues, one message at a time through the engine: accepted,
 * repeated, in conflict, stale, refused, and what the sender is told. */
#include "unit/agg_fixture.h"

#include "aggregator/ledger.h"

static int set_up(void **state)
{
    *state = agg_desk_ready();
    return 0;
}

static int tear_down(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static bool has_finding(const struct agg_desk *d, enum jb_finding_code code)
{
    for (uint32_t i = 0; i < d->findings.count; i++) {
        if (d->findings.items[i].code == code)
            return true;
    }
    return false;
}

static void refused_with(struct agg_desk *d, struct jb_receipt receipt, enum jb_finding_code code)
{
    assert_int_equal(receipt.outcome, JB_REFUSED);
    assert_int_equal(receipt.revision, 0);
    if (!has_finding(d, code))
        jb_findings_print(&d->findings, stderr);
    assert_true(has_finding(d, code));
}

static void an_acceptance_names_its_entry(void **state)
{
    struct agg_desk *d = *state;
    struct jb_receipt receipt =
        agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"));
    struct jb_store_head head = agg_head(d);
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    assert_int_equal(receipt.revision, 3); /* genesis, catalogue, this */
    assert_int_equal(head.revision, 3);
    assert_memory_equal(receipt.head, head.hash, 32);
    assert_memory_equal(receipt.store_id, agg_store_id, 16);
    assert_true(jb_uuid_eq(receipt.submission_id, agg_id(1)));
    assert_true(jb_slice_is(receipt.unit, "ash"));
    assert_int_equal(receipt.accepted_at_us, d->now_us);
    assert_int_equal(receipt.epoch, 1);
}

/* The reply's bytes, copied. */
static struct jb_slice submit_bytes(struct agg_desk *d, const struct agg_submission *s,
                                    uint8_t *memory, size_t size)
{
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, s));
    struct jb_reply reply = {0};
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    assert_true(reply.payload.len <= size);
    memcpy(memory, reply.payload.ptr, reply.payload.len);
    return jb_slice_of(memory, reply.payload.len);
}

static void a_repeat_gets_the_same_bytes_for_ever(void **state)
{
    struct agg_desk *d = *state;
    uint8_t first[1000], again[1000];
    const struct agg_row rows[] = {AGG_ROW("cases", "12")};
    struct agg_submission s = {"ash", "daily", "2023-Q1", 1, 0, rows, 1, 1, NULL};
    struct jb_slice a = submit_bytes(d, &s, first, sizeof(first));
    struct jb_store_head head = agg_head(d);
    struct jb_slice b = submit_bytes(d, &s, again, sizeof(again));
    assert_true(jb_slice_eq(a, b));
    assert_int_equal(agg_head(d).revision, head.revision);
    /* also when the world has moved on: a correction, another catalogue, a restart, a restore */
    agg_submit_rows(d, "ash", "daily", "2023-Q1", 2, 1, AGG_ROW("cases", "13"));
    assert_int_equal(agg_load(d, AGG_CATALOG "# more\n").version, 2);
    jb_engine_close(d->engine);
    agg_desk_open_engine(d, 0);
    assert_int_equal(jb_engine_append_epoch(d->engine, d->now_us), JB_OK);
    b = submit_bytes(d, &s, again, sizeof(again));
    assert_true(jb_slice_eq(a, b));
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.mantissa, 1300);
}

static void other_content_under_a_used_id_is_recorded_once(void **state)
{
    struct agg_desk *d = *state;
    struct jb_receipt first =
        agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"));
    struct jb_receipt receipt =
        agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "13"));
    assert_int_equal(receipt.outcome, JB_CONFLICT);
    assert_int_equal(receipt.revision, 0);
    assert_true(has_finding(d, JB_F_ID_CONFLICT));
    assert_int_equal(agg_head(d).revision, first.revision + 1);
    receipt = agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "14"));
    assert_int_equal(receipt.outcome, JB_CONFLICT);
    assert_int_equal(agg_head(d).revision, first.revision + 1);
    receipt = agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"));
    assert_int_equal(receipt.outcome, JB_ACCEPTED); /* the first receipt stands */
    assert_int_equal(receipt.revision, first.revision);
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.mantissa, 1200);
    /* another unit's id is another id */
    receipt = agg_submit_rows(d, "dune", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "13"));
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
}

static void who_did_not_know_the_last_submission_is_shown_it(void **state)
{
    struct agg_desk *d = *state;
    agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0,
                    AGG_ROW("cases", "12", .mark = JB_MORE_THAN), AGG_ROW("staff", "3"),
                    AGG_ROW("story", "text:quiet"));
    struct jb_receipt receipt = agg_submit_rows(
        d, "ash", "daily", "2023-Q1", 2, 0, AGG_ROW("cases", "13.5"), AGG_ROW("staff", "3"),
        AGG_ROW("oldest", "4"), AGG_ROW("story", "text:loud"));
    assert_int_equal(receipt.outcome, JB_STALE);
    assert_true(receipt.has_last_submission);
    assert_true(jb_uuid_eq(receipt.last_submission, agg_id(1)));
    assert_int_equal(d->findings.total, 3); /* staff does not differ */
    for (uint32_t i = 0; i < d->findings.count; i++)
        assert_int_equal(d->findings.items[i].code, JB_F_STALE);
    assert_string_equal(d->findings.items[0].indicator, "cases");
    assert_string_equal(d->findings.items[0].got, "13.5");
    assert_string_equal(d->findings.items[0].expected, "12 more_than");
    assert_string_equal(d->findings.items[1].expected, "not_reported");
    assert_string_equal(d->findings.items[2].got, "loud");
    assert_string_equal(d->findings.items[2].expected, "quiet");
    /* the same figures, still under the wrong predecessor */
    receipt = agg_submit_rows(d, "ash", "daily", "2023-Q1", 3, 9, AGG_ROW("staff", "3"));
    assert_int_equal(receipt.outcome, JB_STALE);
    assert_int_equal(d->findings.total, 1);
    /* one was named where none stands */
    receipt = agg_submit_rows(d, "ash", "daily", "2023-Q2", 4, 1, AGG_ROW("staff", "3"));
    assert_int_equal(receipt.outcome, JB_STALE);
    assert_false(receipt.has_last_submission);
    /* nothing of it was remembered: the id is still free */
    receipt = agg_submit_rows(d, "ash", "daily", "2023-Q1", 3, 1, AGG_ROW("staff", "4"));
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
}

static void only_what_has_a_value_is_withdrawn(void **state)
{
    struct agg_desk *d = *state;
    agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"));
    refused_with(d,
                 agg_submit_rows(d, "ash", "daily", "2023-Q1", 2, 1, AGG_ROW("staff", "withdrawn"),
                                 AGG_ROW("cases", "withdrawn"), AGG_ROW("oldest", "withdrawn")),
                 JB_F_NOTHING_TO_WITHDRAW);
    assert_int_equal(d->findings.errors, 2);
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.state, JB_STATE_VALUE);
    assert_int_equal(
        agg_submit_rows(d, "ash", "daily", "2023-Q1", 3, 1, AGG_ROW("cases", "withdrawn")).outcome,
        JB_ACCEPTED);
    refused_with(d,
                 agg_submit_rows(d, "ash", "daily", "2023-Q1", 4, 3, AGG_ROW("cases", "withdrawn")),
                 JB_F_NOTHING_TO_WITHDRAW);
}

static void a_refusal_lists_every_mistake_and_stores_nothing(void **state)
{
    struct agg_desk *d = *state;
    uint64_t before = agg_head(d).revision;
    refused_with(d,
                 agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "1.234"),
                                 AGG_ROW("nothing", "1"), AGG_ROW("staff", "-3"),
                                 AGG_ROW("oldest", "5")),
                 JB_F_UNKNOWN_INDICATOR);
    assert_true(has_finding(d, JB_F_TOO_MANY_DECIMALS));
    assert_true(has_finding(d, JB_F_NEGATIVE));
    assert_int_equal(agg_head(d).revision, before);
    refused_with(d, agg_submit_rows(d, "elm", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "1")),
                 JB_F_UNKNOWN_UNIT);
    refused_with(d, agg_submit_rows(d, "ash", "daily", "2031-Q1", 1, 0, AGG_ROW("cases", "1")),
                 JB_F_PERIOD_FUTURE);
    assert_int_equal(agg_own(d, "ash", "oldest", "2023-Q1", 0).value.state, JB_STATE_NOT_REPORTED);
}

static void a_message_for_another_store_or_of_another_kind_is_refused(void **state)
{
    struct agg_desk *d = *state;
    static const uint8_t other[16] = {1};
    const struct agg_row rows[] = {AGG_ROW("cases", "12")};
    struct agg_submission s = {"ash", "daily", "2023-Q1", 1, 0, rows, 1, 1, NULL};
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
    struct jb_reply reply = {0};
    struct jb_receipt receipt;
    envelope.store_id = jb_slice_of(other, 16);
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    refused_with(d, receipt, JB_F_WRONG_STORE);
    envelope = agg_envelope(JB_KIND_SUBMIT, JB_LIT("\x0a\x03xyz"));
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    refused_with(d, receipt, JB_F_MALFORMED);
    /* a field that this version does not know: 200, a number */
    agg_encode(d, &s);
    jb_buf_put(&d->buf, "\xc0\x0c\x01", 3);
    envelope = agg_envelope(JB_KIND_SUBMIT, jb_buf_slice(&d->buf));
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    refused_with(d, receipt, JB_F_UNKNOWN_FIELDS);
    envelope = agg_envelope(JB_KIND_QUERY, JB_LIT(""));
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    assert_int_equal(reply.kind, JB_KIND_REFUSED);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_refused_decode(reply.payload, &d->arena, &d->findings), JB_OK);
    assert_true(has_finding(d, JB_F_UNSUPPORTED));
}

static void a_later_catalogue_than_ours_is_unknown(void **state)
{
    struct agg_desk *d = *state;
    const struct agg_row rows[] = {AGG_ROW("cases", "12")};
    struct agg_submission s = {"ash", "daily", "2023-Q1", 1, 0, rows, 1, 2, NULL};
    refused_with(d, agg_submit(d, &s), JB_F_CATALOG_UNKNOWN);
}

static void without_a_catalogue_nothing_is_accepted(void **state)
{
    (void)state;
    struct agg_desk *d = agg_desk_new(0);
    refused_with(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12")),
                 JB_F_NO_CATALOG);
    agg_desk_free(d);
}

static void a_catalogue_is_loaded_once_and_may_grow(void **state)
{
    struct agg_desk *d = *state;
    struct jb_catalog_put_done done = agg_load(d, AGG_CATALOG);
    assert_true(done.unchanged);
    assert_int_equal(done.version, 1);
    assert_int_equal(agg_head(d).revision, 2);
    done =
        agg_load(d, AGG_CATALOG "  - {code: more, title: {zh: \"多\"}, units: [elm], rows: []}\n");
    assert_int_equal(done.version, 0);
    assert_true(d->findings.errors > 0);
    assert_int_equal(agg_head(d).revision, 2);
}

static void a_catalogue_may_not_change_what_figures_mean(void **state)
{
    static const char other_parent[] = AGG_UNITS
        "  - {code: elm, name: {zh: \"戊\"}, kind: town, parent: west}\n" AGG_GROUPS AGG_INDICATORS
            AGG_FORMS;
    struct agg_desk *d = *state;
    char *yaml = jb_xstrdup(AGG_CATALOG);
    char *decimals = strstr(yaml, "decimals: 2");
    assert_non_null(decimals);
    decimals[strlen("decimals: ")] = '1';
    assert_int_equal(agg_load(d, yaml).version, 2); /* no figures yet */
    assert_int_equal(agg_load(d, AGG_CATALOG).version, 3);
    agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"));
    assert_int_equal(agg_load(d, yaml).version, 0);
    assert_true(has_finding(d, JB_F_CATALOG_CHANGE_REFUSED));
    assert_int_equal(agg_load(d, other_parent).version, 4); /* another unit is no change */
    free(yaml);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(an_acceptance_names_its_entry),
        T(a_repeat_gets_the_same_bytes_for_ever),
        T(other_content_under_a_used_id_is_recorded_once),
        T(who_did_not_know_the_last_submission_is_shown_it),
        T(only_what_has_a_value_is_withdrawn),
        T(a_refusal_lists_every_mistake_and_stores_nothing),
        T(a_message_for_another_store_or_of_another_kind_is_refused),
        T(a_later_catalogue_than_ours_is_unknown),
        cmocka_unit_test(without_a_catalogue_nothing_is_accepted),
        T(a_catalogue_is_loaded_once_and_may_grow),
        T(a_catalogue_may_not_change_what_figures_mean),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
