/* jibao-agent status: where a department stands with its filings of a period. */
#ifndef JB_AGENT_STATUS_CMD_H
#define JB_AGENT_STATUS_CMD_H

#include "exits.h"

enum jb_exit jb_status_cmd(int argc, char **argv);

#endif
