/* A form as a file: the workbook to fill in without the pages, as `jibao-agent template` makes it,
 * and the printed sheet, as `jibao-agent print` does: filled where something stands, else blank.
 * GET form.xlsx and form.docx?unit=&form=&period=; unit: else the person's own. */
#ifndef JB_FORM_FILE_H
#define JB_FORM_FILE_H

#include "gateway.h"

void jb_form_file_xlsx(struct jb_gateway *gateway, jb_request *request);
void jb_form_file_docx(struct jb_gateway *gateway, jb_request *request);

#endif
