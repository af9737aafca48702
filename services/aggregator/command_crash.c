/* LMDB trusts its pages: one that is damaged can end the process wherever it is touched. Then at
 * least something is said, with what to do; the process ends by the signal all the same. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "commands.h"

static char *words; /* made before: a handler cannot make any */
static size_t words_len;

static void speak(int number)
{
    (void)number;
    jb_ignore(write(STDERR_FILENO, words, words_len) < 0);
} /* and the same happens again, without a handler */

void jb_command_expect_crash(const char *dir)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT};
    const struct sigaction action = {.sa_handler = speak, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;
    words = jb_xasprintf(_("%s: the program crashed while it had this store open; pages may be "
                           "damaged, which this tells: jibao-aggregator verify --dir %s\n"),
                         dir, dir);
    words_len = strlen(words);
    for (size_t i = 0; i < JB_COUNT(signals); i++) { /* a sanitizer says more */
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            jb_ignore(sigaction(signals[i], &action, NULL) != 0);
    }
}

void jb_command_survived(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT};
    for (size_t i = 0; i < JB_COUNT(signals); i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == speak)
            signal(signals[i], SIG_DFL);
    }
    free(words);
    words = NULL;
}
