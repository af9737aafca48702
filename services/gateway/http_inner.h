/* What the http*.c share, and nobody else includes. */
#ifndef JB_HTTP_INNER_H
#define JB_HTTP_INNER_H

#include <microhttpd.h>

#include "http.h"

#define JB_HTTP_ADDRESS_BYTES 64

enum jb_http_stage { STAGE_HEAD = 0, STAGE_BODY, STAGE_WORK, STAGE_SEND, STAGE_STREAM };

/* A connection, for the clock. */
struct jb_http_line {
    struct jb_http_line *next, **back;
    int fd;
    enum jb_http_stage stage;
    int64_t since_us;
};

struct jb_http {
    struct MHD_Daemon *daemon;
    struct jb_http_config config;
    struct jb_http_line *lines;
    char address[JB_HTTP_ADDRESS_BYTES + 8];
    int fd, gone_fd;
    int64_t now_us, ticked_us;
    uint64_t cut;
    size_t bodies;    /* bytes of all requests' bodies */
    bool stopping;    /* nobody is there to handle anything any more */
    uint32_t resumed; /* since the last turn: the daemon has work although its descriptor rests */
};

struct jb_request {
    jb_http *http;
    struct MHD_Connection *connection;
    struct jb_http_line *line;
    enum jb_method method;
    char *path;
    struct jb_buf body;
    struct jb_param *params;
    uint32_t param_count;
    bool params_failed;
    char address[JB_HTTP_ADDRESS_BYTES];
    int64_t began_us;
    void *context;
    bool begun, handled, suspended, queued;
    bool watched, gone; /* a stream's reader left */
    uint32_t status;
    struct MHD_Response *response;
    jb_stream_read *read;
    void *read_arg;
};

/* In http_gone.c. */
JB_MUST_USE jb_err jb_http_gone_open(jb_http *http);
void jb_http_gone_close(jb_http *http);
void jb_http_gone_watch(jb_request *request);
void jb_http_gone_forget(jb_request *request);
void jb_http_gone_turn(jb_http *http); /* streams whose reader left end */

#endif
