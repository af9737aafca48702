/* A file is there as a whole or not at all: it is written under another name first. */
#include "invitation_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/encoding.h"

static char *path_of(const char *dir, const uint8_t key[JB_HASH_BYTES])
{
    char hex[2 * JB_HASH_BYTES + 1];

    sodium_bin2hex(hex, sizeof(hex), key, JB_HASH_BYTES);
    return jb_xasprintf("%s/invitations/%s", dir, hex);
}

jb_err jb_invitation_file_read(const char *dir, const uint8_t key[JB_HASH_BYTES],
                               struct jb_people_record *ret)
{
    char *path = path_of(dir, key);
    uint8_t *bytes = NULL;
    size_t len = 0;
    jb_err err = access(path, F_OK) == 0 ? JB_OK : JB_ENOTFOUND;

    if (!err)
        err = jb_read_file(path, JB_SHORT_TEXT_BYTES_MAX, &bytes, &len);
    if (!err)
        err = jb_people_record_decode(jb_slice_of(bytes, len), ret);
    free(bytes);
    free(path);
    return err;
}

void jb_invitation_file_remove(const char *dir, const uint8_t key[JB_HASH_BYTES])
{
    char *path = path_of(dir, key);

    jb_ignore(unlink(path) != 0);
    free(path);
}

jb_err jb_people_invite_beside(const char *dir, const struct jb_person *person, int64_t now_us,
                               char code[JB_INVITATION_CODE_SIZE])
{
    struct jb_people_record record = {.person = *person, .until_us = now_us + JB_INVITATION_US};
    uint8_t key[JB_HASH_BYTES];
    char made[JB_INVITATION_CODE_SIZE];
    struct jb_buf value;

    if (!jb_person_valid(person))
        return JB_EINVAL;
    jb_invitation_code_make(made);
    jb_ignore(!jb_invitation_code_hash(jb_slice_str(made), key));
    char *folder = jb_xasprintf("%s/invitations", dir), *path = path_of(dir, key);
    jb_err err = JB_OK;
    if ((mkdir(dir, 0700) != 0 && errno != EEXIST) || (mkdir(folder, 0700) != 0 && errno != EEXIST))
        err = JB_EIO;
    jb_buf_init(&value, JB_SHORT_TEXT_BYTES_MAX);
    jb_people_record_encode(&record, &value);
    if (!err)
        err = jb_write_file(path, jb_buf_slice(&value));
    if (!err)
        memcpy(code, made, sizeof(made));
    jb_buf_free(&value);
    free(folder);
    free(path);
    return err;
}
