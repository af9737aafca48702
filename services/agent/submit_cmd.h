/* jibao-agent submit FILE...: check, outbox, send, receipt. */
#ifndef JB_AGENT_SUBMIT_CMD_H
#define JB_AGENT_SUBMIT_CMD_H

#include "exits.h"

enum jb_exit jb_submit_cmd(int argc, char **argv);

#endif
