/* Cells and blocks: what is put in comes back, equal content gives equal bytes, other bytes are
 * refused. */
#include "jb_test.h"

#include "cell.h"

static struct jb_sum_cell full_cell(void)
{
    return (struct jb_sum_cell){
        .slot = 63,
        .stretch = 9,
        .sum = -((jb_i128)7 * 1000000000000000000LL),
        .values = 300,
        .not_applicable = 1,
        .withdrawn = 2,
        .marks = {[JB_EXACT] = 200, [JB_MORE_THAN] = 90, [JB_APPROXIMATE] = 10},
        .provisional = 128,
        .estimated = 4,
        .has_extreme = true,
        .extreme = {.nominal = -5, .low = -9, .high = -5, .low_open = true},
    };
}

static void sum_blocks_come_back(void **state)
{
    struct jb_sum_block block = {0}, again = {0};
    struct jb_buf buf, second;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_buf_init(&second, 4096);
    *jb_sum_block_at(&block, 63, 9) = full_cell();
    struct jb_sum_cell *plain = jb_sum_block_at(&block, 5, 0);
    plain->values = 1;
    plain->sum = 12402;
    plain->marks[JB_EXACT] = 1;
    jb_sum_block_at(&block, 63, 0)->withdrawn = 1;
    jb_sum_block_at(&block, 7, 0);
    jb_sum_block_trim(&block);
    assert_int_equal(block.count, 3);
    assert_null(jb_sum_block_find(&block, 7, 0));
    assert_int_equal(jb_sum_block_find(&block, 63, 0)->withdrawn, 1);
    jb_sum_block_encode(&block, &buf);
    assert_false(buf.failed);
    assert_int_equal(jb_sum_block_decode(jb_buf_slice(&buf), &again), JB_OK);
    assert_int_equal(again.count, 3);
    struct jb_sum_cell expected = full_cell();
    struct jb_sum_cell *found = jb_sum_block_find(&again, 63, 9);
    assert_true(found->sum == expected.sum && found->values == 300 && found->not_applicable == 1);
    assert_memory_equal(found->marks, expected.marks, sizeof(expected.marks));
    assert_true(found->extreme.nominal == -5 && found->extreme.low == -9);
    assert_true(found->extreme.high == -5 && found->extreme.low_open);
    assert_false(found->extreme.high_open || found->extreme.low_infinite);
    jb_sum_block_encode(&again, &second);
    assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&second)));
    jb_sum_block_free(&block);
    jb_sum_block_free(&again);
    jb_buf_free(&buf);
    jb_buf_free(&second);
}

static void a_common_cell_is_small(void **state)
{
    struct jb_sum_cell cell = {.slot = 3, .values = 1, .sum = 12402, .marks = {1}};
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 64);
    jb_sum_cell_encode(&cell, &buf);
    assert_int_equal(buf.len, 6);
    jb_buf_free(&buf);
}

static void own_blocks_come_back(void **state)
{
    struct jb_own_block block = {0}, again = {0};
    struct jb_buf buf, second;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_buf_init(&second, 4096);
    struct jb_own_cell *number = jb_own_block_at(&block, 1, 3);
    number->value = (struct jb_value){JB_STATE_VALUE, JB_NEARLY, JB_ESTIMATED, -999999999999999999};
    struct jb_own_cell *text = jb_own_block_at(&block, 0, 0);
    text->is_text = true;
    text->text_revision = 70000;
    text->value.state = JB_STATE_VALUE;
    jb_own_block_at(&block, 1, 0)->value.state = JB_STATE_NOT_APPLICABLE;
    assert_ptr_equal(jb_own_block_at(&block, 1, 3), &block.cells[2]);
    jb_own_cells_encode(&block, &buf);
    assert_int_equal(jb_own_cells_decode(jb_buf_slice(&buf), &again), JB_OK);
    assert_int_equal(again.count, 3);
    assert_true(again.cells[0].is_text && again.cells[0].text_revision == 70000);
    assert_int_equal(again.cells[1].value.state, JB_STATE_NOT_APPLICABLE);
    assert_true(jb_value_eq(again.cells[2].value, block.cells[2].value));
    jb_own_cells_encode(&again, &second);
    assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&second)));
    jb_own_block_free(&block);
    jb_own_block_free(&again);
    jb_buf_free(&buf);
    jb_buf_free(&second);
}

static void what_is_not_canonical_is_damaged(void **state)
{
    static const struct {
        const char *what, *bytes;
        size_t len;
    } sums[] = {
        {"cut", "\x03\x01\x01", 3},
        {"an empty cell", "\x03\x00", 2},
        {"a count of zero", "\x03\x01\x00\x00", 4},
        {"a stretch of zero", "\x43\x00\x01\x01\x02", 5},
        {"a slot beyond the block", "\x83\x01\x01\x02", 4},
        {"the same place twice", "\x03\x01\x01\x02\x03\x01\x01\x02", 8},
        {"falling slots", "\x04\x01\x01\x02\x03\x01\x01\x02", 8},
        {"more marks than values", "\x03\x09\x01\x02\x02\x02", 6},
        {"no marks named", "\x03\x09\x01\x02\x00", 5},
        {"an unknown mark", "\x03\x09\x01\x02\x40\x01", 6},
        {"more statuses than values", "\x03\x31\x01\x02\x01\x01", 6},
        {"an extreme without values", "\x03\x42\x01\x30\x00", 5},
        {"a nominal low bound spelt out", "\x03\x41\x01\x02\x20\x02\x02", 7},
        {"an open infinite bound", "\x03\x41\x01\x02\x25\x02", 6},
        {"a low bound above", "\x03\x41\x01\x02\x20\x02\x04", 7},
        {"an unknown field", "\x03\x81\x01\x02", 4},
    };
    struct jb_sum_block block = {0};
    struct jb_own_block own = {0};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(sums); i++) {
        struct jb_slice bytes = jb_slice_of(sums[i].bytes, sums[i].len);
        if (jb_sum_block_decode(bytes, &block) != JB_EDAMAGED)
            fail_msg("%s was read", sums[i].what);
    }
    assert_int_equal(jb_own_cells_decode(JB_LIT("\x03\x00\x02"), &own), JB_EDAMAGED); /* no state */
    assert_int_equal(jb_own_cells_decode(JB_LIT("\x03\x06\x02"), &own),
                     JB_EDAMAGED); /* marked n/a */
    assert_int_equal(jb_own_cells_decode(JB_LIT("\x03\x19\x02"), &own), JB_EDAMAGED); /* mark 6 */
    assert_int_equal(jb_own_cells_decode(JB_LIT("\x03\x61\x02"), &own), JB_EDAMAGED); /* status 3 */
    assert_int_equal(jb_own_cells_decode(JB_LIT("\x03\x01\x02"), &own), JB_OK);
    assert_int_equal(own.count, 1);
    assert_int_equal(jb_own_cells_decode(jb_slice_of(NULL, 0), &own), JB_OK);
    assert_int_equal(own.count, 0);
    jb_sum_block_free(&block);
    jb_own_block_free(&own);
}

static void a_sum_larger_than_its_values_allow_is_damaged(void **state)
{
    struct jb_sum_cell cell = {.values = 2, .marks = {2}};
    struct jb_sum_cell ret = {.slot = 9};
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 64);
    cell.sum = (jb_i128)2 * 1000000000000000000LL + 1;
    jb_sum_cell_encode(&cell, &buf);
    struct jb_reader r = jb_reader_of(jb_buf_slice(&buf));
    assert_int_equal(jb_sum_cell_decode(&r, &ret), JB_EDAMAGED);
    assert_true(r.failed);
    assert_int_equal(ret.slot, 9);
    jb_buf_free(&buf);
}

static void periods_come_back(void **state)
{
    struct jb_period period = jb_period_make(JB_FREQ_QUARTER, 2023, 1), ret = {0};
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 64);
    jb_period_encode(period, &buf);
    struct jb_reader r = jb_reader_of(jb_buf_slice(&buf));
    assert_true(jb_period_decode(&r, &ret));
    assert_true(jb_period_eq(ret, period));
    r = jb_reader_of(JB_LIT("\x03\x1f\x9d"));
    assert_false(jb_period_decode(&r, &ret));
    r = jb_reader_of(JB_LIT("\x04\x00\x01"));
    assert_false(jb_period_decode(&r, &ret));
    assert_true(jb_period_eq(ret, period));
    jb_buf_free(&buf);
}

static void cells_before_a_place_are_copied(void **state)
{
    struct jb_sum_block block = {0}, asked = {0};
    struct jb_buf buf, copied;
    (void)state;
    jb_buf_init(&buf, 65536);
    jb_buf_init(&copied, 65536);
    for (uint8_t slot = 2; slot < 60; slot = (uint8_t)(slot + 3)) {
        struct jb_sum_cell *cell = jb_sum_block_at(&block, slot, slot % 2u);
        struct jb_sum_cell made = full_cell();
        if (slot % 4u == 0) {
            made = (struct jb_sum_cell){.values = 3, .sum = -7};
            made.marks[JB_EXACT] = 3;
        }
        made.slot = slot;
        made.stretch = slot % 2u;
        *cell = made;
    }
    jb_sum_block_encode(&block, &buf);
    struct jb_slice record = jb_buf_slice(&buf);
    for (uint8_t slot = 0; slot < JB_BLOCK_INDICATORS; slot++) {
        for (uint32_t stretch = 0; stretch < 3; stretch++) {
            struct jb_reader r = jb_reader_of(record);
            bool found = false;
            uint32_t before = 0;
            jb_buf_clear(&copied);
            assert_int_equal(jb_sum_cells_until(&r, slot, stretch, &copied, &found), JB_OK);
            assert_int_equal(copied.len + jb_reader_left(&r), record.len);
            assert_memory_equal(copied.ptr, record.ptr, copied.len);
            assert_int_equal(found, jb_sum_block_find(&block, slot, stretch) != NULL);
            for (uint32_t i = 0; i < block.count; i++)
                before += jb_cell_place(block.cells[i].slot, block.cells[i].stretch) <
                          jb_cell_place(slot, stretch);
            assert_int_equal(jb_sum_block_decode(jb_buf_slice(&copied), &asked), JB_OK);
            assert_int_equal(asked.count, before);
        }
    }
    struct jb_reader cut = jb_reader_of(jb_slice_of(record.ptr, 1));
    bool found = false;
    assert_int_equal(jb_sum_cells_until(&cut, 60, 0, &copied, &found), JB_EDAMAGED);
    jb_sum_block_free(&asked);
    jb_buf_free(&copied);
    jb_sum_block_free(&block);
    jb_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_blocks_come_back),
        cmocka_unit_test(a_common_cell_is_small),
        cmocka_unit_test(own_blocks_come_back),
        cmocka_unit_test(what_is_not_canonical_is_damaged),
        cmocka_unit_test(a_sum_larger_than_its_values_allow_is_damaged),
        cmocka_unit_test(periods_come_back),
        cmocka_unit_test(cells_before_a_place_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
