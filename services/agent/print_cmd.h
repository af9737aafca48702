/* jibao-agent print: a unit's forms on paper, blank or as they stand. */
#ifndef JB_AGENT_PRINT_CMD_H
#define JB_AGENT_PRINT_CMD_H

#include "exits.h"

enum jb_exit jb_print_cmd(int argc, char **argv);

#endif
