/* Chooses the language once, at the start of main, and points gettext at the message files. gettext
 * gives up on a locale that the system does not have, and a minimal Debian has C, C.UTF-8 and POSIX
 * only; there Chinese comes through C.UTF-8 and LANGUAGE, which gettext obeys in any locale but
 * plain C. */
#include "base/text.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

#define DOMAIN "jibao"

static bool chinese;

static const char *env_text(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static bool is_zh(const char *language)
{
    return language[0] == 'z' && language[1] == 'h';
}

static bool is_c(const char *locale)
{
    return strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

/* LANGUAGE goes before the locale, as in gettext; LC_ALL=C means "as a program wants it", so
 * LANGUAGE is not heard. */
static bool env_wants_zh(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = "";
    for (size_t i = 0; i < JB_COUNT(names) && !locale[0]; i++)
        locale = env_text(names[i]);
    if (is_c(locale))
        return false;
    const char *language = env_text("LANGUAGE");
    return is_zh(language[0] ? language : locale);
}

/* share/locale beside the program's folder (a build tree, an unpacked archive), or where it was
 * installed. */
static void bind_messages(void)
{
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    char *dir = NULL;
    if (len > 0) {
        exe[len] = 0;
        char *slash = strrchr(exe, '/');
        if (slash)
            *slash = 0;
        dir = jb_xasprintf("%s/../share/locale", exe);
    }
    const char *found = dir && access(dir, R_OK | X_OK) == 0 ? dir : JIBAO_LOCALEDIR;
    jb_ignore(!bindtextdomain(DOMAIN, found));
    jb_ignore(!bind_textdomain_codeset(DOMAIN, "UTF-8")); /* whatever the locale's own charset */
    jb_ignore(!textdomain(DOMAIN));
    free(dir);
}

void jb_text_init(const char *lang)
{
    chinese = lang ? is_zh(lang) : env_wants_zh();
    const char *set = setlocale(LC_ALL, "");
    const char *messages = set ? setlocale(LC_MESSAGES, NULL) : NULL;
    if (chinese) {
        jb_ignore(setenv("LANGUAGE", "zh_CN", 1) != 0);
        if (!messages || is_c(messages)) {
            if (!setlocale(LC_ALL, "zh_CN.UTF-8"))
                jb_ignore(!setlocale(LC_ALL, "C.UTF-8"));
        }
    } else {
        if (!set)
            jb_ignore(!setlocale(LC_ALL, "C.UTF-8"));
        jb_ignore(
            !setlocale(LC_MESSAGES, "C")); /* English is the source: no message file is needed */
    }
    jb_ignore(!setlocale(LC_NUMERIC, "C"));
    jb_ignore(!setlocale(LC_COLLATE, "C"));
    bind_messages();
}

/* gettext keeps what it found per message; the counter, which glibc documents for this use (Being a
 * gettext library, "Changing the language at runtime"), makes it look anew. */
extern int _nl_msg_cat_cntr;

void jb_text_switch(bool zh)
{
    if (chinese == zh)
        return;
    chinese = zh;
    jb_ignore(setenv("LANGUAGE", zh ? "zh_CN" : "en", 1) != 0);
    _nl_msg_cat_cntr++;
}

int jb_text_is_zh(void)
{
    return chinese;
}
