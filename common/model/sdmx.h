/* Figures as SDMX-CSV 2.1, the data message of SDMX 3.1 (github.com/sdmx-twg/sdmx-csv, data message
 * field guide): one observation a row, RFC 4180, columns named by the components of a data
 * structure.
 *
 * Ours is the dataflow JIBAO:CATALOGUE(VERSION.0.0). Dimensions: FREQ (CL_FREQ: A S Q M D, _O for
 * a span that is no period), REPORTING_UNIT, INDICATOR, BASIS, TIME_PERIOD. Measures: OBS_VALUE, a
 * plain decimal, and OBS_TEXT, of text figures. Attributes: OBS_STATUS (CL_OBS_STATUS), STATE,
 * PRECISION (a value's mark), UNIT_MEASURE, the coverage REPORTED and EXPECTED, VALUE_PERIOD,
 * REASON, and REVISION; COMMENT_OBS, a row's note, is read only.
 *
 * SDMX identifiers have no full stop and our codes no @, so that each stands for the other.
 * OBS_VALUE is NaN where a value is missing on purpose, empty where nothing was reported.
 * OBS_STATUS: A final, P provisional, E estimated; without a value M not applicable (cannot exist;
 * P or E where that is provisional or estimated), L not reported (not collected), O withdrawn or
 * not computable. STATE tells all five apart. */
#ifndef JB_SDMX_H
#define JB_SDMX_H

#include "base/limits.h"
#include "model/figure.h"
#include "model/period.h"

enum jb_sdmx_column {
    JB_SDMX_STRUCTURE,
    JB_SDMX_STRUCTURE_ID,
    JB_SDMX_ACTION,
    JB_SDMX_FREQ,
    JB_SDMX_UNIT,
    JB_SDMX_INDICATOR,
    JB_SDMX_BASIS,
    JB_SDMX_TIME_PERIOD,
    JB_SDMX_VALUE,
    JB_SDMX_TEXT,
    JB_SDMX_OBS_STATUS,
    JB_SDMX_STATE,
    JB_SDMX_PRECISION,
    JB_SDMX_UNIT_MEASURE,
    JB_SDMX_REPORTED,
    JB_SDMX_EXPECTED,
    JB_SDMX_VALUE_PERIOD,
    JB_SDMX_REASON,
    JB_SDMX_REVISION,
    JB_SDMX_COMMENT, /* read only */
    JB_SDMX_COLUMNS,
};
#define JB_SDMX_COLUMNS_WRITTEN JB_SDMX_COMMENT

/* The component's identifier, as the header has it. */
const char *jb_sdmx_column_id(enum jb_sdmx_column column);
/* The column of a header's cell, with the component's name behind ": " (labels=both) or not, and
 * STRUCTURE with a sub-field separator in brackets. JB_SDMX_COLUMNS: a column of somebody else. */
enum jb_sdmx_column jb_sdmx_column_of(struct jb_slice cell);

#define JB_SDMX_ID_SIZE (JB_CODE_BYTES_MAX + 1)
/* A code as an identifier, and back; texts longer than a code are cut. */
void jb_sdmx_id(struct jb_slice code, char id[JB_SDMX_ID_SIZE]);
void jb_sdmx_code(struct jb_slice id, char code[JB_SDMX_ID_SIZE]);

/* FREQ and TIME_PERIOD. A span that is no period is a time range: 2021-01-01/P30M. */
const char *jb_sdmx_freq(struct jb_span span);
void jb_sdmx_time(struct jb_span span, char text[JB_PERIOD_TEXT_SIZE]);
/* Reads TIME_PERIOD: 2023, 2023-A1, 2023-S1, 2023-Q2, 2023-M06, 2023-06, 2023-05-12, and a range of
 * whole months or years from the first of a month. JB_EINVAL: something else; JB_ERANGE: years. */
JB_MUST_USE jb_err jb_sdmx_time_parse(struct jb_slice text, struct jb_span *ret);

/* "PERIOD", or "SINCE_2021-Q1" for a figure of one base period whose stretch begins there. */
void jb_sdmx_basis(struct jb_slice basis, struct jb_slice period, char text[JB_PERIOD_TEXT_SIZE]);

const char *jb_sdmx_obs_status(enum jb_state state, enum jb_status status);

#endif
