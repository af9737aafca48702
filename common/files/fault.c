#include "files/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* A cut text ends before the character that did not fit whole. */
static void cut_to_utf8(char *text)
{
    size_t len = strlen(text);

    while (len && !jb_utf8_valid(jb_slice_of(text, len)))
        text[--len] = 0;
}

jb_err jb_fault_set(struct jb_fault *fault, jb_err err, const char *what, const char *advice,
                    const char *place, ...)
{
    va_list args;

    if (fault->what)
        return err;
    fault->what = what;
    fault->advice = advice;
    va_start(args, place);
    vsnprintf(fault->place, sizeof(fault->place), place, args);
    va_end(args);
    cut_to_utf8(fault->place);
    return err;
}
