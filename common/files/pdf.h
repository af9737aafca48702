/* A Word document or a workbook as PDF, made by LibreOffice if it is installed (Debian's
 * libreoffice-writer-nogui for documents, libreoffice-calc-nogui for workbooks; the packages
 * without "-nogui" do as well), with all fonts embedded.
 *
 * The converter runs with a profile of its own in a temporary folder, without macros, without links
 * to the world, in a network of its own where the kernel lets us make one, and in a process group
 * that is killed as a whole when its time is over, and when the caller ends. Where a document names
 * a typeface that is not installed (宋体, 仿宋_GB2312, ...), its nearest relative among common free
 * fonts stands in; fonts-noto-cjk is enough. */
#ifndef JB_PDF_H
#define JB_PDF_H

#include "base/buf.h"

enum jb_pdf_source { JB_PDF_OF_DOCX = 0, JB_PDF_OF_XLSX };

/* What stands in the way, as a sentence for people with the package that helps, already translated;
 * NULL when documents can be converted. Looks whether the converter and a Chinese font are there.
 */
const char *jb_pdf_missing(void);
/* Appends the PDF to *ret. seconds_max: JB_PDF_SECONDS_MAX, or less in tests.
 * JB_ENOTFOUND: jb_pdf_missing says what is; JB_EAGAIN: it took longer than seconds_max and was
 * killed; JB_EIO: it failed, or the temporary folder did; JB_ERANGE: larger than *ret may be. */
JB_MUST_USE jb_err jb_pdf_convert(enum jb_pdf_source source, struct jb_slice document,
                                  uint32_t seconds_max, struct jb_buf *ret);

#endif
