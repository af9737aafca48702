/* Part by part under one hash; the aggregator says how much it has. */
#include "catalog_load.h"

#include <sodium.h>

#include "base/text.h"
#include "catalog_show.h"
#include "files/print.h"
#include "net/wire_catalog.h"

/* One part; *done is the aggregator's answer to it. */
static enum jb_exit put_part(struct jb_desk *desk, const struct jb_catalog_put *put,
                             struct jb_slice store_id, struct jb_catalog_put_done *done)
{
    struct jb_buf buf;
    struct jb_slice payload;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_catalog_put_encode(put, &buf);
    enum jb_exit code = buf.failed
                            ? jb_desk_settle(desk, JB_ERANGE)
                            : jb_desk_ask(desk, JB_DOOR_WRITE, JB_KIND_CATALOG_PUT, store_id,
                                          jb_buf_slice(&buf), JB_KIND_CATALOG_PUT_DONE, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    jb_arena_clear(&desk->arena);
    return jb_desk_settle(
        desk, jb_wire_catalog_put_done_decode(payload, &desk->arena, done, &desk->findings));
}

static enum jb_exit load(struct jb_desk *desk, struct jb_slice yaml, struct jb_catalog_put put,
                         struct jb_catalog_put_done *ret)
{
    struct jb_welcome welcome;
    enum jb_exit code = jb_desk_hello(desk, JB_DOOR_WRITE, &welcome);

    if (code == JB_EXIT_OK) {
        put.replaces_version = welcome.catalog_version;
        put.epoch = welcome.epoch;
    }
    put.size = yaml.len;
    crypto_generichash(put.hash, sizeof(put.hash), yaml.ptr, yaml.len, NULL, 0);
    while (code == JB_EXIT_OK && put.offset < yaml.len) {
        struct jb_catalog_put_done done = {0};
        size_t len = yaml.len - put.offset;
        if (len > JB_CATALOG_PART_BYTES_MAX)
            len = JB_CATALOG_PART_BYTES_MAX;
        put.bytes = jb_slice_of(yaml.ptr + put.offset, len);
        code = put_part(desk, &put, jb_slice_of(welcome.store_id, sizeof(welcome.store_id)), &done);
        if (code != JB_EXIT_OK)
            break;
        if (done.next_offset <= put.offset || done.next_offset > yaml.len) {
            code = jb_desk_settle(desk, JB_EINVAL);
            break;
        }
        put.offset = done.next_offset;
        if (yaml.len > JB_CATALOG_PART_BYTES_MAX)
            jb_progress(_("catalogue"), put.offset, yaml.len);
        *ret = done;
    }
    jb_progress_end();
    return code;
}

enum jb_exit jb_catalog_load(struct jb_desk *desk, const struct jb_buf *yaml,
                             const jb_catalog *catalog, const char *reason, const char *author)
{
    struct jb_catalog_put_done done = {0};
    const struct jb_catalog_put put = {.reason = jb_slice_str(reason),
                                       .author = jb_slice_str(author)};
    enum jb_exit code = load(desk, jb_buf_slice(yaml), put, &done);

    if (code != JB_EXIT_OK)
        return code;
    printf(done.unchanged ? _("version %u is this catalogue already (revision %llu): ")
                          : _("loaded as version %u at revision %llu: "),
           done.version, (unsigned long long)done.revision);
    jb_catalog_print_counts(catalog, stdout);
    return JB_EXIT_OK;
}
