/* The browser says what is done; the gateway adds what is not the browser's to say: for whom it is
 * signed, and the life of the store that it is said in. An id that the page made once is kept, so
 * that an act that is sent twice is one. */
#include "acting.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"
#include "net/wire_acts.h"
#include "problem.h"

struct job {
    jb_request *request;
    bool zh;
};

/* What may be signed for a person, as ProtoJSON has it: by name or by number. */
static const struct {
    enum jb_act_kind kind;
    const char *name;
} actions[] = {
    {JB_ACT_FILING_ACCEPT, "FILING_ACCEPT"},
    {JB_ACT_FILING_RETURN, "FILING_RETURN"},
    {JB_ACT_FILING_EXCUSE, "FILING_EXCUSE"},
    {JB_ACT_NOTICE, "NOTICE"},
};

static bool is_ours(const json_t *action)
{
    for (size_t i = 0; i < JB_COUNT(actions); i++) {
        if (json_is_string(action) ? strcmp(json_string_value(action), actions[i].name) == 0
                                   : json_is_integer(action) &&
                                         json_integer_value(action) == (json_int_t)actions[i].kind)
            return true;
    }
    return false;
}

static void reply_done(jb_request *request, struct jb_slice payload)
{
    struct jb_act_done done;
    struct jb_findings findings;
    struct jb_arena arena;
    struct jb_buf body;

    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&body, JB_WIRE_JSON_BYTES_MAX);
    jb_findings_init(&findings);
    if (jb_wire_act_done_decode(payload, &arena, &done, &findings) != JB_OK)
        jb_problem_finding(request, JB_F_MALFORMED, "", jb_kind_name(JB_KIND_ACT_DONE));
    else if (findings.errors > 0)
        jb_problem_findings(request, &findings);
    else if (jb_wire_json_encode(JB_KIND_ACT_DONE, payload, &body) != JB_OK)
        jb_problem_finding(request, JB_F_MALFORMED, "", jb_kind_name(JB_KIND_ACT_DONE));
    else
        jb_request_reply(
            request, &(struct jb_reply){.status = 200, .type = "application/json", .body = &body});
    jb_findings_free(&findings);
    jb_buf_free(&body);
    jb_arena_free(&arena);
}

static void told(void *arg, const struct jb_told *told)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (!jb_problem_told(job->request, told, JB_KIND_ACT_DONE))
        reply_done(job->request, told->payload);
}

/* What the gateway says. The two names of a field are one, so that the browser's is taken out. */
static void complete(const struct jb_gateway *gateway, const struct jb_visit *visit, json_t *object)
{
    struct jb_welcome welcome;
    char text[32];

    json_object_del(object, "signed_for");
    json_object_set_new(object, "signedFor", json_string(visit->person.code));
    if (!json_object_get(object, "epoch") && jb_backend_welcome(gateway->backend, &welcome))
        json_object_set_new(object, "epoch", json_integer(welcome.epoch));
    if (!json_object_get(object, "id")) {
        struct jb_uuid id = jb_uuid_new();
        sodium_bin2base64(text, sizeof(text), id.bytes, sizeof(id.bytes),
                          sodium_base64_VARIANT_ORIGINAL);
        json_object_set_new(object, "id", json_string(text));
    }
}

/* The payload must be an act: what the aggregator would find malformed is told with what is wrong.
 */
static jb_err read_act(const struct jb_gateway *gateway, jb_request *request, json_t *object,
                       struct jb_buf *payload, struct jb_wire_json_why *why)
{
    struct jb_act act;
    struct jb_arena arena;
    const char *wrong = NULL;

    complete(gateway, jb_visit_of(request), object);
    char *text = json_dumps(object, JSON_COMPACT);
    jb_err err =
        text ? jb_wire_json_decode(JB_KIND_ACT, jb_slice_str(text), payload, why) : JB_EINVAL;
    free(text);
    if (err)
        return err;
    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    err = jb_wire_act_decode(jb_buf_slice(payload), &arena, &act, &wrong);
    if (err)
        snprintf(why->expected, sizeof(why->expected), "%s", wrong ? wrong : "an act");
    jb_arena_free(&arena);
    return err;
}

static void send_act(struct jb_gateway *gateway, jb_request *request, json_t *object)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_wire_json_why why = {.field = ""};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    if (read_act(gateway, request, object, &payload, &why) != JB_OK) {
        jb_problem_question(request, &why);
    } else {
        struct job *job = jb_xcalloc(1, sizeof(*job));
        *job = (struct job){.request = request, .zh = visit->zh};
        visit->job = job;
        if (jb_backend_ask(gateway->backend, JB_DOOR_WRITE, JB_KIND_ACT, jb_buf_slice(&payload),
                           told, job) != JB_OK)
            jb_problem_busy(request);
    }
    jb_buf_free(&payload);
}

void jb_acting_act(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_slice body = jb_request_body(request);

    if (!jb_session_may_write(gateway, request))
        return;
    json_t *object = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(object))
        jb_problem_question(request,
                            &(struct jb_wire_json_why){.field = "", .expected = "a JSON object"});
    else if (!is_ours(json_object_get(object, "action")))
        jb_problem_reply(
            request,
            &(struct jb_problem){
                .status = 403,
                .name = "own-key",
                .title = _("this is not done on the web"),
                .detail = _("Filings are accepted, returned and excused here, and notices given; "
                            "periods are opened, amended, closed and published with a key of "
                            "one's own: jibao period, jibao publish.")});
    else
        send_act(gateway, request, object);
    json_decref(object);
}
