/* A zip package in memory (libzip), byte for byte the same for the same parts in the same order:
 * every part carries the time 1980-01-01 00:00, the earliest that the format knows, whatever the
 * clock and the zone say. */
#ifndef JB_ZIP_WRITE_H
#define JB_ZIP_WRITE_H

#include "base/buf.h"

typedef struct jb_zip_writer jb_zip_writer;
jb_zip_writer *jb_zip_writer_new(void);
void jb_zip_writer_free(jb_zip_writer *writer); /* NULL is fine */
/* A part, compressed; the bytes are copied. Beyond JB_PACKAGE_PARTS_MAX parts or
 * JB_PACKAGE_BYTES_MAX bytes (before compression) the package is refused at its end. */
void jb_zip_writer_add(jb_zip_writer *writer, const char *name, struct jb_slice bytes);
/* Appends the package to *ret and frees the writer. JB_ERANGE: beyond a limit, or *ret is full;
 * JB_EINVAL: a name came twice; JB_ENOMEM. */
JB_MUST_USE jb_err jb_zip_writer_finish(jb_zip_writer **writer, struct jb_buf *ret);

#endif
