/* Reports of a release as Word documents. They are printed by `jibao report`, a process of its own
 * beside the gateway's program, with the gateway's key and by the rights of the person who asks: a
 * report asks hundreds of questions one after the other, and so the same release gives the same
 * bytes here and on the command line. One is printed at a time. Templates are files of the folder
 * that the setting `reports` names. */
#ifndef JB_REPORT_FILE_H
#define JB_REPORT_FILE_H

#include "gateway.h"

#define JB_REPORT_SECONDS_MAX 60
#define JB_REPORT_TEMPLATES_MAX 32

/* GET reports: the templates' names. */
void jb_report_templates(struct jb_gateway *gateway, jb_request *request);
/* GET report.docx?template=&period=&release= */
void jb_report_docx(struct jb_gateway *gateway, jb_request *request);

#endif
