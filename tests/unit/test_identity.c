/* Keys, signatures and key files: the vectors of RFC 8032, the layout of what is signed, and every
 * refusal of a file. */
#include "jb_test.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "net/identity.h"

/* RFC 8032, section 7.1, TEST 1. */
#define SEED_HEX "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC_HEX "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SMALL_ORDER_HEX "0100000000000000000000000000000000000000000000000000000000000000"

#define PUBLIC_TEXT "jibao-key: 1\nlabel: 县司法局\npublic: " PUBLIC_HEX "\n"
#define SECRET_TEXT PUBLIC_TEXT "secret: " SEED_HEX "\n"

static const uint8_t store_id[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void unhex(const char *hex, uint8_t *to, size_t size)
{
    size_t len = 0;
    assert_int_equal(sodium_hex2bin(to, size, hex, strlen(hex), NULL, &len, NULL), 0);
    assert_int_equal(len, size);
}

static jb_identity *of_vector(void)
{
    uint8_t seed[JB_KEY_BYTES];
    unhex(SEED_HEX, seed, sizeof(seed));
    return jb_identity_from_seed(seed);
}

static void a_seed_gives_the_key_of_the_standard(void **state)
{
    jb_identity *identity = of_vector();
    char hex[JB_KEY_HEX_SIZE], nick[JB_KEY_SHORT_SIZE];
    uint8_t seed[JB_KEY_BYTES], expected[JB_KEY_BYTES];
    (void)state;
    jb_public_format(jb_identity_public(identity), hex);
    assert_string_equal(hex, PUBLIC_HEX);
    jb_public_short(jb_identity_public(identity), nick);
    assert_string_equal(nick, "d75a-9801");
    jb_identity_seed(identity, seed);
    unhex(SEED_HEX, expected, sizeof(expected));
    assert_memory_equal(seed, expected, sizeof(seed));
    jb_identity_free(identity);
    jb_identity_free(NULL);
}

/* The bytes are put together by hand here, and checked with libsodium alone. */
static void the_signature_covers_domain_kind_store_and_payload(void **state)
{
    static const char hand[] = "jibao.v1.signed\0"
                               "\x01\x02\x03\x04"
                               "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"
                               "payload";
    jb_identity *identity = of_vector();
    const uint8_t *key = jb_identity_public(identity)->bytes;
    uint8_t signature[JB_SIGNATURE_BYTES], by_hand[JB_SIGNATURE_BYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES], pk[JB_KEY_BYTES], seed[JB_KEY_BYTES];
    (void)state;
    assert_int_equal(sizeof(hand) - 1, 16 + 4 + 16 + 7);
    jb_identity_sign(identity, 0x01020304, store_id, JB_LIT("payload"), signature);
    assert_int_equal(
        crypto_sign_verify_detached(signature, (const uint8_t *)hand, sizeof(hand) - 1, key), 0);
    unhex(SEED_HEX, seed, sizeof(seed));
    assert_int_equal(crypto_sign_seed_keypair(pk, secret, seed), 0);
    assert_int_equal(
        crypto_sign_detached(by_hand, NULL, (const uint8_t *)hand, sizeof(hand) - 1, secret), 0);
    assert_memory_equal(signature, by_hand, sizeof(signature));
    jb_identity_free(identity);
}

static void a_signature_is_good_for_nothing_else(void **state)
{
    jb_identity *identity = of_vector(), *other = jb_identity_new();
    const struct jb_public_key *key = jb_identity_public(identity);
    struct jb_slice payload = JB_LIT("payload"), s;
    uint8_t signature[JB_SIGNATURE_BYTES], elsewhere[16] = {0};
    (void)state;
    jb_identity_sign(identity, 5, store_id, payload, signature);
    s = jb_slice_of(signature, sizeof(signature));
    assert_true(jb_signature_good(key, 5, store_id, payload, s));
    assert_false(jb_signature_good(key, 6, store_id, payload, s));
    assert_false(jb_signature_good(key, 5, elsewhere, payload, s));
    assert_false(jb_signature_good(key, 5, store_id, JB_LIT("payloae"), s));
    assert_false(jb_signature_good(key, 5, store_id, JB_LIT("payload "), s));
    assert_false(jb_signature_good(key, 5, store_id, JB_LIT(""), s));
    assert_false(jb_signature_good(jb_identity_public(other), 5, store_id, payload, s));
    assert_false(jb_signature_good(key, 5, store_id, payload, jb_slice_of(signature, 63)));
    assert_false(jb_signature_good(key, 5, store_id, payload, JB_LIT("")));
    for (size_t i = 0; i < sizeof(signature); i++) {
        signature[i] ^= 1;
        assert_false(jb_signature_good(key, 5, store_id, payload, s));
        signature[i] ^= 1;
    }
    jb_identity_sign(identity, 5, store_id, JB_LIT(""), signature);
    assert_true(jb_signature_good(key, 5, store_id, (struct jb_slice){NULL, 0}, s));
    jb_identity_free(identity);
    jb_identity_free(other);
}

static void the_two_halves_make_one_curve_key(void **state)
{
    jb_identity *identity = jb_identity_new();
    uint8_t secret[JB_KEY_BYTES], derived[JB_KEY_BYTES], from_public[JB_KEY_BYTES];
    (void)state;
    jb_identity_curve_secret(identity, secret);
    assert_int_equal(crypto_scalarmult_base(derived, secret), 0);
    jb_public_curve(jb_identity_public(identity), from_public);
    assert_memory_equal(derived, from_public, sizeof(derived));
    jb_identity_free(identity);
}

static void bad_public_keys_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "d75a",
        PUBLIC_HEX "0",
        PUBLIC_HEX " ",
        SMALL_ORDER_HEX,
        /* not a hexadecimal digit; not on the curve; not canonical */
        "g75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "0200000000000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
    };
    struct jb_public_key key, before;
    uint8_t bytes[JB_KEY_BYTES + 1] = {0};
    (void)state;
    memset(&key, 7, sizeof(key));
    before = key;
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        assert_int_equal(jb_public_parse(jb_slice_str(bad[i]), &key), JB_EINVAL);
        assert_true(jb_public_eq(&key, &before));
    }
    unhex(PUBLIC_HEX, bytes, JB_KEY_BYTES);
    assert_int_equal(jb_public_check(jb_slice_of(bytes, 31), &key), JB_EINVAL);
    assert_int_equal(jb_public_check(jb_slice_of(bytes, 33), &key), JB_EINVAL);
    assert_true(jb_public_eq(&key, &before));
    assert_int_equal(jb_public_check(jb_slice_of(bytes, 32), &key), JB_OK);
    assert_int_equal(jb_public_parse(JB_LIT(PUBLIC_HEX), &before), JB_OK);
    assert_true(jb_public_eq(&key, &before));
}

static void a_label_is_one_short_line(void **state)
{
    static const char *const bad[] = {" a",
                                      "a ",
                                      "a\nb",
                                      "a\tb",
                                      "\x7f",
                                      "\xff",
                                      "\xc2\x85",
                                      "a\xe2\x80\xa8"
                                      "b",
                                      "a\xe2\x80\xae"
                                      "b"};
    char text[JB_KEY_LABEL_BYTES_MAX + 2];
    (void)state;
    assert_true(jb_key_label_valid(JB_LIT("")));
    assert_true(jb_key_label_valid(JB_LIT("县司法局 张三 #2: a")));
    for (size_t i = 0; i < JB_COUNT(bad); i++)
        assert_false(jb_key_label_valid(jb_slice_str(bad[i])));
    memset(text, 'x', sizeof(text));
    assert_true(jb_key_label_valid(jb_slice_of(text, JB_KEY_LABEL_BYTES_MAX)));
    assert_false(jb_key_label_valid(jb_slice_of(text, JB_KEY_LABEL_BYTES_MAX + 1)));
}

struct parse_case {
    const char *text;
    const char *why; /* part of the sentence; NULL: accepted */
    bool secret;
};

static void texts_are_parsed_strictly(void **state)
{
    static const struct parse_case cases[] = {
        {PUBLIC_TEXT, NULL, false},
        {SECRET_TEXT, NULL, true},
        {"# a\n\n  secret : " SEED_HEX "\r\npublic:" PUBLIC_HEX
         "\r\njibao-key: 1\r\nlabel: 县司法局",
         NULL, true},
        {"", "no line `jibao-key: 1`", false},
        {"public: " PUBLIC_HEX "\n", "no line `jibao-key: 1`", false},
        {"jibao-key: 2\npublic: " PUBLIC_HEX "\n", "another version", false},
        {"jibao-key: 1\n", "public key is not", false},
        {"jibao-key: 1\npublic: " SMALL_ORDER_HEX "\n", "public key is not", false},
        {"jibao-key: 1\npublic: " PUBLIC_HEX "\nmore: 1\n", "line 3: unknown name", false},
        {"jibao-key: 1\njibao-key: 1\npublic: " PUBLIC_HEX "\n", "line 2: the name stands twice",
         false},
        {"jibao-key: 1\nhello\n", "line 2: expected", false},
        {"jibao-key: 1\nlabel: a\tb\npublic: " PUBLIC_HEX "\n", "label", false},
        {"jibao-key: 1\npublic: " PUBLIC_HEX "\nsecret: 12\n", "secret is not 64", false},
        {"jibao-key: 1\npublic: " PUBLIC_HEX "\nsecret:\n", "secret is not 64", false},
        {"jibao-key: 1\npublic: " PUBLIC_HEX "\nsecret: " PUBLIC_HEX "\n", "belong together",
         false},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_public_key key;
        jb_identity *identity = NULL;
        char label[JB_KEY_LABEL_BYTES_MAX + 1] = "before", why[256] = "";
        jb_err err = jb_key_text_parse(jb_slice_str(cases[i].text), &key, &identity, label, why,
                                       sizeof(why));
        if (cases[i].why) {
            assert_int_equal(err, JB_EINVAL);
            assert_non_null(strstr(why, cases[i].why));
            assert_null(strstr(why, "9d61"));
            assert_string_equal(label, "before");
            assert_null(identity);
            continue;
        }
        assert_int_equal(err, JB_OK);
        assert_string_equal(label, "县司法局");
        assert_int_equal(identity != NULL, cases[i].secret);
        if (identity)
            assert_string_equal(jb_identity_label(identity), label);
        jb_identity_free(identity);
    }
}

static void text_with_nul_or_beyond_the_limit_is_refused(void **state)
{
    struct jb_public_key key;
    jb_identity *identity = NULL;
    char label[JB_KEY_LABEL_BYTES_MAX + 1], why[256] = "", text[JB_KEY_FILE_BYTES_MAX + 1];
    (void)state;
    memset(text, '#', sizeof(text));
    assert_int_equal(jb_key_text_parse(jb_slice_of(text, sizeof(text)), &key, &identity, label, why,
                                       sizeof(why)),
                     JB_ERANGE);
    assert_int_equal(jb_key_text_parse(jb_slice_of(SECRET_TEXT, sizeof(SECRET_TEXT)), &key,
                                       &identity, label, why, sizeof(why)),
                     JB_EINVAL);
    assert_null(identity);
}

/* A folder with a path in it, and what a file may be asked for. */
struct desk {
    char *dir, *path, *other;
    char why[512], label[JB_KEY_LABEL_BYTES_MAX + 1];
    jb_identity *identity;
    struct jb_public_key key;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    assert_non_null(d);
    d->dir = jb_test_tmpdir();
    assert_true(asprintf(&d->path, "%s/me.key", d->dir) > 0);
    assert_true(asprintf(&d->other, "%s/other", d->dir) > 0);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_identity_free(d->identity);
    free(d->path);
    free(d->other);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

static void put(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static jb_err load(struct desk *d, const char *path)
{
    d->why[0] = 0;
    return jb_identity_load(path, &d->identity, d->why, sizeof(d->why));
}

static void assert_refused(struct desk *d, jb_err err, jb_err expected, const char *word)
{
    assert_int_equal(err, expected);
    assert_non_null(strstr(d->why, word));
    assert_null(strstr(d->why, "9d61"));
    assert_null(d->identity);
}

static void assert_mode(const char *path, mode_t mode)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, mode);
}

static void what_is_saved_is_loaded(void **state)
{
    struct desk *d = *state;
    jb_identity *identity = jb_identity_new();
    mode_t mask = umask(0);
    char *name = NULL;
    jb_identity_set_label(identity, "张三");
    assert_int_equal(jb_identity_save(identity, d->path), JB_OK);
    assert_int_equal(jb_public_save(jb_identity_public(identity), "张三", d->other), JB_OK);
    umask(mask);
    assert_mode(d->path, 0400);
    assert_mode(d->other, 0644);
    assert_int_equal(load(d, d->path), JB_OK);
    assert_string_equal(jb_identity_label(d->identity), "张三");
    assert_true(jb_public_eq(jb_identity_public(d->identity), jb_identity_public(identity)));
    assert_int_equal(jb_public_load(d->other, &d->key, d->label, d->why, sizeof(d->why)), JB_OK);
    assert_true(jb_public_eq(&d->key, jb_identity_public(identity)));
    assert_string_equal(d->label, "张三");
    /* No temporary name stays behind. */
    assert_true(asprintf(&name, "test $(ls -A '%s' | wc -l) = 2", d->dir) > 0);
    assert_int_equal(system(name), 0);
    free(name);
    jb_identity_free(identity);
}

static void nothing_is_ever_overwritten(void **state)
{
    struct desk *d = *state;
    jb_identity *identity = jb_identity_new();
    put(d->path, SECRET_TEXT, 0400);
    assert_int_equal(jb_identity_save(identity, d->path), JB_EEXIST);
    assert_int_equal(jb_public_save(jb_identity_public(identity), "", d->path), JB_EEXIST);
    assert_int_equal(symlink("nowhere", d->other), 0);
    assert_int_equal(jb_identity_save(identity, d->other), JB_EEXIST);
    assert_int_equal(load(d, d->path), JB_OK);
    assert_false(jb_public_eq(jb_identity_public(d->identity), jb_identity_public(identity)));
    jb_identity_free(identity);
}

static void a_folder_that_is_missing_is_told(void **state)
{
    struct desk *d = *state;
    char *path = NULL;
    jb_identity *identity = jb_identity_new();
    assert_true(asprintf(&path, "%s/none/me.key", d->dir) > 0);
    assert_int_equal(jb_identity_save(identity, path), JB_ENOTFOUND);
    assert_refused(d, load(d, path), JB_ENOTFOUND, path);
    assert_refused(d, load(d, d->path), JB_ENOTFOUND, "no such key file");
    free(path);
    jb_identity_free(identity);
}

static void modes_that_let_others_in_are_refused(void **state)
{
    static const mode_t good[] = {0400, 0600, 0500, 0700};
    static const mode_t bad[] = {0440, 0404, 0644, 0420, 0402, 0410, 0401, 0666};
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        put(d->path, SECRET_TEXT, bad[i]);
        assert_refused(d, load(d, d->path), JB_EINVAL, "chmod 0400");
    }
    for (size_t i = 0; i < JB_COUNT(good); i++) {
        put(d->path, SECRET_TEXT, good[i]);
        assert_int_equal(load(d, d->path), JB_OK);
        jb_identity_free(d->identity);
        d->identity = NULL;
    }
}

static void what_is_no_plain_file_is_refused(void **state)
{
    struct desk *d = *state;
    put(d->path, SECRET_TEXT, 0400);
    assert_int_equal(symlink(d->path, d->other), 0);
    assert_refused(d, load(d, d->other), JB_EINVAL, "symbolic link");
    assert_int_equal(unlink(d->other), 0);
    assert_refused(d, load(d, d->dir), JB_EINVAL, "not a plain file");
    assert_int_equal(mkfifo(d->other, 0600), 0);
    assert_refused(d, load(d, d->other), JB_EINVAL, "not a plain file");
    assert_refused(d, load(d, "/dev/null"), JB_EINVAL, "not a plain file");
}

/* Only root can give a file away; anybody else finds one of root's. */
static void a_secret_of_somebody_else_is_refused(void **state)
{
    struct desk *d = *state;
    if (geteuid() != 0)
        skip();
    put(d->path, SECRET_TEXT, 0400);
    assert_int_equal(chown(d->path, 65534, (gid_t)-1), 0);
    assert_refused(d, load(d, d->path), JB_EINVAL, "user 65534");
}

static void large_and_strange_files_are_refused(void **state)
{
    struct desk *d = *state;
    char text[JB_KEY_FILE_BYTES_MAX + 2];
    memset(text, '#', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    put(d->path, text, 0400);
    assert_refused(d, load(d, d->path), JB_ERANGE, d->path);
    put(d->path,
        "\x7f"
        "ELF",
        0400);
    assert_refused(d, load(d, d->path), JB_EINVAL, d->path);
    put(d->path, "", 0400);
    assert_refused(d, load(d, d->path), JB_EINVAL, "not a key file");
    put(d->path, "jibao-key: 1\npublic: " PUBLIC_HEX "\nsecret: " PUBLIC_HEX "\n", 0400);
    assert_refused(d, load(d, d->path), JB_EINVAL, "belong together");
}

static void the_halves_are_not_taken_for_each_other(void **state)
{
    struct desk *d = *state;
    struct jb_public_key before = d->key;
    put(d->path, PUBLIC_TEXT, 0400);
    put(d->other, SECRET_TEXT, 0400);
    assert_refused(d, load(d, d->path), JB_EINVAL, "public key");
    assert_int_equal(jb_public_load(d->other, &d->key, d->label, d->why, sizeof(d->why)),
                     JB_EINVAL);
    assert_non_null(strstr(d->why, "other.pub"));
    assert_true(jb_public_eq(&d->key, &before));
}

static void either_kind_is_told_apart(void **state)
{
    struct desk *d = *state;
    put(d->path, PUBLIC_TEXT, 0666);
    assert_int_equal(jb_key_load(d->path, &d->key, &d->identity, d->label, d->why, sizeof(d->why)),
                     JB_OK);
    assert_null(d->identity);
    put(d->path, SECRET_TEXT, 0644);
    assert_refused(d, jb_key_load(d->path, &d->key, &d->identity, d->label, d->why, sizeof(d->why)),
                   JB_EINVAL, "chmod 0400");
    put(d->path, SECRET_TEXT, 0400);
    assert_int_equal(jb_key_load(d->path, &d->key, &d->identity, d->label, d->why, sizeof(d->why)),
                     JB_OK);
    assert_non_null(d->identity);
}

static void a_public_key_is_named_by_digits_or_by_file(void **state)
{
    struct desk *d = *state;
    struct jb_public_key by_file;
    put(d->path, PUBLIC_TEXT, 0644);
    assert_int_equal(jb_public_named(PUBLIC_HEX, &d->key, d->why, sizeof(d->why)), JB_OK);
    assert_int_equal(jb_public_named(d->path, &by_file, d->why, sizeof(d->why)), JB_OK);
    assert_true(jb_public_eq(&by_file, &d->key));
    assert_refused(d, jb_public_named(SMALL_ORDER_HEX, &d->key, d->why, sizeof(d->why)), JB_EINVAL,
                   "not a public key");
    assert_refused(d, jb_public_named(d->other, &d->key, d->why, sizeof(d->why)), JB_ENOTFOUND,
                   d->other);
}

int main(void)
{
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_key_of_the_standard),
        cmocka_unit_test(the_signature_covers_domain_kind_store_and_payload),
        cmocka_unit_test(a_signature_is_good_for_nothing_else),
        cmocka_unit_test(the_two_halves_make_one_curve_key),
        cmocka_unit_test(bad_public_keys_are_refused),
        cmocka_unit_test(a_label_is_one_short_line),
        cmocka_unit_test(texts_are_parsed_strictly),
        cmocka_unit_test(text_with_nul_or_beyond_the_limit_is_refused),
        FILE_TEST(what_is_saved_is_loaded),
        FILE_TEST(nothing_is_ever_overwritten),
        FILE_TEST(a_folder_that_is_missing_is_told),
        FILE_TEST(modes_that_let_others_in_are_refused),
        FILE_TEST(what_is_no_plain_file_is_refused),
        FILE_TEST(a_secret_of_somebody_else_is_refused),
        FILE_TEST(large_and_strange_files_are_refused),
        FILE_TEST(the_halves_are_not_taken_for_each_other),
        FILE_TEST(either_kind_is_told_apart),
        FILE_TEST(a_public_key_is_named_by_digits_or_by_file),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
