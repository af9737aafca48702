/* A workbook or CSV file that a person puts into the form on the page. */
#ifndef JB_UPLOAD_H
#define JB_UPLOAD_H

#include "gateway.h"

#define JB_UPLOAD_SECONDS_MAX 10
#define JB_UPLOAD_ANSWER_BYTES_MAX (8 * 1024 * 1024)
#define JB_UPLOAD_NAME_BYTES_MAX 255

/* POST upload?form=&period=&name=, the file as the body: read in a task of its own (task.h), and
 * answered with its rows and findings; nothing is stored. Needs a write session. */
void jb_upload_take(struct jb_gateway *gateway, jb_request *request);

#endif
