/* Page after page goes into one table, which is written when the last one is there. All pages are
 * of one snapshot: the aggregator keeps it behind the cursor. */
#include "download.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "net/wire_query.h"
#include "problem.h"
#include "question.h"
#include "table_file.h"

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    jb_table *table;
    bool zh, workbook;
    char person[JB_CODE_BYTES_MAX + 1];
};

static jb_table *make_table(void)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("unit")},
        {.key = "indicator", .title = _("indicator")},
        {.key = "period", .title = _("period")},
        {.key = "value", .title = _("figure"), .align = JB_RIGHT, .number = true},
        {.key = "state", .title = _("state")},
        {.key = "precision", .title = _("precision")},
        {.key = "status", .title = _("status")},
        {.key = "unit_of_measure", .title = _("measured in")},
        {.key = "reported", .title = _("reported"), .align = JB_RIGHT},
        {.key = "expected", .title = _("expected"), .align = JB_RIGHT},
        {.key = "value_period", .title = _("value of")},
        {.key = "basis", .title = _("basis")},
        {.key = "yoy", .title = _("year on year"), .align = JB_RIGHT, .number = true},
        {.key = "qoq", .title = _("quarter on quarter"), .align = JB_RIGHT, .number = true},
        {.key = "text", .title = _("text")},
        {.key = "reason", .title = _("note")},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

static void put(jb_table *table, struct jb_slice text)
{
    if (text.len)
        jb_table_cellf(table, "%.*s", JB_ARG(text));
    else
        jb_table_cell(table, NULL);
}

/* The names of what stands on a page, for people; programs get the codes. */
static void put_name(const struct job *job, struct jb_slice code, const struct jb_name *names,
                     uint32_t count)
{
    for (uint32_t i = 0; job->workbook && i < count; i++) {
        if (jb_slice_eq(names[i].code, code)) {
            put(job->table, job->zh || !names[i].en.len ? names[i].zh : names[i].en);
            return;
        }
    }
    put(job->table, code);
}

static void add_row(const struct job *job, const struct jb_answer *answer,
                    const struct jb_answer_row *row)
{
    jb_table *table = job->table;
    bool value = row->state == JB_STATE_VALUE;

    put_name(job, row->unit, answer->units, answer->unit_count);
    put_name(job, row->indicator, answer->indicators, answer->indicator_count);
    put(table, row->period);
    put(table, value ? row->value : (struct jb_slice){0});
    jb_table_cell(table, job->workbook ? jb_state_name(row->state) : jb_state_code(row->state));
    jb_table_cell(table, !value          ? NULL
                         : job->workbook ? jb_mark_name(row->mark)
                                         : jb_mark_code(row->mark));
    jb_table_cell(table, !value          ? NULL
                         : job->workbook ? jb_status_name(row->status)
                                         : jb_status_code(row->status));
    put(table, row->unit_of_measure);
    jb_table_cellf(table, "%u", row->reported);
    jb_table_cellf(table, "%u", row->expected);
    put(table, row->value_period);
    put(table, row->basis);
    put(table, row->yoy.value);
    put(table, row->qoq.value);
    put(table, row->text);
    put(table, row->reason);
    jb_table_cellf(table, "%llu", (unsigned long long)answer->snapshot.revision);
    jb_table_end_row(table);
}

static void told(void *arg, const struct jb_told *told);

/* The next page; false: it could not be asked for. */
static bool ask_next(struct job *job, struct jb_slice cursor)
{
    const struct jb_query next = {.cursor = cursor};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_query_encode(&next, &payload);
    jb_err err = payload.failed
                     ? JB_ERANGE
                     : jb_backend_ask_for(job->gateway->backend, job->person, JB_KIND_QUERY,
                                          jb_buf_slice(&payload), told, job);
    jb_buf_free(&payload);
    return !err;
}

/* True: more is to come. */
static bool take_page(struct job *job, struct jb_slice payload)
{
    struct jb_findings findings;
    struct jb_answer answer = {0};
    struct jb_arena arena;
    bool more = false;

    jb_findings_init(&findings);
    jb_arena_init(&arena, (size_t)32 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_wire_answer_decode(payload, &arena, &answer, &findings);
    for (uint32_t i = 0; !err && !findings.errors && i < answer.row_count; i++)
        add_row(job, &answer, &answer.rows[i]);
    if (err)
        jb_problem_finding(job->request, JB_F_MALFORMED, "", "answer");
    else if (findings.errors)
        jb_problem_findings(job->request, &findings);
    else if (jb_table_rows(job->table) > JB_TABLE_FILE_ROWS_MAX)
        jb_problem_finding(job->request, JB_F_QUERY_TOO_MANY, "", "");
    else if (!answer.cursor.len)
        jb_table_file_reply(job->request, job->table, job->workbook, "jibao");
    else if (ask_next(job, answer.cursor))
        more = true;
    else
        jb_problem_busy(job->request);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
    return more;
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;
    bool more = false;

    jb_text_switch(job->zh);
    if (told->err == JB_EAGAIN)
        jb_problem_unreached(job->request, told->trouble);
    else if (told->err)
        jb_problem_finding(job->request, JB_F_TOO_LARGE, "", "");
    else if (told->kind == JB_KIND_ANSWER)
        more = take_page(job, told->payload);
    else if (told->kind == JB_KIND_REFUSED)
        jb_problem_refused(job->request, told->payload);
    else
        jb_problem_finding(job->request, JB_F_MALFORMED, jb_kind_name(told->kind), "answer");
    if (!more)
        jb_table_free(job->table); /* the job itself is the visit's */
}

static void begin(struct jb_gateway *gateway, jb_request *request, bool workbook)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (jb_question_params(request, JB_KIND_QUERY, &payload, &why) != JB_OK ||
        jb_question_narrow(visit, JB_KIND_QUERY, &payload) != JB_OK) {
        jb_problem_question(request, &why);
    } else {
        struct job *job = jb_xcalloc(1, sizeof(*job));
        *job = (struct job){.gateway = gateway,
                            .request = request,
                            .zh = visit->zh,
                            .workbook = workbook,
                            .table = make_table()};
        memcpy(job->person, visit->person.code, sizeof(job->person));
        visit->job = job;
        if (jb_backend_ask_for(gateway->backend, job->person, JB_KIND_QUERY, jb_buf_slice(&payload),
                               told, job) != JB_OK) {
            jb_table_free(job->table);
            jb_problem_busy(request);
        }
    }
    jb_buf_free(&payload);
}

void jb_download_csv(struct jb_gateway *gateway, jb_request *request)
{
    begin(gateway, request, false);
}

void jb_download_xlsx(struct jb_gateway *gateway, jb_request *request)
{
    begin(gateway, request, true);
}
