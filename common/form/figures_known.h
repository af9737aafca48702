/* The checks across figures as far as a file alone can answer them: the figures that it names are
 * known, all others are the aggregator's to know. */
#ifndef JB_FIGURES_KNOWN_H
#define JB_FIGURES_KNOWN_H

#include "form/figures_file.h"

/* Sets filing->unknown. JB_EINVAL: something is refused. */
JB_MUST_USE jb_err jb_figures_known_check(struct jb_figures_filing *filing,
                                          const jb_catalog *catalog, struct jb_findings *findings);

#endif
