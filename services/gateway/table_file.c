#include "table_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "files/table_book.h"
#include "net/wire_table.h"
#include "problem.h"
#include "question.h"

#define NAME_SIZE 32

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    enum jb_kind answered;
    bool zh, workbook;
    char name[NAME_SIZE];
};

static bool write_csv(const jb_table *table, struct jb_buf *out)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);

    if (file) {
        jb_table_print(table, JB_OUT_CSV, NULL, file);
        jb_ignore(fclose(file) != 0);
        jb_buf_put(out, text, len);
    }
    free(text);
    return file && !out->failed;
}

static bool write_workbook(const jb_table *table, struct jb_buf *out)
{
    jb_table_book *book = jb_table_book_new();
    char *bytes = NULL;
    size_t len = 0;

    if (jb_demonstration_is_set())
        jb_table_book_add_lines(book, JB_LIT(JB_DEMONSTRATION_WORD));
    jb_table_book_add_table(book, table);
    jb_err err = jb_table_book_write(book, &bytes, &len);
    if (!err)
        jb_buf_put(out, bytes, len);
    free(bytes);
    jb_table_book_free(book);
    return !err && !out->failed;
}

void jb_table_file_reply(jb_request *request, const jb_table *table, bool workbook,
                         const char *name)
{
    char *disposition =
        jb_xasprintf("attachment; filename=\"%s.%s\"", name, workbook ? "xlsx" : "csv");
    struct jb_reply reply = {.status = 200, .extra = {{"Content-Disposition", disposition}}};
    struct jb_buf body;

    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    bool good = workbook ? write_workbook(table, &body) : write_csv(table, &body);
    reply.body = &body;
    reply.type = workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                          : "text/csv; charset=utf-8; header=present";
    if (good)
        jb_request_reply(request, &reply);
    else
        jb_problem_finding(request, JB_F_QUERY_TOO_MANY, "", "");
    jb_buf_free(&body);
    free(disposition);
}

/* People read names. */
static const char *name_of(void *ctx, const char *field, struct jb_slice code)
{
    const struct job *job = ctx;
    const jb_catalog *catalog = jb_catalog_keep_get(job->gateway->catalog);
    const struct jb_catalog_view *view = catalog ? jb_catalog_view(catalog) : NULL;
    const struct jb_names *names = NULL;
    uint32_t at = JB_NONE;

    if (!view)
        return NULL;
    if (strcmp(field, "unit") == 0 && (at = jb_catalog_unit(catalog, code)) != JB_NONE)
        names = &view->units[at].name;
    else if (strcmp(field, "form") == 0 && (at = jb_catalog_form(catalog, code)) != JB_NONE)
        names = &view->forms[at].name;
    else if ((strcmp(field, "indicator") == 0 || strcmp(field, "indicators") == 0 ||
              strcmp(field, "missing") == 0) &&
             (at = jb_catalog_indicator(catalog, code)) != JB_NONE)
        names = &view->indicators[at].name;
    if (!names)
        return NULL;
    return job->zh || !names->en[0] ? names->zh : names->en;
}

static void reply_rows(struct job *job, struct jb_slice payload)
{
    const jb_catalog *catalog = jb_catalog_keep_get(job->gateway->catalog);
    const struct jb_wire_table_view view = {
        .for_people = job->workbook,
        .zone_minutes = catalog ? jb_catalog_view(catalog)->zone_offset_minutes : 0,
        .name = name_of,
        .ctx = job};
    struct jb_findings findings;
    jb_table *table = NULL;
    struct jb_arena arena;
    bool whole = false;

    jb_findings_init(&findings);
    jb_arena_init(&arena, (size_t)64 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_wire_findings_decode(job->answered, payload, &arena, &findings);
    if (!err && !findings.errors)
        err = jb_wire_table(job->answered, payload, &view, &table, &whole);
    if (err)
        jb_problem_finding(job->request, JB_F_MALFORMED, "", jb_kind_name(job->answered));
    else if (findings.errors)
        jb_problem_findings(job->request, &findings);
    else if (!whole)
        jb_problem_finding(job->request, JB_F_QUERY_TOO_MANY, "", "");
    else
        jb_table_file_reply(job->request, table, job->workbook, job->name);
    jb_table_free(table);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (!jb_problem_told(job->request, told, job->answered))
        reply_rows(job, told->payload);
}

void jb_table_file_ask(struct jb_gateway *gateway, jb_request *request, enum jb_kind asked,
                       enum jb_kind answered, bool workbook, const char *name)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (jb_question_params(request, asked, &payload, &why) != JB_OK ||
        jb_question_narrow(visit, asked, &payload) != JB_OK) {
        jb_problem_question(request, &why);
    } else {
        struct job *job = jb_xcalloc(1, sizeof(*job));
        *job = (struct job){.gateway = gateway,
                            .request = request,
                            .answered = answered,
                            .zh = visit->zh,
                            .workbook = workbook};
        snprintf(job->name, sizeof(job->name), "%.*s", (int)strcspn(name, "."), name);
        visit->job = job;
        if (jb_backend_ask_for(gateway->backend, visit->person.code, asked, jb_buf_slice(&payload),
                               told, job) != JB_OK)
            jb_problem_busy(request);
    }
    jb_buf_free(&payload);
}
