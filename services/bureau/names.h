/* Names of units, groups and indicators by code, in the user's language: collected from the pages
 * of an answer or from a catalogue. */
#ifndef JB_BUREAU_NAMES_H
#define JB_BUREAU_NAMES_H

#include "model/catalog.h"
#include "net/wire_query.h"

struct jb_names_entry {
    char *code, *name, *unit_of_measure;
};
struct jb_names_list {
    struct jb_names_entry *items;
    uint32_t count, cap;
    bool sorted;
};
struct jb_name_book {
    struct jb_names_list units, indicators; /* units: with groups */
};

void jb_name_book_init(struct jb_name_book *book);
void jb_name_book_free(struct jb_name_book *book);
void jb_name_book_add_units(struct jb_name_book *book, const struct jb_name *names, uint32_t count);
void jb_name_book_add_indicators(struct jb_name_book *book, const struct jb_name *names,
                                 uint32_t count);
void jb_name_book_add_catalog(struct jb_name_book *book, const jb_catalog *catalog);

/* The name, or the code itself (copied into buf) when the book has none. Never NULL. */
#define JB_NAME_CODE_SIZE (JB_CODE_BYTES_MAX + 1)
const char *jb_name_of_unit(struct jb_name_book *book, struct jb_slice code,
                            char buf[JB_NAME_CODE_SIZE]);
const char *jb_name_of_indicator(struct jb_name_book *book, struct jb_slice code,
                                 char buf[JB_NAME_CODE_SIZE]);
/* The unit of measure in the user's language; chinese is what stands for it otherwise. */
const char *jb_name_of_measure(struct jb_name_book *book, struct jb_slice code,
                               struct jb_slice chinese, char buf[JB_NAME_CODE_SIZE]);

#endif
