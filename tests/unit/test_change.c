/* Change records: read node by node and cell by cell, skipping what does not matter, refusing
 * damage. */
#include "jb_test.h"

#include "change.h"

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
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(a_catalogue_change_has_no_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
