/* jibao-agent run: sends the outbox whenever the aggregator can be reached, takes in what other
 * commands spool and what is dropped into a folder, until SIGTERM. */
#ifndef JB_AGENT_DAEMON_H
#define JB_AGENT_DAEMON_H

#include "exits.h"

enum jb_exit jb_daemon_cmd(int argc, char **argv);

#endif
