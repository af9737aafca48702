/* Who holds keys, as the read door tells it: to whom, and in pages. */
#include "unit/asked_desk.h"

static struct jb_keys_answer keys(struct place *p, uint8_t n, struct jb_keys_ask question)
{
    struct jb_keys_answer answer;
    jb_wire_keys_ask_encode(&question, &p->question);
    struct jb_slice payload = given(p, n, JB_KIND_KEYS, JB_KIND_KEYS_ANSWER);
    assert_int_equal(jb_wire_keys_answer_decode(payload, &p->arena, &answer), JB_OK);
    return answer;
}

static void holders_are_shown_to_who_manages_or_audits_them(void **state)
{
    struct place *p = *state;
    struct jb_keys_answer answer = keys(p, CHIEF, (struct jb_keys_ask){0});
    assert_int_equal(answer.holder_count, 7);
    assert_false(answer.narrowed);
    assert_int_equal(answer.next.len, 0);
    assert_int_equal(keys(p, AUDITOR, (struct jb_keys_ask){0}).holder_count, 7);
    answer = keys(p, CHIEF, (struct jb_keys_ask){.own = true});
    assert_int_equal(answer.holder_count, 1);
    assert_memory_equal(answer.holders[0].key, agg_key(CHIEF).bytes, 32);
    assert_false(answer.narrowed);
    answer = keys(p, ASH, (struct jb_keys_ask){0});
    assert_int_equal(answer.holder_count, 1);
    assert_memory_equal(answer.holders[0].key, agg_key(ASH).bytes, 32);
    assert_true(answer.narrowed);
    assert_false(keys(p, ASH, (struct jb_keys_ask){.own = true}).narrowed);
}

static void many_holders_come_in_pages(void **state)
{
    struct place *p = *state;
    static struct jb_scope_unit units[JB_GRANT_SCOPES_MAX];
    char codes[JB_GRANT_SCOPES_MAX][JB_CODE_BYTES_MAX + 1];
    struct jb_keys_ask question = {0};
    uint32_t pages = 0, seen = 0;
    uint8_t before[32] = {0}, after[JB_HOLDER_KEY_BYTES_MAX];
    for (uint32_t i = 0; i < JB_GRANT_SCOPES_MAX; i++) {
        snprintf(codes[i], sizeof(codes[i]), "%064u", i);
        units[i].unit = jb_slice_str(codes[i]);
    }
    for (uint8_t n = 100; n < 160; n++)
        agg_grant(&p->holders, n, .role = JB_ROLE_READ, .units = units,
                  .unit_count = JB_GRANT_SCOPES_MAX);
    do {
        jb_arena_clear(&p->arena);
        struct jb_keys_answer answer = keys(p, CHIEF, question);
        for (uint32_t i = 0; i < answer.holder_count; i++, seen++) {
            assert_true(memcmp(answer.holders[i].key, before, 32) > 0);
            memcpy(before, answer.holders[i].key, 32);
        }
        assert_true(p->desk.payload.len <= JB_ANSWER_PAGE_BYTES_MAX + 1024);
        assert_true(answer.next.len <= sizeof(after)); /* kept, for it outlives the answer */
        if (answer.next.len)
            memcpy(after, answer.next.ptr, answer.next.len);
        question.after = jb_slice_of(after, answer.next.len);
        pages++;
    } while (question.after.len);
    assert_int_equal(seen, 67);
    assert_true(pages > 1);
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(holders_are_shown_to_who_manages_or_audits_them),
        TEST(many_holders_come_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
