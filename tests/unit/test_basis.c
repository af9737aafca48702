/* A basis as people and files write it, read relative to a period. */
#include "jb_test.h"

#include "base/base.h"
#include "model/check.h"

static void bases_are_read_in_many_spellings(void **state)
{
    static const struct {
        const char *text;
        enum jb_basis_kind kind; /* the default */
        const char *period;
        jb_err err;
        uint32_t stretch;
        const char *format;
    } cases[] = {
        {"", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 0, ""},
        {"", JB_BASIS_YTD, "2023-Q2", JB_OK, 1, "2023-S1"},
        {"", JB_BASIS_SINCE, "2023-Q2", JB_EINVAL, 0, NULL},
        {" 本期 ", JB_BASIS_YTD, "2023-Q2", JB_OK, 0, ""},
        {"period", JB_BASIS_YTD, "2023-Q2", JB_OK, 0, ""},
        {"ytd", JB_BASIS_PERIOD, "2023-Q3", JB_OK, 2, "2023-Q1..2023-Q3"},
        {"Year-To-Date", JB_BASIS_PERIOD, "2023-Q4", JB_OK, 3, "2023"},
        {"本年累计", JB_BASIS_PERIOD, "2023-Q1", JB_OK, 0, ""},
        {"ytd", JB_BASIS_PERIOD, "2023-M06", JB_OK, 5, "2023-S1"},
        {"since:2021-Q1", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"2021-Q1", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"2021-Q1..2023-Q2", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"累计:2021-Q1", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"累计：2021-Q1", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"2021年以来", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"自2021年以来", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"since 2021", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 9, "2021-Q1..2023-Q2"},
        {"2023-Q2", JB_BASIS_YTD, "2023-Q2", JB_OK, 0, ""},
        {"2023-S1", JB_BASIS_PERIOD, "2023-Q2", JB_OK, 1, "2023-S1"},
        {"2023年前三季度", JB_BASIS_PERIOD, "2023-Q3", JB_OK, 2, "2023-Q1..2023-Q3"},
        {"2023-Q3", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
        {"2021-Q1..2023-Q1", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
        {"2023-M02", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
        {"since:", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
        {"总计", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
        {"\xff", JB_BASIS_PERIOD, "2023-Q2", JB_EINVAL, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_indicator indicator = {.default_basis = cases[i].kind};
        char text[JB_PERIOD_TEXT_SIZE];
        struct jb_period period;
        uint32_t stretch = 77, again = 77;
        jb_err err;
        assert_int_equal(jb_period_parse(jb_slice_str(cases[i].period), &period), JB_OK);
        err = jb_basis_parse(&indicator, jb_slice_str(cases[i].text), period, &stretch);
        if (err != cases[i].err)
            print_error("%s\n", cases[i].text);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(stretch, err ? 77 : cases[i].stretch);
        if (err)
            continue;
        jb_basis_format(period, stretch, text);
        assert_string_equal(text, cases[i].format);
        if (stretch > 0) {
            assert_int_equal(jb_basis_parse(&indicator, jb_slice_str(text), period, &again), JB_OK);
            assert_int_equal(again, stretch);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bases_are_read_in_many_spellings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
