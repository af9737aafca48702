/* Events of a watch as lines: for people, as CSV, or one JSON object a line with type and token. */
#ifndef JB_BUREAU_WATCH_PRINT_H
#define JB_BUREAU_WATCH_PRINT_H

#include "files/print.h"
#include "names.h"
#include "net/wire_watch.h"

struct jb_watch_printer {
    enum jb_output output;
    bool snapshot;             /* people: the snapshot's figures too, not their number only */
    struct jb_name_book names; /* filled by the caller when it has a catalogue */
    uint64_t snapshot_cells;   /* of the snapshot that is arriving */
};

void jb_watch_printer_init(struct jb_watch_printer *printer, enum jb_output output, bool snapshot);
void jb_watch_printer_free(struct jb_watch_printer *printer);
void jb_watch_print(struct jb_watch_printer *printer, const struct jb_watch_event *event,
                    FILE *out);
/* The watch was ended here: the place to go on from. */
void jb_watch_print_stop(struct jb_watch_printer *printer, uint64_t revision, const char *token,
                         FILE *out);

#endif
