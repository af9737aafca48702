/* Rows are drawn from dice with a fixed seed; values are new each time, with two decimals.
 * Everything that a clerk's computer would have done beforehand (drawing, encoding) is done before
 * the clock starts, for the program as for the floor. */
#include "bench/workload.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/wire_submission.h"

#define SIGNED_BYTES (2 + JB_KEY_BYTES + 2 + JB_SIGNATURE_BYTES) /* the two fields */
#define SEED 20230630
#define VALUE_MAX 10000000 /* hundredths */
#define LAST_YEAR 2025
#define PLAN_BYTES_MAX (2ULL << 30)
#define CODE_SIZE 16

void indicator_code(uint32_t indicator, char code[CODE_SIZE])
{
    snprintf(code, CODE_SIZE, "i%03u", indicator);
}

static void unit_code(uint32_t unit, char code[CODE_SIZE])
{
    snprintf(code, CODE_SIZE, "u%04u", unit);
}

void quarter_code(const struct shape *shape, uint32_t quarter, char code[CODE_SIZE])
{
    uint32_t ordinal = (LAST_YEAR + 1) * 4 - shape->quarters + quarter;
    snprintf(code, CODE_SIZE, "%04u-Q%u", ordinal / 4, ordinal % 4 + 1);
}

static void put_unit_list(const struct shape *shape, const char *key, struct jb_buf *out)
{
    jb_buf_printf(out, "    %s: [", key);
    for (uint32_t u = 0; u < shape->units; u++)
        jb_buf_printf(out, "%su%04u", u ? ", " : "", u);
    jb_buf_put_str(out, "]\n");
}

void workload_catalog(const struct shape *shape, struct jb_buf *out)
{
    jb_buf_put_str(out, "catalog: bench\nname: {zh: 基准}\nunits:\n"
                        "  - {code: county, name: {zh: 全县}}\n");
    for (uint32_t b = 0; b < BRANCHES; b++)
        jb_buf_printf(out, "  - {code: b%u, name: {zh: 系统%u}, parent: county}\n", b, b);
    for (uint32_t u = 0; u < shape->units; u++)
        jb_buf_printf(out, "  - {code: u%04u, name: {zh: 单位%u}, parent: b%u}\n", u, u,
                      branch_of(u));
    jb_buf_put_str(out, "indicators:\n");
    for (uint32_t i = 0; i < INDICATORS; i++) {
        jb_buf_printf(out,
                      "  - code: i%03u\n    name: {zh: 指标%u}\n    unit_of_measure: {zh: 件}\n"
                      "    measure: flow\n    decimals: 2\n",
                      i, i);
        put_unit_list(shape, "owners", out);
    }
    jb_buf_put_str(out, "forms:\n");
    for (uint32_t f = 0; f < FORMS; f++) {
        jb_buf_printf(out, "  - code: f%02u\n    title: {zh: 报表%u}\n", f, f);
        put_unit_list(shape, "units", out);
        jb_buf_put_str(out, "    rows: [");
        for (uint32_t r = 0; r < form_rows(f); r++)
            jb_buf_printf(out, "%s{indicator: i%03u}", r ? ", " : "", f * FORM_ROWS + r);
        jb_buf_put_str(out, "]\n");
    }
    if (out->failed)
        die("the catalogue is too large");
}

uint32_t workload_filings(const struct shape *shape)
{
    return shape->units * shape->quarters * FORMS;
}

static uint32_t filing_index(const struct book *book, const struct parcel *p)
{
    return (p->quarter * book->shape.units + p->unit) * FORMS + p->form;
}

void book_open(struct book *book, const struct shape *shape, const uint8_t store_id[16],
               uint32_t catalog_version)
{
    uint32_t count = workload_filings(shape);
    *book = (struct book){.shape = *shape, .catalog_version = catalog_version, .dice = {SEED}};
    memcpy(book->store_id, store_id, sizeof(book->store_id));
    book->accepted = jb_xcalloc(count, sizeof(*book->accepted));
    book->planned = jb_xcalloc(count, sizeof(*book->planned));
    jb_buf_init(&book->payload, JB_MESSAGE_BYTES_MAX);
}

void book_close(struct book *book)
{
    free(book->accepted);
    free(book->planned);
    jb_buf_free(&book->payload);
}

void book_accept(struct book *book, const struct parcel *parcel)
{
    book->accepted[filing_index(book, parcel)] = parcel->id;
}

/* The submission as an agent would write it. */
static void encode_payload(struct book *book, const struct parcel *p, struct jb_uuid predecessor)
{
    char unit[CODE_SIZE], form[CODE_SIZE], period[CODE_SIZE], codes[FORM_ROWS][CODE_SIZE];
    struct jb_row rows[FORM_ROWS];
    memset(rows, 0, sizeof(rows));
    unit_code(p->unit, unit);
    snprintf(form, sizeof(form), "f%02u", p->form);
    quarter_code(&book->shape, p->quarter, period);
    for (uint32_t r = 0; r < p->row_count; r++) {
        indicator_code(p->form * FORM_ROWS + r, codes[r]);
        rows[r].indicator = jb_slice_str(codes[r]);
        rows[r].state = JB_STATE_VALUE;
        rows[r].number = (struct jb_dec){p->values[r], 2};
    }
    struct jb_submission submission = {
        .id = p->id,
        .unit = jb_slice_str(unit),
        .form = jb_slice_str(form),
        .period = jb_slice_str(period),
        .has_predecessor = !jb_uuid_is_nil(predecessor),
        .predecessor = predecessor,
        .catalog_version = book->catalog_version,
        .filled_by = JB_LIT("填报人"),
        .released_by = JB_LIT("负责人"),
        .rows = rows,
        .row_count = p->row_count,
    };
    jb_buf_clear(&book->payload);
    jb_wire_submission_encode(&submission, &book->payload);
}

/* Where the payload lies in the envelope just encoded, of which it is the end but for the
 * signature: the floor journals these bytes. */
static size_t payload_place(const struct plan *plan, const struct book *book)
{
    const struct jb_buf *payload = &book->payload;
    size_t at = plan->bytes.len - payload->len - (book->signer ? SIGNED_BYTES : 0);
    if (memcmp(plan->bytes.ptr + at, payload->ptr, payload->len) != 0)
        die("the envelope does not end with its payload");
    return at;
}

static void plan_add(struct plan *plan, struct book *book, uint32_t lane_index, struct parcel *p)
{
    struct lane *lane = &plan->lanes[lane_index];
    uint8_t random[10], request_id[8], signature[JB_SIGNATURE_BYTES];
    uint64_t dice[2] = {dice_next(&book->dice), dice_next(&book->dice)};
    memcpy(random, dice, sizeof(random));
    p->id = jb_uuid_make(jb_clock_now_us(), random);
    p->row_count = form_rows(p->form);
    for (uint32_t r = 0; r < p->row_count; r++)
        p->values[r] = dice_roll(&book->dice, VALUE_MAX);
    struct jb_uuid *head = &book->planned[filing_index(book, p)];
    encode_payload(book, p, *head);
    *head = p->id;
    memcpy(request_id, p->id.bytes + 8, sizeof(request_id));
    struct jb_envelope envelope = {
        .kind = JB_KIND_SUBMIT,
        .request_id = jb_slice_of(request_id, sizeof(request_id)),
        .store_id = jb_slice_of(book->store_id, sizeof(book->store_id)),
        .payload = jb_buf_slice(&book->payload),
    };
    if (book->signer) {
        jb_identity_sign(book->signer, JB_KIND_SUBMIT, book->store_id, envelope.payload, signature);
        envelope.signer = jb_slice_of(jb_identity_public(book->signer)->bytes, JB_KEY_BYTES);
        envelope.signature = jb_slice_of(signature, sizeof(signature));
    }
    p->at = plan->bytes.len;
    jb_wire_envelope_encode(&envelope, &plan->bytes);
    if (book->payload.failed || plan->bytes.failed)
        die("a plan has no room for its submissions");
    p->len = plan->bytes.len - p->at;
    p->payload_at = payload_place(plan, book);
    p->payload_len = book->payload.len;
    if (lane->count == lane->cap) {
        lane->cap = lane->cap ? lane->cap * 2 : 256;
        lane->parcels = jb_xrealloc(lane->parcels, lane->cap * sizeof(*lane->parcels));
    }
    lane->parcels[lane->count++] = *p;
}

static void plan_open(struct plan *plan, uint32_t lanes)
{
    memset(plan, 0, sizeof(*plan));
    plan->lane_count = lanes;
    jb_buf_init(&plan->bytes, PLAN_BYTES_MAX);
}

void plan_first(struct plan *plan, struct book *book, uint32_t lanes, uint32_t first,
                uint32_t count)
{
    plan_open(plan, lanes);
    for (uint32_t i = first; i < first + count; i++) {
        struct parcel p = {
            .form = i % FORMS,
            .unit = i / FORMS % book->shape.units,
            .quarter = i / FORMS / book->shape.units,
        };
        plan_add(plan, book, p.unit % lanes, &p);
    }
}

void plan_corrections(struct plan *plan, struct book *book, const struct shape *filled,
                      uint32_t lanes, uint32_t count)
{
    plan_open(plan, lanes);
    for (uint32_t i = 0; i < lanes * count; i++) {
        uint32_t lane = i % lanes;
        uint32_t own_units = (filled->units - lane + lanes - 1) / lanes;
        struct parcel p = {
            .unit = lane + lanes * dice_roll(&book->dice, own_units),
            .form = dice_roll(&book->dice, FULL_FORMS),
            .quarter = dice_roll(&book->dice, filled->quarters),
        };
        plan_add(plan, book, lane, &p);
    }
}

void plan_rewind(struct plan *plan)
{
    for (uint32_t l = 0; l < plan->lane_count; l++)
        plan->lanes[l].next = 0;
}

const struct parcel *plan_next(struct plan *plan, uint32_t *turn)
{
    for (uint32_t tried = 0; tried < plan->lane_count; tried++) {
        struct lane *lane = &plan->lanes[(*turn)++ % plan->lane_count];
        if (lane->next < lane->count)
            return &lane->parcels[lane->next++];
    }
    return NULL;
}

void plan_free(struct plan *plan, struct book *book)
{
    for (uint32_t l = 0; l < plan->lane_count; l++) {
        struct lane *lane = &plan->lanes[l];
        for (uint32_t i = 0; i < lane->count; i++) {
            uint32_t filing = filing_index(book, &lane->parcels[i]);
            book->planned[filing] = book->accepted[filing];
        }
        free(lane->parcels);
    }
    jb_buf_free(&plan->bytes);
    memset(plan, 0, sizeof(*plan));
}
