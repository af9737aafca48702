/* What every command of the bureau knows: the doors, the keys, the language, the form of the
 * output. It comes from options, else from the configuration file, else from defaults. The file is
 * the one of
 * --config, else the one that the environment's JIBAO_CONFIG names, else /etc/jibao/jibao.conf if
 * it exists. One file serves the bureau and a department's agent, so the agent's keys are read too.
 */
#ifndef JB_BUREAU_OPTIONS_H
#define JB_BUREAU_OPTIONS_H

#include <argp.h>
#include <stdio.h>

#include "exits.h"
#include "files/outlet.h"
#include "net/identity.h"

struct jb_bureau_conf {
    char *write, *read; /* endpoints */
    char *lang;
    char *key;        /* path of the identity's file; NULL: none */
    char *server_key; /* the aggregator's public key, or the path of its file; NULL: none */
    char *home, *unit, *filled_by, *checked_by, *released_by; /* the agent's; not used here */
};

#define JB_OPTIONS_GIVEN 5

struct jb_options {
    struct jb_bureau_conf conf;
    enum jb_output output;   /* what a command prints */
    struct jb_outlet outlet; /* where it goes, and as what */
    bool form_given;         /* by -o; else the file's ending says it, or the command */
    int timeout_ms;          /* 0: the command's own default */
    bool no_color;
    const char *asked_for; /* a person by whose rights a web key asks; NULL: none */
    const char *config_path;
    const char *given[JB_OPTIONS_GIVEN]; /* in the order of the keys; they win over the file */
};

/* Put it among a command's children; its input is a struct jb_options that started as all zero. */
extern const struct argp jb_options_argp;

/* After parsing: reads the file and settles every key. JB_EXIT_USAGE: told on standard error. */
enum jb_exit jb_options_settle(struct jb_options *options);
/* The identity and the aggregator's public key that the settings `key` and `server_key` name. *ret
 * is the caller's. JB_EXIT_USAGE: told on standard error what is missing or wrong. */
enum jb_exit jb_options_identity(const struct jb_options *options, jb_identity **ret,
                                 struct jb_public_key *ret_server);
void jb_options_free(struct jb_options *options);
/* Whether colours may be written to the stream: a terminal, and nobody said no. */
bool jb_options_color(const struct jb_options *options, FILE *out);

#endif
