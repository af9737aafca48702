/* jibao catalog export and import: the catalogue as a workbook that an officer edits. */
#ifndef JB_BUREAU_CMD_CATALOG_BOOK_H
#define JB_BUREAU_CMD_CATALOG_BOOK_H

#include "exits.h"
#include "options.h"

enum jb_exit jb_catalog_run_export(struct jb_options *options, int argc, char **argv);
enum jb_exit jb_catalog_run_import(struct jb_options *options, int argc, char **argv);

#endif
