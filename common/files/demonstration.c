/* One word for the whole process: what is printed comes from many places, and none may forget it.
 * Set from the thread that prints. */
#include "files/demonstration.h"

#include "base/text.h"

static bool is_set, was_told;

void jb_demonstration_set(void)
{
    is_set = true;
}

bool jb_demonstration_is_set(void)
{
    return is_set;
}

void jb_demonstration_line(FILE *out)
{
    if (!is_set || was_told)
        return;
    was_told = true;
    fputs(JB_DEMONSTRATION_WORD, out);
    fputs(_(": all of it is invented and stands for no real place or body\n"), out);
}
