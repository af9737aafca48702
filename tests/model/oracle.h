/* What every answer must be, worked out from the plain list of accepted submissions by loops over
 * units and base periods. Slow, direct and written without a look at the programs' arithmetic: no
 * cells, no running sums, no folding of what was folded. */
#ifndef MODEL_ORACLE_H
#define MODEL_ORACLE_H

#include "model/viewpoint.h"
#include "script.h"

#define O_TEXT 80

/* The figures that a view shows at a revision, in the world of that revision. */
struct o_fact {
    int unit, ordinal;
    const struct s_row *row;
    struct o_fact *next;
};
struct o_view {
    const struct world *world;
    struct o_fact *facts[W_INDICATORS]; /* by indicator */
    struct o_fact memory[S_MESSAGES * S_ROWS];
    int count;
    const struct script *script;
    uint64_t revision;
    struct jb_viewpoint viewpoint;
};
void oracle_view(struct o_view *v, const struct script *s, uint64_t revision,
                 struct jb_viewpoint viewpoint);

/* A question for one figure. */
struct o_ask {
    bool group, own;
    int node, indicator;
    struct stretch span; /* in the indicator's base periods */
    bool no_fold;        /* 本期 is not published of all of it */
    char basis; /* 0: not asked; 'p' 本期; 'y' year to date; 's' since `since` (an ordinal) */
    int since;
    int rounding; /* 0 half up, 1 half even, 2 cut off */
    int today;
};

struct o_growth {
    char value[O_TEXT], base[O_TEXT];
    const char *reason; /* "": there is a value */
    bool points;
    enum jb_mark mark;
    enum jb_status status, base_status;
    struct stretch base_span;
};

struct o_answer {
    enum jb_state state;
    const char *reason;
    char value[O_TEXT], text[O_TEXT], numerator[O_TEXT], denominator[O_TEXT];
    enum jb_mark mark;
    enum jb_status status;
    int reported, expected, not_yet_due;
    int value_period; /* ordinal, or W_NONE */
    bool withheld;    /* the published view does not tell it */
    bool stretch;     /* answered by the figure that covers exactly the span */
    bool unpaired;
    struct o_growth yoy, qoq;
};
void oracle_answer(const struct o_view *v, const struct o_ask *ask, struct o_answer *ret);

#endif
