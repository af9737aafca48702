/* What takes more than one message. All pages of an answer are one snapshot: the aggregator keeps
 * it behind the cursor. A catalogue has no cursor; its version is named from the second part on. */
#include "ask.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_book.h"
#include "files/demonstration.h"
#include "files/encoding.h"
#include "model/catalog_yaml.h"
#include "net/catalog_parts.h"

/* Rows come in the order of the units that were asked for. */
static uint32_t show_progress(const struct jb_query *query, const struct jb_answer *page,
                              uint32_t done)
{
    uint32_t total = query->units.count;

    if (page->cursor.len == 0 || page->row_count == 0 || total < 2)
        return done;
    struct jb_slice unit = page->rows[page->row_count - 1].unit;
    for (uint32_t i = done; i < total; i++) {
        if (jb_slice_eq(query->units.items[i], unit)) {
            done = i;
            break;
        }
    }
    jb_progress(_("units"), done, total);
    return done;
}

enum jb_exit jb_ask_query(struct jb_desk *desk, const struct jb_query *query,
                          struct jb_pages *pages)
{
    struct jb_query question = *query;
    struct jb_buf buf;
    enum jb_exit code;
    uint32_t done = 0;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    do {
        struct jb_slice payload;
        struct jb_answer page = {0};
        jb_buf_clear(&buf);
        jb_wire_query_encode(&question, &buf);
        if (buf.failed) {
            code = jb_desk_settle(desk, JB_ERANGE);
            break;
        }
        code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_QUERY, JB_LIT(""), jb_buf_slice(&buf),
                           JB_KIND_ANSWER, &payload);
        if (code != JB_EXIT_OK)
            break;
        jb_err err = jb_wire_answer_decode(payload, &desk->arena, &page, &desk->findings);
        code = jb_desk_settle(desk, err);
        if (code != JB_EXIT_OK)
            break;
        jb_pages_add(pages, &page);
        question.cursor = page.cursor;
        done = show_progress(query, &page, done);
    } while (question.cursor.len);
    jb_progress_end();
    jb_buf_free(&buf);
    return code;
}

/* One part. The first one (offset 0) settles version, hash and size. */
static enum jb_exit ask_part(struct jb_desk *desk, const struct jb_catalog_get *get,
                             struct jb_arena *arena, struct jb_catalog_part *ret)
{
    struct jb_buf buf;
    struct jb_slice payload;

    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_catalog_get_encode(get, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_CATALOG_GET, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_CATALOG_PART, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    jb_arena_clear(arena);
    return jb_desk_settle(desk, jb_wire_catalog_part_decode(payload, arena, ret));
}

static enum jb_exit settle_fetched(jb_err err, struct jb_findings *findings)
{
    if (!err)
        return JB_EXIT_OK;
    jb_findings_print(findings, stderr);
    fputs(_("jibao: the catalogue arrived damaged; ask again\n"), stderr);
    return JB_EXIT_FAILED;
}

enum jb_exit jb_ask_catalog_text(struct jb_desk *desk, uint32_t version, struct jb_buf *yaml,
                                 struct jb_fetched *ret)
{
    struct jb_catalog_get get = {.version = version};
    struct jb_catalog_part part = {0};
    struct jb_catalog_parts parts;
    struct jb_fetched fetched = {0};
    struct jb_findings findings;
    struct jb_arena arena;
    jb_err err = JB_EAGAIN;
    enum jb_exit code = JB_EXIT_OK;

    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&findings);
    jb_catalog_parts_init(&parts);
    while (code == JB_EXIT_OK && err == JB_EAGAIN) {
        code = ask_part(desk, &get, &arena, &part);
        if (code == JB_EXIT_OK)
            err = jb_catalog_parts_take(&parts, &part, &get);
    }
    if (code == JB_EXIT_OK) {
        fetched.version = parts.version;
        fetched.revision = parts.revision;
        if (!err && parts.version)
            err = jb_catalog_parts_read(&parts, &findings, &fetched.catalog);
        code = settle_fetched(err, &findings);
    }
    if (code == JB_EXIT_OK)
        *ret = fetched;
    if (code == JB_EXIT_OK && yaml)
        jb_buf_put(yaml, parts.yaml.ptr, parts.yaml.len);
    jb_catalog_parts_free(&parts);
    jb_findings_free(&findings);
    jb_arena_free(&arena);
    return code;
}

enum jb_exit jb_ask_catalog(struct jb_desk *desk, uint32_t version, struct jb_fetched *ret)
{
    return jb_ask_catalog_text(desk, version, NULL, ret);
}

static enum jb_exit refuse_file(struct jb_findings *findings, enum jb_finding_code code,
                                const char *path)
{
    struct jb_finding finding = {.code = code, .severity = JB_ERROR, .file = path};

    jb_findings_add(findings, &finding);
    return JB_EXIT_REFUSED;
}

static jb_err parse_file(const char *path, struct jb_slice bytes, struct jb_findings *findings,
                         struct jb_buf *yaml, jb_catalog **ret)
{
    if (jb_catalog_is_book(bytes))
        return jb_catalog_book_read(bytes, path, findings, yaml, ret);
    jb_buf_put(yaml, bytes.ptr, bytes.len);
    return jb_catalog_read_yaml(bytes, path, findings, ret);
}

enum jb_exit jb_read_catalog(const char *path, struct jb_buf *yaml, jb_catalog **ret)
{
    struct jb_findings findings;
    struct jb_buf own;
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum jb_exit code = JB_EXIT_OK;

    jb_findings_init(&findings);
    jb_buf_init(&own, JB_CATALOG_BYTES_MAX);
    jb_err err = jb_read_file(path, JB_CATALOG_BYTES_MAX, &bytes, &len);
    if (err)
        code = refuse_file(&findings, err == JB_ERANGE ? JB_F_FILE_TOO_LARGE : JB_F_FILE_UNREADABLE,
                           path);
    else if (parse_file(path, jb_slice_of(bytes, len), &findings, yaml ? yaml : &own, ret))
        code = JB_EXIT_REFUSED;
    else if (jb_catalog_view(*ret)->demonstration)
        jb_demonstration_set();
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    jb_buf_free(&own);
    free(bytes);
    return code;
}
