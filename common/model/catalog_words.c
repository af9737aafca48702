/* The catalogue's own words as its file writes them, for programs that show or compare indicators.
 */
#include "model/catalog.h"

const char *jb_unit_agg_code(enum jb_unit_agg v)
{
    static const char *const codes[] = {"", "sum", "mean", "min", "max", "sole"};

    return codes[v];
}

const char *jb_time_agg_code(enum jb_time_agg v)
{
    static const char *const codes[] = {"", "sum", "last", "mean", "min", "max", "none"};

    return codes[v];
}

const char *jb_direction_code(enum jb_direction v)
{
    static const char *const codes[] = {"none", "up", "down"};

    return codes[v];
}

const char *jb_parent_value_code(enum jb_parent_value v)
{
    static const char *const codes[] = {"none", "add", "compare"};

    return codes[v];
}

const char *jb_basis_kind_code(enum jb_basis_kind v)
{
    static const char *const codes[] = {"", "period", "ytd", "", "since"};

    return codes[v];
}
