/* What the program's exit code says. Scripts rely on the numbers: never renumber. */
#ifndef JB_BUREAU_EXITS_H
#define JB_BUREAU_EXITS_H

enum jb_exit {
    JB_EXIT_OK = 0,
    JB_EXIT_FAILED = 1,  /* the aggregator cannot be reached, a file cannot be written, not clean */
    JB_EXIT_USAGE = 2,   /* the command line or the configuration */
    JB_EXIT_REFUSED = 3, /* refused with findings, which were printed */
};

#endif
