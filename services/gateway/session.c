/* Sessions are found by the hash of their token; enrolling and unlocking always make a new token,
 * so that one which somebody planted is worth nothing. Requests and answers are small objects of
 * JSON. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/text.h"
#include "gateway.h"
#include "may.h"
#include "problem.h"

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct session {
    uint8_t token[JB_TOKEN_BYTES];  /* hashed */
    uint8_t device[JB_TOKEN_BYTES]; /* hashed: of which device */
    char csrf[JB_TOKEN_TEXT_SIZE];
    int64_t used_us; /* 0: free */
};

struct jb_sessions {
    struct session items[JB_SESSIONS_MAX];
    struct jb_attempts codes;
};

jb_sessions *jb_sessions_new(void)
{
    return jb_xcalloc(1, sizeof(jb_sessions));
}

void jb_sessions_free(jb_sessions *sessions)
{
    if (sessions)
        sodium_memzero(sessions, sizeof(*sessions));
    free(sessions);
}

static void hash(const uint8_t token[JB_TOKEN_BYTES], uint8_t ret[JB_TOKEN_BYTES])
{
    int rc = crypto_generichash(ret, JB_TOKEN_BYTES, token, JB_TOKEN_BYTES, NULL, 0);
    jb_assert(rc == 0);
}

static const char *cookie_name(const struct jb_gateway *gateway, bool device)
{
    if (gateway->conf.tls)
        return device ? "__Host-jibao-device" : "__Host-jibao-session";
    return device ? "jibao-device" : "jibao-session";
}

static bool read_cookie(const struct jb_gateway *gateway, const jb_request *request, bool device,
                        uint8_t ret[JB_TOKEN_BYTES])
{
    const char *text = jb_request_cookie(request, cookie_name(gateway, device));
    size_t len = 0;

    return text && strlen(text) < JB_TOKEN_TEXT_SIZE &&
           sodium_base642bin(ret, JB_TOKEN_BYTES, text, strlen(text), NULL, &len, NULL, BASE64) ==
               0 &&
           len == JB_TOKEN_BYTES;
}

/* token NULL: the cookie is taken away. */
static void write_cookie(const struct jb_gateway *gateway, bool device, const uint8_t *token,
                         char text[JB_COOKIE_BYTES])
{
    char value[JB_TOKEN_TEXT_SIZE] = "", age[40] = "";

    if (token)
        sodium_bin2base64(value, sizeof(value), token, JB_TOKEN_BYTES, BASE64);
    if (!token)
        snprintf(age, sizeof(age), "; Max-Age=0");
    else if (device)
        snprintf(age, sizeof(age), "; Max-Age=%d", 30 * 24 * 3600);
    snprintf(text, JB_COOKIE_BYTES, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
             cookie_name(gateway, device), value, gateway->conf.tls ? "; Secure" : "", age);
}

static struct session *find_session(struct jb_gateway *gateway, const jb_request *request,
                                    const uint8_t device[JB_TOKEN_BYTES])
{
    uint8_t token[JB_TOKEN_BYTES], name[JB_TOKEN_BYTES], owner[JB_TOKEN_BYTES];

    if (!read_cookie(gateway, request, false, token))
        return NULL;
    hash(token, name);
    hash(device, owner);
    for (size_t i = 0; i < JB_SESSIONS_MAX; i++) {
        struct session *session = &gateway->sessions->items[i];
        if (!session->used_us || gateway->now_us - session->used_us > JB_SESSION_US)
            continue;
        if (sodium_memcmp(session->token, name, sizeof(name)) == 0 &&
            sodium_memcmp(session->device, owner, sizeof(owner)) == 0)
            return session;
    }
    return NULL;
}

void jb_session_recognize(struct jb_gateway *gateway, jb_request *request, struct jb_visit *visit)
{
    visit->narrow = gateway->conf.visitors == JB_VISITORS_PUBLIC;
    if (!gateway->people || !read_cookie(gateway, request, true, visit->device))
        return;
    visit->enrolled = jb_people_device(gateway->people, visit->device, jb_clock_now_us(),
                                       &visit->person) == JB_OK;
    if (!visit->enrolled)
        return;
    visit->narrow = false;
    visit->session = find_session(gateway, request, visit->device);
}

/* Who it comes from: a reverse proxy says it, when one stands in front. */
static const char *address_of(const struct jb_gateway *gateway, const jb_request *request)
{
    const char *real = gateway->conf.tls ? jb_request_header(request, "X-Real-IP") : NULL;

    return real && real[0] ? real : jb_request_address(request);
}

static bool refuse(jb_request *request, uint32_t status, const char *name, const char *title,
                   const char *detail)
{
    jb_problem_reply(
        request,
        &(struct jb_problem){.status = status, .name = name, .title = title, .detail = detail});
    return false;
}

static bool is_enrolled(jb_request *request)
{
    return jb_visit_of(request)->enrolled ||
           refuse(request, 401, "not-enrolled", _("this device is not enrolled"),
                  _("Enrol it with the code of an invitation."));
}

bool jb_session_may_write(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    const char *token = jb_request_header(request, JB_SESSION_HEADER);
    struct session *session = visit->session;

    if (!is_enrolled(request))
        return false;
    if (!session)
        return refuse(request, 401, "locked", _("the PIN is needed for this"), "");
    if (!token || strlen(token) != strlen(session->csrf) ||
        sodium_memcmp(token, session->csrf, strlen(token)) != 0)
        return refuse(request, 403, "token", _("the page's token is missing or old"),
                      _("Load the page again."));
    session->used_us = gateway->now_us;
    return true;
}

/* What the page needs to know of who it is; with the cookies that change. */
static void reply_state(struct jb_gateway *gateway, jb_request *request, const char *device,
                        const char *cookie)
{
    const struct jb_visit *visit = jb_visit_of(request);
    const struct session *session = visit->session;
    json_t *object = json_object();

    json_object_set_new(object, "enrolled", json_boolean(visit->enrolled));
    json_object_set_new(object, "visitors", json_string(gateway->conf.visitors_text));
    if (visit->enrolled) {
        json_object_set_new(object, "person", json_string(visit->person.code));
        json_object_set_new(object, "name", json_string(visit->person.name));
        json_object_set_new(object, "unit", json_string(visit->person.unit));
        json_object_set_new(object, "administrator", json_boolean(visit->person.administrator));
    }
    if (session) {
        int64_t left_us = session->used_us + JB_SESSION_US - gateway->now_us;
        json_object_set_new(object, "token", json_string(session->csrf));
        json_object_set_new(object, "writesForSeconds", json_integer(left_us / 1000000));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    jb_may_reply(gateway, request, text ? text : "{}", (const char *const[]){device, cookie});
    free(text);
    json_decref(object);
}

void jb_session_show(struct jb_gateway *gateway, jb_request *request)
{
    reply_state(gateway, request, NULL, NULL);
}

static void end_session(struct session *session)
{
    if (session)
        sodium_memzero(session, sizeof(*session));
}

/* A free place, else that of the session that was used longest ago. */
static struct session *take_place(struct jb_gateway *gateway)
{
    struct session *oldest = &gateway->sessions->items[0];

    for (size_t i = 0; i < JB_SESSIONS_MAX; i++) {
        struct session *session = &gateway->sessions->items[i];
        if (session->used_us < oldest->used_us)
            oldest = session;
    }
    end_session(oldest);
    return oldest;
}

static void begin_session(struct jb_gateway *gateway, struct jb_visit *visit,
                          char cookie[JB_COOKIE_BYTES])
{
    uint8_t token[JB_TOKEN_BYTES], csrf[JB_TOKEN_BYTES];

    end_session(visit->session);
    struct session *session = take_place(gateway);
    randombytes_buf(token, sizeof(token));
    randombytes_buf(csrf, sizeof(csrf));
    hash(token, session->token);
    hash(visit->device, session->device);
    sodium_bin2base64(session->csrf, sizeof(session->csrf), csrf, sizeof(csrf), BASE64);
    session->used_us = gateway->now_us;
    visit->session = session;
    write_cookie(gateway, false, token, cookie);
}

/* A text of the request's object, or NULL. The object is the caller's to free. */
static json_t *read_object(jb_request *request)
{
    struct jb_slice body = jb_request_body(request);
    json_t *object = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(object))
        return object;
    json_decref(object);
    refuse(request, 400, "malformed", _("the question cannot be read"), "");
    return NULL;
}

static struct jb_slice text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return jb_slice_of(json_string_value(value), json_string_length(value));
}

static void enrol(struct jb_gateway *gateway, jb_request *request, const json_t *object)
{
    struct jb_visit *visit = jb_visit_of(request);
    char device[JB_COOKIE_BYTES], cookie[JB_COOKIE_BYTES];
    uint8_t old[JB_TOKEN_BYTES];
    bool had = visit->enrolled;

    memcpy(old, visit->device, sizeof(old));
    jb_err err = jb_people_enrol(gateway->people, text_of(object, "code"), text_of(object, "pin"),
                                 jb_clock_now_us(), visit->device, &visit->person);
    if (err == JB_ENOTFOUND) {
        jb_attempts_failed(&gateway->sessions->codes, address_of(gateway, request),
                           gateway->now_us);
        refuse(request, 403, "code", _("this code is not good"),
               _("It is good once and for seven days. Ask your unit's administrator for another."));
    } else if (err == JB_EINVAL) {
        refuse(request, 422, "pin", _("the PIN needs at least six characters"), "");
    } else if (err) {
        refuse(request, 503, "storage", _("this cannot be kept at present"), "");
    } else {
        if (had) { /* the device was somebody's before */
            jb_ignore(jb_people_forget(gateway->people, old) != JB_OK);
            jb_events_forget(gateway->events, old);
        }
        visit->enrolled = true;
        visit->narrow = false;
        begin_session(gateway, visit, cookie);
        write_cookie(gateway, true, visit->device, device);
        reply_state(gateway, request, device, cookie);
    }
}

void jb_session_enrol(struct jb_gateway *gateway, jb_request *request)
{
    json_t *object;

    if (!gateway->people) {
        refuse(request, 404, "no-people", _("nobody is enrolled here"),
               _("The setting state of the gateway names the folder for it."));
    } else if (!jb_attempts_allow(&gateway->sessions->codes, address_of(gateway, request),
                                  gateway->now_us)) {
        refuse(request, 429, "too-many", _("too many wrong codes; try again in a minute"), "");
    } else if ((object = read_object(request))) {
        enrol(gateway, request, object);
        json_decref(object);
    }
}

void jb_session_unlock(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    char cookie[JB_COOKIE_BYTES], detail[128];
    uint32_t left = 0;
    json_t *object = is_enrolled(request) ? read_object(request) : NULL;

    if (!object)
        return;
    jb_err err = jb_people_try_pin(gateway->people, visit->device, text_of(object, "pin"),
                                   jb_clock_now_us(), &left);
    json_decref(object);
    if (!err) {
        begin_session(gateway, visit, cookie);
        reply_state(gateway, request, NULL, cookie);
    } else if (err == JB_EINVAL) {
        snprintf(detail, sizeof(detail),
                 left ? _("%u more tries, then the device is locked.")
                      : _("The device is locked now (%u tries left); it needs a new invitation."),
                 left);
        refuse(request, 403, "pin", _("the PIN is wrong"), detail);
        if (!left)
            jb_events_forget(gateway->events, visit->device);
    } else {
        refuse(request, 503, "storage", _("this cannot be kept at present"), "");
    }
}

void jb_session_lock(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    char cookie[JB_COOKIE_BYTES];

    if (!jb_session_may_write(gateway, request))
        return;
    end_session(visit->session);
    visit->session = NULL;
    write_cookie(gateway, false, NULL, cookie);
    reply_state(gateway, request, NULL, cookie);
}

void jb_session_leave(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);
    char cookie[JB_COOKIE_BYTES], device[JB_COOKIE_BYTES];

    if (!jb_session_may_write(gateway, request))
        return;
    if (jb_people_forget(gateway->people, visit->device) != JB_OK) {
        refuse(request, 503, "storage", _("this cannot be kept at present"), "");
        return;
    }
    jb_events_forget(gateway->events, visit->device);
    end_session(visit->session);
    visit->session = NULL;
    visit->enrolled = false;
    write_cookie(gateway, false, NULL, cookie);
    write_cookie(gateway, true, NULL, device);
    reply_state(gateway, request, device, cookie);
}
