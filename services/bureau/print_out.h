/* What the printing commands share: -o FILE, the catalogue, and the finished paper. */
#ifndef JB_BUREAU_PRINT_OUT_H
#define JB_BUREAU_PRINT_OUT_H

#include <argp.h>

#include "ask.h"
#include "files/docx.h"

/* A row of an option table, and what its key does with the argument: a name that ends in .docx or
 * .pdf. It takes the place of the shared -o. */
#define JB_PRINT_OUTPUT                                                                            \
    {                                                                                              \
        "output", 'o', "FILE", 0, N_("the file to write, .docx or .pdf"), 3                        \
    }
void jb_print_take_output(const char **ret, const char *arg, struct argp_state *state);
/* Before anything is asked: a PDF can be made here. JB_EXIT_FAILED after telling what is missing.
 */
enum jb_exit jb_print_can(const char *path);
/* The current catalogue; tells when there is none. */
enum jb_exit jb_print_catalog(struct jb_desk *desk, struct jb_fetched *ret);
/* The unit's or form's index by code or name; JB_EXIT_USAGE after telling what was meant. */
enum jb_exit jb_print_find_unit(const jb_catalog *catalog, struct jb_slice name, uint32_t *ret);
enum jb_exit jb_print_find_form(const jb_catalog *catalog, struct jb_slice code, uint32_t *ret);
/* A single period. */
enum jb_exit jb_print_find_period(const char *text, struct jb_period *ret);
/* Writes the file and says so on standard error. Frees the document. */
enum jb_exit jb_print_save(jb_docx **doc, bool landscape, const char *path);

#endif
