/* jibao-agent template: the CSV that a unit has to fill for a period, one row for each owed figure.
 */
#ifndef JB_AGENT_TEMPLATE_H
#define JB_AGENT_TEMPLATE_H

#include <stdio.h>

#include "catalog_file.h"
#include "exits.h"

struct jb_template {
    const jb_catalog *catalog;
    uint32_t unit, form; /* form JB_NONE: all that the unit owes */
    struct jb_period period;
    bool zh;
    bool zero; /* 零报告: 0 for the flows of the period, the rest is left to fill in */
};
/* Writes it. *ret_rows may be 0: nothing is owed. */
void jb_template_write(const struct jb_template *t, FILE *out, uint32_t *ret_rows);
enum jb_exit jb_template_cmd(int argc, char **argv);

#endif
