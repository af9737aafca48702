/* jibao-agent template: the CSV that a unit has to fill for a period, one row for each owed figure.
 */
#ifndef JB_AGENT_TEMPLATE_H
#define JB_AGENT_TEMPLATE_H

#include <stdio.h>

#include "catalog_file.h"
#include "exits.h"

/* Writes it; form JB_NONE: all that the unit owes. *ret_rows may be 0: nothing is owed. */
void jb_template_write(const jb_catalog *catalog, uint32_t unit, struct jb_period period,
                       uint32_t form, bool zh, FILE *out, uint32_t *ret_rows);
enum jb_exit jb_template_cmd(int argc, char **argv);

#endif
