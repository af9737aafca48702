/* One indicator, unit or form of a catalogue in full. An unknown name is told with what was
 * probably meant (JB_EXIT_REFUSED). */
#ifndef JB_BUREAU_CATALOG_DETAIL_H
#define JB_BUREAU_CATALOG_DETAIL_H

#include "model/catalog.h"
#include "options.h"

enum jb_exit jb_catalog_detail_indicator(const jb_catalog *catalog, const char *name,
                                         enum jb_output output);
enum jb_exit jb_catalog_detail_unit(const jb_catalog *catalog, const char *name,
                                    enum jb_output output);
enum jb_exit jb_catalog_detail_form(const jb_catalog *catalog, const char *name,
                                    enum jb_output output);
/* Says that there is no such form, and which was meant. */
enum jb_exit jb_catalog_tell_unknown_form(const jb_catalog *catalog, const char *name);

#endif
