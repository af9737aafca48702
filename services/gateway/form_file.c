/* What the file shows is asked first, question after question, and kept as it came; the file is
 * made when the last answer is there, by the catalogue of that moment. */
#include "form_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "form/form_earlier.h"
#include "paper/form_paper.h"
#include "problem.h"

#define ANSWERS_MAX 16 /* pages of the year to date among them */
#define FIRST_PAGE 2
#define ARENA_BYTES_MAX ((size_t)48 * JB_MESSAGE_BYTES_MAX)

/* Answers in their order: of the workbook the filing, and those of the period before and of the
 * year before; of the sheet the filing, its standing, and the year to date page by page. */
struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    bool zh, workbook;
    char person[JB_CODE_BYTES_MAX + 1], unit[JB_CODE_BYTES_MAX + 1], form[JB_CODE_BYTES_MAX + 1];
    struct jb_period period;
    struct jb_slice answers[ANSWERS_MAX]; /* copies; empty: refused, which only leaves it out */
    uint32_t count;
    uint64_t revision; /* of the first answer */
    struct jb_arena arena;
};

/* A form's place in the catalogue. */
struct place {
    const jb_catalog *catalog;
    const struct jb_catalog_view *view;
    uint32_t unit, form;
};

static bool find(const struct job *job, struct place *ret)
{
    const jb_catalog *catalog = jb_catalog_keep_get(job->gateway->catalog);

    if (!catalog)
        return false;
    *ret = (struct place){.catalog = catalog,
                          .view = jb_catalog_view(catalog),
                          .unit = jb_catalog_unit(catalog, jb_slice_str(job->unit)),
                          .form = jb_catalog_form(catalog, jb_slice_str(job->form))};
    return ret->unit != JB_NONE && ret->form != JB_NONE &&
           ret->view->forms[ret->form].freq == job->period.freq &&
           jb_catalog_owes_form(catalog, ret->unit, ret->form, job->period);
}

static bool filing_at(struct job *job, uint32_t answer, struct jb_filing_answer *ret)
{
    struct jb_findings findings;

    if (answer >= job->count || !job->answers[answer].len)
        return false;
    jb_findings_init(&findings);
    jb_err err = jb_wire_filing_answer_decode(job->answers[answer], &job->arena, ret, &findings);
    bool good = !err && !findings.errors;
    jb_findings_free(&findings);
    return good;
}

static void reply_file(struct job *job, struct jb_buf *body)
{
    char code[JB_PERIOD_TEXT_SIZE];
    const char *ending = job->workbook ? "xlsx" : "docx";

    jb_period_format(job->period, code);
    char *disposition =
        jb_xasprintf("attachment; filename=\"%s-%s-%s.%s\"", job->unit, job->form, code, ending);
    jb_request_reply(
        job->request,
        &(struct jb_reply){
            .status = 200,
            .type = job->workbook
                        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        : "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            .body = body,
            .extra = {{"Content-Disposition", disposition}}});
    free(disposition);
}

static bool write_workbook(struct job *job, const struct place *place, struct jb_buf *out)
{
    static const enum jb_form_column columns[] = {JB_FORM_BEFORE, JB_FORM_YEAR_AGO};
    struct jb_form_sheet sheet;
    struct jb_filing_answer earlier;
    jb_book *book = jb_book_new(false);
    uint8_t *bytes = NULL;
    uint32_t rows = 0;
    size_t len = 0;

    jb_form_sheet_init(&sheet, place->catalog, place->unit, place->form, job->period, job->zh);
    for (uint32_t i = 0; i < JB_COUNT(columns); i++) {
        if (filing_at(job, i + 1, &earlier))
            jb_form_earlier_fill(&sheet, columns[i], &earlier, &job->arena);
    }
    jb_form_page_write(book, &sheet, &rows);
    jb_err err = jb_book_finish(&book, &bytes, &len);
    if (!err)
        jb_buf_put(out, bytes, len);
    free(bytes);
    jb_book_free(book);
    jb_form_sheet_free(&sheet);
    return !err && !out->failed;
}

/* The rows of the year to date, page after page; *ret is malloc'd. */
static uint32_t read_to_date(struct job *job, const struct jb_answer_row ***ret)
{
    const struct jb_answer_row **rows = NULL;
    struct jb_findings findings;
    uint32_t count = 0;

    jb_findings_init(&findings);
    for (uint32_t page = FIRST_PAGE; page < job->count; page++) {
        struct jb_answer answer = {0};
        if (!job->answers[page].len ||
            jb_wire_answer_decode(job->answers[page], &job->arena, &answer, &findings) != JB_OK ||
            !answer.row_count)
            continue;
        rows = jb_xrealloc(rows, (count + answer.row_count) * sizeof(*rows));
        for (uint32_t i = 0; i < answer.row_count; i++)
            rows[count++] = &answer.rows[i];
    }
    jb_findings_free(&findings);
    *ret = rows;
    return count;
}

static const struct jb_status_row *read_standing(struct job *job)
{
    struct jb_status_answer answer;
    const struct jb_status_row *found = NULL;
    struct jb_findings findings;

    jb_findings_init(&findings);
    if (job->count > 1 && job->answers[1].len &&
        jb_wire_status_answer_decode(job->answers[1], &job->arena, &answer, &findings) == JB_OK) {
        for (uint32_t i = 0; i < answer.row_count; i++) {
            if (jb_slice_is(answer.rows[i].form, job->form))
                found = &answer.rows[i];
        }
    }
    jb_findings_free(&findings);
    return found;
}

static bool write_sheet(struct job *job, const struct place *place, struct jb_buf *out)
{
    const struct jb_paper_about about = {
        .title = jb_paper_name(&place->view->units[place->unit].name), .catalog = place->catalog};
    struct jb_form_paper sheet = {.catalog = place->catalog,
                                  .catalog_version = jb_catalog_keep_version(job->gateway->catalog),
                                  .unit = place->unit,
                                  .form = place->form,
                                  .period = job->period};
    const struct jb_answer_row **to_date = NULL;
    struct jb_filing_answer filing;

    if (filing_at(job, 0, &filing) && filing.has_last) {
        sheet.filing = &filing;
        sheet.status = read_standing(job);
        sheet.to_date_count = read_to_date(job, &to_date);
        sheet.to_date = to_date;
    }
    jb_docx *doc = jb_paper_new(&about);
    jb_form_paper_put(doc, &sheet);
    jb_err err = jb_docx_finish(&doc, jb_paper_page(false), out);
    free(to_date);
    return !err && !out->failed;
}

static void finish(struct job *job)
{
    struct place place;
    struct jb_buf body;

    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    if (!find(job, &place))
        jb_problem_finding(job->request, JB_F_TRY_LATER, "", "");
    else if (job->workbook ? write_workbook(job, &place, &body) : write_sheet(job, &place, &body))
        reply_file(job, &body);
    else
        jb_problem_finding(job->request, JB_F_TOO_LARGE, "", "");
    jb_buf_free(&body);
}

static void told(void *arg, const struct jb_told *told);

/* JB_ENOTFOUND: everything was asked. */
static jb_err ask(struct job *job, enum jb_kind kind, struct jb_buf *payload)
{
    jb_err err = payload->failed ? JB_ERANGE
                                 : jb_backend_ask_for(job->gateway->backend, job->person, kind,
                                                      jb_buf_slice(payload), told, job);
    jb_buf_free(payload);
    return err;
}

static jb_err ask_filing(struct job *job, struct jb_period period)
{
    char code[JB_PERIOD_TEXT_SIZE];
    struct jb_buf payload;

    jb_period_format(period, code);
    const struct jb_filing_query query = {.unit = jb_slice_str(job->unit),
                                          .form = jb_slice_str(job->form),
                                          .period = jb_slice_str(code)};
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_filing_query_encode(&query, &payload);
    return ask(job, JB_KIND_FILING, &payload);
}

static jb_err ask_standing(struct job *job)
{
    struct jb_slice unit = jb_slice_str(job->unit), period;
    char code[JB_PERIOD_TEXT_SIZE];
    struct jb_buf payload;

    jb_period_format(job->period, code);
    period = jb_slice_str(code);
    const struct jb_status_query query = {
        .units = {&unit, 1}, .periods = {&period, 1}, .as_of_revision = job->revision};
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_status_query_encode(&query, &payload);
    return ask(job, JB_KIND_STATUS, &payload);
}

/* The first page, or the one behind the last. */
static jb_err ask_to_date(struct job *job)
{
    const struct jb_form_paper sheet = {.period = job->period};
    struct jb_slice unit = jb_slice_str(job->unit), form = jb_slice_str(job->form), period;
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_answer last = {0};
    struct jb_findings findings;
    struct jb_buf payload;
    struct jb_span span;

    if (!jb_form_paper_to_date(&sheet, &span) || job->count == ANSWERS_MAX)
        return JB_ENOTFOUND;
    jb_span_format(span, text);
    period = jb_slice_str(text);
    struct jb_query query = {.units = {&unit, 1},
                             .forms = {&form, 1},
                             .periods = {&period, 1},
                             .own = true,
                             .as_of_revision = job->revision};
    if (job->count > FIRST_PAGE) {
        jb_findings_init(&findings);
        jb_err err =
            jb_wire_answer_decode(job->answers[job->count - 1], &job->arena, &last, &findings);
        jb_findings_free(&findings);
        if (err || !last.cursor.len)
            return JB_ENOTFOUND;
        query = (struct jb_query){.cursor = last.cursor};
    }
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_query_encode(&query, &payload);
    return ask(job, JB_KIND_QUERY, &payload);
}

static jb_err ask_next(struct job *job)
{
    struct jb_filing_answer filing;
    struct jb_period earlier;

    if (job->count == 0)
        return ask_filing(job, job->period);
    if (job->workbook)
        return job->count < 3 && jb_form_earlier_period(
                                     job->period,
                                     job->count == 1 ? JB_FORM_BEFORE : JB_FORM_YEAR_AGO, &earlier)
                   ? ask_filing(job, earlier)
                   : JB_ENOTFOUND;
    if (job->count == 1 && filing_at(job, 0, &filing)) {
        job->revision = filing.snapshot.revision;
        return filing.has_last ? ask_standing(job) : JB_ENOTFOUND;
    }
    return job->count >= FIRST_PAGE ? ask_to_date(job) : JB_ENOTFOUND;
}

/* False: it was answered. What cannot be told of earlier periods is left out. */
static bool take(struct job *job, const struct jb_told *told)
{
    if (told->err == JB_EAGAIN)
        jb_problem_unreached(job->request, told->trouble);
    else if (told->err)
        jb_problem_finding(job->request, JB_F_TOO_LARGE, "", "");
    else if (job->count == 0 && told->kind == JB_KIND_REFUSED)
        jb_problem_refused(job->request, told->payload);
    else {
        struct jb_slice kept = told->kind == JB_KIND_REFUSED
                                   ? jb_slice_of(NULL, 0)
                                   : jb_arena_copy(&job->arena, told->payload);
        job->answers[job->count++] = kept;
        return true;
    }
    return false;
}

static void go_on(struct job *job)
{
    jb_err err = ask_next(job);

    if (!err)
        return;
    if (err == JB_ENOTFOUND)
        finish(job);
    else
        jb_problem_busy(job->request);
    jb_arena_free(&job->arena); /* the job itself is the visit's */
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (take(job, told))
        go_on(job);
    else
        jb_arena_free(&job->arena);
}

static void read_params(const jb_request *request, struct job *job)
{
    const struct jb_param *params;
    uint32_t count = 0;

    if (jb_request_params(request, &params, &count) != JB_OK)
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct jb_slice value = params[i].value;
        if (jb_slice_is(params[i].name, "period"))
            jb_ignore(jb_period_parse(value, &job->period) != JB_OK);
        else if (jb_code_valid(value) && jb_slice_is(params[i].name, "form"))
            snprintf(job->form, sizeof(job->form), "%.*s", JB_ARG(value));
        else if (jb_code_valid(value) && jb_slice_is(params[i].name, "unit"))
            snprintf(job->unit, sizeof(job->unit), "%.*s", JB_ARG(value));
    }
}

static void begin(struct jb_gateway *gateway, jb_request *request, bool workbook)
{
    const struct jb_wire_json_why why = {
        .field = "unit, form, period",
        .expected = "a form that the unit owes, and a period of its length"};
    struct jb_visit *visit = jb_visit_of(request);
    struct job *job = jb_xcalloc(1, sizeof(*job));
    struct place place;

    visit->job = job;
    *job =
        (struct job){.gateway = gateway, .request = request, .zh = visit->zh, .workbook = workbook};
    memcpy(job->person, visit->person.code, sizeof(job->person));
    memcpy(job->unit, visit->person.unit, sizeof(job->unit));
    read_params(request, job);
    if (!jb_catalog_keep_get(gateway->catalog)) {
        jb_problem_finding(request, JB_F_NO_CATALOG, "", "");
    } else if (!job->period.freq || !find(job, &place)) {
        jb_problem_question(request, &why);
    } else {
        jb_arena_init(&job->arena, ARENA_BYTES_MAX);
        go_on(job);
    }
}

void jb_form_file_xlsx(struct jb_gateway *gateway, jb_request *request)
{
    begin(gateway, request, true);
}

void jb_form_file_docx(struct jb_gateway *gateway, jb_request *request)
{
    begin(gateway, request, false);
}
