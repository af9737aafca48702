/* The command line of one command: its own options beside the shared ones, lists that grow, whole
 * numbers, and "did you mean" for what is misspelt. */
#ifndef JB_BUREAU_ARGS_H
#define JB_BUREAU_ARGS_H

#include <argp.h>

#include "net/wire.h"
#include "options.h"

struct jb_args_spec {
    const char *name;                  /* "query", "catalog load" */
    const struct argp_option *options; /* its own, ended by a zero row; may be NULL */
    argp_parser_t parser;              /* state->input is the command's own struct */
    const char *arguments;             /* what follows the options; NULL: nothing */
    const char *doc;                   /* msgid: what it does */
    const char *examples;              /* lines as they are typed */
    enum jb_outlet_form form;          /* of the output, when none is asked for */
    bool sdmx;                         /* it knows SDMX-CSV */
    bool endless;                      /* it prints as things come: only to standard output */
};

/* Parses and settles the shared options. A bad command line ends the program with JB_EXIT_USAGE, as
 * argp does; a bad configuration is returned. argv[0] is replaced by the command's name. */
enum jb_exit jb_args_parse(const struct jb_args_spec *spec, int argc, char **argv, void *input,
                           struct jb_options *options);
/* A word that is none of the words (NULL-terminated): tells what was probably meant. */
void jb_args_unknown(const char *what, const char *given, const char *const *words);

/* Decimal digits only. JB_EINVAL: something else; JB_ERANGE: above max. */
JB_MUST_USE jb_err jb_args_uint(const char *text, uint64_t max, uint64_t *ret);

/* Borrowed words in order. */
struct jb_list {
    struct jb_slice *items;
    uint32_t count, cap;
};
void jb_list_add(struct jb_list *list, struct jb_slice item);
/* "a,b,c" gives three when each is a code; a name that holds a comma stays whole. */
void jb_list_add_codes(struct jb_list *list, const char *text);
/* "2023-Q1,2023-Q2" gives two: no period holds a comma. */
void jb_list_add_split(struct jb_list *list, const char *text);
void jb_list_free(struct jb_list *list);
static inline struct jb_strings jb_list_strings(const struct jb_list *list)
{
    return (struct jb_strings){list->items, list->count};
}

#endif
