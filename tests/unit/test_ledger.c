/* Ledger entries of every kind: they come back whole, and no changed byte goes unnoticed. */
#include "jb_test.h"

#include "base/limits.h"
#include "ledger.h"

static const struct jb_entry_effect effects[] = {
    {.indicator = 5, .value = {JB_STATE_VALUE, JB_MORE_THAN, JB_ESTIMATED, 461}},
    {.indicator = 700, .stretch = 9, .value = {.state = JB_STATE_WITHDRAWN}},
    {.indicator = 6, .is_text = true, .value = {.state = JB_STATE_VALUE}},
};

/* Two of them: form 4, unit 300, 2023-07-10, levels 0 and 7. */
#define DUE_RUN "\x04\xac\x02\x00\x00\x4c\x5c\x00\x04\xac\x02\x00\x00\x4c\x5c\x07"

static struct jb_entry entry_of(enum jb_entry_kind kind)
{
    struct jb_entry entry = {.kind = kind, .revision = 77, .at_us = -5, .epoch = 2};
    bool key = kind == JB_ENTRY_KEY;
    bool sent = kind == JB_ENTRY_SUBMISSION || kind == JB_ENTRY_CONFLICT || key;
    memset(entry.previous_hash, 0xab, 32);
    if (kind == JB_ENTRY_GENESIS)
        memset(entry.store_id, 0x11, 16);
    if (kind == JB_ENTRY_CATALOG) {
        entry.author = JB_LIT("office");
        entry.reason = JB_LIT("新指标");
    }
    if (kind == JB_ENTRY_CATALOG || sent) {
        entry.payload = JB_LIT("payload");
        memset(entry.content_hash, 0x22, 32);
    }
    if (kind == JB_ENTRY_CATALOG || kind == JB_ENTRY_SUBMISSION)
        entry.catalog_version = 3;
    if (sent) {
        entry.signer = JB_LIT("key");
        entry.signature = JB_LIT("signature");
        entry.unit = key ? 0 : 300;
        entry.previous_revision = key ? 0 : 70;
        entry.birth = key ? JB_BIRTH_RECOVERY : JB_BIRTH_NONE;
        memset(entry.id.bytes, 0x33, 16);
    }
    if (kind == JB_ENTRY_ACT) {
        entry.payload = JB_LIT("payload");
        entry.signer = JB_LIT("key");
        entry.signature = JB_LIT("signature");
        entry.unit = 300;
        entry.form = 4;
        entry.period = jb_period_make(JB_FREQ_QUARTER, 2022, 3);
        entry.previous_revision = 70;
        entry.catalog_version = 3;
        memset(entry.content_hash, 0x22, 32);
        memset(entry.id.bytes, 0x33, 16);
        entry.act = (struct jb_entry_act){
            .kind = JB_ACT_FILING_RETURN, .has_due = true, .due_on = -3, .submission_revision = 69};
    }
    if (kind == JB_ENTRY_DUE) {
        entry.period = jb_period_make(JB_FREQ_QUARTER, 2023, 1);
        entry.catalog_version = 3;
        entry.said_at_us = 1688659200000000;
        entry.due = jb_slice_of(DUE_RUN, sizeof(DUE_RUN) - 1);
    }
    if (kind == JB_ENTRY_SUBMISSION) {
        entry.complete = true;
        entry.judged = (struct jb_entry_judged){.dated = true, .due_on = -4, .late_days = 200};
        entry.form = 4;
        entry.period = jb_period_make(JB_FREQ_QUARTER, 2022, 3);
        entry.effects = effects;
        entry.effect_count = JB_COUNT(effects);
    }
    return entry;
}

static void every_kind_comes_back(void **state)
{
    (void)state;
    for (unsigned kind = JB_ENTRY_GENESIS; kind <= JB_ENTRY_DUE; kind++) {
        struct jb_entry entry = entry_of((enum jb_entry_kind)kind), again, head;
        struct jb_entry_effect memory[3];
        struct jb_buf buf, second;
        jb_buf_init(&buf, 4096);
        jb_buf_init(&second, 4096);
        jb_entry_encode(&entry, &buf);
        assert_false(buf.failed);
        assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), memory, 3, &again), JB_OK);
        assert_int_equal(again.kind, kind);
        assert_true(again.revision == 77 && again.at_us == -5 && again.epoch == 2);
        assert_memory_equal(again.hash, entry.hash, 32);
        assert_memory_equal(again.store_id, entry.store_id, 16);
        assert_true(jb_slice_eq(again.payload, entry.payload));
        assert_true(jb_slice_eq(again.reason, entry.reason));
        assert_true(again.unit == entry.unit && again.form == entry.form);
        assert_true(jb_uuid_eq(again.id, entry.id));
        assert_int_equal(again.previous_revision, entry.previous_revision);
        assert_int_equal(again.birth, entry.birth);
        assert_int_equal(again.complete, entry.complete);
        assert_int_equal(again.judged.dated, entry.judged.dated);
        assert_int_equal(again.judged.due_on, entry.judged.due_on);
        assert_int_equal(again.judged.late_days, entry.judged.late_days);
        assert_int_equal(again.act.due_on, entry.act.due_on);
        assert_int_equal(again.act.submission_revision, entry.act.submission_revision);
        assert_int_equal(again.effect_count, entry.effect_count);
        for (uint32_t i = 0; i < again.effect_count; i++) {
            assert_int_equal(again.effects[i].indicator, effects[i].indicator);
            assert_int_equal(again.effects[i].stretch, effects[i].stretch);
            assert_int_equal(again.effects[i].is_text, effects[i].is_text);
            assert_true(jb_value_eq(again.effects[i].value, effects[i].value));
        }
        jb_entry_encode(&again, &second);
        assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&second)));
        assert_int_equal(jb_entry_peek(jb_buf_slice(&buf), &head), JB_OK);
        assert_true(head.kind == entry.kind && head.revision == 77 && head.at_us == -5);
        assert_memory_equal(head.hash, entry.hash, 32);
        jb_buf_free(&buf);
        jb_buf_free(&second);
    }
}

static void every_act_comes_back(void **state)
{
    static const uint8_t numbers[] = {1, 5, 0x80, 2};
    (void)state;
    for (unsigned kind = JB_ACT_PERIOD_OPEN; kind < JB_ACTS_END; kind++) {
        struct jb_entry entry = entry_of(JB_ENTRY_ACT), again;
        struct jb_buf buf, second;
        entry.act = (struct jb_entry_act){.kind = (enum jb_act_kind)kind,
                                          .trial = true,
                                          .owed = kind == JB_ACT_PERIOD_AMEND,
                                          .indicator = UINT32_MAX,
                                          .expected_forms = 3,
                                          .until_us = 77,
                                          .release = 2,
                                          .numbers = jb_slice_of(numbers, sizeof(numbers))};
        jb_buf_init(&buf, 4096);
        jb_buf_init(&second, 4096);
        jb_entry_encode(&entry, &buf);
        assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), NULL, 0, &again), JB_OK);
        assert_true(again.act.kind == kind && again.act.trial && !again.act.has_due);
        assert_true(jb_period_eq(again.period, entry.period));
        if (kind == JB_ACT_PERIOD_REOPEN)
            assert_true(again.act.numbers.len == 4 && again.act.until_us == 77);
        jb_entry_encode(&again, &second);
        assert_true(jb_slice_eq(jb_buf_slice(&buf), jb_buf_slice(&second)));
        jb_buf_free(&buf);
        jb_buf_free(&second);
    }
}

static void what_an_act_names_ascends(void **state)
{
    static const uint8_t falling[] = {5, 1}, twice[] = {5, 5}, cut[] = {0x80};
    const struct jb_slice bad[] = {jb_slice_of(falling, 2), jb_slice_of(twice, 2),
                                   jb_slice_of(cut, 1)};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        struct jb_entry entry = entry_of(JB_ENTRY_ACT), again;
        struct jb_buf buf;
        entry.act = (struct jb_entry_act){.kind = JB_ACT_PUBLISH, .numbers = bad[i]};
        jb_buf_init(&buf, 4096);
        jb_entry_encode(&entry, &buf);
        assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), NULL, 0, &again), JB_EDAMAGED);
        jb_buf_free(&buf);
    }
}

static void no_changed_byte_goes_unnoticed(void **state)
{
    struct jb_entry entry = entry_of(JB_ENTRY_SUBMISSION), ret = {.revision = 1};
    struct jb_entry_effect memory[3];
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 4096);
    jb_entry_encode(&entry, &buf);
    for (size_t i = 0; i < buf.len; i++) {
        buf.ptr[i] ^= 0x40;
        jb_err expected = i == 0 ? JB_EVERSION : JB_EDAMAGED;
        assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), memory, 3, &ret), expected);
        buf.ptr[i] ^= 0x40;
    }
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(jb_entry_decode(jb_slice_of(buf.ptr, len), memory, 3, &ret), JB_EDAMAGED);
    assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), memory, 2, &ret), JB_ERANGE);
    assert_int_equal(ret.revision, 1);
    jb_buf_free(&buf);
}

static void limits_hold_even_under_a_good_hash(void **state)
{
    struct jb_entry entry = entry_of(JB_ENTRY_CATALOG), ret;
    struct jb_buf buf;
    char *text = malloc(JB_SHORT_TEXT_BYTES_MAX + 1);
    (void)state;
    memset(text, 'x', JB_SHORT_TEXT_BYTES_MAX + 1);
    jb_buf_init(&buf, 65536);
    entry.reason = jb_slice_of(text, JB_SHORT_TEXT_BYTES_MAX);
    jb_entry_encode(&entry, &buf);
    assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), NULL, 0, &ret), JB_OK);
    jb_buf_clear(&buf);
    entry.reason.len++;
    jb_entry_encode(&entry, &buf);
    assert_int_equal(jb_entry_decode(jb_buf_slice(&buf), NULL, 0, &ret), JB_EDAMAGED);
    jb_buf_free(&buf);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back),
        cmocka_unit_test(every_act_comes_back),
        cmocka_unit_test(what_an_act_names_ascends),
        cmocka_unit_test(no_changed_byte_goes_unnoticed),
        cmocka_unit_test(limits_hold_even_under_a_good_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
