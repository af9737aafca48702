/* The question is the person's own (KEYS, own): nobody else's rights are told. An aggregator that
 * cannot be reached keeps nobody waiting: the page goes on and asks again. */
#include "may.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/limits.h"
#include "model/grant.h"
#include "net/wire_keys.h"

struct job {
    jb_request *request;
    const jb_catalog_keep *catalog;
    int64_t now_us; /* by the aggregator's clock, whose rules these are */
    char cookies[2][JB_COOKIE_BYTES];
    char text[]; /* of the object */
};

static void reply(const struct job *job, json_t *may)
{
    json_t *object = json_loads(job->text, 0, NULL);
    struct jb_buf body;
    size_t extra = 0;

    if (may)
        json_object_set_new(object, "may", may);
    char *text = json_dumps(object, JSON_COMPACT);
    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_put_str(&body, text ? text : "{}");
    struct jb_reply reply = {.status = 200, .type = "application/json", .body = &body};
    for (size_t i = 0; i < JB_COUNT(job->cookies); i++) {
        if (job->cookies[i][0])
            reply.extra[extra++] = (struct jb_reply_header){"Set-Cookie", job->cookies[i]};
    }
    jb_request_reply(job->request, &reply);
    jb_buf_free(&body);
    free(text);
    json_decref(object);
}

/* The catalogue's units that the holder's role covers today; JB_ROLE_READ: that any role reads. */
static json_t *units_of(const struct jb_holder *holder, enum jb_role role,
                        const jb_catalog *catalog, int64_t now_us)
{
    json_t *units = json_array();

    if (!holder || !catalog)
        return units;
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    jb_date today = jb_date_at(now_us, view->zone_offset_minutes);
    for (uint32_t i = 0; i < view->unit_count; i++) {
        if (role == JB_ROLE_READ ? jb_holder_reads(holder, catalog, i, today, now_us)
                                 : jb_holder_covers(holder, role, catalog, i, today, now_us))
            json_array_append_new(units, json_string(view->units[i].code));
    }
    return units;
}

static json_t *may_of(const struct jb_holder *holder, const jb_catalog *catalog, int64_t now_us)
{
    json_t *may = json_object();
    bool notices = holder && jb_holder_grant(holder, JB_ROLE_PERIODS, now_us);

    json_object_set_new(may, "read", units_of(holder, JB_ROLE_READ, catalog, now_us));
    json_object_set_new(may, "report", units_of(holder, JB_ROLE_REPORT, catalog, now_us));
    json_object_set_new(may, "enter", units_of(holder, JB_ROLE_ENTER, catalog, now_us));
    json_object_set_new(may, "review", units_of(holder, JB_ROLE_REVIEW, catalog, now_us));
    json_object_set_new(may, "notices", json_boolean(notices));
    return may;
}

static void told(void *arg, const struct jb_told *told)
{
    const struct job *job = arg;
    struct jb_keys_answer answer = {.holder_count = 0};
    struct jb_arena arena;
    json_t *may = NULL;

    jb_arena_init(&arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    if (!told->err && told->kind == JB_KIND_REFUSED) /* suspended, or never allowed */
        may = may_of(NULL, NULL, 0);
    else if (!told->err && told->kind == JB_KIND_KEYS_ANSWER &&
             jb_wire_keys_answer_decode(told->payload, &arena, &answer) == JB_OK)
        may = may_of(answer.holder_count ? &answer.holders[0] : NULL,
                     jb_catalog_keep_get(job->catalog), job->now_us);
    reply(job, may);
    jb_arena_free(&arena);
}

static bool ask(struct jb_gateway *gateway, const struct jb_visit *visit, struct job *job)
{
    struct jb_welcome welcome;
    struct jb_buf payload;

    if (!visit->enrolled || !jb_backend_is_fresh(gateway->backend, gateway->now_us) ||
        !jb_backend_welcome(gateway->backend, &welcome))
        return false;
    job->now_us = welcome.now_us;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_keys_ask_encode(&(struct jb_keys_ask){.own = true}, &payload);
    bool asked =
        !payload.failed && jb_backend_ask_for(gateway->backend, visit->person.code, JB_KIND_KEYS,
                                              jb_buf_slice(&payload), told, job) == JB_OK;
    jb_buf_free(&payload);
    return asked;
}

void jb_may_reply(struct jb_gateway *gateway, jb_request *request, const char *object,
                  const char *const cookies[2])
{
    struct jb_visit *visit = jb_visit_of(request);
    size_t len = strlen(object);
    struct job *job = jb_xcalloc(1, sizeof(*job) + len + 1);

    job->request = request;
    job->catalog = gateway->catalog;
    for (size_t i = 0; i < JB_COUNT(job->cookies); i++)
        snprintf(job->cookies[i], JB_COOKIE_BYTES, "%s", cookies[i] ? cookies[i] : "");
    memcpy(job->text, object, len);
    visit->job = job;
    if (!ask(gateway, visit, job))
        reply(job, NULL);
}
