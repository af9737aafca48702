/* What the files of the workbook's reader share; nobody else includes this. */
#ifndef JB_WORKBOOK_PARTS_H
#define JB_WORKBOOK_PARTS_H

#include "base/buf.h"
#include "files/workbook.h"
#include "files/xml.h"

enum jb_style_kind { JB_STYLE_PLAIN = 0, JB_STYLE_DATE, JB_STYLE_PERCENT, JB_STYLE_WORDS };

struct jb_workbook_styles {
    uint8_t *kind; /* of each cell style (xf): enum jb_style_kind */
    uint32_t count;
};

struct jb_workbook_strings {
    struct jb_slice *items;
    uint32_t count;
};

/* A text in the making: of a shared or an inline string. */
struct jb_workbook_text {
    struct jb_buf buf;
    unsigned phonetic; /* open elements of a phonetic guide */
    bool open;         /* inside <t> */
};
void jb_workbook_text_init(struct jb_workbook_text *text);
void jb_workbook_text_start(struct jb_workbook_text *text, const char *element);
void jb_workbook_text_end(struct jb_workbook_text *text, const char *element);
void jb_workbook_text_put(struct jb_workbook_text *text, struct jb_slice piece);
/* A copy with _x000D_ and its like (ECMA-376 part 1, 22.9.2.19) replaced; ptr NULL: no memory. */
struct jb_slice jb_workbook_text_keep(struct jb_slice text, struct jb_arena *arena);
/* JB_ERANGE or JB_ENOMEM and its fault, for a text that did not fit. */
jb_err jb_workbook_text_fault(struct jb_fault *fault, const char *place);
jb_err jb_workbook_no_memory(struct jb_fault *fault);

JB_MUST_USE jb_err jb_workbook_strings_read(jb_zip *zip, const char *part, struct jb_arena *arena,
                                            struct jb_workbook_strings *ret,
                                            struct jb_fault *fault);
JB_MUST_USE jb_err jb_workbook_styles_read(jb_zip *zip, const char *part,
                                           struct jb_workbook_styles *ret, struct jb_fault *fault);

struct jb_workbook_context {
    jb_zip *zip;
    struct jb_workbook *workbook;
    struct jb_workbook_strings strings;
    struct jb_workbook_styles styles;
    uint32_t cells_left;
    struct jb_fault *fault;
};
/* Fills sheet->cells and merges from a part of the package. */
JB_MUST_USE jb_err jb_workbook_sheet_read(struct jb_workbook_context *context, const char *part,
                                          struct jb_sheet *sheet);

/* The parts of the package, as its relations name them. */
struct jb_workbook_package {
    const char *main;             /* the part of the workbook itself */
    const char *strings, *styles; /* NULL: none */
    struct jb_workbook_tab {
        const char *name, *part; /* part NULL: no worksheet (a chart) */
        bool hidden;
    } tabs[JB_WORKBOOK_SHEETS_MAX];
    uint32_t tab_count;
};
/* Finds them, and fills the workbook's macros, external_links and from_1904. */
JB_MUST_USE jb_err jb_workbook_package_read(jb_zip *zip, struct jb_workbook *workbook,
                                            struct jb_workbook_package *ret,
                                            struct jb_fault *fault);

#endif
