/* A horizontal bar chart for the terminal: labels left, values right of their bars, both aligned
 * whatever the width of their characters. */
#ifndef JB_BUREAU_CHART_H
#define JB_BUREAU_CHART_H

#include <stdio.h>

#include "base/base.h"

struct jb_bar {
    const char *label;
    struct jb_slice number; /* decimal text; empty: no bar */
    const char *text;       /* the value as it is shown; never NULL */
};

struct jb_chart_style {
    uint32_t cells; /* of the longest bar */
    bool utf8;      /* eighths of a cell; else # only */
    bool color;
};

/* Bars grow from 0 to the largest number; one below zero has no bar but a sign for it. */
void jb_chart_print(const struct jb_bar *bars, uint32_t count, const struct jb_chart_style *style,
                    FILE *out);

#endif
