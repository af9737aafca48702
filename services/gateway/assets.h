/* The files of the pages, embedded when the program was built (embed.cmake): each as it is and,
 * where that is shorter, compressed. */
#ifndef JB_ASSETS_H
#define JB_ASSETS_H

#include "http.h"

struct jb_asset {
    const char *path; /* "/index.html" */
    const char *type;
    const char *etag; /* with its quotes: of the content */
    const uint8_t *bytes, *bytes_end;
    const uint8_t *gzip, *gzip_end; /* none when empty */
};
/* Made by the build. */
extern const struct jb_asset jb_assets[];
extern const size_t jb_asset_count;

/* Answers with the file at the path ("/" is /index.html, "/screen" is /screen.html), or 304, or
 * 404.
 */
void jb_assets_reply(const char *path, jb_request *request);

#endif
