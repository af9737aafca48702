/* Files on their way between folders. */
#include "shelf.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/dir.h"
#include "files/encoding.h"
#include "outcome.h"

void jb_shelf_note_copy(const struct jb_outbox_file *file, struct jb_shelf_note *ret)
{
    *ret = (struct jb_shelf_note){
        .seq = file->seq,
        .path = jb_xstrndup(file->path.ptr, file->path.len),
        .name = jb_xstrndup(file->name.ptr, file->name.len),
        .ids = jb_xmalloc(file->ids.len + 1),
        .id_count = (uint32_t)(file->ids.len / sizeof(struct jb_uuid)),
    };
    memcpy(ret->hash, file->hash, sizeof(ret->hash));
    if (ret->id_count)
        memcpy(ret->ids, file->ids.ptr, ret->id_count * sizeof(struct jb_uuid));
}

void jb_shelf_note_free(struct jb_shelf_note *note)
{
    free(note->path);
    free(note->name);
    free(note->ids);
}

jb_err jb_shelf_make(const char *dir)
{
    const char *const names[] = {JB_SHELF_QUEUED, JB_SHELF_DONE, JB_SHELF_REFUSED};
    jb_err err = JB_OK;

    for (size_t i = 0; !err && i < JB_COUNT(names); i++) {
        char *path = jb_xasprintf("%s/%s", dir, names[i]);
        err = jb_dir_make(path);
        free(path);
    }
    return err;
}

char *jb_shelf_free_name(const char *dir, const char *shelf, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    char *candidate = jb_xstrdup(name);

    for (unsigned n = 2;; n++) {
        char *path = jb_xasprintf("%s/%s/%s", dir, shelf, candidate);
        bool taken = access(path, F_OK) == 0;
        free(path);
        if (!taken)
            return candidate;
        free(candidate);
        candidate = jb_xasprintf("%.*s-%u%s", (int)stem, name, n, name + stem);
    }
}

jb_err jb_shelf_move(const char *path, const char *dir, const char *shelf, const char *name)
{
    char *target = jb_xasprintf("%s/%s/%s", dir, shelf, name);
    jb_err err = JB_OK;

    if (rename(path, target) == 0) {
        err = jb_dir_sync_parent(target);
        if (!err)
            err = jb_dir_sync_parent(path);
    } else if (errno != ENOENT) {
        err = jb_dir_errno(errno);
    }
    free(target);
    return err;
}

jb_err jb_shelf_explain(const char *dir, const char *name, const struct jb_findings *findings)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (!out)
        return JB_ENOMEM;
    jb_findings_print(findings, out);
    fclose(out);
    char *path = jb_xasprintf("%s/" JB_SHELF_REFUSED "/%s.findings.txt", dir, name);
    jb_err err = jb_write_file(path, jb_slice_of(text, len));
    free(path);
    free(text);
    return err;
}

bool jb_shelf_is(const char *path, const uint8_t hash[32])
{
    uint8_t *bytes = NULL, now[32];
    size_t len = 0;

    if (jb_read_file(path, JB_FILE_BYTES_MAX, &bytes, &len))
        return false;
    crypto_generichash(now, sizeof(now), bytes, len, NULL, 0);
    free(bytes);
    return memcmp(now, hash, sizeof(now)) == 0;
}

void jb_shelf_findings(const struct jb_outbox_receipt *receipt, struct jb_findings *findings)
{
    uint32_t before = findings->total;

    jb_outcome_findings(receipt, findings);
    if (findings->total != before)
        return;
    char *form = jb_xstrndup(receipt->head.form.ptr, receipt->head.form.len);
    jb_findings_add(findings,
                    &(struct jb_finding){.code = receipt->outcome == JB_CONFLICT ? JB_F_ID_CONFLICT
                                                                                 : JB_F_STALE,
                                         .severity = JB_ERROR,
                                         .form = form});
    free(form);
}
