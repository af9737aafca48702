/* Findings for programs: as CSV or JSON, one row each. People get jb_findings_print. */
#ifndef JB_AGENT_FINDINGS_TABLE_H
#define JB_AGENT_FINDINGS_TABLE_H

#include "files/print.h"
#include "model/finding.h"

/* extra: more pairs for JSON, as in jb_table_print. */
void jb_findings_table_print(const struct jb_findings *findings, enum jb_output output,
                             const char *const *extra, FILE *out);

#endif
