/* The command lines that change rights: jibao key allow, take, suspend, resume, revoke, rotate. */
#ifndef JB_BUREAU_GRANT_ARGS_H
#define JB_BUREAU_GRANT_ARGS_H

#include "args.h"
#include "net/wire_keys.h"

struct jb_grant_args {
    struct jb_key_change change; /* borrows from here and from argv; without id and epoch */
    bool label_of_file;          /* the label is the key file's, not the user's word */
    struct jb_list units;
    struct jb_scope_unit scope[JB_GRANT_SCOPES_MAX];
    char file_label[JB_KEY_LABEL_BYTES_MAX + 1];
    /* As they were given; NULL: not. */
    const char *who, *to, *label, *reason, *from, *until, *overlap_until;
    bool has_role;
};

/* The verb's own help and options. */
const struct jb_args_spec *jb_grant_args_spec(enum jb_key_action action);
/* Parses and settles. JB_EXIT_USAGE and JB_EXIT_FAILED (a key file) are told on standard error.
 * *ret starts as all zero; free what it holds in any case. */
enum jb_exit jb_grant_args_read(enum jb_key_action action, struct jb_options *options, int argc,
                                char **argv, struct jb_grant_args *ret);
void jb_grant_args_free(struct jb_grant_args *args);

#endif
