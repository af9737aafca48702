/* The arena's memory is aligned, zeroed, separate and limited. */
#include "jb_test.h"

#include "base/arena.h"

static void memory_is_aligned_zeroed_and_separate(void **state)
{
    struct jb_arena arena;
    uint8_t *last = NULL;
    (void)state;
    jb_arena_init(&arena, 1 << 20);
    assert_null(arena.head);
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 300; size++) {
            uint8_t *ptr = jb_arena_alloc(&arena, size);
            assert_non_null(ptr);
            assert_int_equal((uintptr_t)ptr % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(ptr[i], 0);
            if (size)
                memset(ptr, 0xaa, size);
            if (last && size > 1)
                assert_int_equal(last[size - 2], 0xaa);
            last = ptr;
        }
        last = NULL;
        jb_arena_clear(&arena);
        assert_int_equal(arena.used, 0);
    }
    jb_arena_free(&arena);
    assert_null(arena.head);
}

static void the_limit_holds(void **state)
{
    struct jb_arena arena;
    (void)state;
    jb_arena_init(&arena, 100);
    assert_non_null(jb_arena_alloc(&arena, 90));
    assert_null(jb_arena_alloc(&arena, 11));
    assert_null(jb_arena_alloc(&arena, SIZE_MAX));
    assert_null(jb_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(jb_arena_array(&arena, 2, SIZE_MAX / 2));
    assert_true(arena.used <= 100);
    jb_arena_clear(&arena);
    assert_non_null(jb_arena_array(&arena, 10, 10));
    assert_null(jb_arena_alloc(&arena, 1));
    jb_arena_free(&arena);
    jb_arena_init(&arena, SIZE_MAX);
    assert_null(jb_arena_alloc(&arena, SIZE_MAX - 3));
    assert_non_null(jb_arena_alloc(&arena, 5 << 20)); /* larger than any block */
    jb_arena_free(&arena);
}

static void copies_end_with_nul(void **state)
{
    struct jb_arena arena;
    (void)state;
    jb_arena_init(&arena, 32);
    struct jb_slice copy = jb_arena_copy(&arena, JB_LIT("季报"));
    assert_int_equal(copy.len, 6);
    assert_string_equal((const char *)copy.ptr, "季报");
    copy = jb_arena_copy(&arena, jb_slice_of(NULL, 0));
    assert_non_null(copy.ptr);
    assert_int_equal(copy.len, 0);
    assert_null(jb_arena_copy(&arena, JB_LIT("does not fit any more")).ptr);
    jb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_zeroed_and_separate),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(copies_end_with_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
