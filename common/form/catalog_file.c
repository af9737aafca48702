/* The head line of a kept catalogue, and reading and writing the whole. */
#include "form/catalog_file.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "files/encoding.h"
#include "model/catalog_yaml.h"
#include "model/fold.h"

#define HEAD "# jibao-catalog"
#define HEAD_BYTES_MAX 256
#define FILE_BYTES_MAX (JB_CATALOG_BYTES_MAX + HEAD_BYTES_MAX)

static bool read_uint(struct jb_slice text, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;

    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.ptr[i] - '0');
        if (value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

static bool read_hex(struct jb_slice text, uint8_t *bytes, size_t len)
{
    size_t got = 0;

    return text.len == 2 * len &&
           sodium_hex2bin(bytes, len, (const char *)text.ptr, text.len, NULL, &got, NULL) == 0 &&
           got == len;
}

/* The next blank-separated word of the line. */
static struct jb_slice next_word(struct jb_slice *line)
{
    size_t len = 0;

    *line = jb_trim(*line);
    while (len < line->len && line->ptr[len] != ' ')
        len++;
    struct jb_slice word = jb_slice_of(line->ptr, len);
    *line = jb_slice_from(*line, len);
    return word;
}

static bool read_head(struct jb_slice line, struct jb_catalog_file *file)
{
    unsigned seen = 0;
    uint64_t version = 0;

    if (!jb_take_prefix(&line, HEAD))
        return false;
    for (struct jb_slice word = next_word(&line); word.len; word = next_word(&line)) {
        bool good = true;
        if (jb_take_prefix(&word, "version=")) {
            good = read_uint(word, UINT32_MAX, &version) && version > 0;
            seen |= 1;
        } else if (jb_take_prefix(&word, "store=")) {
            good = read_hex(word, file->store_id, sizeof(file->store_id));
            seen |= 2;
        } else if (jb_take_prefix(&word, "hash=")) {
            good = read_hex(word, file->hash, sizeof(file->hash));
            seen |= 4;
        } else if (jb_take_prefix(&word, "revision=")) {
            good = read_uint(word, INT64_MAX, &file->revision);
        }
        if (!good)
            return false;
    }
    file->version = (uint32_t)version;
    return seen == 7;
}

jb_err jb_catalog_file_split(struct jb_slice bytes, struct jb_catalog_file *ret,
                             struct jb_slice *ret_yaml)
{
    struct jb_catalog_file file = {0};
    const uint8_t *end =
        bytes.len ? memchr(bytes.ptr, '\n', bytes.len < HEAD_BYTES_MAX ? bytes.len : HEAD_BYTES_MAX)
                  : NULL;

    if (!end)
        return JB_EINVAL;
    size_t len = (size_t)(end - bytes.ptr);
    if (!read_head(jb_slice_of(bytes.ptr, len), &file))
        return JB_EINVAL;
    *ret = file;
    *ret_yaml = jb_slice_from(bytes, len + 1);
    return JB_OK;
}

static void refuse(struct jb_findings *findings, const char *path, const char *got)
{
    jb_findings_add(findings,
                    &(struct jb_finding){
                        .code = JB_F_CATALOG_BAD_VALUE,
                        .severity = JB_ERROR,
                        .file = path,
                        .row = 1,
                        .got = got,
                        .expected = HEAD " version=… store=… hash=…",
                        .hint = _("fetch the catalogue again (jibao-agent catalog fetch)"),
                    });
}

jb_err jb_catalog_file_read(const char *path, struct jb_findings *findings,
                            struct jb_catalog_file *ret)
{
    struct jb_catalog_file file = {0};
    struct jb_slice yaml;
    uint8_t *bytes = NULL, hash[32];
    size_t len = 0;

    jb_err err = jb_read_file(path, FILE_BYTES_MAX, &bytes, &len);
    if (err)
        return err;
    if (jb_catalog_file_split(jb_slice_of(bytes, len), &file, &yaml)) {
        refuse(findings, path, _("no head line"));
        err = JB_EINVAL;
        goto out;
    }
    crypto_generichash(hash, sizeof(hash), yaml.ptr, yaml.len, NULL, 0);
    if (memcmp(hash, file.hash, sizeof(hash)) != 0) {
        refuse(findings, path, _("content that does not match the hash of the head line"));
        err = JB_EINVAL;
        goto out;
    }
    err = jb_catalog_read_yaml(yaml, path, findings, &file.catalog);
    if (!err)
        *ret = file;
out:
    free(bytes);
    return err;
}

void jb_catalog_file_free(struct jb_catalog_file *file)
{
    jb_catalog_free(file->catalog);
    file->catalog = NULL;
}

jb_err jb_catalog_file_write(const char *path, const struct jb_catalog_file *file,
                             struct jb_slice yaml)
{
    struct jb_buf out;
    char store[33], hash[65];

    jb_buf_init(&out, FILE_BYTES_MAX);
    sodium_bin2hex(store, sizeof(store), file->store_id, sizeof(file->store_id));
    sodium_bin2hex(hash, sizeof(hash), file->hash, sizeof(file->hash));
    jb_buf_printf(&out, HEAD " version=%u store=%s revision=%llu hash=%s\n", file->version, store,
                  (unsigned long long)file->revision, hash);
    jb_buf_put(&out, yaml.ptr, yaml.len);
    jb_err err = out.failed ? JB_ERANGE : jb_write_file(path, jb_buf_slice(&out));
    jb_buf_free(&out);
    return err;
}
