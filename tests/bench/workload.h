/* The county that is measured: units under six branches under one root, 250 indicators in forms of
 * twenty rows (the last has ten), some quarters. The program and the floor get the same rows in the
 * same order; so whatever makes rows is here and knows neither. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "base/buf.h"
#include "base/uuid.h"
#include "bench/sample.h"
#include "net/identity.h"

#define WORKLOAD_ROOT "county"
#define BRANCHES 6
#define INDICATORS 250
#define FORM_ROWS 20
#define FORMS ((INDICATORS + FORM_ROWS - 1) / FORM_ROWS)
#define FULL_FORMS (INDICATORS / FORM_ROWS)
#define LANES_MAX 64

struct shape {
    uint32_t units, quarters; /* the quarters end with 2025-Q4 */
};
static inline uint32_t form_rows(uint32_t form)
{
    return form < FULL_FORMS ? FORM_ROWS : INDICATORS % FORM_ROWS;
}
static inline uint32_t branch_of(uint32_t unit)
{
    return unit % BRANCHES;
}

/* The catalogue as a file would hold it. */
void workload_catalog(const struct shape *shape, struct jb_buf *out);
void indicator_code(uint32_t indicator, char code[16]);
void quarter_code(const struct shape *shape, uint32_t quarter, char code[16]);

/* One submission that waits to be sent. */
struct parcel {
    uint32_t unit, form, quarter;
    uint32_t row_count;
    int64_t values[FORM_ROWS]; /* hundredths */
    struct jb_uuid id;
    size_t at, len;                 /* the envelope, in plan.bytes */
    size_t payload_at, payload_len; /* the submission, in plan.bytes */
};
/* One agent's submissions, in the order it sends them. */
struct lane {
    struct parcel *parcels;
    uint32_t count, cap, next;
};
struct plan {
    struct lane lanes[LANES_MAX];
    uint32_t lane_count;
    struct jb_buf bytes; /* every envelope, made before the clock starts */
};

/* What the agents know together: the last submission of every filing. Each unit belongs to one lane
 * of a plan, so no agent ever corrects another's. */
struct book {
    struct shape shape;
    uint8_t store_id[16];
    uint32_t catalog_version;
    struct dice dice;
    struct jb_uuid *accepted, *planned; /* by filing; nil: none */
    struct jb_buf payload;
    const jb_identity *signer; /* NULL: what is planned bears no signature */
};
void book_open(struct book *book, const struct shape *shape, const uint8_t store_id[16],
               uint32_t catalog_version);
void book_close(struct book *book);
/* A receipt said accepted. */
void book_accept(struct book *book, const struct parcel *parcel);

/* First figures for filings first .. first + count - 1, in the order quarter, unit, form. */
void plan_first(struct plan *plan, struct book *book, uint32_t lanes, uint32_t first,
                uint32_t count);
uint32_t workload_filings(const struct shape *shape);
/* New figures for filings that stand: any full form of any unit and quarter of `filled` (at most
 * the book's shape), count for each lane. */
void plan_corrections(struct plan *plan, struct book *book, const struct shape *filled,
                      uint32_t lanes, uint32_t count);
/* From the start again, for another that shall do the same work. */
void plan_rewind(struct plan *plan);
/* The plan's next submission, lanes in turn (*turn starts at 0); NULL when none is left. */
const struct parcel *plan_next(struct plan *plan, uint32_t *turn);
/* Forgets what was planned and not accepted. */
void plan_free(struct plan *plan, struct book *book);

#endif
