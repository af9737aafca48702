/* Contacts on the wire: they come back whole, and what no unit may have is refused. */
#include "unit/wire_bytes.h"

#include "net/wire_contacts.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 16 * 1024 * 1024);
    jb_buf_init(&desk->buf, 2 * 1024 * 1024);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    free(desk);
    return 0;
}

static const struct jb_contact people[] = {
    {JB_CONTACT_LEADER, JB_LIT("甲"), JB_LIT("0561-1000"), JB_LIT("+86 138"),
     JB_LIT("a@example.org"), JB_LIT("mornings")},
    {.role = JB_CONTACT_OTHER, .name = JB_LIT("B")},
};

static jb_err decode(struct desk *desk, const struct jb_contacts_put *put,
                     struct jb_contacts_put *ret)
{
    jb_buf_clear(&desk->buf);
    jb_arena_clear(&desk->arena);
    jb_wire_contacts_put_encode(put, &desk->buf);
    assert_false(desk->buf.failed);
    return jb_wire_contacts_put_decode(jb_buf_slice(&desk->buf), &desk->arena, ret);
}

static void a_change_comes_back_whole(void **state)
{
    struct desk *desk = *state;
    const struct jb_unit_contacts units[] = {{JB_LIT("ash"), people, 2, 5},
                                             {.unit = JB_LIT("beech")}};
    const struct jb_contacts_put put = {
        .id = {{7}}, .epoch = 3, .replaces = 1ULL << 40, .units = units, .unit_count = 2};
    struct jb_contacts_put got;
    assert_int_equal(decode(desk, &put, &got), JB_OK);
    assert_memory_equal(got.id.bytes, put.id.bytes, 16);
    assert_int_equal(got.epoch, 3);
    assert_int_equal(got.replaces, 1ULL << 40);
    assert_int_equal(got.unit_count, 2);
    assert_slice(got.units[0].unit, "ash");
    assert_int_equal(got.units[0].row, 5);
    assert_int_equal(got.units[0].count, 2);
    assert_int_equal(got.units[0].items[0].role, JB_CONTACT_LEADER);
    assert_slice(got.units[0].items[0].name, "甲");
    assert_slice(got.units[0].items[0].telephone, "0561-1000");
    assert_slice(got.units[0].items[0].mobile, "+86 138");
    assert_slice(got.units[0].items[0].email, "a@example.org");
    assert_slice(got.units[0].items[0].note, "mornings");
    assert_slice(got.units[0].items[1].name, "B");
    assert_int_equal(got.units[1].count, 0);
}

static void what_no_unit_may_have_is_refused(void **state)
{
    static const uint8_t long_text[JB_CONTACT_NOTE_BYTES_MAX + 1] = {[0 ... 256] = 'x'};
    static const struct {
        struct jb_contact contact;
        jb_err err;
    } cases[] = {
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A")}, JB_OK},
        {{.name = JB_LIT("A")}, JB_EINVAL},
        {{.role = JB_CONTACT_ROLES_END, .name = JB_LIT("A")}, JB_EINVAL},
        {{.role = JB_CONTACT_FILLER}, JB_EINVAL},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT(" A")}, JB_EINVAL},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A\nB")}, JB_EINVAL},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A"), .mobile = JB_LIT("1\t2")}, JB_EINVAL},
        {{.role = JB_CONTACT_FILLER, .name = {long_text, 128}}, JB_OK},
        {{.role = JB_CONTACT_FILLER, .name = {long_text, 129}}, JB_ERANGE},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A"), .telephone = {long_text, 65}}, JB_ERANGE},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A"), .email = {long_text, 129}}, JB_ERANGE},
        {{.role = JB_CONTACT_FILLER, .name = JB_LIT("A"), .note = {long_text, 257}}, JB_ERANGE},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_unit_contacts unit = {JB_LIT("ash"), &cases[i].contact, 1, 0};
        const struct jb_contacts_put put = {.id = {{1}}, .units = &unit, .unit_count = 1};
        struct jb_contacts_put got = {.unit_count = 99};
        assert_int_equal(decode(desk, &put, &got), cases[i].err);
        assert_int_equal(got.unit_count, cases[i].err ? 99 : 1);
    }
}

static void a_change_says_what_it_is_and_keeps_the_limits(void **state)
{
    struct desk *desk = *state;
    static struct jb_unit_contacts many[JB_CONTACT_UNITS_MAX + 1];
    struct jb_contact crowd[JB_UNIT_CONTACTS_MAX + 1];
    struct jb_contacts_put put = {.id = {{1}}, .units = many, .unit_count = JB_CONTACT_UNITS_MAX};
    struct jb_contacts_put got;
    for (size_t i = 0; i < JB_COUNT(many); i++)
        many[i] = (struct jb_unit_contacts){.unit = JB_LIT("ash")};
    for (size_t i = 0; i < JB_COUNT(crowd); i++)
        crowd[i] = people[1];
    assert_int_equal(decode(desk, &put, &got), JB_OK);
    put.unit_count++;
    assert_int_equal(decode(desk, &put, &got), JB_ERANGE);
    put.unit_count = 0;
    assert_int_equal(decode(desk, &put, &got), JB_EINVAL);
    put.unit_count = 1;
    many[0] = (struct jb_unit_contacts){JB_LIT("ash"), crowd, JB_UNIT_CONTACTS_MAX, 0};
    assert_int_equal(decode(desk, &put, &got), JB_OK);
    many[0].count++;
    assert_int_equal(decode(desk, &put, &got), JB_ERANGE);
    many[0] = (struct jb_unit_contacts){.unit = JB_LIT("Ash!")};
    assert_int_equal(decode(desk, &put, &got), JB_EINVAL);
    many[0].unit = JB_LIT("ash");
    put.id = (struct jb_uuid){{0}};
    assert_int_equal(decode(desk, &put, &got), JB_EINVAL);
    put.id.bytes[0] = 1;
    assert_int_equal(decode(desk, &put, &got), JB_OK);
    put_unknown(&desk->buf, 1);
    assert_int_equal(jb_wire_contacts_put_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_EVERSION);
}

static void questions_and_answers_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_unit_contacts unit = {JB_LIT("ash"), people, 2, 0};
    const struct jb_contacts_ask ask = {JB_LIT("ash"), true, JB_LIT("beech"), true};
    const struct jb_contacts_answer answer = {.store_id = {9},
                                              .epoch = 2,
                                              .version = 8,
                                              .units = &unit,
                                              .unit_count = 1,
                                              .next = JB_LIT("ash")};
    struct jb_contacts_ask got_ask;
    struct jb_contacts_answer got;
    struct jb_findings findings;
    jb_wire_contacts_ask_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_contacts_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_OK);
    assert_slice(got_ask.unit, "ash");
    assert_slice(got_ask.after, "beech");
    assert_true(got_ask.subtree && got_ask.version_only);
    jb_findings_init(&findings);
    jb_findings_add(&findings, &(struct jb_finding){.code = JB_F_NARROWED, .severity = JB_NOTICE});
    jb_buf_clear(&desk->buf);
    jb_wire_contacts_answer_encode(&answer, &findings, &desk->buf);
    jb_findings_clear(&findings);
    assert_int_equal(
        jb_wire_contacts_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &findings),
        JB_OK);
    assert_int_equal(findings.total, 1);
    assert_int_equal(got.store_id[0], 9);
    assert_int_equal(got.epoch, 2);
    assert_int_equal(got.version, 8);
    assert_slice(got.next, "ash");
    assert_slice(got.units[0].items[0].email, "a@example.org");
    jb_findings_free(&findings);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_change_comes_back_whole),
        T(what_no_unit_may_have_is_refused),
        T(a_change_says_what_it_is_and_keeps_the_limits),
        T(questions_and_answers_come_back),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
