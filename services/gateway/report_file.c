#include "report_file.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/encoding.h"
#include "model/period.h"
#include "problem.h"

#define PROGRAM "jibao"
#define SAID_BYTES_MAX (16 * 1024)
#define SAID_SHOWN 1200
#define ARGUMENTS_MAX 32
#define NAME_BYTES_MAX 128

struct job {
    struct jb_gateway *gateway;
    jb_request *request;
    bool zh;
    char name[NAME_BYTES_MAX]; /* of the template */
    char period[JB_PERIOD_TEXT_SIZE];
    char release[16];
    char *folder, *output; /* private to this report */
    char *arguments[ARGUMENTS_MAX + 1];
    uint32_t argument_count;
};

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);

    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* No hidden file, no separator of folders, nothing that an address or a header would have to quote.
 */
static bool is_template(struct jb_slice name)
{
    static const char signs[] = "._-";

    if (!name.len || name.len >= NAME_BYTES_MAX || name.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c < 0x80 && !strchr(signs, c))
            return false;
    }
    char text[NAME_BYTES_MAX];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(name));
    return jb_utf8_valid(name) && (ends_with(text, ".docx") || ends_with(text, ".md"));
}

static int keep_template(const struct dirent *entry)
{
    return is_template(jb_slice_str(entry->d_name));
}

void jb_report_templates(struct jb_gateway *gateway, jb_request *request)
{
    const char *folder = gateway->conf.reports;
    struct dirent **entries = NULL;
    int count = folder ? scandir(folder, &entries, keep_template, alphasort) : 0;
    struct jb_buf body;

    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_put_str(&body, "{\"templates\":[");
    for (int i = 0; i < count; i++) {
        if (i < JB_REPORT_TEMPLATES_MAX) {
            jb_buf_put_str(&body, i ? "," : "");
            jb_wire_json_text(jb_slice_str(entries[i]->d_name), &body);
        }
        free(entries[i]);
    }
    free(entries);
    jb_buf_put_str(&body, "]}\n");
    jb_request_reply(request,
                     &(struct jb_reply){.status = 200, .type = "application/json", .body = &body});
    jb_buf_free(&body);
}

static void clean_up(struct job *job)
{
    if (job->output)
        jb_ignore(unlink(job->output) != 0);
    if (job->folder)
        jb_ignore(rmdir(job->folder) != 0);
    free(job->output);
    free(job->folder);
    for (uint32_t i = 0; i < job->argument_count; i++)
        free(job->arguments[i]);
    job->output = job->folder = NULL;
    job->argument_count = 0;
}

static bool make_folder(struct job *job)
{
    const char *temporary = getenv("TMPDIR");
    char *folder =
        jb_xasprintf("%s/jibao-gateway-XXXXXX", temporary && temporary[0] ? temporary : "/tmp");

    if (!mkdtemp(folder)) {
        free(folder);
        return false;
    }
    job->folder = folder;
    job->output = jb_xasprintf("%s/report.docx", folder);
    return true;
}

static void add(struct job *job, const char *text)
{
    jb_assert(job->argument_count < ARGUMENTS_MAX);
    job->arguments[job->argument_count++] = jb_xstrdup(text);
}

static void add_option(struct job *job, const char *option, const char *value)
{
    add(job, option);
    add(job, value);
}

/* The program beside our own. */
static bool add_program(struct job *job)
{
    char own[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);

    if (len <= 0)
        return false;
    own[len] = 0;
    char *slash = strrchr(own, '/');
    if (!slash)
        return false;
    char *program = jb_xasprintf("%.*s/%s", (int)(slash - own), own, PROGRAM);
    add(job, program);
    free(program);
    return true;
}

/* A report speaks its template's language; what goes wrong is told in the page's. */
static bool prepare(struct job *job, const char *person)
{
    const struct jb_gateway_conf *conf = &job->gateway->conf;

    if (!add_program(job) || !make_folder(job))
        return false;
    add_option(job, "--config", "/dev/null");
    add_option(job, "--read", conf->read);
    add_option(job, "--write", conf->write);
    add_option(job, "--key", conf->key);
    add_option(job, "--server-key", conf->server_key);
    if (person[0])
        add_option(job, "--for", person);
    if (job->zh)
        add_option(job, "--lang", "zh");
    add(job, "report");
    char *template = jb_xasprintf("%s/%s", conf->reports, job->name);
    add(job, template);
    free(template);
    add_option(job, "--period", job->period);
    add_option(job, "--release", job->release);
    add_option(job, "-o", job->output);
    job->arguments[job->argument_count] = NULL;
    return true;
}

static void reply_trouble(const struct job *job, const struct jb_task_end *end)
{
    struct jb_problem problem = {
        .status = 422, .name = "report", .title = _("the report cannot be printed"), .detail = ""};
    struct jb_slice said = end->output;

    if (said.len > SAID_SHOWN)
        said.len = SAID_SHOWN;
    while (said.len && !jb_utf8_valid(said))
        said.len--;
    char *text = jb_xasprintf("%.*s", JB_ARG(said));
    problem.detail = text;
    if (end->err == JB_EAGAIN) {
        problem.status = 503;
        problem.detail = _("It takes longer than a minute; print it with jibao report.");
    } else if (end->err) {
        problem.status = 503;
        problem.detail = _("Its program could not be run; the gateway's log says more.");
    }
    jb_problem_reply(job->request, &problem);
    free(text);
}

static void reply_report(const struct job *job)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct jb_buf body;

    if (jb_read_file(job->output, JB_HTTP_REPLY_BYTES_MAX, &bytes, &len) != JB_OK) {
        jb_problem_finding(job->request, JB_F_INTERNAL, "", "");
        return;
    }
    char *disposition =
        jb_xasprintf("attachment; filename=\"report-%s-%s.docx\"", job->period, job->release);
    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_put(&body, bytes, len);
    free(bytes);
    jb_request_reply(
        job->request,
        &(struct jb_reply){
            .status = 200,
            .type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            .body = &body,
            .extra = {{"Content-Disposition", disposition}}});
    jb_buf_free(&body);
    free(disposition);
}

static void told(void *arg, const struct jb_task_end *end)
{
    struct job *job = arg;

    jb_text_switch(job->zh);
    if (end->err || end->status != 0)
        reply_trouble(job, end);
    else
        reply_report(job);
    clean_up(job);
}

static bool take_params(const jb_request *request, struct job *job)
{
    const struct jb_param *params;
    uint32_t count = 0;

    if (jb_request_params(request, &params, &count) != JB_OK)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        struct jb_slice value = params[i].value;
        struct jb_period period;
        if (jb_slice_is(params[i].name, "template") && is_template(value))
            snprintf(job->name, sizeof(job->name), "%.*s", JB_ARG(value));
        else if (jb_slice_is(params[i].name, "period") && jb_period_parse(value, &period) == JB_OK)
            jb_period_format(period, job->period);
        else if (jb_slice_is(params[i].name, "release") && value.len && value.len < 10 &&
                 strspn((const char *)value.ptr, "0123456789") == value.len)
            snprintf(job->release, sizeof(job->release), "%.*s", JB_ARG(value));
    }
    return job->name[0] && job->period[0] && job->release[0];
}

void jb_report_docx(struct jb_gateway *gateway, jb_request *request)
{
    static char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C.UTF-8";
    static char *environment[] = {path, locale, NULL};
    const struct jb_wire_json_why why = {
        .field = "template, period, release",
        .expected = "a name that reports lists, a period, and a release's number"};
    struct jb_visit *visit = jb_visit_of(request);
    struct job *job = jb_xcalloc(1, sizeof(*job));

    visit->job = job;
    *job = (struct job){.gateway = gateway, .request = request, .zh = visit->zh};
    if (!gateway->conf.reports || !take_params(request, job)) {
        jb_problem_question(request, &why);
        return;
    }
    const struct jb_task task = {.program = job->arguments,
                                 .environment = environment,
                                 .arg = job,
                                 .seconds_max = JB_REPORT_SECONDS_MAX,
                                 .output_max = SAID_BYTES_MAX,
                                 .tell = told};
    if (!prepare(job, visit->person.code)) {
        jb_problem_finding(request, JB_F_TRY_LATER, "", "");
        clean_up(job);
    } else if (jb_tasks_start(gateway->printers, &task) != JB_OK) {
        jb_problem_busy(request);
        clean_up(job);
    }
}
