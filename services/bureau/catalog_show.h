/* What a catalogue says, as tables: of everything, of one indicator, unit or form, of the targets.
 */
#ifndef JB_BUREAU_CATALOG_SHOW_H
#define JB_BUREAU_CATALOG_SHOW_H

#include "model/catalog.h"
#include "options.h"

enum jb_exit jb_catalog_run_show(struct jb_options *options, int argc, char **argv);
/* One line: name and how many units, indicators, forms. */
void jb_catalog_print_counts(const jb_catalog *catalog, FILE *out);
/* Says that the aggregator has no catalogue yet, and what to do. */
enum jb_exit jb_catalog_tell_none(void);

#endif
