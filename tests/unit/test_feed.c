/* The last events of a watch: framed, found by token, and never more than the limits. */
#include "jb_test.h"

#include <stdlib.h>

#include "feed.h"

static void an_event_is_framed_with_its_token(void **state)
{
    struct jb_feed *feed = jb_xcalloc(1, sizeof(*feed));
    (void)state;
    jb_feed_push(feed, "changes", JB_LIT("t-1"), JB_LIT("{\"a\":1}"));
    jb_feed_push(feed, "aggregator", JB_LIT(""), JB_LIT("{}"));
    const struct jb_feed_event *event = jb_feed_at(feed, 0);
    assert_memory_equal(event->frame, "id: t-1\nevent: changes\ndata: {\"a\":1}\n\n", event->len);
    event = jb_feed_at(feed, 1);
    assert_memory_equal(event->frame, "event: aggregator\ndata: {}\n\n", event->len);
    assert_null(jb_feed_at(feed, 2));
    assert_string_equal(feed->token, "t-1");
    jb_feed_free(feed);
    free(feed);
}

static void a_token_is_found_where_it_stands_last(void **state)
{
    struct jb_feed *feed = jb_xcalloc(1, sizeof(*feed));
    uint64_t number = 99;
    (void)state;
    assert_false(jb_feed_find(feed, "t", &number));
    jb_feed_push(feed, "changes", JB_LIT("t"), JB_LIT("1"));
    jb_feed_push(feed, "progress", JB_LIT("t"), JB_LIT("2"));
    jb_feed_push(feed, "changes", JB_LIT("u"), JB_LIT("3"));
    assert_true(jb_feed_find(feed, "t", &number));
    assert_int_equal(number, 2);
    assert_true(jb_feed_find(feed, "u", &number));
    assert_int_equal(number, 3);
    number = 99;
    assert_false(jb_feed_find(feed, "v", &number));
    assert_int_equal(number, 99);
    jb_feed_free(feed);
    free(feed);
}

static void the_oldest_make_room_by_count(void **state)
{
    struct jb_feed *feed = jb_xcalloc(1, sizeof(*feed));
    uint64_t number;
    (void)state;
    jb_feed_push(feed, "changes", JB_LIT("first"), JB_LIT("0"));
    for (int i = 1; i < JB_FEED_EVENTS_MAX; i++)
        jb_feed_push(feed, "changes", JB_LIT("x"), JB_LIT("0"));
    assert_true(jb_feed_find(feed, "first", &number));
    jb_feed_push(feed, "changes", JB_LIT("last"), JB_LIT("0"));
    assert_false(jb_feed_find(feed, "first", &number));
    assert_null(jb_feed_at(feed, 0));
    assert_non_null(jb_feed_at(feed, 1));
    jb_feed_free(feed);
    assert_int_equal(feed->bytes, 0);
    free(feed);
}

static void the_oldest_make_room_by_bytes(void **state)
{
    struct jb_feed *feed = jb_xcalloc(1, sizeof(*feed));
    size_t size = JB_FEED_BYTES_MAX / 4;
    char *data = jb_xcalloc(1, JB_FEED_BYTES_MAX);
    (void)state;
    memset(data, '1', JB_FEED_BYTES_MAX);
    for (int i = 0; i < 100; i++) {
        jb_feed_push(feed, "changes", JB_LIT("x"), jb_slice_of(data, size));
        assert_true(feed->bytes <= JB_FEED_BYTES_MAX);
    }
    assert_int_equal(feed->end - feed->first, 3);
    jb_feed_push(feed, "changes", JB_LIT("y"), jb_slice_of(data, JB_FEED_BYTES_MAX));
    const struct jb_feed_event *event = jb_feed_at(feed, feed->end - 1);
    assert_memory_equal(event->frame, "id: y\nevent: reset\n", 19);
    jb_feed_free(feed);
    free(feed);
    free(data);
}

static void what_is_given_up_is_the_oldest(void **state)
{
    struct jb_feed *feed = jb_xcalloc(1, sizeof(*feed));
    uint64_t number;
    (void)state;
    jb_feed_drop(feed);
    assert_int_equal(feed->end, 0);
    jb_feed_push(feed, "changes", JB_LIT("a"), JB_LIT("1"));
    jb_feed_push(feed, "changes", JB_LIT("b"), JB_LIT("2"));
    size_t both = feed->bytes;
    jb_feed_drop(feed);
    assert_null(jb_feed_at(feed, 0));
    assert_false(jb_feed_find(feed, "a", &number));
    assert_true(jb_feed_find(feed, "b", &number));
    assert_int_equal(number, 2);
    assert_int_equal(feed->bytes, both / 2);
    jb_feed_drop(feed);
    assert_int_equal(feed->bytes, 0);
    assert_int_equal(feed->first, feed->end);
    assert_string_equal(feed->token, "b"); /* it still resumes at the aggregator */
    jb_feed_free(feed);
    free(feed);
}

static void a_token_is_printable_and_short(void **state)
{
    char text[JB_FEED_TOKEN_BYTES_MAX + 1];
    (void)state;
    memset(text, 'a', sizeof(text));
    assert_true(jb_feed_token_valid(jb_slice_of(text, JB_FEED_TOKEN_BYTES_MAX)));
    assert_false(jb_feed_token_valid(jb_slice_of(text, JB_FEED_TOKEN_BYTES_MAX + 1)));
    assert_false(jb_feed_token_valid(JB_LIT("")));
    assert_false(jb_feed_token_valid(JB_LIT("a\nevent: x")));
    assert_false(jb_feed_token_valid(JB_LIT("a b")));
    assert_false(jb_feed_token_valid(JB_LIT("\xe5\x8e\xbf")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_framed_with_its_token),
        cmocka_unit_test(a_token_is_found_where_it_stands_last),
        cmocka_unit_test(the_oldest_make_room_by_count),
        cmocka_unit_test(the_oldest_make_room_by_bytes),
        cmocka_unit_test(what_is_given_up_is_the_oldest),
        cmocka_unit_test(a_token_is_printable_and_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
