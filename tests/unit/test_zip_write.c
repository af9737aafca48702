/* Packages: the same parts give the same bytes, and libzip reads them back. */
#include "jb_test.h"

#include <time.h>
#include <zip.h>

#include "base/limits.h"
#include "files/zip_write.h"

static void pack(struct jb_buf *ret)
{
    jb_zip_writer *zip = jb_zip_writer_new();
    jb_zip_writer_add(zip, "[Content_Types].xml", JB_LIT("<Types/>"));
    jb_zip_writer_add(zip, "word/文档.xml", JB_LIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    jb_zip_writer_add(zip, "empty", jb_slice_of(NULL, 0));
    jb_buf_init(ret, 1024 * 1024);
    assert_int_equal(jb_zip_writer_finish(&zip, ret), JB_OK);
    assert_null(zip);
}

static void the_same_parts_give_the_same_bytes_in_any_zone(void **state)
{
    struct jb_buf one, two;
    (void)state;
    setenv("TZ", "America/Los_Angeles", 1);
    tzset();
    pack(&one);
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    pack(&two);
    unsetenv("TZ");
    tzset();
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.ptr, two.ptr, one.len);
    jb_buf_free(&one);
    jb_buf_free(&two);
}

static void parts_are_read_back_with_the_fixed_time(void **state)
{
    struct jb_buf bytes;
    char text[64];
    struct zip_stat stat;
    (void)state;
    pack(&bytes);
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    assert_non_null(archive);
    assert_int_equal(zip_get_num_entries(archive, 0), 3);
    assert_string_equal(zip_get_name(archive, 1, 0), "word/文档.xml");
    assert_int_equal(zip_stat_index(archive, 1, 0, &stat), 0);
    struct tm local;
    localtime_r(&stat.mtime, &local);
    assert_int_equal(local.tm_year, 80);
    assert_int_equal(local.tm_yday, 0);
    zip_file_t *file = zip_fopen_index(archive, 1, 0);
    assert_int_equal(zip_fread(file, text, sizeof(text)), 36);
    assert_memory_equal(text, "aaaa", 4);
    zip_fclose(file);
    zip_discard(archive);
    jb_buf_free(&bytes);
}

static void a_name_that_comes_twice_is_refused(void **state)
{
    struct jb_buf bytes;
    jb_zip_writer *zip = jb_zip_writer_new();
    (void)state;
    jb_buf_init(&bytes, 1024);
    jb_zip_writer_add(zip, "a", JB_LIT("1"));
    jb_zip_writer_add(zip, "a", JB_LIT("2"));
    assert_int_equal(jb_zip_writer_finish(&zip, &bytes), JB_EINVAL);
    assert_int_equal(bytes.len, 0);
    jb_buf_free(&bytes);
}

static void limits_hold(void **state)
{
    struct jb_buf bytes;
    jb_zip_writer *zip = jb_zip_writer_new();
    (void)state;
    jb_buf_init(&bytes, 16);
    for (uint32_t i = 0; i <= JB_PACKAGE_PARTS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%u", i);
        jb_zip_writer_add(zip, name, JB_LIT("x"));
    }
    assert_int_equal(jb_zip_writer_finish(&zip, &bytes), JB_ERANGE);
    zip = jb_zip_writer_new();
    jb_zip_writer_add(zip, "a", JB_LIT("more than the buffer takes"));
    assert_int_equal(jb_zip_writer_finish(&zip, &bytes), JB_ERANGE);
    assert_int_equal(bytes.len, 0);
    jb_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_parts_give_the_same_bytes_in_any_zone),
        cmocka_unit_test(parts_are_read_back_with_the_fixed_time),
        cmocka_unit_test(a_name_that_comes_twice_is_refused),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
