/* The settings of a daemon: every key of its configuration (base/conf.h) is also an option, and
 * what the command line says wins over the file that --config names. */
#ifndef JB_SETTINGS_H
#define JB_SETTINGS_H

#include "base/conf.h"

#define JB_SETTINGS_KEYS_MAX 32

struct jb_settings {
    const char *program; /* messages begin with it: "jibao-aggregator run" */
    const char *doc;     /* translated; see files/help.h */
    const char *file;    /* read when it is there and --config names no other; NULL: none */
    const struct jb_conf_key *keys;
    size_t count; /* at most JB_SETTINGS_KEYS_MAX */
};

/* Fills conf, which is to be freed with jb_conf_free in any case. False: told on standard error.
 * --help ends the process, and so does a wrong option, with argp_err_exit_status. */
bool jb_settings_read(const struct jb_settings *settings, int argc, char **argv, void *conf);

#endif
