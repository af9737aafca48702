/* jibao-agent check FILE...: every mistake in the files, without a connection. */
#ifndef JB_AGENT_CHECK_CMD_H
#define JB_AGENT_CHECK_CMD_H

#include "exits.h"

enum jb_exit jb_check_cmd(int argc, char **argv);

#endif
