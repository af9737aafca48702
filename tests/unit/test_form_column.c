/* What a title or a label in somebody's sheet means. */
#include "jb_test.h"

#include "form/form_column.h"

static void titles_are_known_in_both_languages(void **state)
{
    static const struct {
        const char *text;
        enum jb_form_column column;
    } cases[] = {
        {"本 期\n实 际", JB_FORM_OF_PERIOD},
        {"  This period ", JB_FORM_OF_PERIOD},
        {"本年累计", JB_FORM_TO_DATE},
        {"累计", JB_FORM_SINCE},
        {"指标", JB_FORM_NAME},
        {"代码", JB_FORM_LINE},
        {"indicator", JB_FORM_NAME},
        {"指标代码", JB_FORM_CODE},
        {"单位", JB_FORM_UNIT},
        {"计量单位", JB_FORM_MEASURED},
        {"颜色", JB_FORM_COLUMNS},
        {"", JB_FORM_COLUMNS},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_int_equal(jb_form_column_of(jb_slice_str(cases[i].text)), cases[i].column);
    for (enum jb_form_column column = 0; column < JB_FORM_COLUMNS; column++) {
        assert_int_equal(jb_form_column_of(jb_slice_str(jb_form_column_title(column, true))),
                         column);
        assert_int_equal(jb_form_column_of(jb_slice_str(jb_form_column_title(column, false))),
                         column);
    }
}

static void labels_end_with_a_colon(void **state)
{
    static const struct {
        const char *text;
        enum jb_form_label label;
        const char *rest;
    } cases[] = {
        {"填报单位（盖章）：县司法局", JB_LABEL_UNIT, "县司法局"},
        {"填报单位：县司法局", JB_LABEL_UNIT, "县司法局"},
        {"Unit (seal): Justice", JB_LABEL_UNIT, "Justice"},
        {" 单位负责人 : ", JB_LABEL_RELEASED, ""},
        {"报告期:2023年第二季度", JB_LABEL_PERIOD, "2023年第二季度"},
        {"表号：a.b", JB_LABEL_FORM, "a.b"},
        {"填报单位", JB_LABELS, ""},
        {"填报单位（盖章：县司法局", JB_LABELS, ""},
        {"单位负责人签字后：报出", JB_LABELS, ""},
        {"", JB_LABELS, ""},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_slice rest = jb_slice_of(NULL, 0);
        assert_int_equal(jb_form_label_of(jb_slice_str(cases[i].text), &rest), cases[i].label);
        assert_true(cases[i].label == JB_LABELS || jb_slice_is(rest, cases[i].rest));
    }
    for (enum jb_form_label label = 0; label < JB_LABELS; label++) {
        struct jb_slice rest;
        assert_int_equal(jb_form_label_of(jb_slice_str(jb_form_label(label, true)), &rest), label);
        assert_int_equal(jb_form_label_of(jb_slice_str(jb_form_label(label, false)), &rest), label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_are_known_in_both_languages),
        cmocka_unit_test(labels_end_with_a_colon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
