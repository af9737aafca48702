/* Templates from Markdown to Markdown: loops and conditions in a line, over paragraphs and over
 * rows; what does not match is complained about with its line. Placeholders answer with their own
 * text here (fuzz/report_filler.h). */
#include "jb_test.h"

#include "fuzz/report_filler.h"
#include "report/doc_write.h"
#include "report/md_read.h"

struct desk {
    struct jb_arena arena;
    struct jb_complaints complaints;
    struct jb_doc doc, out;
    struct echo echo;
    struct jb_buf text;
};

static int open_desk(void **state)
{
    struct desk *d = jb_xcalloc(1, sizeof(*d));
    jb_arena_init(&d->arena, (size_t)64 << 20);
    jb_buf_init(&d->text, (size_t)16 << 20);
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    jb_arena_free(&d->arena);
    jb_buf_free(&d->text);
    free(d);
    return 0;
}

static const struct jb_template_part *read(struct desk *d, const char *md)
{
    const struct jb_template_part *part = NULL;
    jb_arena_clear(&d->arena);
    jb_complaints_init(&d->complaints, &d->arena);
    jb_doc_init(&d->doc, &d->arena);
    jb_doc_init(&d->out, &d->arena);
    d->echo = (struct echo){0};
    assert_int_equal(jb_md_read(jb_slice_str(md), &d->doc), JB_OK);
    jb_template *template = jb_template_new(&d->arena, &d->complaints);
    assert_int_equal(jb_template_add(template, d->doc.body.first, &part), JB_OK);
    return part;
}

static const char *filled(struct desk *d, const char *md)
{
    const struct jb_template_part *part = read(d, md);
    struct jb_filler filler = echo_filler(&d->echo);
    assert_int_equal(d->complaints.total, 0);
    assert_int_equal(jb_template_fill(part, &filler, &d->out, &d->out.body), JB_OK);
    jb_buf_clear(&d->text);
    jb_doc_write_md(&d->out, &d->text);
    jb_buf_put_u8(&d->text, 0);
    assert_false(d->text.failed);
    return (const char *)d->text.ptr;
}

static void templates_are_filled(void **state)
{
    static const struct {
        const char *template, *result;
    } cases[] = {
        {"# T\n\na {{b}} c\n", "# T\n\na \\<b> c\n\n"},
        {"a{{每单位 x}}-{{单位}}{{完}}.\n", "a-\\<单位/7>-\\<单位/8>.\n\n"},
        {"{{每单位}}\n\n{{单位}}\n\n{{完}}\n\nx\n", "\\<单位/7>\n\n\\<单位/8>\n\nx\n\n"},
        {"{{每单位}}\n{{单位}}\n{{完}}\nx\n", "\\<单位/7>\n\n\\<单位/8>\n\nx\n\n"},
        /* begins at the start of a paragraph, ends at the end of another */
        {"{{每单位}}a\n\nb{{完}}\n", "a\n\nb\n\na\n\nb\n\n"},
        {"{{每单位}}{{每章节}}x{{完}}|{{完}}\n", "xx|xx|\n\n"},
        /* conditions are true in turns */
        {"{{如果 a 有数}}yes{{否则}}no{{完}}{{如果 a 有数}}yes{{否则}}no{{完}}\n", "yesno\n\n"},
        {"{{如果 a 有数}}\nyes\n{{否则}}\nno\n{{完}}\n", "yes\n\n"},
        {"{{每单位}}{{单位}}{{如果 末项}}.{{否则}},{{完}}{{完}}\n", "\\<单位/7>,\\<单位/8>.\n\n"},
        /* a paragraph that a condition emptied is not there */
        {"a\n\n{{如果 a 有数}}x{{完}}\n\n{{如果 a 有数}}x{{完}}\n\nb\n", "a\n\nx\n\nb\n\n"},
        {"| a | b |\n|---|--:|\n| {{每单位}}{{单位}} | {{数值}}{{完}} |\n| z | 0 |\n",
         "| a | b |\n|---|--:|\n| \\<单位/7> | \\<数值/7> |\n| \\<单位/8> | \\<数值/8> |\n| z | 0 "
         "|\n\n"},
        {"| a |\n|---|\n| {{每单位}} |\n| {{单位}} |\n| - |\n| {{完}} |\n",
         "| a |\n|---|\n| \\<单位/7> |\n| - |\n| \\<单位/8> |\n| - |\n\n"},
        {"| {{每单位}}{{单位}};{{完}} |\n", "| \\<单位/7>;\\<单位/8>; |\n|---|\n\n"},
        {"{{表 a}}\n", "| 表 a | 1 |\n|---|---|\n\n"},
        {"｛｛a　2022｝｝\n", "\\<a　2022>\n\n"},
        {"**{{a}}** x\n", "**\\<a>** x\n\n"},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_string_equal(filled(d, cases[i].template), cases[i].result);
}

static void what_does_not_match_is_told_with_its_line(void **state)
{
    static const struct {
        const char *template, *sentence;
        uint32_t line;
    } cases[] = {
        {"a\n\n{{完}}\n", "no loop or condition to end", 3},
        {"{{否则}}\n", "no condition before it", 1},
        {"x\n\n\n{{每单位 a}}\n", "no {{完}} on its own level", 4},
        {"{{每单位 a}}\n\n| x |\n|---|\n| {{完}} |\n", "no loop or condition to end", 5},
        {"{{每单位}}{{否则}}{{完}}\n", "no condition before it", 1},
        {"a{{每单位}}b\n\nc{{完}}d\n", "begins at the start of one", 1},
        {"a {{b\n", "{{ has no }}", 1},
        {"a }} b\n", "}} has no {{", 1},
        {"x {{表 a}}\n", "takes the place of a paragraph", 1},
        {"| {{表 a}} |\n", "stand outside of tables", 1},
        {"{{如果 a 有数}}{{如果 a 有数}}{{如果 a 有数}}{{如果 a 有数}}{{如果 a 有数}}"
         "{{如果 a 有数}}{{如果 a 有数}}{{如果 a 有数}}{{如果 a 有数}}x\n",
         "in one another", 1},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_ignore(read(d, cases[i].template) == NULL);
        assert_true(d->complaints.count >= 1);
        assert_int_equal(d->complaints.items[0].place, cases[i].line);
        if (!strstr(d->complaints.items[0].sentence, cases[i].sentence))
            fail_msg("%s: %s", cases[i].template, d->complaints.items[0].sentence);
    }
}

static void gathering_looks_at_both_sides(void **state)
{
    struct desk *d = *state;
    const struct jb_template_part *part =
        read(d, "{{每单位}}\n{{如果 a 有数}}{{b}}{{否则}}{{c}}{{完}}\n{{完}}\n{{表 d}}\n");
    struct jb_filler filler = echo_filler(&d->echo);
    assert_int_equal(jb_template_gather(part, &filler), JB_OK);
    assert_int_equal(d->echo.noted, 1 + 2 * 3 + 1); /* the loop; two turns; the table */
    assert_int_equal(d->echo.filled, 0);
}

static void loops_in_loops_end(void **state)
{
    /* 2^19 turns of a line are more than may be filled. */
    struct desk *d = *state;
    char md[4096] = "";
    for (int i = 0; i < 8; i++)
        strcat(md, "{{每单位}}");
    for (int i = 0; i < 300; i++)
        strcat(md, "{{a}}");
    for (int i = 0; i < 8; i++)
        strcat(md, "{{完}}");
    const struct jb_template_part *part = read(d, md);
    struct jb_filler filler = echo_filler(&d->echo);
    assert_int_equal(d->complaints.total, 0);
    assert_int_equal(jb_template_gather(part, &filler), JB_OK);
    size_t len = strlen(md);
    char *longer = jb_xmalloc(len * 12 + 1);
    longer[0] = '\0';
    for (int i = 0; i < 12; i++)
        strcat(longer, md);
    part = read(d, longer);
    assert_int_equal(jb_template_gather(part, &filler), JB_ERANGE);
    assert_int_equal(jb_template_fill(part, &filler, &d->out, &d->out.body), JB_ERANGE);
    free(longer);
}

static void markdown_reads_back_what_it_writes(void **state)
{
    static const char text[] = "# 题\n\n## 一\n\n### 二\n\n#### 三\n\n正文 **粗** *斜* \\*星\\*\n\n"
                               "> 注\n\n- 甲\n- 乙\n\n<div align=\"right\">右</div>\n\n"
                               "| 头 | 数 |\n|---|--:|\n| a\\|b | 1<br>2 |\n\n"
                               "<!-- pagebreak -->\n\n\\# 不是题\n\n";
    struct desk *d = *state;
    assert_string_equal(filled(d, text), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(templates_are_filled, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_does_not_match_is_told_with_its_line, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(gathering_looks_at_both_sides, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(loops_in_loops_end, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(markdown_reads_back_what_it_writes, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
