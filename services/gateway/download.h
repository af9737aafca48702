/* Tables to take away: the answer to a query, all pages of it, as CSV for programs and as a
 * workbook for people, with the columns of the command line. Text never becomes a formula
 * (files/print.h, files/table_book.h). */
#ifndef JB_DOWNLOAD_H
#define JB_DOWNLOAD_H

#include "gateway.h"

void jb_download_csv(struct jb_gateway *gateway, jb_request *request);
void jb_download_xlsx(struct jb_gateway *gateway, jb_request *request);

#endif
