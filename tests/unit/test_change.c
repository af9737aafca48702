/* Change records: read node by node and cell by cell, skipping what does not matter, refusing
 * damage. */
#include "jb_test.h"

#include "change.h"
#include "entry_due.h"

static void write_record(struct jb_buf *buf)
{
    struct jb_change_cell cell = {.indicator = 70,
                                  .cell = {.slot = 6, .values = 1, .sum = 5, .marks = {1}}};
    struct jb_change_cell text = {
        .indicator = UINT32_MAX, .is_text = true, .cell = {.withdrawn = 1}};
    struct jb_change_cell empty = {.indicator = 1};
    jb_change_encode_head(1234567, false, jb_period_make(JB_FREQ_MONTH, 2023, 5), 3, buf);
    jb_change_encode_node(9, 2, buf);
    jb_change_encode_cell(&cell, buf);
    jb_change_encode_cell(&text, buf);
    jb_change_encode_node(0x80000001u, 1, buf);
    jb_change_encode_cell(&empty, buf);
    jb_change_encode_node(10, 0, buf);
}

static void records_are_read_in_order(void **state)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 4096);
    write_record(&buf);
    assert_int_equal(jb_change_read(jb_buf_slice(&buf), &reader), JB_OK);
    assert_true(reader.at_us == 1234567 && !reader.catalog && reader.nodes_left == 3);
    assert_int_equal(jb_period_index(reader.period), 5);
    assert_true(jb_change_next_node(&reader));
    assert_true(reader.node == 9 && reader.cells_left == 2);
    assert_true(jb_change_next_cell(&reader, &cell));
    assert_true(cell.indicator == 70 && cell.cell.sum == 5 && cell.cell.slot == 0 && !cell.is_text);
    assert_true(jb_change_next_cell(&reader, &cell));
    assert_true(cell.indicator == UINT32_MAX && cell.is_text && cell.cell.withdrawn == 1);
    assert_false(jb_change_next_cell(&reader, &cell));
    assert_true(jb_change_next_node(&reader));
    assert_int_equal(reader.node, 0x80000001u);
    assert_true(jb_change_next_node(&reader)); /* its cell is skipped */
    assert_int_equal(reader.node, 10);
    assert_false(jb_change_next_node(&reader));
    assert_true(jb_reader_done(&reader.r));
    jb_buf_free(&buf);
}

static void what_is_due_and_missed_comes_back(void **state)
{
    const struct jb_entry_due due = {.form = 4, .unit = 300, .due_on = -3, .level = 7};
    const struct jb_change_target target = {
        .indicator = 70,
        .nodes = {9, 1},
        .node_count = 2,
        .span = {jb_period_make(JB_FREQ_YEAR, 2023, 0), jb_period_make(JB_FREQ_YEAR, 2023, 0)},
        .missed = true,
        .value = JB_LIT("461"),
        .mark = JB_NEARLY,
        .target = JB_LIT("470"),
        .target_mark = JB_AT_LEAST};
    struct jb_period period = jb_period_make(JB_FREQ_MONTH, 2023, 5);
    struct jb_change_reader reader;
    struct jb_change_target got;
    struct jb_entry_due told;
    struct jb_buf buf, run;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_buf_init(&run, 4096);
    jb_entry_due_put(&due, &run);
    jb_change_encode_due(5, period, jb_buf_slice(&run), &buf);
    assert_int_equal(jb_change_read(jb_buf_slice(&buf), &reader), JB_OK);
    struct jb_reader r = jb_reader_of(reader.due);
    assert_true(jb_entry_due_next(&r, &told) && !jb_entry_due_next(&r, &told));
    assert_true(told.form == 4 && told.unit == 300 && told.due_on == -3 && told.level == 7);
    assert_false(jb_change_next_node(&reader));
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(jb_change_read(jb_slice_of(buf.ptr, len), &reader), JB_EDAMAGED);
    jb_buf_clear(&buf);
    jb_buf_clear(&run);
    jb_change_target_put(&target, &run);
    jb_change_encode_targets(5, period, jb_buf_slice(&run), 1, &buf);
    jb_change_encode_node(9, 0, &buf);
    assert_int_equal(jb_change_read(jb_buf_slice(&buf), &reader), JB_OK);
    r = jb_reader_of(reader.targets);
    assert_true(jb_change_target_next(&r, &got) && jb_reader_done(&r));
    assert_true(got.indicator == 70 && got.node_count == 2 && got.nodes[1] == 1 && got.missed);
    assert_true(jb_slice_is(got.value, "461") && jb_slice_is(got.target, "470"));
    assert_true(got.mark == JB_NEARLY && got.target_mark == JB_AT_LEAST);
    assert_true(jb_span_eq(got.span, target.span));
    assert_true(jb_change_next_node(&reader) && reader.node == 9);
    jb_buf_free(&buf);
    jb_buf_free(&run);
}

static void every_cut_is_noticed(void **state)
{
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 4096);
    write_record(&buf);
    jb_buf_put_u8(&buf, 0);
    for (size_t len = 0; len <= buf.len; len++) {
        struct jb_change_reader reader;
        bool whole = len == buf.len - 1;
        if (jb_change_read(jb_slice_of(buf.ptr, len), &reader)) {
            assert_false(whole);
            continue;
        }
        while (jb_change_next_node(&reader))
            ;
        assert_int_equal(!reader.r.failed, whole);
    }
    jb_buf_free(&buf);
}

static void a_catalogue_change_has_no_period(void **state)
{
    struct jb_change_reader reader;
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 64);
    jb_change_encode_head(1, true, (struct jb_period){0}, 0, &buf);
    assert_int_equal(jb_change_read(jb_buf_slice(&buf), &reader), JB_OK);
    assert_true(reader.catalog && !jb_change_next_node(&reader) && jb_reader_done(&reader.r));
    jb_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_in_order),
        cmocka_unit_test(what_is_due_and_missed_comes_back),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(a_catalogue_change_has_no_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
