/* Invitations, devices and PINs without a network: time is an argument. */
#include "jb_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/kv.h"
#include "attempts.h"
#include "people.h"
#include "people_record.h"

#define NOW 1000000000000LL
static const struct jb_person zhang = {.code = "zhang", .unit = "justice", .name = "张三"};

struct desk {
    char dir[64];
    jb_people *people;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    snprintf(desk->dir, sizeof(desk->dir), "/tmp/jibao-people-XXXXXX");
    assert_non_null(mkdtemp(desk->dir));
    assert_int_equal(jb_people_open(desk->dir, &desk->people), JB_OK);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_people_close(desk->people);
    jb_kv_remove(desk->dir);
    free(desk);
    return 0;
}

static void a_code_is_good_once_and_for_seven_days(void **state)
{
    struct desk *desk = *state;
    char code[JB_INVITATION_CODE_SIZE];
    uint8_t token[JB_TOKEN_BYTES];
    struct jb_person who;
    for (int late = 0; late < 2; late++) {
        assert_int_equal(jb_people_invite(desk->people, &zhang, NOW, code), JB_OK);
        int64_t at = NOW + JB_INVITATION_US - 1 + late;
        jb_err err =
            jb_people_enrol(desk->people, jb_slice_str(code), JB_LIT("123456"), at, token, &who);
        assert_int_equal(err, late ? JB_ENOTFOUND : JB_OK);
    }
    assert_string_equal(who.name, "张三");
    assert_int_equal(
        jb_people_enrol(desk->people, jb_slice_str(code), JB_LIT("123456"), NOW, token, &who),
        JB_OK);
    assert_int_equal(
        jb_people_enrol(desk->people, jb_slice_str(code), JB_LIT("123456"), NOW, token, &who),
        JB_ENOTFOUND);
}

static void a_device_reads_for_thirty_days(void **state)
{
    struct desk *desk = *state;
    char code[JB_INVITATION_CODE_SIZE];
    uint8_t token[JB_TOKEN_BYTES];
    struct jb_person who;
    uint32_t left;
    assert_int_equal(jb_people_invite(desk->people, &zhang, NOW, code), JB_OK);
    assert_int_equal(
        jb_people_enrol(desk->people, jb_slice_str(code), JB_LIT("123456"), NOW, token, &who),
        JB_OK);
    assert_int_equal(jb_people_device(desk->people, token, NOW + JB_DEVICE_US - 1, &who), JB_OK);
    assert_int_equal(jb_people_device(desk->people, token, NOW + JB_DEVICE_US, &who), JB_ENOTFOUND);
    assert_int_equal(
        jb_people_try_pin(desk->people, token, JB_LIT("123456"), NOW + JB_DEVICE_US - 1, &left),
        JB_OK);
    assert_int_equal(jb_people_device(desk->people, token, NOW + JB_DEVICE_US, &who), JB_OK);
}

static void five_wrong_pins_in_a_row_lock(void **state)
{
    struct desk *desk = *state;
    char code[JB_INVITATION_CODE_SIZE];
    uint8_t token[JB_TOKEN_BYTES];
    struct jb_person who;
    uint32_t left = 99;
    assert_int_equal(jb_people_invite(desk->people, &zhang, NOW, code), JB_OK);
    assert_int_equal(
        jb_people_enrol(desk->people, jb_slice_str(code), JB_LIT("123456"), NOW, token, &who),
        JB_OK);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 1; i < JB_PIN_FAILURES_MAX; i++) {
            assert_int_equal(jb_people_try_pin(desk->people, token, JB_LIT("654321"), NOW, &left),
                             JB_EINVAL);
            assert_int_equal(left, JB_PIN_FAILURES_MAX - i);
        }
        if (round == 0)
            assert_int_equal(jb_people_try_pin(desk->people, token, JB_LIT("123456"), NOW, &left),
                             JB_OK);
    }
    assert_int_equal(jb_people_try_pin(desk->people, token, JB_LIT("1"), NOW, &left), JB_EINVAL);
    assert_int_equal(left, 0);
    assert_int_equal(jb_people_try_pin(desk->people, token, JB_LIT("123456"), NOW, &left),
                     JB_ENOTFOUND);
    assert_int_equal(jb_people_device(desk->people, token, NOW, &who), JB_ENOTFOUND);
}

static void codes_are_read_as_people_write_them(void **state)
{
    uint8_t first[JB_HASH_BYTES], other[JB_HASH_BYTES];
    (void)state;
    assert_true(jb_invitation_code_hash(JB_LIT("01AB-CDEF-GHJK-MNPQ"), first));
    assert_true(jb_invitation_code_hash(JB_LIT("oiab cdef ghjkmnpq"), other));
    assert_memory_equal(first, other, sizeof(first));
    assert_true(jb_invitation_code_hash(JB_LIT("01AB-CDEF-GHJK-MNPR"), other));
    assert_memory_not_equal(first, other, sizeof(first));
    assert_false(jb_invitation_code_hash(JB_LIT("01AB-CDEF-GHJK-MNP"), other));
    assert_false(jb_invitation_code_hash(JB_LIT("01AB-CDEF-GHJK-MNPQR"), other));
    assert_false(jb_invitation_code_hash(JB_LIT("U1AB-CDEF-GHJK-MNPQ"), other));
    assert_false(jb_invitation_code_hash(JB_LIT(""), other));
}

static void a_record_comes_back_and_damage_is_refused(void **state)
{
    struct jb_people_record record = {.person = zhang, .until_us = NOW, .failures = 3}, back;
    struct jb_buf buf;
    (void)state;
    record.person.administrator = true;
    jb_buf_init(&buf, 4096);
    jb_people_record_encode(&record, &buf);
    assert_int_equal(jb_people_record_decode(jb_buf_slice(&buf), &back), JB_OK);
    assert_string_equal(back.person.unit, "justice");
    assert_true(back.person.administrator);
    assert_int_equal(back.failures, 3);
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(jb_people_record_decode(jb_slice_of(buf.ptr, len), &back), JB_EDAMAGED);
    buf.ptr[0]++;
    assert_int_equal(jb_people_record_decode(jb_buf_slice(&buf), &back), JB_EVERSION);
    jb_buf_free(&buf);
}

static void persons_have_codes_and_printable_names(void **state)
{
    struct jb_person person = zhang;
    (void)state;
    assert_true(jb_person_valid(&person));
    snprintf(person.name, sizeof(person.name), "a\nb");
    assert_false(jb_person_valid(&person));
    person.name[0] = 0;
    assert_false(jb_person_valid(&person));
    person = zhang;
    snprintf(person.code, sizeof(person.code), "Zhang San");
    assert_false(jb_person_valid(&person));
}

static void guessing_is_stopped_for_one_address_and_for_all(void **state)
{
    struct jb_attempts attempts = {.next = 0};
    char address[16];
    (void)state;
    for (int i = 0; i < JB_ATTEMPTS_ADDRESS_MAX; i++) {
        assert_true(jb_attempts_allow(&attempts, "a", NOW));
        jb_attempts_failed(&attempts, "a", NOW);
    }
    assert_false(jb_attempts_allow(&attempts, "a", NOW + JB_ATTEMPTS_US - 1));
    assert_true(jb_attempts_allow(&attempts, "b", NOW));
    assert_true(jb_attempts_allow(&attempts, "a", NOW + JB_ATTEMPTS_US));
    for (int i = 0; i < JB_ATTEMPTS_ALL_MAX; i++) {
        snprintf(address, sizeof(address), "%d", i);
        jb_attempts_failed(&attempts, address, NOW);
    }
    assert_false(jb_attempts_allow(&attempts, "c", NOW));
    assert_true(jb_attempts_allow(&attempts, "c", NOW + JB_ATTEMPTS_US));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_code_is_good_once_and_for_seven_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_reads_for_thirty_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(five_wrong_pins_in_a_row_lock, set_up, tear_down),
        cmocka_unit_test(codes_are_read_as_people_write_them),
        cmocka_unit_test(a_record_comes_back_and_damage_is_refused),
        cmocka_unit_test(persons_have_codes_and_printable_names),
        cmocka_unit_test(guessing_is_stopped_for_one_address_and_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
