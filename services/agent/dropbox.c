/* The folder's turns; see the header for the steps. */
#include "dropbox.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "files/dir.h"
#include "model/fold.h"
#include "parcel.h"
#include "shelf.h"

#define STILL_US 2000000
#define LOOK_EVERY_US 2000000

struct jb_dropbox {
    char *dir;
    int fd;
    jb_outbox *outbox;
    const struct jb_figures_options *options;
    int64_t looked_us;
};

static bool is_candidate(const char *name)
{
    struct jb_slice text = jb_slice_str(name);

    /* ~$form.xlsx is how a spreadsheet program marks what it has open. */
    return name[0] != '.' && strncmp(name, "~$", 2) != 0 && !jb_take_suffix(&text, ".tmp") &&
           !jb_take_suffix(&text, ".part");
}

/* Every note of a file that is on its way. */
struct notes {
    struct jb_shelf_note *items;
    uint32_t count;
};

static bool copy_note(void *ctx, const struct jb_outbox_file *file)
{
    struct notes *notes = ctx;

    notes->items = jb_xrealloc(notes->items, (notes->count + 1) * sizeof(*notes->items));
    jb_shelf_note_copy(file, &notes->items[notes->count++]);
    return true;
}

static void free_notes(struct notes *notes)
{
    for (uint32_t i = 0; i < notes->count; i++)
        jb_shelf_note_free(&notes->items[i]);
    free(notes->items);
}

static void log_file(const char *event, const char *name, uint32_t count)
{
    char text[300];

    jb_log(JB_LOG_INFO, event, "file=%s count=%u",
           jb_log_text(text, sizeof(text), jb_slice_str(name)), count);
}

/* True when the file was taken in before a crash: it only has to be moved. */
static jb_err find_note(jb_dropbox *dropbox, const char *path, const uint8_t hash[32],
                        bool *ret_found)
{
    struct notes notes = {0};

    *ret_found = false;
    jb_err err = jb_outbox_files(dropbox->outbox, copy_note, &notes);
    for (uint32_t i = 0; !err && i < notes.count && !*ret_found; i++) {
        const struct jb_shelf_note *note = &notes.items[i];
        if (strcmp(note->path, path) != 0 || memcmp(note->hash, hash, 32) != 0)
            continue;
        *ret_found = true;
        err = jb_shelf_move(path, dropbox->dir, JB_SHELF_QUEUED, note->name);
    }
    free_notes(&notes);
    return err;
}

static jb_err refuse(jb_dropbox *dropbox, const char *path, const char *name,
                     const struct jb_findings *findings)
{
    char *target = jb_shelf_free_name(dropbox->dir, JB_SHELF_REFUSED, name);
    jb_err err = jb_shelf_explain(dropbox->dir, target, findings);

    if (!err)
        err = jb_shelf_move(path, dropbox->dir, JB_SHELF_REFUSED, target);
    if (!err)
        log_file("dropbox.refused", name, jb_findings_refusals(findings));
    free(target);
    return err;
}

static jb_err queue(jb_dropbox *dropbox, const char *path, const char *name,
                    struct jb_figures *figures, const uint8_t hash[32], int64_t now_us)
{
    struct jb_parcel parcel;
    struct jb_outbox_file note = {.path = jb_slice_str(path)};
    jb_err err = JB_OK;

    char *target = jb_shelf_free_name(dropbox->dir, JB_SHELF_QUEUED, name);
    note.name = jb_slice_str(target);
    memcpy(note.hash, hash, sizeof(note.hash));
    jb_parcel_init(&parcel, dropbox->options->catalog->store_id);
    for (uint32_t i = 0; !err && i < figures->filing_count; i++) {
        figures->filings[i].submission.id = jb_uuid_new();
        err = jb_parcel_add(&parcel, &figures->filings[i].submission, false);
    }
    if (!err)
        err = jb_outbox_add(dropbox->outbox, &parcel, &note, now_us);
    if (!err)
        err = jb_shelf_move(path, dropbox->dir, JB_SHELF_QUEUED, target);
    if (!err)
        log_file("dropbox.queued", name, parcel.count);
    jb_parcel_free(&parcel);
    free(target);
    return err;
}

/* Reads the file once: what is hashed is what is submitted. */
static jb_err take_bytes(jb_dropbox *dropbox, const char *path, const char *name,
                         struct jb_slice bytes, struct jb_findings *findings, int64_t now_us)
{
    struct jb_figures figures = {0};
    uint8_t hash[32];
    bool known = false;

    crypto_generichash(hash, sizeof(hash), bytes.ptr, bytes.len, NULL, 0);
    jb_err err = find_note(dropbox, path, hash, &known);
    if (err || known)
        return err;
    if (jb_figures_parse(path, bytes, dropbox->options, findings, &figures))
        return refuse(dropbox, path, name, findings);
    err = queue(dropbox, path, name, &figures, hash, now_us);
    jb_figures_free(&figures);
    if (err != JB_EINVAL && err != JB_ERANGE)
        return err;
    jb_findings_add(
        findings, &(struct jb_finding){.code = err == JB_ERANGE ? JB_F_TOO_LARGE : JB_F_WRONG_STORE,
                                       .severity = JB_ERROR,
                                       .file = path});
    return refuse(dropbox, path, name, findings);
}

static jb_err take(jb_dropbox *dropbox, const char *name, int64_t now_us)
{
    struct jb_findings findings;
    struct stat status;
    uint8_t *bytes = NULL;
    size_t len = 0;
    jb_err err = JB_OK;

    if (!is_candidate(name))
        return JB_OK;
    char *path = jb_xasprintf("%s/%s", dropbox->dir, name);
    jb_findings_init(&findings);
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        goto out; /* gone again, or a folder */
    if (jb_figures_table_load(path, &findings, &bytes, &len))
        err = access(path, F_OK) == 0 ? refuse(dropbox, path, name, &findings) : JB_OK;
    else
        err = take_bytes(dropbox, path, name, jb_slice_of(bytes, len), &findings, now_us);
out:
    free(bytes);
    jb_findings_free(&findings);
    free(path);
    return err;
}

/* What inotify did not tell: files from before the start, from other machines, after an overflow.
 */
static jb_err look_through(jb_dropbox *dropbox, int64_t now_us)
{
    struct dirent **names = NULL;
    jb_err err = JB_OK;

    int count = scandir(dropbox->dir, &names, NULL, alphasort);
    if (count < 0)
        return jb_dir_errno(errno);
    for (int i = 0; i < count; i++) {
        struct stat status;
        char *path = jb_xasprintf("%s/%s", dropbox->dir, names[i]->d_name);
        if (!err && stat(path, &status) == 0) {
            int64_t changed_us =
                (int64_t)status.st_ctim.tv_sec * 1000000 + status.st_ctim.tv_nsec / 1000;
            if (changed_us + STILL_US <= now_us)
                err = take(dropbox, names[i]->d_name, now_us);
        }
        free(path);
        free(names[i]);
    }
    free(names);
    return err;
}

static jb_err read_events(jb_dropbox *dropbox, int64_t now_us)
{
    _Alignas(struct inotify_event) char events[16384];
    ssize_t len;
    jb_err err = JB_OK;

    while (!err && (len = read(dropbox->fd, events, sizeof(events))) > 0) {
        for (ssize_t at = 0; !err && at < len;) {
            const void *place = events + at;
            const struct inotify_event *event = place;
            if (event->mask & IN_Q_OVERFLOW)
                dropbox->looked_us = 0;
            else if (event->len)
                err = take(dropbox, event->name, now_us);
            at += (ssize_t)(sizeof(*event) + event->len);
        }
    }
    return err;
}

/* Whether all submissions of the note are answered; refusals go to findings. */
static jb_err is_answered(jb_dropbox *dropbox, const struct jb_shelf_note *note, bool *ret_all,
                          bool *ret_good, struct jb_findings *findings)
{
    *ret_all = true;
    *ret_good = true;
    for (uint32_t i = 0; i < note->id_count; i++) {
        struct jb_outbox_receipt receipt;
        bool waits = true;
        jb_err err = jb_outbox_find(dropbox->outbox, note->ids[i], &waits, &receipt);
        if (err)
            return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
        if (waits) {
            *ret_all = false;
            return JB_OK;
        }
        if (receipt.outcome != JB_ACCEPTED) {
            *ret_good = false;
            jb_shelf_findings(&receipt, findings);
        }
    }
    return JB_OK;
}

static jb_err finish_one(jb_dropbox *dropbox, const struct jb_shelf_note *note)
{
    struct jb_findings findings;
    bool all = false, good = false;
    char *queued = jb_xasprintf("%s/" JB_SHELF_QUEUED "/%s", dropbox->dir, note->name);

    jb_findings_init(&findings);
    jb_err err = is_answered(dropbox, note, &all, &good, &findings);
    if (err || !all)
        goto out;
    if (access(queued, F_OK) == 0) {
        if (good) {
            char *target = jb_shelf_free_name(dropbox->dir, JB_SHELF_DONE, note->name);
            err = jb_shelf_move(queued, dropbox->dir, JB_SHELF_DONE, target);
            free(target);
            if (!err)
                log_file("dropbox.done", note->name, note->id_count);
        } else {
            err = refuse(dropbox, queued, note->name, &findings);
        }
    }
    if (!err)
        err = jb_outbox_file_done(dropbox->outbox, note->seq);
out:
    jb_findings_free(&findings);
    free(queued);
    return err;
}

/* The outbox may hold notes of another folder, from a daemon started otherwise. */
static bool is_mine(const jb_dropbox *dropbox, const struct jb_shelf_note *note)
{
    size_t len = strlen(dropbox->dir);

    return strncmp(note->path, dropbox->dir, len) == 0 && note->path[len] == '/';
}

static jb_err finish(jb_dropbox *dropbox)
{
    struct notes notes = {0};

    jb_err err = jb_outbox_files(dropbox->outbox, copy_note, &notes);
    for (uint32_t i = 0; !err && i < notes.count; i++) {
        if (is_mine(dropbox, &notes.items[i]))
            err = finish_one(dropbox, &notes.items[i]);
    }
    free_notes(&notes);
    return err;
}

/* A note whose file still lies where it was dropped: the crash came before the move. */
static jb_err recover(jb_dropbox *dropbox)
{
    struct notes notes = {0};

    jb_err err = jb_outbox_files(dropbox->outbox, copy_note, &notes);
    for (uint32_t i = 0; !err && i < notes.count; i++) {
        const struct jb_shelf_note *note = &notes.items[i];
        if (is_mine(dropbox, note) && jb_shelf_is(note->path, note->hash))
            err = jb_shelf_move(note->path, dropbox->dir, JB_SHELF_QUEUED, note->name);
    }
    free_notes(&notes);
    return err;
}

jb_err jb_dropbox_open(const char *dir, jb_outbox *outbox, const struct jb_figures_options *options,
                       jb_dropbox **ret)
{
    struct stat status;
    char *full = realpath(dir, NULL);

    if (!full || stat(full, &status) != 0 || !S_ISDIR(status.st_mode) ||
        access(full, W_OK | X_OK) != 0) {
        free(full);
        return JB_EINVAL;
    }
    jb_dropbox *dropbox = jb_xcalloc(1, sizeof(*dropbox));
    dropbox->dir = full;
    dropbox->outbox = outbox;
    dropbox->options = options;
    dropbox->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    jb_err err = dropbox->fd < 0 ? JB_EIO : jb_shelf_make(full);
    if (!err && inotify_add_watch(dropbox->fd, full, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0)
        err = JB_EIO;
    if (!err)
        err = recover(dropbox);
    if (err) {
        jb_dropbox_close(dropbox);
        return err;
    }
    *ret = dropbox;
    return JB_OK;
}

void jb_dropbox_close(jb_dropbox *dropbox)
{
    if (!dropbox)
        return;
    if (dropbox->fd >= 0)
        close(dropbox->fd);
    free(dropbox->dir);
    free(dropbox);
}

int jb_dropbox_fd(const jb_dropbox *dropbox)
{
    return dropbox->fd;
}

jb_err jb_dropbox_turn(jb_dropbox *dropbox, int64_t now_us)
{
    jb_err err = read_events(dropbox, now_us);

    if (!err && (now_us - dropbox->looked_us > LOOK_EVERY_US || now_us < dropbox->looked_us)) {
        dropbox->looked_us = now_us;
        err = look_through(dropbox, now_us);
    }
    return err ? err : finish(dropbox);
}
