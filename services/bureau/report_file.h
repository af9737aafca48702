/* Files of reports: templates are read, filled reports are written, by the endings of their names:
 * .docx and .md in; .docx, .html, .md and .pdf out. */
#ifndef JB_BUREAU_REPORT_FILE_H
#define JB_BUREAU_REPORT_FILE_H

#include "exits.h"
#include "report/docx_template.h"
#include "report/template.h"

enum jb_report_kind {
    JB_REPORT_DOCX = 1,
    JB_REPORT_HTML,
    JB_REPORT_MD,
    JB_REPORT_PDF,
};
/* JB_EINVAL: another ending. */
JB_MUST_USE jb_err jb_report_kind_of(const char *path, enum jb_report_kind *ret);

/* A template in memory, with all that hangs on it. */
struct jb_report_file {
    const char *path;
    struct jb_arena *arena;
    struct jb_complaints *complaints;
    uint8_t *bytes;
    size_t len;
    jb_docx_template *docx; /* NULL: Markdown */
    struct jb_doc md;
    jb_template *template;
    const struct jb_template_part **parts; /* of docx: body, headers, footers; of Markdown one */
    uint32_t part_count;
};
/* Reads the template. What is wrong with the file is told on standard error; what is wrong with
 * its placeholders is complained about. */
enum jb_exit jb_report_file_open(struct jb_report_file *file, const char *path,
                                 struct jb_arena *arena, struct jb_complaints *complaints);
/* A paragraph of it is in Chinese. */
bool jb_report_file_is_chinese(const struct jb_report_file *file);
void jb_report_file_close(struct jb_report_file *file);
/* "template.docx: paragraph 12: {{...}}: sentence", one line each, all that were kept. */
void jb_report_file_tell(const struct jb_report_file *file);

/* The filled parts, one chain a part, as a file of that kind. created: for the properties of a new
 * Word file. Told on standard error. */
struct jb_report_filled {
    struct jb_doc *doc;                /* doc->body is the body */
    const struct jb_doc_blocks *parts; /* of docx: as file->parts */
    const char *created, *lang;
};
enum jb_exit jb_report_file_write(struct jb_report_file *file,
                                  const struct jb_report_filled *filled, enum jb_report_kind kind,
                                  const char *path);
/* A Markdown template as a Word template: its placeholders stay. */
enum jb_exit jb_report_file_convert(struct jb_report_file *file, const char *path);

#endif
