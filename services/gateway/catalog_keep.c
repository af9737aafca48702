/* One fetch at a time; a new one begins when the aggregator's welcome names another version, or
 * another store. The old one serves until the new one is whole. */
#include "catalog_keep.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "catalog_json.h"
#include "files/demonstration.h"
#include "net/catalog_parts.h"
#include "problem.h"

#define RETRY_US (5 * 1000000LL)
#define ETAG_BYTES 48

struct jb_catalog_keep {
    jb_backend *backend;
    jb_catalog *catalog;
    uint32_t version;
    uint8_t store_id[16];
    struct jb_buf json, narrow; /* narrow: for public visitors */
    char etag[ETAG_BYTES];
    bool fetching;
    int64_t failed_us; /* 0: the last fetch went well */
    struct jb_catalog_parts parts;
};

jb_catalog_keep *jb_catalog_keep_new(jb_backend *backend)
{
    jb_catalog_keep *keep = jb_xcalloc(1, sizeof(*keep));

    keep->backend = backend;
    jb_buf_init(&keep->json, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_init(&keep->narrow, JB_HTTP_REPLY_BYTES_MAX);
    jb_catalog_parts_init(&keep->parts);
    return keep;
}

void jb_catalog_keep_free(jb_catalog_keep *keep)
{
    if (!keep)
        return;
    jb_catalog_free(keep->catalog);
    jb_buf_free(&keep->json);
    jb_buf_free(&keep->narrow);
    jb_catalog_parts_free(&keep->parts);
    free(keep);
}

static void fail(jb_catalog_keep *keep, const char *why)
{
    keep->fetching = false;
    keep->failed_us = jb_clock_mono_us();
    jb_log(JB_LOG_WARN, "gateway.catalog", "reason=%s", why);
}

static void take_whole(jb_catalog_keep *keep, const uint8_t store_id[16])
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    struct jb_buf json, narrow;

    jb_findings_init(&findings);
    jb_buf_init(&json, JB_HTTP_REPLY_BYTES_MAX);
    jb_buf_init(&narrow, JB_HTTP_REPLY_BYTES_MAX);
    jb_err err = jb_catalog_parts_read(&keep->parts, &findings, &catalog);
    if (!err) {
        jb_catalog_json(catalog, keep->parts.version, false, &json);
        jb_catalog_json(catalog, keep->parts.version, true, &narrow);
    }
    if (err || json.failed || narrow.failed) {
        jb_catalog_free(catalog);
        jb_buf_free(&json);
        jb_buf_free(&narrow);
        fail(keep, err ? jb_err_name(err) : "too_large");
    } else {
        jb_catalog_free(keep->catalog);
        jb_buf_free(&keep->json);
        jb_buf_free(&keep->narrow);
        keep->narrow = narrow;
        keep->catalog = catalog;
        keep->json = json;
        keep->version = keep->parts.version;
        memcpy(keep->store_id, store_id, sizeof(keep->store_id));
        const uint8_t *hash = jb_catalog_view(catalog)->hash;
        snprintf(keep->etag, sizeof(keep->etag), "\"%u-%02x%02x%02x%02x%02x%02x\"", keep->version,
                 hash[0], hash[1], hash[2], hash[3], hash[4], hash[5]);
        keep->fetching = false;
        keep->failed_us = 0;
        if (jb_catalog_view(catalog)->demonstration)
            jb_demonstration_set(); /* files say so from now on */
        jb_log(JB_LOG_NOTICE, "gateway.catalog", "version=%u bytes=%zu", keep->version,
               keep->json.len);
    }
    jb_findings_free(&findings);
}

static void told(void *arg, const struct jb_told *told);

static void ask(jb_catalog_keep *keep, const struct jb_catalog_get *get)
{
    struct jb_buf payload;

    jb_buf_init(&payload, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_catalog_get_encode(get, &payload);
    jb_err err = jb_backend_ask(keep->backend, JB_DOOR_READ, JB_KIND_CATALOG_GET,
                                jb_buf_slice(&payload), told, keep);
    if (err)
        fail(keep, jb_err_name(err));
    jb_buf_free(&payload);
}

static void told(void *arg, const struct jb_told *told)
{
    jb_catalog_keep *keep = arg;
    struct jb_catalog_part part;
    struct jb_catalog_get next;
    struct jb_arena arena;

    if (told->err || told->kind != JB_KIND_CATALOG_PART) {
        fail(keep, told->err ? jb_err_name(told->err) : jb_kind_name(told->kind));
        return;
    }
    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_wire_catalog_part_decode(told->payload, &arena, &part);
    if (!err)
        err = jb_catalog_parts_take(&keep->parts, &part, &next);
    if (err == JB_EAGAIN)
        ask(keep, &next);
    else if (err)
        fail(keep, jb_err_name(err));
    else if (keep->parts.version == 0)
        fail(keep, "none_loaded");
    else
        take_whole(keep, part.store_id);
    jb_arena_free(&arena);
}

void jb_catalog_keep_turn(jb_catalog_keep *keep)
{
    struct jb_welcome welcome;
    const struct jb_catalog_get first = {.version = 0};

    if (keep->fetching || !jb_backend_welcome(keep->backend, &welcome) ||
        welcome.catalog_version == 0)
        return;
    if (keep->catalog && keep->version == welcome.catalog_version &&
        memcmp(keep->store_id, welcome.store_id, sizeof(keep->store_id)) == 0)
        return;
    if (keep->failed_us && jb_clock_mono_us() - keep->failed_us < RETRY_US)
        return;
    keep->fetching = true;
    jb_catalog_parts_free(&keep->parts);
    jb_catalog_parts_init(&keep->parts);
    ask(keep, &first);
}

uint32_t jb_catalog_keep_version(const jb_catalog_keep *keep)
{
    return keep->catalog ? keep->version : 0;
}

const jb_catalog *jb_catalog_keep_get(const jb_catalog_keep *keep)
{
    return keep->catalog;
}

void jb_catalog_keep_reply(const jb_catalog_keep *keep, bool narrow, jb_request *request)
{
    const char *known = jb_request_header(request, "If-None-Match");
    char etag[ETAG_BYTES + 4];
    snprintf(etag, sizeof(etag), "%s%s", narrow ? "W/" : "", keep->etag);
    struct jb_reply reply = {
        .status = 200, .type = "application/json", .cacheable = true, .extra = {{"ETag", etag}}};
    const struct jb_buf *source = narrow ? &keep->narrow : &keep->json;
    struct jb_buf body;

    if (!keep->catalog) {
        jb_problem_finding(request, JB_F_NO_CATALOG, "", "");
        return;
    }
    jb_buf_init(&body, JB_HTTP_REPLY_BYTES_MAX);
    if (known && strcmp(known, etag) == 0)
        reply = (struct jb_reply){.status = 304, .cacheable = true, .extra = {{"ETag", etag}}};
    else
        jb_buf_put(&body, source->ptr, source->len);
    reply.body = &body;
    jb_request_reply(request, &reply);
    jb_buf_free(&body);
}
