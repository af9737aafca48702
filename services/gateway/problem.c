/* Findings travel as the contract's own message, so that programs read them like those within
 * answers. */
#include "problem.h"

#include "base/limits.h"
#include "base/text.h"

static void begin(struct jb_buf *out, const struct jb_problem *problem)
{
    jb_buf_init(out, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_printf(out, "{\"type\":\"urn:jibao:%s\",\"title\":", problem->name);
    jb_wire_json_text(jb_slice_str(problem->title), out);
    jb_buf_printf(out, ",\"status\":%u", problem->status);
    if (problem->detail[0]) {
        jb_buf_put_str(out, ",\"detail\":");
        jb_wire_json_text(jb_slice_str(problem->detail), out);
    }
}

static void end(jb_request *request, const struct jb_problem *problem, struct jb_buf *out)
{
    struct jb_reply reply = {
        .status = problem->status, .type = "application/problem+json", .body = out};

    jb_buf_put_str(out, "}\n");
    if (out->failed) {
        jb_buf_clear(out);
        jb_buf_put_str(out, "{}\n");
    }
    if (problem->status == 503)
        reply.extra[0] = (struct jb_reply_header){"Retry-After", "2"};
    jb_request_reply(request, &reply);
    jb_buf_free(out);
}

void jb_problem_reply(jb_request *request, const struct jb_problem *problem)
{
    struct jb_buf out;

    begin(&out, problem);
    end(request, problem, &out);
}

/* Who lacks a right, what cannot be found and what was overtaken have statuses of their own; all
 * else that was understood and refused is 422. */
static uint32_t status_of(enum jb_finding_code code)
{
    static const struct {
        enum jb_finding_code code;
        uint32_t status;
    } known[] = {
        {JB_F_GRANT_MISSING, 403}, {JB_F_UNKNOWN_KEY, 403}, {JB_F_KEY_SUSPENDED, 403},
        {JB_F_KEY_REVOKED, 403},   {JB_F_KEY_EXPIRED, 403}, {JB_F_UNKNOWN_PERSON, 403},
        {JB_F_ID_CONFLICT, 409},   {JB_F_STALE, 409},       {JB_F_FILING_MOVED, 409},
        {JB_F_EXPIRED, 410},       {JB_F_MALFORMED, 400},   {JB_F_TOO_LARGE, 413},
        {JB_F_TRY_LATER, 503},     {JB_F_NO_CATALOG, 503},  {JB_F_BUSY, 503},
        {JB_F_RATE_LIMITED, 503},  {JB_F_INTERNAL, 500},
    };
    for (size_t i = 0; i < JB_COUNT(known); i++) {
        if (known[i].code == code)
            return known[i].status;
    }
    return 422;
}

void jb_problem_findings(jb_request *request, const struct jb_findings *findings)
{
    struct jb_problem problem = {.status = 422, .name = "refused", .title = "", .detail = ""};
    struct jb_buf payload, out;

    for (uint32_t i = 0; i < findings->count; i++) {
        const struct jb_finding *finding = &findings->items[i];
        if (finding->severity == JB_NOTICE || problem.title[0])
            continue;
        problem.status = status_of(finding->code);
        problem.title = jb_finding_sentence(finding->code);
        problem.detail = jb_finding_advice(finding->code);
    }
    if (problem.status == 403)
        problem.name = "forbidden";
    begin(&out, &problem);
    jb_buf_put_str(&out, ",");
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_refused_encode(findings, &payload);
    size_t at = out.len;
    jb_err err = payload.failed
                     ? JB_ERANGE
                     : jb_wire_json_encode(JB_KIND_REFUSED, jb_buf_slice(&payload), &out);
    jb_buf_free(&payload);
    if (err || out.len < at + 2)
        out.failed = true;
    if (!out.failed) { /* the members of the object, without its braces */
        memmove(out.ptr + at, out.ptr + at + 1, out.len - at - 2);
        out.len -= 2;
    }
    end(request, &problem, &out);
}

void jb_problem_finding(jb_request *request, enum jb_finding_code code, const char *got,
                        const char *expected)
{
    struct jb_findings findings;

    jb_findings_init(&findings);
    jb_findings_add(
        &findings,
        &(struct jb_finding){.code = code, .severity = JB_ERROR, .got = got, .expected = expected});
    jb_problem_findings(request, &findings);
    jb_findings_free(&findings);
}

void jb_problem_refused(jb_request *request, struct jb_slice payload)
{
    struct jb_findings findings;
    struct jb_arena arena;

    jb_findings_init(&findings);
    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    if (jb_wire_refused_decode(payload, &arena, &findings) != JB_OK || findings.count == 0)
        jb_problem_finding(request, JB_F_MALFORMED, "", "");
    else
        jb_problem_findings(request, &findings);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
}

void jb_problem_question(jb_request *request, const struct jb_wire_json_why *why)
{
    struct jb_problem problem = {.status = 400,
                                 .name = "malformed",
                                 .title = _("the question cannot be read"),
                                 .detail = ""};
    struct jb_buf out;

    begin(&out, &problem);
    jb_buf_put_str(&out, ",\"field\":");
    jb_wire_json_text(jb_slice_str(why->field), &out);
    jb_buf_put_str(&out, ",\"expected\":");
    jb_wire_json_text(jb_slice_str(why->expected), &out);
    end(request, &problem, &out);
}

void jb_problem_unreached(jb_request *request, enum jb_trouble trouble)
{
    const char *detail = _("It is being tried again all the time; the page goes on by itself.");

    switch (trouble) {
    case JB_TROUBLE_HANDSHAKE:
        detail = _("The aggregator does not let the gateway's key in (not allowed yet, suspended, "
                   "over or revoked), or its own key is another than the one configured.");
        break;
    case JB_TROUBLE_SILENT:
        detail = _("It is connected but silent; ask again in a moment.");
        break;
    case JB_TROUBLE_NONE:
    case JB_TROUBLE_UNREACHED:
    case JB_TROUBLE_NOBODY:
        break;
    }
    jb_problem_reply(request, &(struct jb_problem){.status = 503,
                                                   .name = "unreached",
                                                   .title = _("no answer from the aggregator"),
                                                   .detail = detail});
}

void jb_problem_busy(jb_request *request)
{
    jb_problem_reply(request,
                     &(struct jb_problem){.status = 503,
                                          .name = "busy",
                                          .title = _("too many questions wait for an answer"),
                                          .detail = _("Ask again in a moment.")});
}

bool jb_problem_told(jb_request *request, const struct jb_told *told, enum jb_kind wanted)
{
    if (told->err == JB_EAGAIN)
        jb_problem_unreached(request, told->trouble);
    else if (told->err)
        jb_problem_finding(request, JB_F_TOO_LARGE, "", "");
    else if (told->kind == JB_KIND_REFUSED)
        jb_problem_refused(request, told->payload);
    else if (told->kind != (uint32_t)wanted)
        jb_problem_finding(request, JB_F_MALFORMED, jb_kind_name(told->kind), jb_kind_name(wanted));
    else
        return false;
    return true;
}
