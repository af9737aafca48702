/* Questions over the wire at one desk: status, history, explanation, filing, catalogue, pages; and
 * what the worker gives back. */
#include <unistd.h>

#include "agg_reads.h"
#include "aggregator/desk.h"
#include "aggregator/worker.h"
#include "net/loop.h"
#include "net/wire_catalog.h"

struct place {
    struct agg_desk *agg;
    jb_shelf *shelf;
    struct jb_pins pins;
    struct jb_desk desk;
    struct jb_arena arena;
    struct jb_findings findings;
    struct jb_buf question;
};

static int make(void **state)
{
    struct place *p = calloc(1, sizeof(*p));
    p->agg = reads_desk_new();
    p->shelf = jb_shelf_new();
    jb_desk_open(&p->desk, jb_engine_kv(p->agg->engine), p->shelf, NULL, false);
    p->desk.pins = &p->pins;
    p->desk.now_us = p->agg->now_us;
    jb_arena_init(&p->arena, 16 << 20);
    jb_findings_init(&p->findings);
    jb_buf_init(&p->question, 1 << 20);
    reads_submit(p->agg, "ash", "2022-Q1", 1, 0, "cases", "5");
    reads_submit(p->agg, "dune", "2022-Q1", 2, 0, "cases", "6");
    struct jb_receipt receipt = agg_submit(
        p->agg, &(struct agg_submission){
                    .unit = "ash",
                    .form = "daily",
                    .period = "2022-Q1",
                    .id = 3,
                    .predecessor = 1,
                    .reason = "recount",
                    .rows = (const struct agg_row[]){AGG_ROW("cases", "4", .mark = JB_AT_LEAST),
                                                     AGG_ROW("story", "text:路")},
                    .row_count = 2});
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    *state = p;
    return 0;
}

static int drop(void **state)
{
    struct place *p = *state;
    jb_pins_free(&p->pins);
    jb_desk_close(&p->desk);
    jb_shelf_free(p->shelf);
    jb_buf_free(&p->question);
    jb_findings_free(&p->findings);
    jb_arena_free(&p->arena);
    agg_desk_free(p->agg);
    free(p);
    return 0;
}

/* Asks what was encoded into p->question; the answer's payload. */
static struct jb_slice ask(struct place *p, enum jb_kind kind, enum jb_kind expected)
{
    struct jb_envelope question = {.kind = (uint32_t)kind, .payload = jb_buf_slice(&p->question)};
    uint32_t got = 0;
    assert_false(p->question.failed);
    assert_int_equal(jb_desk_answer(&p->desk, &question, &got), JB_OK);
    jb_buf_clear(&p->question);
    assert_int_equal(got, expected);
    return jb_buf_slice(&p->desk.payload);
}

static void refused_with(struct place *p, struct jb_slice payload, enum jb_finding_code code)
{
    jb_findings_clear(&p->findings);
    assert_int_equal(jb_wire_refused_decode(payload, &p->arena, &p->findings), JB_OK);
    assert_true(p->findings.count > 0);
    assert_int_equal(p->findings.items[0].code, code);
}

static void status_counts_rows_and_names_what_is_missing(void **state)
{
    struct place *p = *state;
    struct jb_slice units[] = {JB_LIT("ash"), JB_LIT("beech")}, periods[] = {JB_LIT("2022-Q1")};
    struct jb_status_query query = {.units = {units, 2}, .periods = {periods, 1}};
    struct jb_status_answer answer;
    jb_wire_status_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, JB_KIND_STATUS, JB_KIND_STATUS_ANSWER);
    assert_int_equal(jb_wire_status_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_int_equal(answer.row_count, 2);
    assert_int_equal(answer.rows[0].rows_expected,
                     3); /* rate is owed elsewhere, story is optional */
    assert_int_equal(answer.rows[0].rows_reported, 1);
    assert_int_equal(answer.rows[0].missing.count, 2);
    assert_true(answer.rows[0].has_last);
    assert_true(jb_uuid_eq(answer.rows[0].last_submission, agg_id(3)));
    assert_int_equal(answer.rows[1].rows_reported, 0);
    assert_false(answer.rows[1].has_last);
    query.as_of_revision = answer.rows[0].last_revision - 1;
    query.under = JB_LIT("east");
    query.units.count = 0;
    jb_wire_status_query_encode(&query, &p->question);
    payload = ask(p, JB_KIND_STATUS, JB_KIND_STATUS_ANSWER);
    assert_int_equal(jb_wire_status_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_int_equal(answer.row_count, 2);
    assert_true(jb_uuid_eq(answer.rows[0].last_submission, agg_id(1)));
}

static void history_tells_each_step(void **state)
{
    struct place *p = *state;
    struct jb_history_query query = {
        .unit = JB_LIT("ash"), .indicator = JB_LIT("cases"), .period = JB_LIT("2022-Q1")};
    struct jb_history_answer answer;
    jb_wire_history_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, JB_KIND_HISTORY, JB_KIND_HISTORY_ANSWER);
    assert_int_equal(jb_wire_history_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_int_equal(answer.row_count, 2);
    assert_int_equal(answer.rows[0].state_before, JB_STATE_NOT_REPORTED);
    reads_text_is(answer.rows[0].value, "5");
    reads_text_is(answer.rows[1].before, "5");
    reads_text_is(answer.rows[1].value, "4");
    assert_int_equal(answer.rows[1].mark, JB_AT_LEAST);
    reads_text_is(answer.rows[1].reason, "recount");
    reads_text_is(answer.rows[1].form, "daily");
    query.period = JB_LIT("2022");
    jb_wire_history_query_encode(&query, &p->question);
    refused_with(p, ask(p, JB_KIND_HISTORY, JB_KIND_REFUSED), JB_F_PERIOD_FREQUENCY);
}

static void explanation_names_the_parts_and_what_is_missing(void **state)
{
    struct place *p = *state;
    struct jb_explain_query query = {
        .unit = JB_LIT("county"), .indicator = JB_LIT("cases"), .period = JB_LIT("2022-Q1")};
    struct jb_explain_answer answer;
    jb_wire_explain_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, JB_KIND_EXPLAIN, JB_KIND_EXPLAIN_ANSWER);
    assert_int_equal(jb_wire_explain_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    reads_text_is(answer.result.value, "10");
    assert_int_equal(answer.result.mark, JB_AT_LEAST);
    reads_text_is(answer.rule, "sum over units, then sum over time");
    assert_int_equal(answer.part_count, 3);
    reads_text_is(answer.parts[0].unit, "ash");
    assert_true(jb_uuid_eq(answer.parts[0].submission_id, agg_id(3)));
    assert_true(answer.parts[0].counts);
    reads_text_is(answer.parts[1].unit, "beech");
    assert_int_equal(answer.parts[1].state, JB_STATE_NOT_REPORTED);
    assert_true(answer.parts[1].owed);
}

static void a_filing_shows_what_stands(void **state)
{
    struct place *p = *state;
    struct jb_filing_query query = {
        .unit = JB_LIT("ash"), .form = JB_LIT("daily"), .period = JB_LIT("2022-Q1")};
    struct jb_filing_answer answer;
    jb_wire_filing_query_encode(&query, &p->question);
    struct jb_slice payload = ask(p, JB_KIND_FILING, JB_KIND_FILING_ANSWER);
    assert_int_equal(jb_wire_filing_answer_decode(payload, &p->arena, &answer, &p->findings),
                     JB_OK);
    assert_true(answer.has_last);
    assert_true(jb_uuid_eq(answer.last_submission, agg_id(3)));
    assert_int_equal(answer.row_count, 2);
    assert_int_equal(answer.rows[0].number.mantissa, 4);
    reads_text_is(answer.rows[1].text, "路");
    query.unit = JB_LIT("nobody");
    jb_wire_filing_query_encode(&query, &p->question);
    refused_with(p, ask(p, JB_KIND_FILING, JB_KIND_REFUSED), JB_F_UNKNOWN_UNIT);
}

static void the_catalogue_comes_in_parts(void **state)
{
    struct place *p = *state;
    struct jb_catalog_get get = {.offset = 10};
    struct jb_catalog_part part;
    jb_wire_catalog_get_encode(&get, &p->question);
    struct jb_slice payload = ask(p, JB_KIND_CATALOG_GET, JB_KIND_CATALOG_PART);
    assert_int_equal(jb_wire_catalog_part_decode(payload, &p->arena, &part), JB_OK);
    assert_int_equal(part.version, 1);
    assert_int_equal(part.size, strlen(READS_CATALOG));
    assert_memory_equal(part.bytes.ptr, READS_CATALOG + 10, part.bytes.len);
    get.version = 9;
    jb_wire_catalog_get_encode(&get, &p->question);
    refused_with(p, ask(p, JB_KIND_CATALOG_GET, JB_KIND_REFUSED), JB_F_CATALOG_UNKNOWN);
}

static void what_is_not_a_question_is_refused(void **state)
{
    struct place *p = *state;
    refused_with(p, ask(p, JB_KIND_RECEIPT, JB_KIND_REFUSED), JB_F_UNSUPPORTED);
    jb_buf_put_str(&p->question, "\xff\xff\xff");
    refused_with(p, ask(p, JB_KIND_QUERY, JB_KIND_REFUSED), JB_F_MALFORMED);
    struct jb_query query = {.cursor = JB_LIT("0123456789abcdef01234567")};
    jb_wire_query_encode(&query, &p->question);
    refused_with(p, ask(p, JB_KIND_QUERY, JB_KIND_REFUSED), JB_F_EXPIRED);
    query = (struct jb_query){.as_of_revision = 1000000};
    jb_wire_query_encode(&query, &p->question);
    refused_with(p, ask(p, JB_KIND_QUERY, JB_KIND_REFUSED), JB_F_QUERY_REVISION);
}

/* Two hundred spans of twelve years each for every unit: more than a page, so a pin is taken. */
static void encode_long(struct place *p, uint64_t as_of)
{
    static struct jb_slice periods[200];
    struct jb_slice units[] = {JB_LIT("county"), JB_LIT("east"), JB_LIT("ash")};
    for (size_t i = 0; i < JB_COUNT(periods); i++)
        periods[i] = JB_LIT("2012..2023");
    struct jb_query query = {
        .units = {units, 3}, .periods = {periods, JB_COUNT(periods)}, .as_of_revision = as_of};
    jb_wire_query_encode(&query, &p->question);
}

static void pages_come_from_one_moment(void **state)
{
    struct place *p = *state;
    struct jb_answer answer;
    uint32_t rows = 0, pages = 0;
    uint64_t revision = 0;
    encode_long(p, 0);
    for (;;) {
        struct jb_slice payload = ask(p, JB_KIND_QUERY, JB_KIND_ANSWER);
        jb_arena_clear(&p->arena);
        assert_int_equal(jb_wire_answer_decode(payload, &p->arena, &answer, &p->findings), JB_OK);
        rows += answer.row_count;
        assert_true(!revision || revision == answer.snapshot.revision);
        revision = answer.snapshot.revision;
        if (++pages == 1)
            reads_submit(p->agg, "dune", "2022-Q2", 9, 0, "cases", "100");
        for (uint32_t i = 0; i < answer.row_count; i++) {
            if (jb_slice_is(answer.rows[i].unit, "county") &&
                jb_slice_is(answer.rows[i].indicator, "cases"))
                reads_text_is(answer.rows[i].value, "10");
        }
        if (!answer.cursor.len)
            break;
        jb_wire_query_encode(&(struct jb_query){.cursor = answer.cursor}, &p->question);
    }
    assert_int_equal(rows, 3 * 200 * 7);
    assert_true(pages > 1);
}

static struct jb_job *wait_job(jb_worker *worker, int fd)
{
    struct jb_wait_item item = {.fd = fd};
    for (;;) {
        struct jb_job *job = jb_worker_done(worker);
        if (job)
            return job;
        jb_ignore(jb_wait(&item, 1, 10000));
        jb_wakeup_clear(fd);
    }
}

static void long_questions_go_to_the_worker(void **state)
{
    struct place *p = *state;
    jb_worker *worker = NULL;
    int fd = -1;
    uint32_t kind;
    struct jb_answer answer;
    const struct jb_peer peer = {.id = {7}, .id_len = 1};
    encode_long(p, 3);
    struct jb_envelope question = {
        .kind = JB_KIND_QUERY, .request_id = JB_LIT("q1"), .payload = jb_buf_slice(&p->question)};
    assert_int_equal(jb_desk_answer(&p->desk, &question, &kind), JB_EAGAIN);
    char *scratch = jb_xasprintf("%s/scratch", p->agg->base);
    assert_int_equal(jb_wakeup_open(&fd), JB_OK);
    const struct jb_worker_config config = {.kv = jb_engine_kv(p->agg->engine),
                                            .shelf = p->shelf,
                                            .scratch_dir = scratch,
                                            .wakeup_fd = fd};
    assert_int_equal(jb_worker_start(&config, &worker), JB_OK);
    assert_int_equal(jb_worker_ask(worker, &peer, &p->desk.asker, &question, NULL, 0), JB_OK);
    struct jb_job *job = wait_job(worker, fd);
    assert_int_equal(job->answer, JB_KIND_ANSWER);
    assert_int_equal(
        jb_wire_answer_decode(jb_buf_slice(&job->payload), &p->arena, &answer, &p->findings),
        JB_OK);
    assert_int_equal(answer.snapshot.revision, 3);
    reads_text_is(answer.rows[0].value, "5");
    if (job->new_pin)
        jb_pin_free(job->pin);
    jb_job_free(job);
    question = (struct jb_envelope){.kind = JB_KIND_VERIFY, .request_id = JB_LIT("v1")};
    assert_int_equal(jb_worker_ask(worker, &peer, &p->desk.asker, &question, NULL, 0), JB_OK);
    job = wait_job(worker, fd);
    struct jb_verify_answer verified;
    assert_int_equal(job->answer, JB_KIND_VERIFY_ANSWER);
    assert_int_equal(
        jb_wire_verify_answer_decode(jb_buf_slice(&job->payload), &p->arena, &verified), JB_OK);
    assert_true(verified.clean);
    jb_job_free(job);
    jb_worker_stop(worker);
    free(scratch);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(status_counts_rows_and_names_what_is_missing, make, drop),
        cmocka_unit_test_setup_teardown(history_tells_each_step, make, drop),
        cmocka_unit_test_setup_teardown(explanation_names_the_parts_and_what_is_missing, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_filing_shows_what_stands, make, drop),
        cmocka_unit_test_setup_teardown(the_catalogue_comes_in_parts, make, drop),
        cmocka_unit_test_setup_teardown(what_is_not_a_question_is_refused, make, drop),
        cmocka_unit_test_setup_teardown(pages_come_from_one_moment, make, drop),
        cmocka_unit_test_setup_teardown(long_questions_go_to_the_worker, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
