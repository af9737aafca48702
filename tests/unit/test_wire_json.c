/* Messages as JSON: each type of field both ways, canonical spelling, and what is refused by name.
 */
#include "jb_test.h"

#include "base/text.h"
#include "base/limits.h"
#include "net/wire_json.h"
#include "net/wire_query.h"
#include "net/wire_watch.h"

struct desk {
    struct jb_buf payload, text;
    struct jb_wire_json_why why;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_buf_init(&desk->payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&desk->text, JB_WIRE_JSON_BYTES_MAX);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_buf_free(&desk->payload);
    jb_buf_free(&desk->text);
    free(desk);
    return 0;
}

static jb_err read_text(struct desk *desk, enum jb_kind kind, const char *text)
{
    jb_buf_clear(&desk->payload);
    return jb_wire_json_decode(kind, jb_slice_str(text), &desk->payload, &desk->why);
}

static void assert_written(struct desk *desk, enum jb_kind kind, const char *expected)
{
    jb_buf_clear(&desk->text);
    assert_int_equal(jb_wire_json_encode(kind, jb_buf_slice(&desk->payload), &desk->text), JB_OK);
    jb_buf_put(&desk->text, "", 1);
    assert_string_equal((const char *)desk->text.ptr, expected);
}

static void what_is_canonical_comes_back_as_it_was(void **state)
{
    static const struct {
        enum jb_kind kind;
        const char *text;
    } cases[] = {
        {JB_KIND_QUERY, "{}"},
        {JB_KIND_QUERY, "{\"units\":[\"a\",\"b\"],\"under\":\"c\",\"yoy\":true,\"asOfRevision\":"
                        "\"18446744073709551615\",\"asOfUs\":\"-9223372036854775808\",\"plane\":"
                        "\"OWN\",\"cursor\":\"AP8=\",\"release\":4294967295}"},
        {JB_KIND_DIFF, "{\"before\":{\"view\":\"VIEW_ACCEPTED\"},\"after\":{},\"periods\":"
                       "[\"2023-Q2\"]}"},
        {JB_KIND_WATCH_EVENT, "{\"type\":\"CHANGES\",\"cells\":[{\"unit\":\"a\",\"value\":\"1.5\"}"
                              ",{}],\"act\":{\"action\":\"PUBLISH\"}}"},
        {JB_KIND_PROOF, "{\"revisions\":[\"1\",\"0\",\"300\"]}"},
        {JB_KIND_HISTORY, "{\"unit\":\"\\\"\\\\\\n\\u0001\\u003c/script\\u003e县\"}"},
    };
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read_text(*state, cases[i].kind, cases[i].text), JB_OK);
        assert_written(*state, cases[i].kind, cases[i].text);
    }
}

static void other_spellings_are_read_and_written_canonically(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {" {\"as_of_revision\": 7, \"release\": \"3\", \"view\": 2} ",
         "{\"asOfRevision\":\"7\",\"view\":\"VIEW_PUBLISHED\",\"release\":3}"},
        {"{\"units\": null, \"under\": \"\", \"yoy\": false, \"plane\": \"ROLLUP\"}", "{}"},
        {"{\"cursor\": \"-_8\"}", "{\"cursor\":\"+/8=\"}"},
    };
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read_text(*state, JB_KIND_QUERY, cases[i].text), JB_OK);
        assert_written(*state, JB_KIND_QUERY, cases[i].canonical);
    }
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        enum jb_kind kind;
        const char *text, *field, *expected;
    } cases[] = {
        {JB_KIND_QUERY, "{\"unit\":\"a\"}", "unit", "no such field"},
        {JB_KIND_QUERY, "{\"asOfUs\":1,\"as_of_us\":1}", "as_of_us", "once"},
        {JB_KIND_QUERY, "{\"units\":\"a\"}", "units", "a list"},
        {JB_KIND_QUERY, "{\"units\":[\"a\",1]}", "units[1]", "a string"},
        {JB_KIND_QUERY, "{\"units\":[null]}", "units[0]", "a string"},
        {JB_KIND_QUERY, "{\"yoy\":\"true\"}", "yoy", "true or false"},
        {JB_KIND_QUERY, "{\"view\":\"working\"}", "view", "View"},
        {JB_KIND_QUERY, "{\"view\":9}", "view", "View"},
        {JB_KIND_QUERY, "{\"release\":4294967296}", "release",
         "a whole number from 0 to 4294967295"},
        {JB_KIND_QUERY, "{\"release\":1.5}", "release", "a whole number from 0 to 4294967295"},
        {JB_KIND_QUERY, "{\"asOfRevision\":\"-1\"}", "asOfRevision",
         "a whole number, best as a string"},
        {JB_KIND_QUERY, "{\"asOfRevision\":\"18446744073709551616\"}", "asOfRevision",
         "a whole number, best as a string"},
        {JB_KIND_QUERY, "{\"asOfUs\":\"9223372036854775808\"}", "asOfUs",
         "a whole number, best as a string"},
        {JB_KIND_QUERY, "{\"cursor\":\"?\"}", "cursor", "a string of base64"},
        {JB_KIND_DIFF, "{\"before\":{\"views\":1}}", "before.views", "no such field"},
        {JB_KIND_DIFF, "{\"before\":[]}", "before", "an object"},
        {JB_KIND_QUERY, "[]", "", "an object"},
        {JB_KIND_QUERY, "{\"under\":\"a\\u0000b\"}", "",
         "JSON; line 1, column 19: \\u0000 is not allowed without JSON_ALLOW_NUL near "
         "'\"a\\u0000b\"'"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read_text(desk, cases[i].kind, cases[i].text), JB_EINVAL);
        assert_string_equal(desk->why.field, cases[i].field);
        assert_string_equal(desk->why.expected, cases[i].expected);
    }
    assert_int_equal(read_text(desk, JB_KIND_QUERY, "{"), JB_EINVAL);
    assert_int_equal(read_text(desk, JB_KIND_QUERY, "{\"yoy\":true,\"yoy\":true}"), JB_EINVAL);
    assert_int_equal(read_text(desk, JB_KIND_QUERY, "{\"under\":\"\xff\"}"), JB_EINVAL);
}

static void a_text_beyond_its_limit_is_refused(void **state)
{
    struct desk *desk = *state;
    struct jb_buf text;
    jb_buf_init(&text, JB_MESSAGE_BYTES_MAX);
    jb_buf_put_str(&text, "{\"under\":\"");
    memset(jb_buf_reserve(&text, JB_TEXT_FIGURE_BYTES_MAX + 1), 'a', JB_TEXT_FIGURE_BYTES_MAX + 1);
    text.len += JB_TEXT_FIGURE_BYTES_MAX + 1;
    jb_buf_put_str(&text, "\"}");
    jb_buf_clear(&desk->payload);
    assert_int_equal(
        jb_wire_json_decode(JB_KIND_QUERY, jb_buf_slice(&text), &desk->payload, &desk->why),
        JB_ERANGE);
    jb_buf_free(&text);
}

static jb_err read_params(struct desk *desk, enum jb_kind kind, const char *const *pairs,
                          uint32_t count)
{
    struct jb_wire_json_param params[8];
    for (uint32_t i = 0; i < count; i++)
        params[i] =
            (struct jb_wire_json_param){jb_slice_str(pairs[2 * i]), jb_slice_str(pairs[2 * i + 1])};
    jb_buf_clear(&desk->payload);
    return jb_wire_json_params(kind, params, count, &desk->payload, &desk->why);
}

static void parameters_make_the_same_message(void **state)
{
    static const char *const query[] = {"units",   "a",   "periods", "2023-Q1",      "periods",
                                        "2023-Q2", "yoy", "true",    "asOfRevision", "7"};
    static const char *const diff[] = {"before.view", "VIEW_PUBLISHED", "before.release",
                                       "1",           "periods",        "2023"};
    assert_int_equal(read_params(*state, JB_KIND_QUERY, query, 5), JB_OK);
    assert_written(*state, JB_KIND_QUERY,
                   "{\"units\":[\"a\"],\"periods\":[\"2023-Q1\",\"2023-Q2\"],\"yoy\":true,"
                   "\"asOfRevision\":\"7\"}");
    assert_int_equal(read_params(*state, JB_KIND_DIFF, diff, 3), JB_OK);
    assert_written(*state, JB_KIND_DIFF,
                   "{\"before\":{\"view\":\"VIEW_PUBLISHED\",\"release\":1},\"periods\":"
                   "[\"2023\"]}");
}

static void wrong_parameters_are_named(void **state)
{
    static const struct {
        const char *pairs[4];
        uint32_t count;
        const char *field;
    } cases[] = {
        {{"nothing", "1"}, 1, "nothing"}, {{"under", "a", "under", "b"}, 2, "under"},
        {{"under.x", "a"}, 1, "under"},   {{"under", "a", "under.x", "b"}, 2, "under.x"},
        {{"yoy", "yes"}, 1, "yoy"},       {{"under", "\xff"}, 1, "under"},
        {{"\xff", "a"}, 1, "?"},          {{".", "a"}, 1, ""},
        {{"a.b.c.d.e.f", "a"}, 1, "a"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read_params(desk, JB_KIND_QUERY, cases[i].pairs, cases[i].count),
                         JB_EINVAL);
        assert_string_equal(desk->why.field, cases[i].field);
    }
}

static void a_finding_speaks_the_language_of_the_program(void **state)
{
    struct desk *desk = *state;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_findings_add(&findings, &(struct jb_finding){
                                   .code = JB_F_UNKNOWN_UNIT, .severity = JB_ERROR, .got = "x"});
    jb_wire_refused_encode(&findings, &desk->payload);
    for (int zh = 0; zh < 2; zh++) {
        jb_text_switch(zh);
        jb_buf_clear(&desk->text);
        assert_int_equal(
            jb_wire_json_encode(JB_KIND_REFUSED, jb_buf_slice(&desk->payload), &desk->text), JB_OK);
        jb_buf_put(&desk->text, "", 1);
        assert_non_null(
            strstr((const char *)desk->text.ptr, zh ? "目录中没有这个填报单位" : "no such unit"));
        struct jb_findings back;
        struct jb_arena arena;
        jb_arena_init(&arena, JB_MESSAGE_BYTES_MAX);
        jb_findings_init(&back);
        assert_int_equal(
            jb_wire_findings_decode(JB_KIND_REFUSED, jb_buf_slice(&desk->payload), &arena, &back),
            JB_OK);
        assert_int_equal(back.errors, 1);
        jb_findings_free(&back);
        jb_arena_free(&arena);
    }
    jb_findings_free(&findings);
}

static void what_is_no_message_is_not_written(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(jb_wire_json_encode(JB_KIND_ANSWER, JB_LIT("\xff"), &desk->text), JB_EINVAL);
    assert_int_equal(jb_wire_json_encode(999, JB_LIT(""), &desk->text), JB_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_canonical_comes_back_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_spellings_are_read_and_written_canonically, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_beyond_its_limit_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parameters_make_the_same_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_parameters_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_finding_speaks_the_language_of_the_program, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_message_is_not_written, set_up, tear_down),
    };
    jb_text_init("zh");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
