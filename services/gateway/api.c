/* A table of routes. Questions are all of one form; what is not a question has its function. */
#include "api.h"

#include <stdlib.h>

#include "acting.h"
#include "assets.h"
#include "base/text.h"
#include "download.h"
#include "draft.h"
#include "form_file.h"
#include "invitation.h"
#include "problem.h"
#include "question.h"
#include "report_file.h"
#include "table_file.h"
#include "upload.h"
#include "writing.h"

typedef void answer_fn(struct jb_gateway *gateway, jb_request *request);

struct catalog_job {
    struct jb_gateway *gateway;
    jb_request *request;
    bool zh;
};

/* While the aggregator is away the pages open all the same: there are no figures in it. */
static void told_of_person(void *arg, const struct jb_told *told)
{
    const struct catalog_job *job = arg;

    jb_text_switch(job->zh);
    if (told->err == JB_OK && told->kind == JB_KIND_REFUSED)
        jb_problem_refused(job->request, told->payload);
    else
        jb_catalog_keep_reply(job->gateway->catalog, false, job->request);
}

/* The catalogue is kept here, but whether the person may still know it is the aggregator's to say.
 */
static void answer_catalog(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_visit *visit = jb_visit_of(request);

    if (!visit->enrolled) {
        jb_catalog_keep_reply(gateway->catalog, visit->narrow, request);
        return;
    }
    struct catalog_job *job = jb_xcalloc(1, sizeof(*job));
    *job = (struct catalog_job){.gateway = gateway, .request = request, .zh = visit->zh};
    visit->job = job;
    if (jb_backend_ask_for(gateway->backend, visit->person.code, JB_KIND_HELLO, JB_LIT(""),
                           told_of_person, job) != JB_OK)
        jb_problem_busy(request);
}

static void answer_index(struct jb_gateway *gateway, jb_request *request);

static void answer_openapi(struct jb_gateway *gateway, jb_request *request)
{
    (void)gateway;
    jb_assets_reply("/openapi.json", request);
}

enum { TAKES_GET = 1, TAKES_POST = 2, TAKES_PUT = 4, TAKES_QUESTION = TAKES_GET | TAKES_POST };

/* A question, and the rows of its answer as files. */
#define TABLE_ROUTES(name, asked, answered)                                                        \
    {name, TAKES_QUESTION, false, false, asked, answered, NULL},                                   \
        {name ".csv", TAKES_GET, false, false, asked, answered, NULL},                             \
    {                                                                                              \
        name ".xlsx", TAKES_GET, false, false, asked, answered, NULL                               \
    }

static const struct route {
    const char *name; /* behind the prefix; also in the metrics */
    unsigned takes;
    bool open;     /* to everybody: tells nothing of figures, or asks for more by itself */
    bool narrowed; /* to public visitors: what it shows is narrowed for them */
    enum jb_kind asked, answered;
    answer_fn *answer; /* NULL: the answer to the question, by the ending as a file */
} routes[] = {
    {"", TAKES_GET, true, false, 0, 0, answer_index},
    {"openapi.json", TAKES_GET, true, false, 0, 0, answer_openapi},
    {"hello", TAKES_GET, false, true, JB_KIND_HELLO, JB_KIND_WELCOME, NULL},
    {"catalog", TAKES_GET, false, true, 0, 0, answer_catalog},
    {"events", TAKES_GET, false, false, 0, 0, jb_events_handle},
    {"query", TAKES_QUESTION, false, true, JB_KIND_QUERY, JB_KIND_ANSWER, NULL},
    {"query.csv", TAKES_GET, false, true, 0, 0, jb_download_csv},
    {"query.xlsx", TAKES_GET, false, true, 0, 0, jb_download_xlsx},
    {"form.xlsx", TAKES_GET, false, false, 0, 0, jb_form_file_xlsx},
    {"form.docx", TAKES_GET, false, false, 0, 0, jb_form_file_docx},
    TABLE_ROUTES("status", JB_KIND_STATUS, JB_KIND_STATUS_ANSWER),
    TABLE_ROUTES("history", JB_KIND_HISTORY, JB_KIND_HISTORY_ANSWER),
    TABLE_ROUTES("explain", JB_KIND_EXPLAIN, JB_KIND_EXPLAIN_ANSWER),
    TABLE_ROUTES("filing", JB_KIND_FILING, JB_KIND_FILING_ANSWER),
    TABLE_ROUTES("periods", JB_KIND_PERIODS, JB_KIND_PERIODS_ANSWER),
    TABLE_ROUTES("releases", JB_KIND_RELEASES, JB_KIND_RELEASES_ANSWER),
    {"reports", TAKES_GET, false, false, 0, 0, jb_report_templates},
    {"report.docx", TAKES_GET, false, false, 0, 0, jb_report_docx},
    TABLE_ROUTES("diff", JB_KIND_DIFF, JB_KIND_DIFF_ANSWER),
    TABLE_ROUTES("notices", JB_KIND_NOTICES, JB_KIND_NOTICES_ANSWER),
    {"session", TAKES_GET, true, false, 0, 0, jb_session_show},
    {"session/enrol", TAKES_POST, true, false, 0, 0, jb_session_enrol},
    {"session/unlock", TAKES_POST, true, false, 0, 0, jb_session_unlock},
    {"session/lock", TAKES_POST, true, false, 0, 0, jb_session_lock},
    {"session/leave", TAKES_POST, true, false, 0, 0, jb_session_leave},
    {"invitations", TAKES_POST, true, false, 0, 0, jb_invitation_make},
    {"submit", TAKES_POST, true, false, 0, 0, jb_writing_submit},
    {"act", TAKES_POST, true, false, 0, 0, jb_acting_act},
    {"upload", TAKES_POST, true, false, 0, 0, jb_upload_take},
    {"check", TAKES_POST, false, false, 0, 0, jb_writing_check},
    {"draft", TAKES_GET | TAKES_PUT, true, false, 0, 0, jb_draft_handle},
};

static void answer_index(struct jb_gateway *gateway, jb_request *request)
{
    struct jb_buf out;

    (void)gateway;
    jb_buf_init(&out, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_put_str(&out, "{\"routes\":[");
    for (size_t i = 0; i < JB_COUNT(routes); i++) {
        static const char *const methods[] = {
            "", "\"GET\"", "\"POST\"", "\"GET\",\"POST\"", "\"PUT\"", "\"GET\",\"PUT\""};
        jb_buf_printf(&out, "%s{\"path\":\"" JB_API_PREFIX "%s\",\"methods\":[%s]}", i ? "," : "",
                      routes[i].name, methods[routes[i].takes]);
    }
    jb_buf_put_str(&out, "]}\n");
    jb_request_reply(request,
                     &(struct jb_reply){.status = 200, .type = "application/json", .body = &out});
    jb_buf_free(&out);
}

static void refuse_method(const struct route *route, jb_request *request)
{
    static const char *const allowed[] = {"",    "GET, HEAD",     "POST", "GET, HEAD, POST",
                                          "PUT", "GET, HEAD, PUT"};

    jb_request_reply(request,
                     &(struct jb_reply){.status = 405,
                                        .type = "application/problem+json",
                                        .fixed = JB_LIT("{\"type\":\"urn:jibao:method\",\"title\":"
                                                        "\"method not allowed\",\"status\":405}\n"),
                                        .extra = {{"Allow", allowed[route->takes]}}});
}

/* Forms and plain text are what a foreign page may send without being asked; JSON is not. */
static bool is_json(const jb_request *request)
{
    const char *type = jb_request_header(request, "Content-Type");

    return type && strncmp(type, "application/json", 16) == 0 && (type[16] == 0 || type[16] == ';');
}

static bool may_look(const struct jb_gateway *gateway, const struct route *route,
                     const jb_request *request)
{
    const struct jb_visit *visit = jb_visit_of(request);

    return gateway->conf.visitors == JB_VISITORS_ALL || visit->enrolled ||
           (visit->narrow && route->narrowed);
}

static void run_route(struct jb_gateway *gateway, const struct route *route, jb_request *request)
{
    enum jb_method method = jb_request_method(request);

    jb_visit_of(request)->route = route->name[0] ? route->name : "index";
    if (!((method == JB_GET && route->takes & TAKES_GET) ||
          (method == JB_POST && route->takes & TAKES_POST) ||
          (method == JB_PUT && route->takes & TAKES_PUT)))
        refuse_method(route, request);
    else if (method != JB_GET && route->answer != jb_upload_take && !is_json(request))
        jb_problem_reply(request, &(struct jb_problem){.status = 415,
                                                       .name = "media-type",
                                                       .title = _("JSON is expected"),
                                                       .detail = "Content-Type: application/json"});
    else if (!route->open && !may_look(gateway, route, request))
        jb_problem_reply(
            request, &(struct jb_problem){.status = 401,
                                          .name = "not-enrolled",
                                          .title = _("this device is not enrolled"),
                                          .detail = _("Enrol it with the code of an invitation.")});
    else if (route->answer)
        route->answer(gateway, request);
    else if (strchr(route->name, '.'))
        jb_table_file_ask(gateway, request, route->asked, route->answered,
                          strstr(route->name, ".xlsx") != NULL, route->name);
    else
        jb_question_ask(gateway, request, route->asked, route->answered);
}

void jb_api_handle(struct jb_gateway *gateway, jb_request *request)
{
    const char *name = jb_request_path(request) + strlen(JB_API_PREFIX);

    for (size_t i = 0; i < JB_COUNT(routes); i++) {
        if (strcmp(routes[i].name, name) == 0) {
            run_route(gateway, &routes[i], request);
            return;
        }
    }
    jb_problem_reply(request, &(struct jb_problem){.status = 404,
                                                   .name = "not-found",
                                                   .title = _("there is no such address"),
                                                   .detail = JB_API_PREFIX "openapi.json"});
}
