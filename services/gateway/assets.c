/* Whoever has a file asks by its ETag whether it is still the one: after an update of the program
 * every page is new at once, and before it nothing is sent twice. */
#include "assets.h"

#include "base/text.h"
#include "problem.h"

static const struct jb_asset *find(struct jb_slice path, const char *behind)
{
    for (size_t i = 0; i < jb_asset_count; i++) {
        const char *own = jb_assets[i].path;
        if (strlen(own) == path.len + strlen(behind) && memcmp(own, path.ptr, path.len) == 0 &&
            strcmp(own + path.len, behind) == 0)
            return &jb_assets[i];
    }
    return NULL;
}

static bool takes_gzip(const jb_request *request)
{
    const char *accept = jb_request_header(request, "Accept-Encoding");

    return accept && strstr(accept, "gzip") && !strstr(accept, "gzip;q=0");
}

void jb_assets_reply(const char *path, jb_request *request)
{
    struct jb_slice name = jb_slice_str(strcmp(path, "/") == 0 ? "/index" : path);
    const char *known = jb_request_header(request, "If-None-Match");
    const struct jb_asset *asset = find(name, "");

    if (!asset)
        asset = find(name, ".html");
    if (!asset) {
        jb_problem_reply(request, &(struct jb_problem){.status = 404,
                                                       .name = "not-found",
                                                       .title = _("there is no such address"),
                                                       .detail = ""});
        return;
    }
    struct jb_reply reply = {
        .status = 200,
        .type = asset->type,
        .fixed = jb_slice_of(asset->bytes, (size_t)(asset->bytes_end - asset->bytes)),
        .cacheable = true,
        .extra = {{"ETag", asset->etag}, {"Vary", "Accept-Encoding"}}};
    if (known && strcmp(known, asset->etag) == 0) {
        reply.status = 304;
        reply.type = NULL;
        reply.fixed = (struct jb_slice){0};
    } else if (asset->gzip != asset->gzip_end && takes_gzip(request)) {
        reply.fixed = jb_slice_of(asset->gzip, (size_t)(asset->gzip_end - asset->gzip));
        reply.extra[2] = (struct jb_reply_header){"Content-Encoding", "gzip"};
    }
    jb_request_reply(request, &reply);
}
