/* Answers: what every one of them says of itself, and how a stream rests and goes on. */
#include "http_inner.h"

static void resume(jb_request *request)
{
    if (!request->suspended)
        return;
    request->suspended = false;
    request->http->resumed++;
    MHD_resume_connection(request->connection);
}

/* What every answer says: nothing of it may be framed, guessed at, referred on or, unless it is a
 * file of ours, kept; and pages run and load what is ours and nothing else. */
static void add_headers(struct MHD_Response *response, const struct jb_reply *reply)
{
    static const struct jb_reply_header always[] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    };
    for (size_t i = 0; i < JB_COUNT(always); i++)
        jb_ignore(MHD_add_response_header(response, always[i].name, always[i].value) != MHD_YES);
    jb_ignore(MHD_add_response_header(response, "Cache-Control",
                                      reply->cacheable ? "no-cache" : "no-store") != MHD_YES);
    if (reply->type)
        jb_ignore(MHD_add_response_header(response, "Content-Type", reply->type) != MHD_YES);
    for (size_t i = 0; i < JB_HTTP_EXTRA_MAX && reply->extra[i].name; i++)
        jb_ignore(MHD_add_response_header(response, reply->extra[i].name, reply->extra[i].value) !=
                  MHD_YES);
}

static void answer(jb_request *request, const struct jb_reply *reply, struct MHD_Response *response)
{
    jb_assert(!request->response && response);
    add_headers(response, reply);
    request->response = response;
    request->status = reply->status;
    resume(request);
}

void jb_request_reply(jb_request *request, const struct jb_reply *reply)
{
    struct MHD_Response *response;

    if (reply->body) {
        response = MHD_create_response_from_buffer(reply->body->len, reply->body->ptr,
                                                   MHD_RESPMEM_MUST_FREE);
        *reply->body = (struct jb_buf){.bytes_max = reply->body->bytes_max};
    } else {
        /* libmicrohttpd does not write to persistent memory. */
        response = MHD_create_response_from_buffer(
            reply->fixed.len, (void *)(uintptr_t)reply->fixed.ptr, MHD_RESPMEM_PERSISTENT);
    }
    answer(request, reply, response);
}

static ssize_t read_stream(void *arg, uint64_t position, char *to, size_t cap)
{
    jb_request *request = arg;

    (void)position;
    if (request->gone)
        return MHD_CONTENT_READER_END_OF_STREAM;
    ssize_t len = request->read(request->read_arg, (uint8_t *)to, cap);
    if (len == 0) {
        request->suspended = true;
        MHD_suspend_connection(request->connection);
        return 0;
    }
    return len > 0 ? len : MHD_CONTENT_READER_END_OF_STREAM;
}

void jb_request_stream(jb_request *request, const struct jb_reply *reply, jb_stream_read *read,
                       void *arg)
{
    request->read = read;
    request->read_arg = arg;
    jb_http_gone_watch(request);
    answer(
        request, reply,
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16 * 1024, read_stream, request, NULL));
}

void jb_request_wake(jb_request *request)
{
    resume(request);
}
