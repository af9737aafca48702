/* The filing is asked about for the person; its answer itself is not looked at. */
#include "draft.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "model/period.h"
#include "net/wire_query.h"
#include "problem.h"

#define KEY_BYTES (2 * JB_CODE_BYTES_MAX + JB_PERIOD_TEXT_SIZE + 3)

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    char key[KEY_BYTES];
    bool zh;
};

static void reply_draft(const struct job *job)
{
    char *text = NULL;
    size_t len = 0;
    struct jb_buf body;
    jb_err err = jb_people_draft(job->gateway->people, job->key, &text, &len);

    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    if (err == JB_ENOTFOUND)
        jb_buf_put_str(&body, "{}");
    else if (!err)
        jb_buf_put(&body, text, len);
    if (err && err != JB_ENOTFOUND)
        jb_problem_finding(job->request, JB_F_INTERNAL, "", "");
    else
        jb_request_reply(
            job->request,
            &(struct jb_reply){.status = 200, .type = "application/json", .body = &body});
    jb_buf_free(&body);
    free(text);
}

static void keep_draft(const struct job *job)
{
    struct jb_wire_json_why why = {.expected = "a JSON object of at most 512 KiB"};
    struct jb_slice body = jb_request_body(job->request);
    json_t *object = body.len <= JB_DRAFT_BYTES_MAX
                         ? json_loadb((const char *)body.ptr, body.len, 0, NULL)
                         : NULL;
    bool good = json_is_object(object), empty = good && json_object_size(object) == 0;

    json_decref(object);
    if (!good)
        jb_problem_question(job->request, &why);
    else if (jb_people_put_draft(job->gateway->people, job->key, empty ? JB_LIT("") : body) !=
             JB_OK)
        jb_problem_finding(job->request, JB_F_TRY_LATER, "", "");
    else
        reply_draft(job);
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;
    bool keeps = jb_request_method(job->request) == JB_PUT;

    jb_text_switch(job->zh);
    if (told->err == JB_OK && told->kind != JB_KIND_FILING_ANSWER)
        jb_problem_refused(job->request, told->payload);
    else if (keeps)
        keep_draft(job);
    else if (told->err)
        jb_problem_unreached(job->request, told->trouble);
    else
        reply_draft(job);
}

/* The person's unit, the form and the period; false: they are not there. */
static bool read_place(const jb_request *request, struct jb_slice *ret_form,
                       char period[JB_PERIOD_TEXT_SIZE])
{
    const struct jb_param *params;
    uint32_t count = 0;
    struct jb_slice form = {0}, text = {0};
    struct jb_period parsed;

    if (jb_request_params(request, &params, &count) != JB_OK)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (jb_slice_is(params[i].name, "form"))
            form = params[i].value;
        else if (jb_slice_is(params[i].name, "period"))
            text = params[i].value;
    }
    if (!jb_code_valid(form) || jb_period_parse(text, &parsed) != JB_OK)
        return false;
    jb_period_format(parsed, period);
    *ret_form = form;
    return true;
}

static void ask(struct jb_gateway *gateway, jb_request *request, struct jb_slice form,
                const char *period)
{
    struct jb_visit *visit = jb_visit_of(request);
    const struct jb_filing_query query = {
        .unit = jb_slice_str(visit->person.unit), .form = form, .period = jb_slice_str(period)};
    struct job *job = jb_xcalloc(1, sizeof(*job));
    struct jb_buf payload;

    *job = (struct job){.gateway = gateway, .request = request, .zh = visit->zh};
    snprintf(job->key, sizeof(job->key), "%s/%.*s/%s", visit->person.unit, JB_ARG(form), period);
    visit->job = job;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_filing_query_encode(&query, &payload);
    if (jb_backend_ask_for(gateway->backend, visit->person.code, JB_KIND_FILING,
                           jb_buf_slice(&payload), told, job) != JB_OK)
        jb_problem_busy(request);
    jb_buf_free(&payload);
}

void jb_draft_handle(struct jb_gateway *gateway, jb_request *request)
{
    const struct jb_wire_json_why why = {.field = "form, period",
                                         .expected = "a form and a period"};
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_slice form;

    if (!jb_session_may_write(gateway, request))
        return;
    if (read_place(request, &form, period))
        ask(gateway, request, form, period);
    else
        jb_problem_question(request, &why);
}
