/* Where a command's output goes, and in which form.
 *
 * A command prints to stdout as ever. Where a file is asked for, or bytes other than those it
 * prints, stdout is a stream in memory between open and close; close then writes everything at
 * once, so that a file is there whole or not at all.
 *
 * -o takes a form (table, csv, json, xlsx, sdmx-csv) or the name of a file whose ending says the
 * form (.txt, .csv, .json, .xlsx, .sdmx.csv).
 *
 * CSV on standard output is for programs: UTF-8, lines end with LF. In a file it is for people,
 * whose spreadsheets take UTF-8 only with a byte order mark: it has one, and lines end with CRLF.
 * An encoding that is asked for wins in both: utf-8 (no mark, LF), utf-8-bom, gb18030 (both CRLF).
 * SDMX-CSV is UTF-8 with CRLF and no mark everywhere, as RFC 4180 wants it.
 *
 * A workbook has what the table has (jb_table_print hands its tables over): see files/table_book.h.
 */
#ifndef JB_OUTLET_H
#define JB_OUTLET_H

#include "files/print.h"

enum jb_outlet_form {
    JB_FORM_TABLE = 0,
    JB_FORM_CSV,
    JB_FORM_JSON,
    JB_FORM_XLSX,
    JB_FORM_SDMX, /* for the few commands that know it */
};
enum jb_outlet_encoding {
    JB_OUTLET_DEFAULT = 0, /* as the form and the place want it */
    JB_OUTLET_UTF8,
    JB_OUTLET_UTF8_BOM,
    JB_OUTLET_GB18030,
};

struct jb_outlet {
    enum jb_outlet_form form;
    enum jb_outlet_encoding encoding;
    const char *path; /* borrowed; NULL: standard output */
};

/* A form, or a file's name. JB_EINVAL: neither. */
JB_MUST_USE jb_err jb_outlet_parse(const char *text, struct jb_outlet *outlet);
JB_MUST_USE jb_err jb_outlet_parse_encoding(const char *text, enum jb_outlet_encoding *ret);
/* What a command is to print for it: tables for a workbook, CSV for SDMX-CSV. */
enum jb_output jb_outlet_output(const struct jb_outlet *outlet);
/* Whether open would take anything away from standard output. */
bool jb_outlet_is_plain(const struct jb_outlet *outlet);

/* Begins; one at a time in a process, and nothing is printed to stdout before. False: why, in the
 * user's language, says what does not go together (a workbook on a terminal, JSON in GB18030). */
bool jb_outlet_open(const struct jb_outlet *outlet, char *why, size_t why_size);
/* Ends, if something was opened: gives stdout back, and with `keep` writes what was printed. False:
 * why says what could not be written; a file of that name is as it was. */
bool jb_outlet_close(bool keep, char *why, size_t why_size);

enum jb_outlet_end {
    JB_END_FAILED,  /* half an answer is none */
    JB_END_REFUSED, /* what was printed, if anything was, tells what is wrong */
    JB_END_GOOD,
};
/* The end of a program: closes, or flushes stdout where nothing was opened, and tells on standard
 * error which file is written, or what could not be. */
bool jb_outlet_finish(const char *program, enum jb_outlet_end end);

/* For jb_table_print: the open workbook that takes what is printed to `out`, or NULL. What was
 * printed to it before stands in the workbook by then. */
struct jb_table_book *jb_outlet_book(FILE *out);

#endif
