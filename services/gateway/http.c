/* The daemon is polled through its epoll descriptor, so that requests, streams and the aggregator's
 * answers are all handled by one thread. A request that is not answered at once, and a stream that
 * has nothing to give, are suspended: libmicrohttpd forgets their descriptors until they are
 * resumed. It also has one time-out only, from byte to byte; who sends a byte every few seconds is
 * cut by our own clock. */
#include "http_inner.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "loopback.h"
#include "model/fold.h"

#define TICK_US 1000000

static const int stage_limit_s[] = {0, JB_HTTP_BODY_S, 0, JB_HTTP_SEND_S, 0};

static void enter(struct jb_http_line *line, enum jb_http_stage stage, int64_t now_us)
{
    line->stage = stage;
    line->since_us = now_us;
}

/* The kernel keeps so much for who does not read; left to itself it takes megabytes. */
static const int send_bytes = 128 * 1024;

static void connection_changed(void *arg, struct MHD_Connection *connection, void **context,
                               enum MHD_ConnectionNotificationCode code)
{
    jb_http *http = arg;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct jb_http_line *line = jb_xcalloc(1, sizeof(*line));
        line->fd = info->connect_fd;
        jb_ignore(setsockopt(line->fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof(send_bytes)) !=
                  0);
        line->next = http->lines;
        line->back = &http->lines;
        if (line->next)
            line->next->back = &line->next;
        http->lines = line;
        enter(line, STAGE_HEAD, http->now_us);
        *context = line;
    } else if (*context) {
        struct jb_http_line *line = *context;
        *line->back = line->next;
        if (line->next)
            line->next->back = line->back;
        free(line);
        *context = NULL;
    }
}

static void request_ended(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_RequestTerminationCode code)
{
    jb_http *http = arg;
    jb_request *request = *context;

    (void)connection;
    (void)code;
    if (!request)
        return;
    jb_http_gone_forget(request);
    if (http->config.ended)
        http->config.ended(http->config.arg, request);
    enter(request->line, STAGE_HEAD, http->now_us);
    if (request->response)
        MHD_destroy_response(request->response);
    http->bodies -= request->body.len;
    jb_buf_free(&request->body);
    free(request->params);
    free(request->path);
    free(request);
    *context = NULL;
}

static enum jb_method method_of(const char *method)
{
    static const struct {
        const char *name;
        enum jb_method method;
    } names[] = {{"GET", JB_GET},
                 {"HEAD", JB_GET},
                 {"POST", JB_POST},
                 {"PUT", JB_PUT},
                 {"DELETE", JB_DELETE}};
    for (size_t i = 0; i < JB_COUNT(names); i++) {
        if (strcmp(method, names[i].name) == 0)
            return names[i].method;
    }
    return JB_METHOD_OTHER;
}

static enum MHD_Result take_param(void *arg, enum MHD_ValueKind kind, const char *name,
                                  size_t name_len, const char *value, size_t value_len)
{
    jb_request *request = arg;

    (void)kind;
    if (request->param_count == JB_HTTP_PARAMS_MAX) {
        request->params_failed = true;
        return MHD_NO;
    }
    if (request->param_count % 64 == 0)
        request->params =
            jb_xrealloc(request->params, (request->param_count + 64) * sizeof(*request->params));
    request->params[request->param_count++] = (struct jb_param){
        .name = jb_slice_of(name, name_len), .value = jb_slice_of(value, value ? value_len : 0)};
    return MHD_YES;
}

static void read_address(jb_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *from = info ? info->client_addr : NULL;
    socklen_t len = from && from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                        : sizeof(struct sockaddr_in);
    if (!from || getnameinfo(from, len, request->address, sizeof(request->address), NULL, 0,
                             NI_NUMERICHOST) != 0)
        snprintf(request->address, sizeof(request->address), "unknown");
}

static jb_request *begin(jb_http *http, struct MHD_Connection *connection, const char *url,
                         const char *method)
{
    jb_request *request = jb_xcalloc(1, sizeof(*request));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    request->http = http;
    request->connection = connection;
    request->line = info->socket_context;
    request->method = method_of(method);
    request->path = jb_xstrdup(url);
    request->began_us = http->now_us;
    jb_buf_init(&request->body, JB_HTTP_BODY_BYTES_MAX);
    read_address(request);
    enter(request->line, STAGE_BODY, http->now_us);
    return request;
}

/* Its announced length is beyond the limit. */
static bool is_too_large(const jb_request *request)
{
    const char *length = jb_request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    size_t value = 0;

    for (; length && *length >= '0' && *length <= '9'; length++) {
        value = value * 10 + (size_t)(*length - '0');
        if (value > JB_HTTP_BODY_BYTES_MAX)
            return true;
    }
    return false;
}

static enum MHD_Result queue(jb_request *request)
{
    request->queued = true;
    enter(request->line, request->read ? STAGE_STREAM : STAGE_SEND, request->http->now_us);
    return MHD_queue_response(request->connection, request->status, request->response);
}

static enum MHD_Result refuse_body(jb_request *request)
{
    request->handled = true;
    jb_request_reply(request, &(struct jb_reply){.status = MHD_HTTP_CONTENT_TOO_LARGE,
                                                 .type = "text/plain; charset=utf-8",
                                                 .fixed = JB_LIT("too large\n")});
    return queue(request);
}

/* Called when the headers are there, for each piece of the body, at its end, and after resuming. */
static enum MHD_Result serve(void *arg, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *upload,
                             size_t *upload_len, void **context)
{
    jb_http *http = arg;
    jb_request *request = *context;

    (void)version;
    if (!request) {
        *context = request = begin(http, connection, url, method);
        return is_too_large(request) ? refuse_body(request) : MHD_YES;
    }
    if (*upload_len) {
        size_t had = request->body.len;
        if (*upload_len <= JB_HTTP_BODIES_BYTES_MAX - http->bodies)
            jb_buf_put(&request->body, upload, *upload_len);
        bool taken = request->body.len == had + *upload_len;
        http->bodies += request->body.len - had;
        http->cut += !taken;
        *upload_len = 0;
        return taken ? MHD_YES : MHD_NO; /* NO cuts the connection */
    }
    if (!request->handled) {
        request->handled = true;
        enter(request->line, STAGE_WORK, http->now_us);
        if (http->stopping)
            jb_request_reply(request, &(struct jb_reply){.status = MHD_HTTP_SERVICE_UNAVAILABLE});
        else
            http->config.handle(http->config.arg, request);
    }
    if (request->response && !request->queued)
        return queue(request);
    if (!request->response && !request->suspended) {
        request->suspended = true;
        MHD_suspend_connection(connection);
    }
    return MHD_YES;
}

static void log_trouble(void *arg, const char *format, va_list args)
{
    char text[256], quoted[300];

    (void)arg;
    vsnprintf(text, sizeof(text), format, args);
    jb_log(JB_LOG_WARN, "gateway.http", "message=%s",
           jb_log_text(quoted, sizeof(quoted), jb_trim(jb_slice_str(text))));
}

jb_err jb_http_open(const struct jb_http_config *config, jb_http **ret)
{
    jb_http *http = jb_xcalloc(1, sizeof(*http));
    int fd = -1;
    jb_err err = jb_loopback_listen(config->listen, &fd, http->address, sizeof(http->address));

    http->config = *config;
    http->fd = http->gone_fd = -1;
    http->now_us = http->ticked_us = jb_clock_mono_us();
    if (!err) {
        http->daemon = MHD_start_daemon(
            MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, serve,
            http, MHD_OPTION_EXTERNAL_LOGGER, log_trouble, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
            MHD_OPTION_CONNECTION_LIMIT, config->connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
            JB_HTTP_STALL_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)JB_HTTP_HEADER_BYTES_MAX,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, connection_changed, http,
            MHD_OPTION_NOTIFY_COMPLETED, request_ended, http, MHD_OPTION_END);
        if (!http->daemon) {
            close(fd);
            err = JB_ENOMEM;
        }
    }
    if (!err)
        err = jb_http_gone_open(http);
    if (err)
        jb_http_close(http);
    else
        *ret = http;
    return err;
}

void jb_http_close(jb_http *http)
{
    if (!http)
        return;
    http->stopping = true;
    if (http->daemon) {
        jb_http_turn(http, jb_clock_mono_us()); /* what was resumed last */
        MHD_stop_daemon(http->daemon);
    }
    jb_http_gone_close(http);
    free(http);
}

const char *jb_http_address(const jb_http *http)
{
    return http->address;
}

int jb_http_fd(const jb_http *http)
{
    return http->fd;
}

int jb_http_wait_ms(const jb_http *http)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;

    if (http->resumed)
        return 0;
    if (MHD_get_timeout(http->daemon, &ms) != MHD_YES || ms > TICK_US / 1000)
        return TICK_US / 1000;
    return (int)ms;
}

/* A connection that is shut is found by the daemon as one whose peer left. */
static void cut_the_slow(jb_http *http)
{
    for (struct jb_http_line *line = http->lines; line; line = line->next) {
        int limit_s =
            line->stage == STAGE_HEAD ? (int)http->config.head_s : stage_limit_s[line->stage];
        if (limit_s && http->now_us - line->since_us > (int64_t)limit_s * 1000000) {
            http->cut++;
            enter(line, STAGE_WORK, http->now_us);
            jb_ignore(shutdown(line->fd, SHUT_RDWR) != 0);
        }
    }
}

void jb_http_turn(jb_http *http, int64_t now_us)
{
    http->now_us = now_us;
    http->resumed = 0;
    if (now_us - http->ticked_us >= TICK_US) {
        http->ticked_us = now_us;
        cut_the_slow(http);
    }
    jb_http_gone_turn(http);
    if (MHD_run(http->daemon) != MHD_YES)
        jb_log(JB_LOG_ERROR, "gateway.http", "message=run_failed");
}

uint32_t jb_http_connections(const jb_http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

uint64_t jb_http_cut(const jb_http *http)
{
    return http->cut;
}

enum jb_method jb_request_method(const jb_request *request)
{
    return request->method;
}

const char *jb_request_path(const jb_request *request)
{
    return request->path;
}

const char *jb_request_header(const jb_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *jb_request_cookie(const jb_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

jb_err jb_request_params(const jb_request *request, const struct jb_param **ret,
                         uint32_t *ret_count)
{
    /* Read when first asked for: most requests have none. */
    jb_request *own = (jb_request *)(uintptr_t)request;

    if (!own->begun) {
        own->begun = true;
        jb_ignore(MHD_get_connection_values_n(own->connection, MHD_GET_ARGUMENT_KIND, take_param,
                                              own) < 0);
    }
    if (request->params_failed)
        return JB_ERANGE;
    *ret = request->params;
    *ret_count = request->param_count;
    return JB_OK;
}

struct jb_slice jb_request_body(const jb_request *request)
{
    return jb_buf_slice(&request->body);
}

const char *jb_request_address(const jb_request *request)
{
    return request->address;
}

int64_t jb_request_began_us(const jb_request *request)
{
    return request->began_us;
}

uint32_t jb_request_status(const jb_request *request)
{
    return request->status;
}

void jb_request_set_context(jb_request *request, void *context)
{
    request->context = context;
}

void *jb_request_context(const jb_request *request)
{
    return request->context;
}
