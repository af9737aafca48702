/* The browser says what the person filled in; the gateway adds what is not the browser's to say:
 * for whom it is signed, and that it came by the web. An id that the page made once is kept, so
 * that a submission that is sent twice is one. */
#include "writing.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"
#include "model/check.h"
#include "net/wire_submission.h"
#include "problem.h"

struct job {
    jb_request *request;
    bool zh;
};

static uint32_t status_of(enum jb_outcome outcome)
{
    switch (outcome) {
    case JB_ACCEPTED:
        return 200;
    case JB_CONFLICT:
    case JB_STALE:
        return 409;
    case JB_TRY_LATER:
        return 503;
    case JB_REFUSED:
        break;
    }
    return 422;
}

static void reply_receipt(jb_request *request, struct jb_slice payload)
{
    struct jb_receipt receipt;
    struct jb_arena arena;
    struct jb_buf body;

    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&body, JB_WIRE_JSON_BYTES_MAX);
    struct jb_findings findings;
    jb_findings_init(&findings);
    if (jb_wire_receipt_decode(payload, &arena, &receipt, &findings) != JB_OK ||
        jb_wire_json_encode(JB_KIND_RECEIPT, payload, &body) != JB_OK)
        jb_problem_finding(request, JB_F_MALFORMED, "", "receipt");
    else
        jb_request_reply(request, &(struct jb_reply){.status = status_of(receipt.outcome),
                                                     .type = "application/json",
                                                     .body = &body});
    jb_findings_free(&findings);
    jb_buf_free(&body);
    jb_arena_free(&arena);
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (!jb_problem_told(job->request, told, JB_KIND_RECEIPT))
        reply_receipt(job->request, told->payload);
}

static void set_bytes(json_t *object, const char *key, const void *bytes, size_t len)
{
    char text[64];

    sodium_bin2base64(text, sizeof(text), bytes, len, sodium_base64_VARIANT_ORIGINAL);
    json_object_set_new(object, key, json_string(text));
}

/* What the gateway says. The two names of a field are one, so that the browser's is taken out. */
static void complete(const struct jb_gateway *gateway, const struct jb_visit *visit, json_t *object)
{
    json_object_del(object, "signed_for");
    json_object_set_new(object, "signedFor", json_string(visit->person.code));
    json_object_set_new(object, "source", json_string("web"));
    if (!json_object_get(object, "filledBy") && !json_object_get(object, "filled_by"))
        json_object_set_new(object, "filledBy", json_string(visit->person.name));
    if (!json_object_get(object, "catalogVersion") && !json_object_get(object, "catalog_version"))
        json_object_set_new(object, "catalogVersion",
                            json_integer(jb_catalog_keep_version(gateway->catalog)));
    if (!json_object_get(object, "id")) {
        struct jb_uuid id = jb_uuid_new();
        set_bytes(object, "id", id.bytes, sizeof(id.bytes));
    }
}

static jb_err read_submission(const struct jb_gateway *gateway, jb_request *request,
                              struct jb_buf *payload, struct jb_wire_json_why *why)
{
    struct jb_slice body = jb_request_body(request);
    json_t *object = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    char *text = NULL;
    jb_err err = JB_EINVAL;

    if (json_is_object(object)) {
        complete(gateway, jb_visit_of(request), object);
        text = json_dumps(object, JSON_COMPACT);
    }
    if (text)
        err = jb_wire_json_decode(JB_KIND_SUBMIT, jb_slice_str(text), payload, why);
    else
        snprintf(why->expected, sizeof(why->expected), "a JSON object");
    free(text);
    json_decref(object);
    return err;
}

void jb_writing_submit(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;

    if (!jb_session_may_write(gateway, request))
        return;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (read_submission(gateway, request, &payload, &why) != JB_OK) {
        jb_problem_question(request, &why);
    } else {
        struct job *job = jb_xcalloc(1, sizeof(*job));
        *job = (struct job){.request = request, .zh = visit->zh};
        visit->job = job;
        if (jb_backend_ask(gateway->backend, JB_DOOR_WRITE, JB_KIND_SUBMIT, jb_buf_slice(&payload),
                           told, job) != JB_OK)
            jb_problem_busy(request);
    }
    jb_buf_free(&payload);
}

static void reply_findings(jb_request *request, const struct jb_findings *findings)
{
    struct jb_buf payload, body;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&body, JB_WIRE_JSON_BYTES_MAX);
    jb_wire_refused_encode(findings, &payload);
    if (payload.failed ||
        jb_wire_json_encode(JB_KIND_REFUSED, jb_buf_slice(&payload), &body) != JB_OK)
        jb_problem_finding(request, JB_F_TOO_LARGE, "", "");
    else
        jb_request_reply(
            request, &(struct jb_reply){.status = 200, .type = "application/json", .body = &body});
    jb_buf_free(&body);
    jb_buf_free(&payload);
}

static void check(struct jb_gateway *gateway, jb_request *request, struct jb_slice payload)
{
    const jb_catalog *catalog = jb_catalog_keep_get(gateway->catalog);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_submission submission;
    struct jb_checked checked;
    struct jb_findings findings;
    struct jb_arena arena;
    const char *text = NULL;

    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&findings);
    if (jb_wire_submission_decode(payload, &arena, &submission, &text) != JB_OK) {
        snprintf(why.expected, sizeof(why.expected), "%s", text ? text : "a submission");
        jb_problem_question(request, &why);
    } else {
        int zone = jb_catalog_view(catalog)->zone_offset_minutes;
        struct jb_effect *effects = jb_xcalloc((size_t)submission.row_count + 1, sizeof(*effects));
        jb_err err = jb_check_submission(catalog, &submission,
                                         jb_date_at(jb_backend_clock_us(gateway->backend), zone),
                                         effects, &checked, &findings);
        free(effects);
        if (err && err != JB_EINVAL)
            jb_problem_finding(request, JB_F_INTERNAL, "", "");
        else
            reply_findings(request, &findings);
    }
    jb_findings_free(&findings);
    jb_arena_free(&arena);
}

void jb_writing_check(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (!jb_catalog_keep_get(gateway->catalog))
        jb_problem_finding(request, JB_F_NO_CATALOG, "", "");
    else if (read_submission(gateway, request, &payload, &why) != JB_OK)
        jb_problem_question(request, &why);
    else
        check(gateway, request, jb_buf_slice(&payload));
    jb_buf_free(&payload);
}
