/* What the program's exit code says. Scripts and the quickstart rely on the numbers: never
 * renumber. */
#ifndef JB_AGENT_EXITS_H
#define JB_AGENT_EXITS_H

enum jb_exit {
    JB_EXIT_OK = 0,         /* accepted, or there was nothing to do */
    JB_EXIT_FAILED = 1,     /* this machine failed: disk, permissions */
    JB_EXIT_USAGE = 2,      /* the command line or the configuration */
    JB_EXIT_REFUSED = 3,    /* refused with findings */
    JB_EXIT_NO_CATALOG = 4, /* fetch or import one first */
    JB_EXIT_QUEUED = 5,     /* safe in the outbox, the aggregator cannot be reached */
    JB_EXIT_CONFLICT = 6,   /* conflict, stale, or another store than the one expected */
};

/* The one of two that a person must see first: usage, failure, no catalogue, refused, conflict,
 * queued, accepted. */
enum jb_exit jb_exit_worse(enum jb_exit a, enum jb_exit b);

#endif
