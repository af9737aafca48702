/* Names are UUIDv7, so that their order is the order of arrival. */
#include "spool.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/dir.h"
#include "files/encoding.h"
#include "home.h"
#include "model/fold.h"

#define ENDING ".sub"
#define FILE_BYTES_MAX (JB_PARCEL_BYTES_MAX + 4 * 1024 * 1024)

jb_err jb_spool_put(const char *home, const struct jb_parcel *parcel)
{
    struct jb_buf bytes;
    char name[37];

    jb_uuid_format(jb_uuid_new(), name);
    char *path = jb_xasprintf("%s/" JB_HOME_SPOOL "/%s" ENDING, home, name);
    jb_buf_init(&bytes, FILE_BYTES_MAX);
    jb_parcel_encode(parcel, &bytes);
    jb_err err = bytes.failed ? JB_ERANGE : jb_write_file(path, jb_buf_slice(&bytes));
    jb_buf_free(&bytes);
    free(path);
    return err;
}

static int is_spooled(const struct dirent *entry)
{
    struct jb_slice name = jb_slice_str(entry->d_name);

    return entry->d_name[0] != '.' && jb_take_suffix(&name, ENDING);
}

static jb_err put_aside(const char *path)
{
    char *bad = jb_xasprintf("%s.bad", path);
    jb_err err = rename(path, bad) == 0 ? JB_OK : JB_EIO;

    free(bad);
    return err;
}

static jb_err take_one(const char *path, jb_outbox *outbox, int64_t now_us, uint32_t *taken,
                       uint32_t *bad)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct jb_parcel parcel;

    jb_err err = jb_read_file(path, FILE_BYTES_MAX, &bytes, &len);
    if (err == JB_ENOTFOUND)
        return JB_OK; /* its writer took it back */
    if (!err)
        err = jb_parcel_decode(jb_slice_of(bytes, len), &parcel);
    free(bytes);
    if (!err) {
        err = jb_outbox_add(outbox, &parcel, NULL, now_us);
        jb_parcel_free(&parcel);
    }
    if (err == JB_EINVAL || err == JB_ERANGE) {
        (*bad)++;
        return put_aside(path);
    }
    if (err)
        return err;
    (*taken)++;
    return unlink(path) == 0 ? JB_OK : JB_EIO;
}

jb_err jb_spool_take(const char *home, jb_outbox *outbox, int64_t now_us, uint32_t *ret_taken,
                     uint32_t *ret_bad)
{
    char *dir = jb_home_path(home, JB_HOME_SPOOL);
    struct dirent **names = NULL;
    uint32_t taken = 0, bad = 0;
    jb_err err = JB_OK;

    int count = scandir(dir, &names, is_spooled, alphasort);
    if (count < 0)
        err = JB_EIO;
    for (int i = 0; i < count; i++) {
        if (!err) {
            char *path = jb_home_path(dir, names[i]->d_name);
            err = take_one(path, outbox, now_us, &taken, &bad);
            free(path);
        }
        free(names[i]);
    }
    free(names);
    free(dir);
    *ret_taken = taken;
    *ret_bad = bad;
    return err;
}
