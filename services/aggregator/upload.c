/* A sender who lost an answer repeats a part; one who was told "later" begins again. Both are
 * answered with the offset that is wanted next, so that a sender only ever follows the answers. */
#include "upload.h"

#include <sodium.h>

#include "base/limits.h"

void jb_upload_drop(struct jb_upload *upload)
{
    jb_buf_free(&upload->bytes);
    *upload = (struct jb_upload){0};
}

void jb_uploads_tidy(struct jb_uploads *uploads, int64_t now_us)
{
    for (uint32_t i = 0; i < JB_UPLOADS_MAX; i++) {
        struct jb_upload *upload = &uploads->slots[i];
        if (upload->used && now_us - upload->touched_us > JB_UPLOAD_IDLE_US)
            jb_upload_drop(upload);
    }
}

void jb_uploads_clear(struct jb_uploads *uploads)
{
    for (uint32_t i = 0; i < JB_UPLOADS_MAX; i++)
        jb_upload_drop(&uploads->slots[i]);
}

static struct jb_upload *find(struct jb_uploads *uploads, bool used, uint64_t connection)
{
    for (uint32_t i = 0; i < JB_UPLOADS_MAX; i++) {
        struct jb_upload *upload = &uploads->slots[i];
        if (upload->used == used && (!used || upload->connection == connection))
            return upload;
    }
    return NULL;
}

static jb_err refuse(struct jb_findings *findings, enum jb_finding_code code, const char *got,
                     const char *expected)
{
    jb_findings_add(
        findings,
        &(struct jb_finding){.code = code, .severity = JB_ERROR, .got = got, .expected = expected});
    return JB_EINVAL;
}

static jb_err check_part(const struct jb_catalog_put *put, struct jb_findings *findings)
{
    if (put->size > JB_CATALOG_BYTES_MAX)
        return refuse(findings, JB_F_TOO_LARGE, "", "");
    if (put->bytes.len == 0 || put->offset > put->size || put->bytes.len > put->size - put->offset)
        return refuse(findings, JB_F_MALFORMED, "", "");
    return JB_OK;
}

static jb_err begin(struct jb_uploads *uploads, uint64_t connection,
                    const struct jb_catalog_put *put, struct jb_upload **ret,
                    struct jb_findings *findings)
{
    struct jb_upload *upload = find(uploads, true, connection);
    if (upload)
        jb_upload_drop(upload);
    upload = find(uploads, false, 0);
    if (!upload)
        return refuse(findings, JB_F_BUSY, "", "");
    *upload = (struct jb_upload){.used = true, .connection = connection, .size = put->size};
    memcpy(upload->hash, put->hash, sizeof(upload->hash));
    jb_buf_init(&upload->bytes, (size_t)put->size);
    *ret = upload;
    return JB_OK;
}

static bool is_same(const struct jb_upload *upload, const struct jb_catalog_put *put)
{
    return upload->size == put->size && memcmp(upload->hash, put->hash, sizeof(put->hash)) == 0;
}

static jb_err check_hash(struct jb_upload *upload, struct jb_findings *findings)
{
    uint8_t hash[32];
    char got[65], expected[65];
    crypto_generichash(hash, sizeof(hash), upload->bytes.ptr, upload->bytes.len, NULL, 0);
    if (memcmp(hash, upload->hash, sizeof(hash)) == 0)
        return JB_OK;
    sodium_bin2hex(got, sizeof(got), hash, sizeof(hash));
    sodium_bin2hex(expected, sizeof(expected), upload->hash, sizeof(upload->hash));
    jb_upload_drop(upload);
    return refuse(findings, JB_F_MALFORMED, got, expected);
}

jb_err jb_uploads_take(struct jb_uploads *uploads, uint64_t connection,
                       const struct jb_catalog_put *put, int64_t now_us, uint64_t *ret_next,
                       struct jb_upload **ret_whole, struct jb_findings *findings)
{
    struct jb_upload *upload = NULL;
    *ret_next = 0;
    *ret_whole = NULL;
    jb_uploads_tidy(uploads, now_us);
    jb_err err = check_part(put, findings);
    if (!err && put->offset == 0)
        err = begin(uploads, connection, put, &upload, findings);
    else if (!err)
        upload = find(uploads, true, connection);
    if (err || !upload || !is_same(upload, put))
        return err;
    upload->touched_us = now_us;
    if (put->offset == upload->bytes.len) {
        jb_buf_put(&upload->bytes, put->bytes.ptr, put->bytes.len);
        if (upload->bytes.failed) {
            jb_upload_drop(upload);
            return refuse(findings, JB_F_TRY_LATER, "", "");
        }
    }
    *ret_next = upload->bytes.len;
    if (upload->bytes.len < upload->size)
        return JB_OK;
    err = check_hash(upload, findings);
    if (!err)
        *ret_whole = upload;
    return err;
}
