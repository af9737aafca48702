/* Bytes of a file to UTF-8: a BOM or strict UTF-8 first, else GB18030; an undecodable byte is named
 * by its place. */
#ifndef JB_ENCODING_H
#define JB_ENCODING_H

#include "base/base.h"

enum jb_encoding { JB_ENC_GUESS = 0, JB_ENC_UTF8, JB_ENC_GB18030 };
const char *jb_encoding_name(enum jb_encoding e); /* "UTF-8", "GB18030"; "auto" to guess */
/* Those names and utf8, gbk, gb2312 (both are part of GB18030), in either case. */
JB_MUST_USE jb_err jb_encoding_parse(struct jb_slice text, enum jb_encoding *ret);

struct jb_decoded {
    char *text; /* UTF-8 without BOM, NUL-terminated; free() */
    size_t len;
    enum jb_encoding encoding; /* what it was read as */
    bool guessed;              /* not plain ASCII, no BOM, not asked for */
};
/* A BOM counts for more than `as`. JB_EINVAL: undecodable; *ret_offset is the offending byte's
 * offset (from 0) and *ret_line its line (from 1). A NUL byte is undecodable. UTF-16 (by its BOM)
 * is refused the same way at offset 0. */
JB_MUST_USE jb_err jb_decode_text(struct jb_slice bytes, enum jb_encoding as,
                                  struct jb_decoded *ret, size_t *ret_offset, uint32_t *ret_line);
/* UTF-8 to the encoding. JB_EINVAL: a character it does not have. *ret is malloc'd. */
JB_MUST_USE jb_err jb_encode_text(struct jb_slice utf8, enum jb_encoding as, char **ret,
                                  size_t *ret_len);
/* Reads a whole file of at most bytes_max. JB_ENOTFOUND, JB_ERANGE (larger; nothing is read),
 * JB_EIO. *ret is malloc'd. (files/whole.c) */
JB_MUST_USE jb_err jb_read_file(const char *path, size_t bytes_max, uint8_t **ret, size_t *ret_len);
/* Writes the file whole or not at all: hidden file beside it, fsync, rename, fsync of the folder. A
 * file that was there keeps its permissions. */
JB_MUST_USE jb_err jb_write_file(const char *path, struct jb_slice bytes);
/* The same for a name that nothing has yet, with exactly these permissions. JB_EEXIST: something
 * has it, and stays as it is. */
JB_MUST_USE jb_err jb_write_new_file(const char *path, struct jb_slice bytes, unsigned mode);

#endif
