/* Printed papers 纸质材料: A4 documents that carry at the head of each page the catalogue's name
 * and, where it is so, that the data are invented 演示数据; and below, page x of y and what they
 * were made from. Sheets of one kind have their own file: form_paper.h, table_sheet.h.
 *
 * Words are in the user's language; so are names. The same data give the same document. */
#ifndef JB_PAPER_H
#define JB_PAPER_H

#include "files/docx.h"
#include "model/catalog.h"
#include "net/wire.h"

enum jb_paper_kind { JB_PAPER_DOCX = 0, JB_PAPER_PDF };
/* By the ending of the file's name. JB_EINVAL: neither .docx nor .pdf. */
JB_MUST_USE jb_err jb_paper_kind_of(const char *path, enum jb_paper_kind *ret);

struct jb_paper_about {
    const char *title;                  /* of the file */
    const jb_catalog *catalog;          /* what it was made by */
    const struct jb_snapshot *snapshot; /* the state of the store that it shows; NULL: none */
    bool landscape;
};
jb_docx *jb_paper_new(const struct jb_paper_about *about);

/* Writes the file and frees the document. False after filling why, in the user's language: the
 * converter to PDF is missing or failed, it is too large, the file cannot be written. */
#define JB_PAPER_WHY_SIZE 1024
bool jb_paper_save(jb_docx **doc, bool landscape, const char *path, char why[JB_PAPER_WHY_SIZE]);

/* The page of papers, for the caller's own sections. */
const struct jb_docx_page *jb_paper_page(bool landscape);

#define JB_PAPER_TEXT_SIZE 128
/* "2023年第二季度", "2023-Q2". Returns buf. */
const char *jb_paper_period(struct jb_span span, char buf[JB_PAPER_TEXT_SIZE]);
/* "2023年7月17日", "2023-07-17". Returns buf. */
const char *jb_paper_date(jb_date day, char buf[JB_PAPER_TEXT_SIZE]);
/* "2023-07-17 09:30:05", at the catalogue's zone; "" for 0. Returns buf. */
const char *jb_paper_time(const jb_catalog *catalog, int64_t at_us, char buf[JB_PAPER_TEXT_SIZE]);
/* The name in the user's language. */
const char *jb_paper_name(const struct jb_names *name);

#endif
