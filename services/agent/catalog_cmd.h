/* jibao-agent catalog fetch | import: where the agent's catalogue comes from. */
#ifndef JB_AGENT_CATALOG_CMD_H
#define JB_AGENT_CATALOG_CMD_H

#include "form/catalog_file.h"
#include "exits.h"

enum jb_exit jb_catalog_cmd(int argc, char **argv);
/* Reads the cached catalogue for another command; tells what is wrong on standard error. One of
 * demonstration data marks what is printed from then on. */
enum jb_exit jb_catalog_cmd_load(const char *home, struct jb_catalog_file *ret);
/* Nothing but that mark, for a command that needs no catalogue: one that is missing or damaged is
 * none of its business. */
void jb_catalog_cmd_mark(const char *home);

#endif
