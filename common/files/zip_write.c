/* libzip compresses when the archive is closed, so that the parts are kept until then. The archive
 * is a buffer source of libzip's, which outlives the archive because a reference is kept. */
#include "files/zip_write.h"

#include <stdlib.h>
#include <zip.h>

#include "base/limits.h"

#define DOS_DATE 0x21 /* 1980-01-01 */
#define DOS_TIME 0

struct part {
    char *name;
    void *ptr;
    size_t len;
};

struct jb_zip_writer {
    struct part parts[JB_PACKAGE_PARTS_MAX];
    uint32_t count;
    size_t bytes;
    bool failed;
};

jb_zip_writer *jb_zip_writer_new(void)
{
    return jb_xcalloc(1, sizeof(jb_zip_writer));
}

void jb_zip_writer_free(jb_zip_writer *writer)
{
    if (!writer)
        return;
    for (uint32_t i = 0; i < writer->count; i++) {
        free(writer->parts[i].name);
        free(writer->parts[i].ptr);
    }
    free(writer);
}

void jb_zip_writer_add(jb_zip_writer *writer, const char *name, struct jb_slice bytes)
{
    if (writer->failed || writer->count == JB_PACKAGE_PARTS_MAX ||
        bytes.len > JB_PACKAGE_BYTES_MAX - writer->bytes) {
        writer->failed = true;
        return;
    }
    struct part *part = &writer->parts[writer->count++];
    part->name = jb_xstrdup(name);
    part->ptr = jb_xmalloc(bytes.len ? bytes.len : 1);
    part->len = bytes.len;
    if (bytes.len)
        memcpy(part->ptr, bytes.ptr, bytes.len);
    writer->bytes += bytes.len;
}

static jb_err add_part(zip_t *archive, const struct part *part)
{
    zip_source_t *source = zip_source_buffer(archive, part->ptr, part->len, 0);
    if (!source)
        return JB_ENOMEM;
    zip_int64_t index = zip_file_add(archive, part->name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return zip_error_code_zip(zip_get_error(archive)) == ZIP_ER_EXISTS ? JB_EINVAL : JB_ENOMEM;
    }
    zip_uint64_t number = (zip_uint64_t)index;
    if (zip_set_file_compression(archive, number, ZIP_CM_DEFLATE, 9) != 0 ||
        zip_file_set_dostime(archive, number, DOS_TIME, DOS_DATE, 0) != 0)
        return JB_ENOMEM;
    return JB_OK;
}

static jb_err copy_out(zip_source_t *source, struct jb_buf *ret)
{
    struct zip_stat stat;
    zip_stat_init(&stat);
    if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0)
        return JB_ENOMEM;
    jb_err err = JB_ERANGE;
    uint8_t *to = jb_buf_reserve(ret, stat.size);
    if (to && zip_source_read(source, to, stat.size) == (zip_int64_t)stat.size) {
        ret->len += stat.size;
        err = JB_OK;
    }
    zip_source_close(source);
    return err;
}

static jb_err pack(const jb_zip_writer *writer, struct jb_buf *ret)
{
    zip_error_t error;
    zip_t *archive = NULL;
    jb_err err = JB_ENOMEM;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (!source)
        goto out;
    zip_source_keep(source);
    archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!archive) {
        zip_source_free(source); /* the archive's reference, which it did not take over */
        goto out;
    }
    err = JB_OK;
    for (uint32_t i = 0; !err && i < writer->count; i++)
        err = add_part(archive, &writer->parts[i]);
    if (err)
        goto out;
    if (zip_close(archive) != 0) {
        err = JB_ENOMEM;
        goto out;
    }
    archive = NULL;
    err = copy_out(source, ret);
out:
    if (archive)
        zip_discard(archive);
    zip_source_free(source);
    zip_error_fini(&error);
    return err;
}

jb_err jb_zip_writer_finish(jb_zip_writer **writer, struct jb_buf *ret)
{
    jb_err err = (*writer)->failed ? JB_ERANGE : pack(*writer, ret);
    jb_zip_writer_free(*writer);
    *writer = NULL;
    return err;
}
