/* A file of figures, CSV or workbook, as the page takes it over into a form: its rows for that
 * form, each with the cell that it came from, what else the file holds, and the findings. Nothing
 * is stored. What is accepted and refused is form/figures_file.h's and files/workbook.h's to say.
 */
#ifndef JB_UPLOAD_READ_H
#define JB_UPLOAD_READ_H

#include "base/buf.h"
#include "model/catalog.h"

struct jb_upload {
    const jb_catalog *catalog;
    uint32_t catalog_version;
    jb_date today;
    const char *unit, *form, *period; /* codes: of the form that is being filled in */
    const char *name;                 /* of the file, for the findings */
    struct jb_slice bytes;
};

/* Appends one JSON object and gives the status that it is answered with: 200, or 422 for a problem
 * (the file cannot be read, or holds nothing for the form). */
uint32_t jb_upload_read(const struct jb_upload *upload, struct jb_buf *out);

#endif
