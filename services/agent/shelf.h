/* The sub-folders of a watched folder: where a file lies says what became of it. Moves are durable;
 * nothing there is ever overwritten. */
#ifndef JB_AGENT_SHELF_H
#define JB_AGENT_SHELF_H

#include "model/finding.h"
#include "outbox_record.h"

#define JB_SHELF_QUEUED "queued"
#define JB_SHELF_DONE "done"
#define JB_SHELF_REFUSED "refused"

/* The outbox's note of a file, with memory of its own. */
struct jb_shelf_note {
    uint64_t seq;
    char *path, *name;
    uint8_t hash[32];
    struct jb_uuid *ids;
    uint32_t id_count;
};

void jb_shelf_note_copy(const struct jb_outbox_file *file, struct jb_shelf_note *ret);
void jb_shelf_note_free(struct jb_shelf_note *note);

/* Makes the three folders. */
JB_MUST_USE jb_err jb_shelf_make(const char *dir);
/* The name, or the name with -2, -3 ... before its ending when it is taken; free(). */
char *jb_shelf_free_name(const char *dir, const char *shelf, const char *name);
/* Renames path to dir/shelf/name. JB_OK also when path is gone: somebody took it away. */
JB_MUST_USE jb_err jb_shelf_move(const char *path, const char *dir, const char *shelf,
                                 const char *name);
/* Writes dir/refused/name.findings.txt. */
JB_MUST_USE jb_err jb_shelf_explain(const char *dir, const char *name,
                                    const struct jb_findings *findings);
/* The file is there and has this BLAKE2b-256. */
bool jb_shelf_is(const char *path, const uint8_t hash[32]);
/* Appends what a receipt found, or that a newer submission stands. */
void jb_shelf_findings(const struct jb_outbox_receipt *receipt, struct jb_findings *findings);

#endif
