/* A watched folder: a file that is dropped there becomes submissions, and ends in done/ or in
 * refused/ with FILE.findings.txt beside it.
 *
 * 1. A file counts as dropped when its writer closed it, when it was moved in, or when it has lain
 * still for two seconds. Names that begin with a dot or ~$ or end in .tmp or .part are left
 * alone.
 * 2. It is checked; refused at once, or taken into the outbox together with a note of its name and
 * content, in one transaction.
 * 3. Only then it moves to queued/. A crash in between leaves the note, by which the next start
 * moves it instead of taking it twice.
 * 4. When all its submissions are answered it moves to done/, or to refused/ with what the
 * aggregator found. */
#ifndef JB_AGENT_DROPBOX_H
#define JB_AGENT_DROPBOX_H

#include "form/figures_file.h"
#include "outbox.h"

typedef struct jb_dropbox jb_dropbox;

/* Makes the folders and finishes what a crash left. Borrows outbox and options; options->catalog
 * may change between turns. JB_EINVAL: dir is not a folder that can be written. */
JB_MUST_USE jb_err jb_dropbox_open(const char *dir, jb_outbox *outbox,
                                   const struct jb_figures_options *options, jb_dropbox **ret);
void jb_dropbox_close(jb_dropbox *dropbox); /* NULL is fine */
/* Readable when something was dropped. */
int jb_dropbox_fd(const jb_dropbox *dropbox);
/* Takes what was dropped, looks through the folder now and then, and finishes files whose receipts
 * came. Storage errors; JB_EFULL leaves the files where they are. */
JB_MUST_USE jb_err jb_dropbox_turn(jb_dropbox *dropbox, int64_t now_us);

#endif
