/* A catalogue as the sheets of a workbook: which part of the file (model/catalog.md) stands in
 * which sheet and column. Both directions read this one description.
 *
 * A sheet is one of: the catalogue's own words, one a row (list NULL); a list, one item a row; or a
 * list inside each item of a list, one row an inner item, with the outer item's code in front. */
#ifndef JB_BUREAU_CATALOG_SHEETS_H
#define JB_BUREAU_CATALOG_SHEETS_H

#include "base/base.h"

enum jb_field_kind {
    JB_FIELD_TEXT = 0,
    JB_FIELD_NUMBER,
    JB_FIELD_NOTE,   /* kept as it is, blanks and line breaks too */
    JB_FIELD_CODES,  /* a list of codes, words or periods, separated by ; */
    JB_FIELD_LINES,  /* a list of names, one a line of the cell */
    JB_FIELD_PARENT, /* the code of the outer item; empty, where optional: the catalogue itself */
    JB_FIELD_ROLE,   /* which of the sheet's children the row belongs to */
    JB_FIELD_UNIT_NAME, /* for the reader's eyes: the name of the code to its left */
    JB_FIELD_GROUP_NAME,
    JB_FIELD_INDICATOR_NAME,
    JB_FIELD_FORM_NAME,
};

struct jb_field_word {
    const char *word, *zh;
};

struct jb_field {
    const char *path;    /* in the item: code, name.zh; "": the item itself */
    const char *zh, *en; /* titles; en NULL: the path */
    enum jb_field_kind kind;
    const struct jb_field_word *words; /* up to one of NULL; NULL: any text */
};

#define JB_SHEET_CHILDREN_MAX 3
struct jb_catalog_sheet {
    const char *zh, *en;
    const char *list;                            /* of the root; NULL: the root itself */
    const char *children[JB_SHEET_CHILDREN_MAX]; /* paths of the lists in its items; none: itself */
    bool edges;  /* an item is {unit, from, until}, or only the unit */
    bool needed; /* the list is there even when it has nothing in it */
    bool rooted; /* the list may be the root's own, too */
    const struct jb_field *fields;
    uint32_t field_count;
    const char *hint; /* msgid: what belongs here */
};

#define JB_CATALOG_SHEETS 17
const struct jb_catalog_sheet *jb_catalog_sheet(uint32_t index);
/* Whether a key of the items of that list of the root (NULL: of the root) stands in some sheet:
 * what does not would be lost on the way. */
bool jb_catalog_sheets_have(const char *list, struct jb_slice key);
/* Tabs that are no part of the catalogue: how to, and contacts. In the user's language, or either.
 */
const char *jb_catalog_readme_tab(void);
const char *jb_catalog_contacts_tab(void);
bool jb_catalog_is_readme_tab(const char *name);
bool jb_catalog_is_contacts_tab(const char *name);

const char *jb_catalog_sheet_title(const struct jb_catalog_sheet *sheet);
const char *jb_field_title(const struct jb_field *field);
static inline bool jb_field_is_shown_only(const struct jb_field *field)
{
    return field->kind >= JB_FIELD_UNIT_NAME;
}
/* Whether the text is the title in either language. */
bool jb_field_has_title(const struct jb_field *field, struct jb_slice text);
/* The word as people read it, and back: in either language. NULL: none of them. */
const char *jb_field_show_word(const struct jb_field *field, struct jb_slice word);
const char *jb_field_find_word(const struct jb_field *field, struct jb_slice text);

#endif
