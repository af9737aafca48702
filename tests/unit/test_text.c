/* The language: chosen by option or environment, Chinese also where the system has no Chinese
 * locale. Reads the message files of the build tree, where a program in bin/ finds them. */
#include "jb_test.h"

#include <locale.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

static void set_env(const char *lc_all, const char *lang, const char *language)
{
    unsetenv("LC_MESSAGES");
    lc_all ? setenv("LC_ALL", lc_all, 1) : unsetenv("LC_ALL");
    lang ? setenv("LANG", lang, 1) : unsetenv("LANG");
    language ? setenv("LANGUAGE", language, 1) : unsetenv("LANGUAGE");
}

static void the_language_follows_option_and_environment(void **state)
{
    static const struct {
        const char *option, *lc_all, *lang, *language;
        bool zh;
    } cases[] = {
        {NULL, NULL, NULL, NULL, false},
        {NULL, NULL, "zh_CN.UTF-8", NULL, true},
        {NULL, NULL, "C.UTF-8", "zh_CN", true},
        {NULL, NULL, NULL, "zh_CN", true},
        {NULL, NULL, "zh_CN.UTF-8", "en", false},
        {NULL, "C", "zh_CN.UTF-8", "zh_CN", false},
        {NULL, "en_US.UTF-8", "zh_CN.UTF-8", NULL, false},
        {NULL, "fr_FR.UTF-8", NULL, NULL, false},
        {"zh", "C", NULL, NULL, true},
        {"zh", NULL, NULL, "en", true},
        {"en", NULL, "zh_CN.UTF-8", "zh_CN", false},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        set_env(cases[i].lc_all, cases[i].lang, cases[i].language);
        jb_text_init(cases[i].option);
        assert_int_equal(jb_text_is_zh(), cases[i].zh);
        assert_string_equal(_("unknown key"), cases[i].zh ? "未知的配置项" : "unknown key");
        assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
        assert_string_equal(setlocale(LC_COLLATE, NULL), "C");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_follows_option_and_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
