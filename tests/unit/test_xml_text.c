/* Words of people as XML: whatever the bytes, what comes out is well-formed and shows that
 * something was there. */
#include "jb_test.h"

#include "files/xml_text.h"

static void check(const char *text, size_t len, bool attribute, const char *want)
{
    struct jb_buf buf;
    jb_buf_init(&buf, 1024);
    if (attribute)
        jb_xml_put_attribute(&buf, jb_slice_of(text, len));
    else
        jb_xml_put_text(&buf, jb_slice_of(text, len));
    jb_buf_put_u8(&buf, 0);
    assert_false(buf.failed);
    assert_string_equal((const char *)buf.ptr, want);
    jb_buf_free(&buf);
}

#define TEXT(text, want) check(text, sizeof(text) - 1, false, want)
#define ATTRIBUTE(text, want) check(text, sizeof(text) - 1, true, want)

static void markup_is_escaped(void **state)
{
    (void)state;
    TEXT("a<b> & \"c\" 'd' ]]>", "a&lt;b&gt; &amp; \"c\" 'd' ]]&gt;");
    ATTRIBUTE("a<b> & \"c\"\t\n", "a&lt;b&gt; &amp; &quot;c&quot;&#9;&#10;");
    TEXT("", "");
}

static void characters_that_xml_has_no_way_to_write_are_shown_as_such(void **state)
{
    (void)state;
    TEXT("a\0b\x1b[31m\x7f", "a\xef\xbf\xbd"
                             "b\xef\xbf\xbd[31m\xef\xbf\xbd");
    TEXT("\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd"); /* U+FFFE, U+FFFF */
    TEXT("\r\n\t", "&#13;\n\t");
}

static void bytes_that_are_no_utf8_are_replaced_one_by_one(void **state)
{
    (void)state;
    TEXT("\xff县\xe5\x8e", "\xef\xbf\xbd县\xef\xbf\xbd\xef\xbf\xbd");
    TEXT("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
}

static void four_byte_characters_and_right_to_left_words_stay(void **state)
{
    (void)state;
    TEXT("𠮷野 مرحبا", "𠮷野 مرحبا");
}

static void nothing_turns_the_direction_of_what_stands_around_it(void **state)
{
    (void)state;
    TEXT("a\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c",
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd"
         "c");
    TEXT("\xe2\x80\x8f", "\xe2\x80\x8f"); /* a mark of its own direction does not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(characters_that_xml_has_no_way_to_write_are_shown_as_such),
        cmocka_unit_test(bytes_that_are_no_utf8_are_replaced_one_by_one),
        cmocka_unit_test(four_byte_characters_and_right_to_left_words_stay),
        cmocka_unit_test(nothing_turns_the_direction_of_what_stands_around_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
