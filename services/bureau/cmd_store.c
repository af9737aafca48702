/* jibao backup, restore, rebuild: on a store's folder, by the aggregator's program. Its options,
 * its
 * --help and its exit code are what the user gets. */
#include "commands.h"
#include "sibling.h"

enum jb_exit jb_cmd_backup(struct jb_options *options, int argc, char **argv)
{
    (void)options;
    return jb_sibling_exec("backup", argc, argv);
}

enum jb_exit jb_cmd_restore(struct jb_options *options, int argc, char **argv)
{
    (void)options;
    return jb_sibling_exec("restore", argc, argv);
}

enum jb_exit jb_cmd_rebuild(struct jb_options *options, int argc, char **argv)
{
    (void)options;
    return jb_sibling_exec("rebuild", argc, argv);
}
