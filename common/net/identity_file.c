/* Key files: their text, and the checks that a secret one must pass before its bytes are believed.
 * The checks look at the opened file and not at its name, so that nothing can be swapped between a
 * check and the reading. Bytes that hold a secret live in locked memory and are wiped. */
#include "net/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/dir.h"
#include "files/encoding.h"

#define FORMAT "1"
#define WHY_BYTES 512 /* of a sentence that is to get the file's name in front */

enum field { FIELD_FORMAT, FIELD_LABEL, FIELD_PUBLIC, FIELD_SECRET, FIELDS };
static const char *const field_names[FIELDS] = {"jibao-key", "label", "public", "secret"};

static struct jb_slice trim(struct jb_slice s)
{
    while (s.len && strchr(" \t\r", s.ptr[s.len - 1]))
        s.len--;
    while (s.len && strchr(" \t", s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

/* One line that is no comment into its field. The sentences never quote a line: it may be the
 * secret one. */
static jb_err take_line(struct jb_slice line, struct jb_slice fields[FIELDS], const char **ret_why)
{
    const uint8_t *colon = memchr(line.ptr, ':', line.len);

    if (!colon) {
        *ret_why = _("expected: name: value");
        return JB_EINVAL;
    }
    struct jb_slice name = trim(jb_slice_of(line.ptr, (size_t)(colon - line.ptr)));
    for (int i = 0; i < FIELDS; i++) {
        if (!jb_slice_is(name, field_names[i]))
            continue;
        if (fields[i].ptr) {
            *ret_why = _("the name stands twice");
            return JB_EINVAL;
        }
        fields[i] = trim(jb_slice_of(colon + 1, (size_t)(line.ptr + line.len - colon - 1)));
        return JB_OK;
    }
    *ret_why = _("unknown name; a key file has jibao-key, label, public and secret");
    return JB_EINVAL;
}

static jb_err split(struct jb_slice text, struct jb_slice fields[FIELDS], char *why,
                    size_t why_size)
{
    const char *sentence = NULL;

    for (unsigned number = 1; text.len; number++) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        struct jb_slice line = trim(jb_slice_of(text.ptr, len));
        size_t used = len + (end != NULL);
        text = jb_slice_of(text.ptr + used, text.len - used);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        jb_err err = take_line(line, fields, &sentence);
        if (err) {
            snprintf(why, why_size, _("line %u: %s"), number, sentence);
            return err;
        }
    }
    return JB_OK;
}

static jb_err parse_secret(struct jb_slice hex, const struct jb_public_key *public_key,
                           jb_identity **ret, const char **ret_why)
{
    jb_identity *identity = NULL;
    uint8_t *seed;
    size_t len = 0;
    jb_err err = JB_EINVAL;
    int rc = sodium_init();

    jb_assert(rc >= 0);
    seed = sodium_malloc(JB_KEY_BYTES);
    jb_assert(seed);
    if (hex.len != JB_KEY_HEX_SIZE - 1 ||
        sodium_hex2bin(seed, JB_KEY_BYTES, (const char *)hex.ptr, hex.len, NULL, &len, NULL) ||
        len != JB_KEY_BYTES) {
        *ret_why = _("the secret is not 64 hexadecimal digits");
        goto out;
    }
    identity = jb_identity_from_seed(seed);
    if (!jb_public_eq(jb_identity_public(identity), public_key)) {
        *ret_why = _("the public and the secret half do not belong together");
        goto out;
    }
    *ret = identity;
    identity = NULL;
    err = JB_OK;
out:
    jb_identity_free(identity);
    sodium_free(seed); /* wipes it */
    return err;
}

/* What the fields say; *ret_secret is NULL without a secret. */
static jb_err read_fields(const struct jb_slice fields[FIELDS], struct jb_public_key *ret_public,
                          jb_identity **ret_secret, const char **ret_why)
{
    struct jb_public_key public_key;
    jb_identity *identity = NULL;

    *ret_why = NULL;
    if (!fields[FIELD_FORMAT].ptr)
        *ret_why = _("this is not a key file: it has no line `jibao-key: 1`");
    else if (!jb_slice_is(fields[FIELD_FORMAT], FORMAT))
        *ret_why = _("a key file of another version than 1");
    else if (!jb_key_label_valid(fields[FIELD_LABEL]))
        *ret_why = _("the label is not one line of UTF-8 of at most 128 bytes");
    else if (jb_public_parse(fields[FIELD_PUBLIC], &public_key))
        *ret_why = _("the public key is not 64 hexadecimal digits of a good key");
    if (*ret_why)
        return JB_EINVAL;
    if (fields[FIELD_SECRET].ptr) {
        jb_err err = parse_secret(fields[FIELD_SECRET], &public_key, &identity, ret_why);
        if (err)
            return err;
    }
    *ret_public = public_key;
    *ret_secret = identity;
    return JB_OK;
}

jb_err jb_key_text_parse(struct jb_slice text, struct jb_public_key *ret_public,
                         jb_identity **ret_secret, char label[JB_KEY_LABEL_BYTES_MAX + 1],
                         char *why, size_t why_size)
{
    struct jb_slice fields[FIELDS] = {{NULL, 0}};
    const char *sentence = NULL;

    if (text.len > JB_KEY_FILE_BYTES_MAX) {
        snprintf(why, why_size, _("a key file has at most %u bytes"), JB_KEY_FILE_BYTES_MAX);
        return JB_ERANGE;
    }
    if (text.len && memchr(text.ptr, 0, text.len)) {
        snprintf(why, why_size, "%s", _("this is not a key file: it is not text"));
        return JB_EINVAL;
    }
    jb_err err = split(text, fields, why, why_size);
    if (err)
        return err;
    err = read_fields(fields, ret_public, ret_secret, &sentence);
    if (err) {
        snprintf(why, why_size, "%s", sentence);
        return err;
    }
    struct jb_slice found = fields[FIELD_LABEL];
    if (found.len)
        memcpy(label, found.ptr, found.len);
    label[found.len] = 0;
    if (*ret_secret)
        jb_identity_set_label(*ret_secret, label);
    return JB_OK;
}

static jb_err open_key(const char *path, int *ret_fd, struct stat *ret_info, char *why,
                       size_t why_size)
{
    /* Not blocking: a FIFO is refused below and not waited for. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int number = errno;

    if (fd < 0) {
        if (number == ELOOP)
            snprintf(why, why_size, _("%s is a symbolic link; name the key file itself"), path);
        else if (number == ENOENT || number == ENOTDIR)
            snprintf(why, why_size, _("%s: there is no such key file"), path);
        else
            snprintf(why, why_size, _("%s cannot be read: %s"), path, strerror(number));
        return number == ELOOP || number == EACCES ? JB_EINVAL : jb_dir_errno(number);
    }
    if (fstat(fd, ret_info) != 0) {
        snprintf(why, why_size, _("%s cannot be read: %s"), path, strerror(errno));
        close(fd);
        return JB_EIO;
    }
    if (!S_ISREG(ret_info->st_mode)) {
        snprintf(why, why_size, _("%s is not a plain file"), path);
        close(fd);
        return JB_EINVAL;
    }
    *ret_fd = fd;
    return JB_OK;
}

static jb_err check_owner(const char *path, const struct stat *info, char *why, size_t why_size)
{
    if (info->st_uid != geteuid()) {
        snprintf(why, why_size,
                 _("%s belongs to user %u, but this program runs as user %u; a secret key must "
                   "belong to who uses it (chown)"),
                 path, info->st_uid, geteuid());
        return JB_EINVAL;
    }
    if (info->st_mode & 077) {
        snprintf(why, why_size,
                 _("%s may be read or written by others (mode %04o): run chmod 0400 on it, and "
                   "replace the key if anybody else could have read it"),
                 path, info->st_mode & 07777);
        return JB_EINVAL;
    }
    return JB_OK;
}

/* Reads to the end into `bytes`, which have room for one more than is allowed. */
static jb_err read_all(int fd, uint8_t *bytes, size_t *ret_len)
{
    size_t len = 0;

    while (len <= JB_KEY_FILE_BYTES_MAX) {
        ssize_t got = read(fd, bytes + len, JB_KEY_FILE_BYTES_MAX + 1 - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return JB_EIO;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_len = len;
    return JB_OK;
}

static jb_err parse_file(const char *path, int fd, struct jb_public_key *ret_public,
                         jb_identity **ret_secret, char *label, char *why, size_t why_size)
{
    char sentence[WHY_BYTES] = "";
    size_t len = 0;
    int rc = sodium_init();

    jb_assert(rc >= 0);
    uint8_t *bytes = sodium_malloc(JB_KEY_FILE_BYTES_MAX + 1);
    jb_assert(bytes);
    jb_err err = read_all(fd, bytes, &len);
    if (err)
        snprintf(sentence, sizeof(sentence), "%s", strerror(errno));
    else
        err = jb_key_text_parse(jb_slice_of(bytes, len), ret_public, ret_secret, label, sentence,
                                sizeof(sentence));
    if (err)
        snprintf(why, why_size, "%s: %s", path, sentence);
    sodium_free(bytes); /* wipes it */
    return err;
}

jb_err jb_key_load(const char *path, struct jb_public_key *ret_public, jb_identity **ret_secret,
                   char label[JB_KEY_LABEL_BYTES_MAX + 1], char *why, size_t why_size)
{
    struct jb_public_key public_key;
    jb_identity *identity = NULL;
    char found[JB_KEY_LABEL_BYTES_MAX + 1];
    struct stat info;
    int fd = -1;
    jb_err err = open_key(path, &fd, &info, why, why_size);

    if (err)
        return err;
    err = parse_file(path, fd, &public_key, &identity, found, why, why_size);
    if (!err && identity)
        err = check_owner(path, &info, why, why_size);
    close(fd);
    if (err) {
        jb_identity_free(identity);
        return err;
    }
    *ret_public = public_key;
    *ret_secret = identity;
    memcpy(label, found, sizeof(found));
    return JB_OK;
}

jb_err jb_identity_load(const char *path, jb_identity **ret, char *why, size_t why_size)
{
    struct jb_public_key public_key;
    jb_identity *identity = NULL;
    char label[JB_KEY_LABEL_BYTES_MAX + 1];
    jb_err err = jb_key_load(path, &public_key, &identity, label, why, why_size);

    if (err == JB_ENOTFOUND)
        snprintf(why, why_size, _("%s: there is no such key file; jibao key new makes one"), path);
    if (err)
        return err;
    if (!identity) {
        snprintf(why, why_size, _("%s holds a public key; the file with the secret is needed"),
                 path);
        return JB_EINVAL;
    }
    *ret = identity;
    return JB_OK;
}

jb_err jb_public_load(const char *path, struct jb_public_key *ret,
                      char label[JB_KEY_LABEL_BYTES_MAX + 1], char *why, size_t why_size)
{
    struct jb_public_key public_key;
    jb_identity *identity = NULL;
    char found[JB_KEY_LABEL_BYTES_MAX + 1];
    struct stat info;
    int fd = -1;
    jb_err err = open_key(path, &fd, &info, why, why_size);

    if (err)
        return err;
    err = parse_file(path, fd, &public_key, &identity, found, why, why_size);
    close(fd);
    if (!err && identity) {
        snprintf(why, why_size,
                 _("%s holds a secret key, which stays with its owner; name the file with its "
                   "public half "
                   "(such as %s.pub)"),
                 path, path);
        err = JB_EINVAL;
    }
    jb_identity_free(identity);
    if (err)
        return err;
    *ret = public_key;
    memcpy(label, found, sizeof(found));
    return JB_OK;
}

static bool is_key_digits(struct jb_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return text.len == JB_KEY_HEX_SIZE - 1;
}

jb_err jb_public_named(const char *text, struct jb_public_key *ret, char *why, size_t why_size)
{
    char label[JB_KEY_LABEL_BYTES_MAX + 1];
    struct jb_slice digits = jb_slice_str(text);

    if (!is_key_digits(digits))
        return jb_public_load(text, ret, label, why, why_size);
    jb_err err = jb_public_parse(digits, ret);
    if (err)
        snprintf(why, why_size, _("%s is not a public key"), text);
    return err;
}

jb_err jb_identity_configured(const char *key, const char *server_key, jb_identity **ret,
                              struct jb_public_key *ret_server, char *why, size_t why_size)
{
    char sentence[WHY_BYTES] = "";
    struct jb_public_key server;

    if (!key || !key[0]) {
        snprintf(why, why_size, "%s",
                 _("no key is configured: name the key file with --key FILE or with `key = FILE` "
                   "in the configuration file (jibao key new makes one)"));
        return JB_EINVAL;
    }
    if (!server_key || !server_key[0]) {
        snprintf(why, why_size, "%s",
                 _("the aggregator's public key is not configured: name it with --server-key or "
                   "with `server_key = ` in the configuration file (its operator hands it out)"));
        return JB_EINVAL;
    }
    jb_err err = jb_public_named(server_key, &server, sentence, sizeof(sentence));
    if (err) {
        snprintf(why, why_size, _("the aggregator's public key: %s"), sentence);
        return err;
    }
    err = jb_identity_load(key, ret, why, why_size);
    if (!err)
        *ret_server = server;
    return err;
}

static jb_err save(const char *path, const char *comment, const char *label,
                   const struct jb_public_key *key, const char *secret_hex, unsigned mode)
{
    char hex[JB_KEY_HEX_SIZE];
    char *text = sodium_malloc(JB_KEY_FILE_BYTES_MAX);

    jb_assert(text && jb_key_label_valid(jb_slice_str(label)));
    jb_public_format(key, hex);
    int len = snprintf(text, JB_KEY_FILE_BYTES_MAX, "# %s\njibao-key: %s\n%s%s%spublic: %s\n%s%s%s",
                       comment, FORMAT, label[0] ? "label: " : "", label, label[0] ? "\n" : "", hex,
                       secret_hex ? "secret: " : "", secret_hex ? secret_hex : "",
                       secret_hex ? "\n" : "");
    jb_assert(len > 0 && len < JB_KEY_FILE_BYTES_MAX);
    jb_err err = jb_write_new_file(path, jb_slice_of(text, (size_t)len), mode);
    sodium_free(text); /* wipes it */
    return err;
}

jb_err jb_identity_save(const jb_identity *identity, const char *path)
{
    uint8_t seed[JB_KEY_BYTES];
    char hex[JB_KEY_HEX_SIZE];

    jb_identity_seed(identity, seed);
    sodium_bin2hex(hex, sizeof(hex), seed, sizeof(seed));
    jb_err err = save(path, "A secret key of jibao: it stays with its owner.",
                      jb_identity_label(identity), jb_identity_public(identity), hex, 0400);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(hex, sizeof(hex));
    return err;
}

jb_err jb_public_save(const struct jb_public_key *key, const char *label, const char *path)
{
    return save(path, "A public key of jibao: this is what to hand over.", label, key, NULL, 0644);
}
