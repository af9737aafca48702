/* The look-up of a command by its name. */
#include "commands.h"

#include "args.h"

enum jb_exit jb_command_dispatch(const struct jb_command *list, const char *what,
                                 struct jb_options *options, int argc, char **argv)
{
    const char *words[32] = {NULL};
    size_t count = 0;

    for (const struct jb_command *c = list; c->name; c++) {
        if (strcmp(c->name, argv[0]) == 0)
            return c->run(options, argc, argv);
        jb_assert(count + 1 < JB_COUNT(words));
        words[count++] = c->name;
    }
    jb_args_unknown(what, argv[0], words);
    return JB_EXIT_USAGE;
}
