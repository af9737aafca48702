/* Answers as tables: which columns, what stands in them for programs and for people, and whether
 * rows are missing. */
#include "jb_test.h"

#include "base/limits.h"
#include "base/text.h"
#include "net/wire_json.h"
#include "net/wire_table.h"

static jb_err make(enum jb_kind kind, const char *json, const struct jb_wire_table_view *view,
                   jb_table **ret, bool *ret_whole)
{
    struct jb_wire_json_why why;
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    assert_int_equal(jb_wire_json_decode(kind, jb_slice_str(json), &payload, &why), JB_OK);
    jb_err err = jb_wire_table(kind, jb_buf_slice(&payload), view, ret, ret_whole);
    jb_buf_free(&payload);
    return err;
}

static uint32_t find(const jb_table *table, const char *key)
{
    for (uint32_t i = 0; i < jb_table_columns(table); i++) {
        if (strcmp(jb_table_column(table, i)->key, key) == 0)
            return i;
    }
    fail_msg("no column %s", key);
    return 0;
}

static void assert_cell(const jb_table *table, uint32_t row, const char *key, const char *expected)
{
    const char *text = jb_table_text(table, row, find(table, key));

    assert_string_equal(text ? text : "", expected);
}

static const char *name(void *ctx, const char *field, struct jb_slice code)
{
    (void)ctx;
    return strcmp(field, "unit") == 0 && jb_slice_is(code, "justice") ? "县司法局" : NULL;
}

static const char status[] =
    "{\"rows\":[{\"unit\":\"justice\",\"period\":\"2023-Q2\",\"form\":\"work\",\"rowsExpected\":3,"
    "\"missing\":[\"cases\",\"people\"],\"lastSubmission\":\"AAECAwQFBgcICQoLDA0ODw==\","
    "\"lastRevision\":\"18446744073709551615\",\"lastAtUs\":\"1688000000000000\","
    "\"standing\":{\"state\":\"FILING_ACCEPTED\",\"excused\":true}},{\"unit\":\"market\"}],"
    "\"truncated\":true}";

static void a_row_is_its_fields_those_within_by_their_path(void **state)
{
    const struct jb_wire_table_view view = {.zone_minutes = 480, .name = name};
    jb_table *table = NULL;
    bool whole = true;

    (void)state;
    assert_int_equal(make(JB_KIND_STATUS_ANSWER, status, &view, &table, &whole), JB_OK);
    assert_false(whole);
    assert_int_equal(jb_table_rows(table), 2);
    assert_cell(table, 0, "unit", "justice");
    assert_cell(table, 0, "rows_expected", "3");
    assert_cell(table, 0, "rows_reported", "0");
    assert_cell(table, 0, "missing", "cases;people");
    assert_cell(table, 0, "last_submission", "000102030405060708090a0b0c0d0e0f");
    assert_cell(table, 0, "last_revision", "18446744073709551615");
    assert_cell(table, 0, "last_at", "2023-06-29T08:53:20.000000+08:00");
    assert_cell(table, 0, "standing_state", "accepted");
    assert_cell(table, 0, "standing_excused", "true");
    assert_cell(table, 1, "unit", "market");
    assert_cell(table, 1, "last_at", "");
    assert_cell(table, 1, "standing_state", ""); /* there is none */
    assert_true(jb_table_column(table, find(table, "rows_expected"))->number);
    assert_false(jb_table_column(table, find(table, "missing"))->number);
    jb_table_free(table);
}

static void people_read_names_and_words(void **state)
{
    const struct jb_wire_table_view view = {.for_people = true, .zone_minutes = 480, .name = name};
    jb_table *table = NULL;
    bool whole = false;

    (void)state;
    assert_int_equal(make(JB_KIND_STATUS_ANSWER, status, &view, &table, &whole), JB_OK);
    assert_cell(table, 0, "unit", "县司法局");
    assert_cell(table, 1, "unit", "market");
    assert_cell(table, 0, "standing_state", "accepted on review");
    assert_cell(table, 0, "standing_excused", "yes");
    assert_cell(table, 0, "last_at", "2023-06-29 08:53:20");
    assert_string_equal(jb_table_column(table, find(table, "late_days"))->title, "late days");
    jb_table_free(table);
}

static void a_figure_is_a_number_and_a_list_its_texts_or_how_many(void **state)
{
    const struct jb_wire_table_view view = {.zone_minutes = 0};
    jb_table *table = NULL;
    bool whole = false;

    (void)state;
    assert_int_equal(make(JB_KIND_DIFF_ANSWER,
                          "{\"rows\":[{\"unit\":\"justice\",\"change\":{\"before\":\"-5\","
                          "\"note\":\"=1+1\",\"state\":\"STATE_NOT_APPLICABLE\"}}]}",
                          &view, &table, &whole),
                     JB_OK);
    assert_true(whole);
    assert_cell(table, 0, "change_before", "-5");
    assert_cell(table, 0, "change_state", "not_applicable");
    assert_true(jb_table_column(table, find(table, "change_before"))->number);
    assert_false(jb_table_column(table, find(table, "change_note"))->number);
    jb_table_free(table);
    assert_int_equal(make(JB_KIND_NOTICES_ANSWER,
                          "{\"notices\":[{\"unit\":\"justice\",\"forms\":[{\"form\":\"work\"},"
                          "{\"form\":\"staff\"}]}]}",
                          &view, &table, &whole),
                     JB_OK);
    assert_cell(table, 0, "forms", "work;staff");
    jb_table_free(table);
}

static void what_has_no_rows_is_no_table(void **state)
{
    const struct jb_wire_table_view view = {.zone_minutes = 0};
    jb_table *table = NULL;
    bool whole = false;

    (void)state;
    assert_int_equal(make(JB_KIND_WELCOME, "{}", &view, &table, &whole), JB_EINVAL);
    assert_int_equal(
        jb_wire_table(JB_KIND_STATUS_ANSWER, JB_LIT("\xff\xff"), &view, &table, &whole), JB_EINVAL);
    assert_null(table);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_its_fields_those_within_by_their_path),
        cmocka_unit_test(people_read_names_and_words),
        cmocka_unit_test(a_figure_is_a_number_and_a_list_its_texts_or_how_many),
        cmocka_unit_test(what_has_no_rows_is_no_table),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
