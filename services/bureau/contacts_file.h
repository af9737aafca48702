/* A file of contacts: one line each, the units' lines in any order. CSV, or a workbook. */
#ifndef JB_BUREAU_CONTACTS_FILE_H
#define JB_BUREAU_CONTACTS_FILE_H

#include "base/arena.h"
#include "files/encoding.h"
#include "model/catalog.h"
#include "model/contact.h"
#include "model/finding.h"

struct jb_contacts_file {
    struct jb_unit_contacts *units; /* in the order of their first lines */
    uint32_t unit_count, contact_count;
    struct jb_arena arena;
};
#define JB_CONTACTS_FILE_COLUMNS (2 + JB_CONTACT_TEXTS)
/* The column's title in the user's language. */
const char *jb_contacts_file_title(uint32_t column);

/* CSV in UTF-8 or GB18030, or the sheet of a workbook (catalog_sheets.h has its name; else the
 * first one), columns by their titles in English or Chinese, in any order; units by code or name.
 * JB_EINVAL: every mistake is a finding with its line and column, or sheet and cell, and there is
 * nothing to free. */
JB_MUST_USE jb_err jb_contacts_file_read(const char *path, enum jb_encoding encoding,
                                         const jb_catalog *catalog, struct jb_contacts_file *ret,
                                         struct jb_findings *findings);
JB_MUST_USE jb_err jb_contacts_file_parse(const char *path, struct jb_slice bytes,
                                          enum jb_encoding encoding, const jb_catalog *catalog,
                                          struct jb_contacts_file *ret,
                                          struct jb_findings *findings);
void jb_contacts_file_free(struct jb_contacts_file *file); /* one full of zeros is fine */

#endif
