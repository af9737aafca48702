/* A small random county: its catalogue as plain data, which becomes YAML for the engine and is read
 * as it stands by the oracle. Units that stand above others have the smaller index. */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdio.h>

#include "calendar.h"
#include "dice.h"
#include "model/catalog.h"

#define W_UNITS 14
#define W_GROUPS 4
#define W_INDICATORS 14
#define W_FORMS 8
#define W_EDGES 6
#define W_NONE (-1)
#define W_FIRST_YEAR 2021
#define W_YEARS 2

struct w_edge {
    int unit, from, until; /* days */
};

struct w_unit {
    char code[16];
    struct w_edge parents[2];
    int parent_count;
    int from, until;
};

struct w_group {
    char code[16];
    struct w_edge members[W_EDGES];
    int member_count;
};

struct w_indicator {
    char code[16];
    enum jb_measure measure;
    int freq, decimals, display;
    enum jb_unit_agg unit_agg;
    enum jb_time_agg time_agg;
    bool compare; /* parent_value: compare, else add */
    enum jb_basis_kind bases[3];
    int basis_count;
    bool negative, not_applicable, marks, percent, is_public;
    int numerator, denominator, power10; /* ratio */
    struct w_edge owners[W_EDGES];
    int owner_count;
    int from;
};

struct w_row {
    int indicator;
    struct stretch owed[2];
    int owed_count;
    bool optional;
};

struct w_form {
    char code[16];
    int freq;
    int units[W_UNITS];
    int unit_count;
    struct w_row rows[W_INDICATORS];
    int row_count;
};

struct world {
    struct w_unit units[W_UNITS];
    struct w_group groups[W_GROUPS];
    struct w_indicator indicators[W_INDICATORS];
    struct w_form forms[W_FORMS];
    int unit_count, group_count, indicator_count, form_count;
    bool managed; /* periods are opened, reviewed, published */
};

void world_make(struct world *w, struct dice *d);
/* A second version that the additive rule allows whatever has been filed: new unit, group,
 * indicators and form; rows owed otherwise; other display decimals. */
void world_extend(struct world *w, struct dice *d);
/* A second version for a world whose periods are managed: other indicators are public. */
void world_turn(struct world *w, struct dice *d);
void world_print_yaml(const struct world *w, FILE *out);

/* What holds on a day, by walking. */
int world_parent(const struct world *w, int unit, int day);
bool world_under(const struct world *w, int unit, int node, int day);
bool world_in_group(const struct world *w, int unit, int group, int day);
bool world_owns(const struct world *w, int unit, int indicator, int day);
/* The unit's own value counts in rollups. */
bool world_counts(const struct world *w, int unit, int indicator, int day);
/* The form in which the unit may report the indicator in the base period, and its row there; W_NONE
 * if none. */
int world_form_of(const struct world *w, int unit, int indicator, int ordinal, int *ret_row);
bool world_allows_stretch(const struct w_indicator *ind, int ordinal, int stretch);

#endif
