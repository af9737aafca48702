/* What is expected in a period: the forms and rows that units owe. Frozen when the period is
 * opened, by counts and a hash; amendments are counted on top. */
#ifndef JB_EXPECTED_H
#define JB_EXPECTED_H

#include "model/catalog.h"
#include "period_state.h"

struct jb_expected {
    uint32_t forms, rows;
    uint8_t hash[32]; /* see PeriodRow.expected_hash */
};
/* By the catalogue alone, or with the amendments of the state (whose numbers are then those that
 * the catalogue is bound to). JB_ENOMEM. */
JB_MUST_USE jb_err jb_expected_count(const jb_catalog *catalog, struct jb_period period,
                                     const struct jb_period_state *amended,
                                     struct jb_expected *ret);
/* A form, at least one of its rows; one row. amended may be NULL. */
bool jb_expected_form(const jb_catalog *catalog, const struct jb_period_state *amended,
                      uint32_t unit, uint32_t form, struct jb_period period);
bool jb_expected_row(const jb_catalog *catalog, const struct jb_period_state *amended,
                     uint32_t unit, uint32_t form, uint32_t row, struct jb_period period);

#endif
