/* A zip package in memory (libzip), read with limits: what a spreadsheet or a document is packed
 * in.
 *
 * Refused when it is opened: more than JB_ZIP_ENTRIES_MAX entries; names that are absolute, have a
 * backslash or a step "..", are no UTF-8, are longer than JB_ZIP_NAME_BYTES_MAX or there twice
 * (upper and lower case are the same); entries that are encrypted or packed by anything else than
 * deflate; more than JB_ZIP_ENTRY_BYTES_MAX in an entry or JB_ZIP_BYTES_MAX in all, and a
 * ratio above JB_ZIP_RATIO_MAX (zip bombs), by what the directory says. What an entry really
 * unpacks to is held to the same when it is read, and its checksum is compared. Nothing is ever
 * written to disk under a name from inside. */
#ifndef JB_ZIP_READ_H
#define JB_ZIP_READ_H

#include "base/base.h"
#include "base/buf.h"
#include "files/fault.h"

typedef struct jb_zip jb_zip;

/* True for bytes that begin like a zip package; like an OLE file (.xls, .doc, or an encrypted
 * workbook). */
bool jb_zip_magic(struct jb_slice bytes);
bool jb_zip_ole_magic(struct jb_slice bytes);
/* Borrows bytes until close. JB_EINVAL: no package, cut short or refused; JB_ERANGE: a limit;
 * JB_ENOMEM. The fault says it. */
JB_MUST_USE jb_err jb_zip_open(struct jb_slice bytes, jb_zip **ret, struct jb_fault *fault);
void jb_zip_close(jb_zip *zip); /* NULL is fine */
uint32_t jb_zip_count(const jb_zip *zip);
/* The name of an entry, as it is written there. */
const char *jb_zip_name(const jb_zip *zip, uint32_t index);
/* Upper and lower case are the same, as in the packages' standard (ECMA-376 part 2, 6.2.2.3). */
bool jb_zip_has(const jb_zip *zip, const char *name);

/* Gives the entry's bytes piece by piece; what sink answers but JB_OK ends it and is returned (it
 * fills the fault then). JB_ENOTFOUND: no such entry (the fault says so); JB_EINVAL: damaged;
 * JB_ERANGE. */
typedef jb_err (*jb_zip_sink)(void *context, struct jb_slice piece);
JB_MUST_USE jb_err jb_zip_each(jb_zip *zip, const char *name, jb_zip_sink sink, void *context,
                               struct jb_fault *fault);
/* Appends the whole entry; JB_ERANGE also when it does not fit into the buffer. */
JB_MUST_USE jb_err jb_zip_read(jb_zip *zip, const char *name, struct jb_buf *to,
                               struct jb_fault *fault);

#endif
