/* Page after page until a page is the last one and its head is the entry that was written last: the
 * ledger may grow meanwhile. */
#include "audit_export.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "net/proof.h"
#include "net/wire_catalog.h"
#include "net/wire_keys.h"
#include "words.h"

struct exporting {
    struct jb_desk *desk;
    const char *path;
    char *temporary;
    FILE *file;
    uint64_t written;  /* the last revision */
    uint32_t catalogs; /* as many so far */
};

enum jb_exit jb_audit_page(struct jb_desk *desk, const struct jb_audit_ask *ask,
                           struct jb_audit_answer *ret)
{
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_audit_ask_encode(ask, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_AUDIT, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_AUDIT_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    jb_arena_clear(&desk->arena);
    code = jb_desk_settle(desk, jb_wire_audit_answer_decode(payload, &desk->arena, ret));
    if (code == JB_EXIT_OK)
        jb_head_turn_to(&ret->head, &desk->server);
    return code;
}

static void put_base64(FILE *file, const char *name, struct jb_slice bytes)
{
    size_t size = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = jb_xmalloc(size);

    sodium_bin2base64(text, size, bytes.ptr, bytes.len, sodium_base64_VARIANT_ORIGINAL);
    fprintf(file, ", \"%s\": \"%s\"", name, text);
    free(text);
}

static enum jb_exit fetch_yaml(struct jb_desk *desk, uint32_t version, struct jb_buf *yaml)
{
    struct jb_catalog_get get = {.version = version};
    struct jb_catalog_part part;
    struct jb_arena arena;
    struct jb_slice payload;
    struct jb_buf buf;
    enum jb_exit code;

    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    do {
        get.offset = yaml->len;
        jb_buf_clear(&buf);
        jb_arena_clear(&arena);
        part = (struct jb_catalog_part){0};
        jb_wire_catalog_get_encode(&get, &buf);
        code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_CATALOG_GET, JB_LIT(""), jb_buf_slice(&buf),
                           JB_KIND_CATALOG_PART, &payload);
        if (code == JB_EXIT_OK)
            code = jb_desk_settle(desk, jb_wire_catalog_part_decode(payload, &arena, &part));
        if (code == JB_EXIT_OK)
            jb_buf_put(yaml, part.bytes.ptr, part.bytes.len);
    } while (code == JB_EXIT_OK && part.bytes.len && yaml->len < part.size && !yaml->failed);
    jb_buf_free(&buf);
    jb_arena_free(&arena);
    return code;
}

static enum jb_exit write_entry(struct exporting *e, const struct jb_audit_entry *entry)
{
    enum jb_exit code = JB_EXIT_OK;
    struct jb_buf yaml;

    if (entry->revision != e->written + 1) {
        fputs(_("jibao: the aggregator left an entry out\n"), stderr);
        return JB_EXIT_FAILED;
    }
    fprintf(e->file, "{\"revision\": %" PRIu64, entry->revision);
    put_base64(e->file, "entry", entry->entry);
    if (jb_slice_eq(entry->kind, JB_LIT("catalogue"))) {
        jb_buf_init(&yaml, JB_CATALOG_BYTES_MAX);
        code = fetch_yaml(e->desk, ++e->catalogs, &yaml);
        put_base64(e->file, "payload", jb_buf_slice(&yaml));
        jb_buf_free(&yaml);
    }
    fputs("}\n", e->file);
    e->written = entry->revision;
    return code;
}

static void write_head(FILE *file, const struct jb_signed_head *head)
{
    char store[33], hash[65], server[JB_KEY_HEX_SIZE], signature[2 * JB_SIGNATURE_BYTES + 1];

    fprintf(file,
            "{\"head\": {\"store_id\": \"%s\", \"epoch\": %u, \"revision\": %" PRIu64
            ", \"head\": \"%s\", \"at_us\": %" PRId64 ", \"server\": \"%s\", "
            "\"signature\": \"%s\"}}\n",
            jb_words_hex(head->store_id, sizeof(head->store_id), store), head->epoch,
            head->revision, jb_words_hex(head->head, sizeof(head->head), hash), head->at_us,
            jb_words_hex(head->server.bytes, sizeof(head->server.bytes), server),
            jb_words_hex(head->signature, sizeof(head->signature), signature));
}

static enum jb_exit write_all(struct exporting *e)
{
    struct jb_audit_ask ask = {.with_bytes = true};
    struct jb_audit_answer page = {0};
    struct jb_arena held; /* a page lives on while a catalogue is fetched */
    enum jb_exit code = JB_EXIT_OK;

    jb_arena_init(&held, JB_DESK_ANSWER_BYTES_MAX);
    do {
        ask.from_revision = e->written + 1;
        code = jb_audit_page(e->desk, &ask, &page);
        struct jb_arena swap = held;
        held = e->desk->arena;
        e->desk->arena = swap;
        for (uint32_t i = 0; code == JB_EXIT_OK && i < page.entry_count; i++)
            code = write_entry(e, &page.entries[i]);
        if (code == JB_EXIT_OK)
            jb_progress(_("entries"), e->written, page.head.revision);
    } while (code == JB_EXIT_OK && (page.next_revision || e->written != page.head.revision) &&
             page.entry_count);
    jb_progress_end();
    if (code == JB_EXIT_OK)
        write_head(e->file, &page.head);
    jb_arena_free(&held);
    return code;
}

static enum jb_exit tell_unwritten(const char *path)
{
    fprintf(stderr, _("jibao: cannot write %s: %s\n"), path, strerror(errno));
    return JB_EXIT_FAILED;
}

enum jb_exit jb_audit_export(struct jb_desk *desk, const char *path)
{
    struct exporting e = {.desk = desk, .path = path};
    enum jb_exit code;

    e.temporary = jb_xasprintf("%s.part", path);
    e.file = fopen(e.temporary, "we");
    if (!e.file) {
        code = tell_unwritten(e.temporary);
        free(e.temporary);
        return code;
    }
    code = write_all(&e);
    bool failed = fflush(e.file) != 0 || ferror(e.file) || fsync(fileno(e.file)) != 0;
    fclose(e.file);
    if (code == JB_EXIT_OK && (failed || rename(e.temporary, path) != 0))
        code = tell_unwritten(path);
    if (code != JB_EXIT_OK)
        unlink(e.temporary);
    else
        fprintf(stderr, _("%llu entries and the signed head: %s\n"), (unsigned long long)e.written,
                path);
    free(e.temporary);
    return code;
}
