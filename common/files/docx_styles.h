/* The styles of a new document (named in files/docx.h); only files/docx.c includes it. */
#ifndef JB_DOCX_STYLES_H
#define JB_DOCX_STYLES_H

#include "base/buf.h"

void docx_styles(struct jb_buf *xml);

#endif
