/* Commands on a store's folder are the aggregator program's: jibao hands the command line over. */
#ifndef JB_BUREAU_SIBLING_H
#define JB_BUREAU_SIBLING_H

#include "exits.h"

/* Becomes jibao-aggregator COMMAND ARGUMENTS... , the program that lies beside this one. Returns
 * only when that fails, which was told. */
enum jb_exit jb_sibling_exec(const char *command, int argc, char **argv);

#endif
