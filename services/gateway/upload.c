#include "upload.h"

#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "base/uuid.h"
#include "model/period.h"
#include "problem.h"
#include "upload_read.h"

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    bool zh;
    char unit[JB_CODE_BYTES_MAX + 1], form[JB_CODE_BYTES_MAX + 1], period[JB_PERIOD_TEXT_SIZE];
    char name[JB_UPLOAD_NAME_BYTES_MAX + 1];
};

/* None that a foreign page may send without being asked. */
static bool is_file_type(const char *type)
{
    static const char *const types[] = {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/octet-stream", "text/csv"};

    for (size_t i = 0; type && i < JB_COUNT(types); i++) {
        size_t len = strlen(types[i]);
        if (strncasecmp(type, types[i], len) == 0 && (type[len] == 0 || type[len] == ';'))
            return true;
    }
    return false;
}

/* In the task's own process. */
static int read_file(void *arg, struct jb_buf *output)
{
    const struct job *job = arg;
    const jb_catalog *catalog = jb_catalog_keep_get(job->gateway->catalog);
    const struct jb_upload upload = {
        .catalog = catalog,
        .catalog_version = jb_catalog_keep_version(job->gateway->catalog),
        .today = jb_date_at(jb_clock_now_us(), jb_catalog_view(catalog)->zone_offset_minutes),
        .unit = job->unit,
        .form = job->form,
        .period = job->period,
        .name = job->name,
        .bytes = jb_request_body(job->request)};

    jb_text_switch(job->zh);
    return jb_upload_read(&upload, output) == 200 ? 0 : 1;
}

static void reply_trouble(jb_request *request, jb_err err)
{
    const char *detail = err == JB_EAGAIN
                             ? _("It takes longer to read than a form does. Copy the figures into "
                                 "the form's own workbook.")
                             : _("Save it again from a spreadsheet program, or copy the figures "
                                 "into the form's own workbook.");

    jb_problem_reply(request, &(struct jb_problem){.status = 422,
                                                   .name = "file",
                                                   .title = _("the file cannot be read"),
                                                   .detail = detail});
}

static void told(void *arg, const struct jb_task_end *end)
{
    const struct job *job = arg;
    struct jb_buf body;

    jb_text_switch(job->zh);
    if (end->err) {
        reply_trouble(job->request, end->err);
        return;
    }
    jb_buf_init(&body, JB_UPLOAD_ANSWER_BYTES_MAX);
    jb_buf_put(&body, end->output.ptr, end->output.len);
    jb_request_reply(
        job->request,
        &(struct jb_reply){.status = end->status ? 422 : 200,
                           .type = end->status ? "application/problem+json" : "application/json",
                           .body = &body});
    jb_buf_free(&body);
}

static void take_param(const struct jb_param *param, struct job *job, struct jb_period *period)
{
    struct jb_slice value = param->value;

    if (jb_slice_is(param->name, "form") && jb_code_valid(value))
        snprintf(job->form, sizeof(job->form), "%.*s", JB_ARG(value));
    else if (jb_slice_is(param->name, "period") && jb_period_parse(value, period) == JB_OK)
        jb_period_format(*period, job->period);
    else if (jb_slice_is(param->name, "name") && value.len < sizeof(job->name) &&
             jb_utf8_valid(value))
        snprintf(job->name, sizeof(job->name), "%.*s", JB_ARG(value));
}

/* False: it was answered. */
static bool read_params(struct jb_gateway *gateway, jb_request *request, struct job *job)
{
    const jb_catalog *catalog = jb_catalog_keep_get(gateway->catalog);
    const struct jb_wire_json_why why = {.field = "form, period",
                                         .expected = "a form of the catalogue and a period"};
    const struct jb_param *params;
    struct jb_period period;
    uint32_t count = 0;

    if (!catalog) {
        jb_problem_finding(request, JB_F_NO_CATALOG, "", "");
        return false;
    }
    if (jb_request_params(request, &params, &count) != JB_OK)
        count = 0;
    for (uint32_t i = 0; i < count; i++)
        take_param(&params[i], job, &period);
    if (!job->name[0])
        snprintf(job->name, sizeof(job->name), "upload");
    if (!job->period[0] || !job->form[0] ||
        jb_catalog_form(catalog, jb_slice_str(job->form)) == JB_NONE) {
        jb_problem_question(request, &why);
        return false;
    }
    return true;
}

void jb_upload_take(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);

    if (!jb_session_may_write(gateway, request))
        return;
    if (!is_file_type(jb_request_header(request, "Content-Type"))) {
        jb_problem_reply(request,
                         &(struct jb_problem){.status = 415,
                                              .name = "media-type",
                                              .title = _("a file is expected"),
                                              .detail = "Content-Type: application/octet-stream"});
        return;
    }
    struct job *job = jb_xcalloc(1, sizeof(*job));
    visit->job = job;
    job->gateway = gateway;
    job->request = request;
    job->zh = visit->zh;
    if (!read_params(gateway, request, job))
        return;
    memcpy(job->unit, visit->person.unit, sizeof(job->unit));
    const struct jb_task task = {.run = read_file,
                                 .arg = job,
                                 .seconds_max = JB_UPLOAD_SECONDS_MAX,
                                 .output_max = JB_UPLOAD_ANSWER_BYTES_MAX,
                                 .tell = told};
    if (jb_tasks_start(gateway->readers, &task) != JB_OK)
        jb_problem_busy(request);
}
