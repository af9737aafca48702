/* Two questions, one behind the other: the grants of who invites, and of who is invited, each asked
 * for that person, who always sees his own. */
#include "invitation.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "net/wire_keys.h"
#include "people_record.h"
#include "problem.h"

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    struct jb_person person; /* to be invited */
    bool zh;
    bool subtree; /* who invites stands for everything below the unit, too */
};

static void refuse(jb_request *request, uint32_t status, const char *name, const char *title,
                   const char *detail)
{
    jb_problem_reply(
        request,
        &(struct jb_problem){.status = status, .name = name, .title = title, .detail = detail});
}

static bool is_over(const struct jb_grant *grant, int64_t now_us)
{
    return grant->until_us && grant->until_us <= now_us;
}

static bool has_subtree(const struct jb_holder *holder, const char *unit, int64_t now_us)
{
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        const struct jb_grant *grant = &holder->grants[i];
        if (is_over(grant, now_us))
            continue;
        if (grant->everywhere)
            return true;
        for (uint32_t u = 0; u < grant->unit_count; u++) {
            if (grant->units[u].subtree && jb_slice_is(grant->units[u].unit, unit))
                return true;
        }
    }
    return false;
}

/* It reports, enters or reads for the unit and for nothing else, now or later. */
static bool is_of_unit(const struct jb_holder *holder, const struct job *job, int64_t now_us)
{
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        const struct jb_grant *grant = &holder->grants[i];
        if (is_over(grant, now_us))
            continue;
        if (grant->everywhere || (grant->role != JB_ROLE_REPORT && grant->role != JB_ROLE_ENTER &&
                                  grant->role != JB_ROLE_READ))
            return false;
        for (uint32_t u = 0; u < grant->unit_count; u++) {
            if (!jb_slice_is(grant->units[u].unit, job->person.unit) ||
                (grant->units[u].subtree && !job->subtree))
                return false;
        }
    }
    return true;
}

static void reply_code(jb_request *request, const char *code)
{
    struct jb_buf body;

    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_printf(&body, "{\"code\":\"%s\",\"goodForSeconds\":%lld}\n", code,
                  (long long)(JB_INVITATION_US / 1000000));
    jb_request_reply(request,
                     &(struct jb_reply){.status = 200, .type = "application/json", .body = &body});
    jb_buf_free(&body);
}

static void invite(struct job *job)
{
    char code[JB_INVITATION_CODE_SIZE];
    jb_err err = jb_people_invite(job->gateway->people, &job->person, jb_clock_now_us(), code);

    if (!err)
        reply_code(job->request, code);
    else
        refuse(job->request, 503, "storage", _("this cannot be kept at present"), "");
}

/* The one holder of an answer, copied into the arena. False: it is something else. */
static bool read_holder(const struct jb_told *told, struct jb_arena *arena, struct jb_holder *ret)
{
    struct jb_keys_answer answer;

    if (told->kind != JB_KIND_KEYS_ANSWER ||
        jb_wire_keys_answer_decode(told->payload, arena, &answer) != JB_OK ||
        answer.holder_count != 1)
        return false;
    *ret = answer.holders[0];
    return true;
}

static void told_invited(void *arg, const struct jb_told *told)
{
    struct job *job = arg;
    struct jb_holder holder;
    struct jb_arena arena;

    jb_text_switch(job->zh);
    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    if (told->err)
        jb_problem_unreached(job->request, told->trouble);
    else if (!read_holder(told, &arena, &holder))
        refuse(job->request, 422, "person", _("this person has not been allowed anything"),
               _("The bureau allows first: jibao key allow person:CODE --role report --units ..."));
    else if (!is_of_unit(&holder, job, jb_backend_clock_us(job->gateway->backend)))
        refuse(job->request, 403, "forbidden", _("this person may do more than your unit's work"),
               _("Whoever reviews, manages or stands for other units is invited by the bureau."));
    else
        invite(job);
    jb_arena_free(&arena);
}

static bool ask(struct job *job, const char *person, jb_tell *tell)
{
    const struct jb_keys_ask own = {.own = true};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_keys_ask_encode(&own, &payload);
    jb_err err = jb_backend_ask_for(job->gateway->backend, person, JB_KIND_KEYS,
                                    jb_buf_slice(&payload), tell, job);
    jb_buf_free(&payload);
    if (err)
        jb_problem_busy(job->request);
    return !err;
}

static void told_inviter(void *arg, const struct jb_told *told)
{
    struct job *job = arg;
    struct jb_holder holder;
    struct jb_arena arena;

    jb_text_switch(job->zh);
    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    if (told->err) {
        jb_problem_unreached(job->request, told->trouble);
    } else if (!read_holder(told, &arena, &holder)) {
        jb_problem_refused(job->request, told->payload);
    } else {
        job->subtree =
            has_subtree(&holder, job->person.unit, jb_backend_clock_us(job->gateway->backend));
        jb_ignore(!ask(job, job->person.code, told_invited));
    }
    jb_arena_free(&arena);
}

static void take_text(char *to, size_t size, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    struct jb_slice text = jb_slice_of(json_string_value(value), json_string_length(value));

    snprintf(to, size, "%.*s", text.len < size ? (int)text.len : 0, (const char *)text.ptr);
}

static bool read_person(jb_request *request, struct jb_person *ret)
{
    struct jb_slice body = jb_request_body(request);
    json_t *object = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);

    *ret = (struct jb_person){.administrator = false}; /* makes nobody one */
    take_text(ret->code, sizeof(ret->code), object, "person");
    take_text(ret->name, sizeof(ret->name), object, "name");
    memcpy(ret->unit, jb_visit_of(request)->person.unit, sizeof(ret->unit));
    bool is_object = json_is_object(object);
    json_decref(object);
    if (!is_object)
        refuse(request, 400, "malformed", _("the question cannot be read"), "");
    else if (!jb_person_valid(ret))
        refuse(request, 422, "person", _("the person needs a code and a name"), "");
    return is_object && jb_person_valid(ret);
}

void jb_invitation_make(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct jb_person person;

    if (!jb_session_may_write(gateway, request))
        return;
    if (!visit->person.administrator) {
        refuse(request, 403, "forbidden", _("only the unit's administrator invites"), "");
        return;
    }
    if (!read_person(request, &person))
        return;
    struct job *job = jb_xcalloc(1, sizeof(*job));
    *job = (struct job){.gateway = gateway, .request = request, .person = person, .zh = visit->zh};
    visit->job = job;
    jb_ignore(!ask(job, visit->person.code, told_inviter));
}
