/* What every command of the agent knows: the doors, the keys, the state folder, the language, and
 * who signs.
 * It comes from options, else from the configuration file, else from defaults. The file is the one
 * of --config, else the one that the environment's JIBAO_CONFIG names, else /etc/jibao/jibao.conf
 * if it exists. */
#ifndef JB_AGENT_OPTIONS_H
#define JB_AGENT_OPTIONS_H

#include <argp.h>

#include "exits.h"
#include "files/outlet.h"
#include "net/identity.h"

struct jb_agent_conf {
    char *write, *read; /* endpoints */
    char *home;         /* NULL: where the user's state belongs */
    char *lang;
    char *unit; /* NULL: none */
    char *filled_by, *checked_by, *released_by;
    char *key;        /* path of the identity's file; NULL: none */
    char *server_key; /* the aggregator's public key, or the path of its file; NULL: none */
};

#define JB_OPTIONS_KEYS 10

struct jb_options {
    struct jb_agent_conf conf;
    enum jb_output output;   /* what a command prints */
    struct jb_outlet outlet; /* where it goes, and as what */
    bool file_allowed;       /* -o may name a workbook to write as well; set before parsing */
    const char *output_file; /* FILE.xlsx; NULL: none */
    const char *config_path;
    const char
        *given[JB_OPTIONS_KEYS]; /* by options, in the order of the keys; they win over the file */
};

/* Put it among a command's children; its input is a struct jb_options that started as all zero. The
 * other one adds -o for commands that print tables. */
extern const struct argp jb_options_argp;
extern const struct argp jb_options_output_argp;
extern const struct argp jb_options_list_argp; /* and --encoding, where no file is read */

/* After parsing: reads the file and settles every key. JB_EXIT_USAGE: told on standard error. */
enum jb_exit jb_options_settle(struct jb_options *options);
/* Opens the state folder that they name. *ret is malloc'd. What went wrong is told. */
enum jb_exit jb_options_home(const struct jb_options *options, char **ret);
/* The identity and the aggregator's public key that the settings `key` and `server_key` name. *ret
 * is the caller's. JB_EXIT_USAGE: told on standard error what is missing or wrong. */
enum jb_exit jb_options_identity(const struct jb_options *options, jb_identity **ret,
                                 struct jb_public_key *ret_server);
void jb_options_free(struct jb_options *options);
/* Takes the word or file name behind -o; a bad one ends the program, as argp does. */
void jb_options_take_output(struct jb_options *options, const char *arg, struct argp_state *state);
/* Parses one command's arguments with `argp` (which lists jb_options_argp among its children),
 * settles, and opens the output. */
enum jb_exit jb_options_parse(const struct argp *argp, int argc, char **argv, void *input,
                              struct jb_options *options);

#endif
