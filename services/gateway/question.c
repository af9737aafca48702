/* GET takes the question from the address, POST from a body of JSON; both mean the same and change
 * nothing. An answer whose findings have an error is a problem, like a refusal. */
#include "question.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "net/wire_query.h"
#include "problem.h"

struct job {
    jb_request *request;
    enum jb_kind answered;
    bool zh;
};

static bool has_error(const struct jb_findings *findings)
{
    return findings->errors > 0;
}

static void reply_answer(jb_request *request, enum jb_kind kind, struct jb_slice payload)
{
    struct jb_buf out;
    struct jb_findings findings;
    struct jb_arena arena;

    jb_buf_init(&out, JB_WIRE_JSON_BYTES_MAX);
    jb_findings_init(&findings);
    jb_arena_init(&arena, (size_t)64 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_wire_findings_decode(kind, payload, &arena, &findings);
    if (!err && !has_error(&findings))
        err = jb_wire_json_encode(kind, payload, &out);
    if (err)
        jb_problem_finding(request, JB_F_MALFORMED, "", jb_kind_name(kind));
    else if (has_error(&findings))
        jb_problem_findings(request, &findings);
    else
        jb_request_reply(
            request, &(struct jb_reply){.status = 200, .type = "application/json", .body = &out});
    jb_buf_free(&out);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (!jb_problem_told(job->request, told, job->answered))
        reply_answer(job->request, job->answered, told->payload);
}

/* `lang` is ours; the rest is the message's. */
jb_err jb_question_params(const jb_request *request, enum jb_kind kind, struct jb_buf *out,
                          struct jb_wire_json_why *why)
{
    const struct jb_param *params;
    uint32_t count = 0, kept = 0;

    jb_err err = jb_request_params(request, &params, &count);
    if (err)
        return err;
    struct jb_wire_json_param *list = jb_xcalloc((size_t)count + 1, sizeof(*list));
    for (uint32_t i = 0; i < count; i++) {
        if (!jb_slice_is(params[i].name, "lang"))
            list[kept++] = (struct jb_wire_json_param){params[i].name, params[i].value};
    }
    err = jb_wire_json_params(kind, list, kept, out, why);
    free(list);
    return err;
}

/* A page behind a cursor is of a question that was narrowed already: the aggregator gives it to
 * nobody else. */
jb_err jb_question_narrow(const struct jb_visit *visit, enum jb_kind kind, struct jb_buf *payload)
{
    struct jb_query query;
    struct jb_arena arena;

    if (!visit->narrow || kind != JB_KIND_QUERY)
        return JB_OK;
    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_wire_query_decode(jb_buf_slice(payload), &arena, &query);
    if (!err) {
        query.viewpoint.kind = JB_VIEW_PUBLISHED;
        query.public_only = true;
        query.own = false;
        struct jb_buf narrow;
        jb_buf_init(&narrow, JB_MESSAGE_BYTES_MAX);
        jb_wire_query_encode(&query, &narrow);
        err = narrow.failed ? JB_ERANGE : JB_OK;
        jb_buf_free(payload);
        *payload = narrow;
    }
    jb_arena_free(&arena);
    return err;
}

void jb_question_ask(struct jb_gateway *gateway, jb_request *request, enum jb_kind asked,
                     enum jb_kind answered)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;
    jb_err err;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (jb_request_method(request) == JB_POST)
        err = jb_wire_json_decode(asked, jb_request_body(request), &payload, &why);
    else
        err = jb_question_params(request, asked, &payload, &why);
    if (!err)
        err = jb_question_narrow(visit, asked, &payload);
    if (err) {
        jb_problem_question(request, &why);
    } else {
        struct job *job = jb_xcalloc(1, sizeof(*job));
        *job = (struct job){.request = request, .answered = answered, .zh = visit->zh};
        visit->job = job;
        if (jb_backend_ask_for(gateway->backend, visit->person.code, asked, jb_buf_slice(&payload),
                               told, job) != JB_OK)
            jb_problem_busy(request);
    }
    jb_buf_free(&payload);
}
