/* jibao-agent outbox and receipts: what waits, and what was answered. */
#ifndef JB_AGENT_SHOW_H
#define JB_AGENT_SHOW_H

#include "exits.h"

enum jb_exit jb_show_outbox_cmd(int argc, char **argv);
enum jb_exit jb_show_receipts_cmd(int argc, char **argv);

#endif
