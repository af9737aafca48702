/* jibao-agent template: what a unit has to fill for a period: the CSV, one row for each owed
 * figure, or the forms as a workbook (form_template.h). */
#ifndef JB_AGENT_TEMPLATE_H
#define JB_AGENT_TEMPLATE_H

#include <stdio.h>

#include "form/catalog_file.h"
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
/* The form is one of those that are to be filled in. */
bool jb_template_has_form(const struct jb_template *t, uint32_t form);
/* 0 may be filled in for the indicator. */
bool jb_template_is_zero(const struct jb_template *t, const struct jb_indicator *indicator);
enum jb_exit jb_template_cmd(int argc, char **argv);

#endif
