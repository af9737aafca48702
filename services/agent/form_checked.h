/* What was read, written anew as the forms it was meant for, with each finding as a comment on its
 * cell, and before them a sheet that lists all findings. What is not a form's cell stands in that
 * list alone. */
#ifndef JB_AGENT_FORM_CHECKED_H
#define JB_AGENT_FORM_CHECKED_H

#include "form/figures_file.h"

/* figures: read with options.keep. What goes wrong is told on standard error. */
enum jb_exit jb_form_checked(const char *path, const struct jb_figures *figures,
                             const struct jb_findings *findings, const jb_catalog *catalog);

#endif
