/* A catalogue as a workbook that an officer edits, and the workbook as a catalogue again.
 *
 * Writing goes from the tree of the YAML file, reading to the same tree with sheets and cells for
 * places, so that every check of the file's reader applies; catalog_sheets.h says what stands
 * where. What comes back means the same: comments, the order of keys and short ways of writing are
 * not kept. Blanks around names and codes are dropped. */
#ifndef JB_BUREAU_CATALOG_BOOK_H
#define JB_BUREAU_CATALOG_BOOK_H

#include "base/buf.h"
#include "model/catalog.h"
#include "model/contact.h"
#include "model/finding.h"
#include "model/yaml_tree.h"

/* The finished file, malloc'd. root is the catalogue's tree; contacts may be NULL: no such sheet.
 * JB_ERANGE: a text, or a number of rows, that a sheet does not take. JB_EINVAL: a key that has no
 * column and would be lost. */
JB_MUST_USE jb_err jb_catalog_book_write(const jb_catalog *catalog, const struct jb_yaml_node *root,
                                         const struct jb_unit_contacts *contacts,
                                         uint32_t contact_units, uint8_t **ret, size_t *ret_len);

/* The bytes begin as a workbook does. */
bool jb_catalog_is_book(struct jb_slice bytes);
/* yaml gets the catalogue as it is loaded, *ret what that text means. JB_EINVAL: every mistake is a
 * finding with sheet, row and column. */
JB_MUST_USE jb_err jb_catalog_book_read(struct jb_slice bytes, const char *file,
                                        struct jb_findings *findings, struct jb_buf *yaml,
                                        jb_catalog **ret);

#endif
