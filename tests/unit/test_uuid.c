/* Ids: the bits that RFC 9562 asks for, and one text for one id. */
#include "jb_test.h"

#include "base/uuid.h"

static const char example[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"; /* RFC 9562, A.6 */

static void the_rfcs_example_is_made(void **state)
{
    static const uint8_t random[10] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    char text[37];
    (void)state;
    jb_uuid_format(jb_uuid_make(0x017f22e279b0LL * 1000 + 999, random), text);
    assert_string_equal(text, example);
}

static void text_comes_back(void **state)
{
    struct jb_uuid id;
    char text[37], upper[37];
    (void)state;
    for (size_t i = 0; i < sizeof(upper); i++)
        upper[i] = (char)(example[i] >= 'a' ? example[i] - 'a' + 'A' : example[i]);
    assert_int_equal(jb_uuid_parse(JB_LIT("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), &id), JB_OK);
    jb_uuid_format(id, text);
    assert_string_equal(text, example);
    struct jb_uuid other;
    assert_int_equal(jb_uuid_parse(jb_slice_str(upper), &other), JB_OK);
    assert_true(jb_uuid_eq(id, other));
}

static void other_texts_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        "017f22e2+79b0-7cc3-98c4-dc0c0c07398f",
    };
    struct jb_uuid id;
    (void)state;
    memset(&id, 0xee, sizeof(id));
    for (size_t i = 0; i < JB_COUNT(bad); i++)
        assert_int_equal(jb_uuid_parse(jb_slice_str(bad[i]), &id), JB_EINVAL);
    assert_int_equal(id.bytes[0], 0xee);
}

static void new_ids_differ_and_carry_the_version(void **state)
{
    struct jb_uuid nil = {{0}}, a = jb_uuid_new(), b = jb_uuid_new();
    (void)state;
    assert_true(jb_uuid_is_nil(nil));
    assert_false(jb_uuid_is_nil(a));
    assert_false(jb_uuid_eq(a, b));
    assert_int_equal(a.bytes[6] >> 4, 7);
    assert_int_equal(a.bytes[8] >> 6, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfcs_example_is_made),
        cmocka_unit_test(text_comes_back),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(new_ids_differ_and_carry_the_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
