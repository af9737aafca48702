/* The oracle's inner parts: a measured figure over a span, numbers as text, marks. */
#ifndef MODEL_FIGURE_ORACLE_H
#define MODEL_FIGURE_ORACLE_H

#include "oracle.h"

typedef __int128 wide;
#define FAR ((wide)1 << 120) /* no bound */

/* A value and where the truth may lie. */
struct spot {
    wide at, low, high;
    bool low_open, high_open;
};

/* One measured indicator of a node over a span. */
struct o_measured {
    enum jb_state state;
    const char *reason;
    wide number;
    wide divisor;
    enum jb_mark mark;
    enum jb_status status;
    int reported, expected, not_yet_due, value_period;
    bool stretch;
    bool stands; /* the stretch: something is there */
    int text;
    struct stretch span; /* as asked */
    int from, until;     /* base periods whose coverage counts, the last one included */
};
void oracle_measure(const struct o_view *v, const struct o_ask *ask, struct o_measured *ret);
/* The unit's figure where it goes into the node's, or NULL. */
const struct s_row *oracle_part(const struct o_view *v, const struct o_ask *ask, int unit,
                                int ordinal, int stretch);
/* What the parts of one base period come to, counted one by one. */
struct o_tally {
    wide sum;
    int values, absent, withdrawn, provisional, estimated;
    int marks[JB_MARKS];
};
struct o_tally oracle_tally(const struct o_view *v, const struct o_ask *ask, int ordinal,
                            int stretch);
/* Why the published view does not tell an indicator over base periods from .. until: none of them
 * has a release that lists it, or some have not. "": it does. */
const char *oracle_unpublished(const struct o_view *v, int indicator, int from, int until);
int oracle_expected(const struct o_view *v, const struct o_ask *ask, int ordinal);
int oracle_reported(const struct o_view *v, const struct o_ask *ask, int ordinal, int stretch);

enum jb_mark oracle_mark(struct spot spot);
/* Upwards, downwards, or both: whither the truth may lie; strict: not at the value itself. */
enum jb_mark oracle_mark_of_ways(bool up, bool down, bool strict);
void oracle_ways(enum jb_mark mark, bool *up, bool *down, bool *strict);

/* value / 10^decimals without trailing zeros. */
void number_plain(wide value, int decimals, char text[O_TEXT]);
/* number / divisor * 10^power, with exactly `decimals` digits. */
void number_divide(wide number, wide divisor, int power, int decimals, int rounding,
                   char text[O_TEXT]);

#endif
