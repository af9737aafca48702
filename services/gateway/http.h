/* The web server: one libmicrohttpd daemon without a thread of its own, polled by the caller's
 * loop. Only http*.c include <microhttpd.h>. A request is handed to the handler when it is there as
 * a whole; the handler answers at once or later, from the same thread. Everything is bounded:
 * connections, header bytes, body bytes, and the time that each part of a request may take. */
#ifndef JB_HTTP_H
#define JB_HTTP_H

#include <sys/types.h>

#include "base/base.h"
#include "base/buf.h"

#define JB_HTTP_HEADER_BYTES_MAX (24 * 1024)     /* request line, headers; also what is written */
#define JB_HTTP_BODY_BYTES_MAX (4 * 1024 * 1024) /* of a request */
#define JB_HTTP_BODIES_BYTES_MAX ((size_t)64 << 20) /* of all requests at once */
#define JB_HTTP_REPLY_BYTES_MAX (32 * 1024 * 1024)  /* of an answer that is no stream */
#define JB_HTTP_PARAMS_MAX 1024
#define JB_HTTP_EXTRA_MAX 6
#define JB_HTTP_BODY_S 60  /* until the body is there */
#define JB_HTTP_SEND_S 120 /* until the answer is taken, unless it is a stream */
#define JB_HTTP_STALL_S 30 /* without a byte taken or sent, streams included */

typedef struct jb_http jb_http;
typedef struct jb_request jb_request;

/* A reply. Extra header lines are copied. */
struct jb_reply {
    uint32_t status;
    const char *type;      /* content type; NULL: no body */
    struct jb_buf *body;   /* its memory is taken over; or NULL and */
    struct jb_slice fixed; /* memory that outlives the server */
    bool cacheable;        /* may be kept when its ETag is asked about; else no-store */
    struct jb_reply_header {
        const char *name, *value;
    } extra[JB_HTTP_EXTRA_MAX];
};

/* What a stream is read from. Gives at most cap bytes: the number, 0 when there is nothing at
 * present (the stream rests until jb_request_wake), or JB_STREAM_END. */
#define JB_STREAM_END (-1)
typedef ssize_t jb_stream_read(void *arg, uint8_t *to, size_t cap);

struct jb_http_config {
    const char *listen; /* "127.0.0.1:5580", "[::1]:0" (any port) */
    uint32_t connections_max;
    uint32_t head_s; /* until the headers are there; so long a connection may also idle */
    void (*handle)(void *arg, jb_request *request);
    /* The request is over, answered or not; its context is to be freed. Nothing of it may be used
     * afterwards. */
    void (*ended)(void *arg, jb_request *request);
    void *arg;
};

/* JB_EINVAL: no such address, or none of this machine's own loopback. JB_EEXIST: in use. */
JB_MUST_USE jb_err jb_http_open(const struct jb_http_config *config, jb_http **ret);
/* Every request must have been answered, streams ended (their next read gives JB_STREAM_END). */
void jb_http_close(jb_http *http);
/* "127.0.0.1:40123", as bound. */
const char *jb_http_address(const jb_http *http);
int jb_http_fd(const jb_http *http);
/* Until when jb_http_turn must be called at the latest, even when nothing came. */
int jb_http_wait_ms(const jb_http *http);
void jb_http_turn(jb_http *http, int64_t now_us);
uint32_t jb_http_connections(const jb_http *http);
uint64_t
jb_http_cut(const jb_http *http); /* connections that were cut because they took too long */

enum jb_method { JB_GET = 1, JB_POST, JB_PUT, JB_DELETE, JB_METHOD_OTHER };
enum jb_method jb_request_method(const jb_request *request); /* HEAD is a GET without a body */
const char *jb_request_path(const jb_request *request);
/* The header's value, or NULL. */
const char *jb_request_header(const jb_request *request, const char *name);
/* The cookie's value, or NULL. */
const char *jb_request_cookie(const jb_request *request, const char *name);
struct jb_param {
    struct jb_slice name, value;
};
/* Those behind the '?', in order. JB_ERANGE: more than JB_HTTP_PARAMS_MAX. */
JB_MUST_USE jb_err jb_request_params(const jb_request *request, const struct jb_param **ret,
                                     uint32_t *ret_count);
struct jb_slice jb_request_body(const jb_request *request);
/* Where the connection comes from, without a port. */
const char *jb_request_address(const jb_request *request);
int64_t jb_request_began_us(const jb_request *request);
uint32_t jb_request_status(const jb_request *request); /* 0: not answered yet */

/* For the handler: what it keeps with the request. */
void jb_request_set_context(jb_request *request, void *context);
void *jb_request_context(const jb_request *request);

/* Exactly one of these, once. */
void jb_request_reply(jb_request *request, const struct jb_reply *reply);
/* An answer without an end that is known. extra as in a reply, whose body is not used. arg must
 * live until `ended`. */
void jb_request_stream(jb_request *request, const struct jb_reply *reply, jb_stream_read *read,
                       void *arg);
/* A resting stream has something to give again. */
void jb_request_wake(jb_request *request);

#endif
