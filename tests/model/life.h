/* Where periods and filings stand at a revision, and which submissions a view shows: worked out
 * from the plain list of what was done, over and over. The oracle of the life cycle; and what the
 * script goes by when it says which act must be done and which refused. */
#ifndef MODEL_LIFE_H
#define MODEL_LIFE_H

#include "script.h"

/* A base period of a form. */
struct l_period {
    int freq, ordinal;
};
struct l_place {
    int unit, form, ordinal;
};
struct l_filing {
    enum jb_filing_state state;
    int last; /* index of the last submission, or W_NONE */
    int returns, corrections;
    bool excused;
};

enum jb_period_phase life_phase(const struct script *s, struct l_period p, uint64_t revision);
bool life_is_trial(const struct script *s, struct l_period p, uint64_t revision);
int life_releases(const struct script *s, struct l_period p, uint64_t revision);
/* A submission of the unit is taken at that time. */
bool life_takes(const struct script *s, struct l_period p, int unit, uint64_t revision,
                int64_t at_us);
struct l_filing life_filing(const struct script *s, struct l_place place, uint64_t revision);
/* Index of the submission of the filing that was accepted last, or W_NONE. */
int life_accepted(const struct script *s, struct l_place place, uint64_t revision);
/* The row of the form is the unit's to file in the period, and expected: by the catalogue and what
 * was amended. W_NONE form: it is not. */
int life_form_of(const struct script *s, const struct world *w, int unit, int indicator,
                 int ordinal, uint64_t revision, int *ret_row);
/* The act that made the period's release of that number (0: its newest), made by the revision; of a
 * number that it has not, the newest. Index, or W_NONE. */
int life_release(const struct script *s, struct l_period p, uint32_t number, uint64_t revision);
bool life_has_release(const struct script *s, struct l_period p, uint32_t number,
                      uint64_t revision);
/* Something is owed in the period, by the catalogue alone. */
bool life_expects(const struct world *w, struct l_period p);

#endif
