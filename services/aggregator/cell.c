/* The coding of cells. One byte holds the slot and whether a stretch follows, one byte says
 * which counts are there, so that the common cell (one exact value) takes its number and two or
 * three bytes. Every field has one spelling only: what decodes encodes to the same bytes again. */
#include "cell.h"

#define SLOT_MASK 0x3fu
#define SLOT_HAS_STRETCH 0x40u
#define STRETCH_MAX UINT16_MAX

/* Which fields of a sum cell are there (those that are not zero). */
enum sum_field {
    HAS_VALUES = JB_SUM_HAS_VALUES,
    HAS_NOT_APPLICABLE = 0x02,
    HAS_WITHDRAWN = 0x04,
    HAS_MARKS = 0x08,
    HAS_PROVISIONAL = 0x10,
    HAS_ESTIMATED = 0x20,
    HAS_EXTREME = 0x40,
};

/* Shape of an extreme: a bound that is infinite or equals the nominal value is not spelt out. */
enum extreme_field {
    LOW_INFINITE = 0x01,
    HIGH_INFINITE = 0x02,
    LOW_OPEN = 0x04,
    HIGH_OPEN = 0x08,
    LOW_IS_NOMINAL = 0x10,
    HIGH_IS_NOMINAL = 0x20,
    EXTREME_FIELDS = 0x3f,
};

void jb_value_encode(struct jb_value value, bool is_text, struct jb_buf *out)
{
    unsigned shape = (unsigned)value.state | (unsigned)value.mark << 2 |
                     (unsigned)value.status << 5 | (is_text ? 0x80u : 0);

    jb_assert(value.state >= JB_STATE_VALUE && value.state <= JB_STATE_WITHDRAWN);
    jb_assert(value.mark <= JB_APPROXIMATE && value.status <= JB_ESTIMATED);
    jb_assert(value.state == JB_STATE_VALUE || value.mark == JB_EXACT);
    jb_buf_put_u8(out, (uint8_t)shape);
    if (value.state == JB_STATE_VALUE && !is_text)
        jb_buf_put_zigzag(out, value.mantissa);
    else
        jb_assert(value.mantissa == 0);
}

bool jb_value_decode(struct jb_reader *r, struct jb_value *ret_value, bool *ret_is_text)
{
    unsigned shape = jb_read_u8(r);
    bool is_text = (shape & 0x80u) != 0;
    struct jb_value value = {
        .state = (enum jb_state)(shape & 3u),
        .mark = (enum jb_mark)(shape >> 2 & 7u),
        .status = (enum jb_status)(shape >> 5 & 3u),
    };

    if (value.state == JB_STATE_VALUE && !is_text)
        value.mantissa = jb_read_zigzag(r);
    if (value.state == JB_STATE_NOT_REPORTED || value.mark > JB_APPROXIMATE ||
        value.status > JB_ESTIMATED || (value.state != JB_STATE_VALUE && value.mark != JB_EXACT) ||
        value.mantissa <= -jb_pow10(JB_FIGURE_DIGITS_MAX) ||
        value.mantissa >= jb_pow10(JB_FIGURE_DIGITS_MAX))
        r->failed = true;
    if (r->failed)
        return false;
    *ret_value = value;
    *ret_is_text = is_text;
    return true;
}

void jb_period_encode(struct jb_period period, struct jb_buf *out)
{
    jb_assert(period.ordinal >= 0 && period.ordinal <= UINT16_MAX);
    jb_buf_put_u8(out, (uint8_t)period.freq);
    jb_buf_put_u16(out, (uint16_t)period.ordinal);
}

bool jb_period_decode(struct jb_reader *r, struct jb_period *ret)
{
    unsigned freq = jb_read_u8(r);
    int ordinal = jb_read_u16(r);

    if (freq != JB_FREQ_YEAR && freq != JB_FREQ_HALF && freq != JB_FREQ_QUARTER &&
        freq != JB_FREQ_MONTH && freq != JB_FREQ_DAY)
        r->failed = true;
    else if (freq == JB_FREQ_DAY)
        r->failed =
            r->failed || jb_period_year((struct jb_period){JB_FREQ_DAY, ordinal}) > JB_DAY_YEAR_MAX;
    else if (ordinal < JB_YEAR_MIN * (int)freq || ordinal >= (JB_YEAR_MAX + 1) * (int)freq)
        r->failed = true;
    if (r->failed)
        return false;
    *ret = (struct jb_period){(enum jb_freq)freq, ordinal};
    return true;
}

static void encode_place(uint8_t slot, uint32_t stretch, struct jb_buf *out)
{
    jb_assert(slot < JB_BLOCK_INDICATORS && stretch <= STRETCH_MAX);
    jb_buf_put_u8(out, (uint8_t)(slot | (stretch ? SLOT_HAS_STRETCH : 0)));
    if (stretch)
        jb_buf_put_varint(out, stretch);
}

static void decode_place(struct jb_reader *r, uint8_t *ret_slot, uint32_t *ret_stretch)
{
    unsigned byte = jb_read_u8(r);
    uint32_t stretch = 0;

    if (byte & SLOT_HAS_STRETCH) {
        stretch = (uint32_t)jb_read_varint_max(r, STRETCH_MAX);
        if (stretch == 0)
            r->failed = true;
    }
    if (byte > (SLOT_MASK | SLOT_HAS_STRETCH))
        r->failed = true;
    *ret_slot = (uint8_t)(byte & SLOT_MASK);
    *ret_stretch = stretch;
}

/* Nearly every own cell is one exact, final number for the period itself; it is read and written
 * here in one go, to the same bytes. False: it has another shape, or is too close to the end. */
static bool encode_plain_own(const struct jb_own_cell *cell, struct jb_buf *out)
{
    struct jb_value v = cell->value;
    if (out->failed || out->cap - out->len < JB_PLAIN_CELL_BYTES_MAX || cell->stretch ||
        cell->is_text || cell->text_revision || cell->slot > SLOT_MASK ||
        v.state != JB_STATE_VALUE || v.mark != JB_EXACT || v.status != JB_FINAL)
        return false;
    uint8_t *to = out->ptr + out->len;
    to[0] = cell->slot;
    to[1] = JB_STATE_VALUE;
    out->len += 2 + jb_varint_spell(to + 2, jb_zigzag_of(v.mantissa));
    return true;
}

static bool decode_plain_own(struct jb_reader *r, struct jb_own_cell *ret)
{
    const uint8_t *at = r->ptr;
    uint64_t number;
    if (r->failed || r->end - at < JB_PLAIN_CELL_BYTES_MAX || at[0] > SLOT_MASK ||
        at[1] != JB_STATE_VALUE)
        return false;
    const uint8_t *behind = jb_varint_peek(at + 2, &number);
    int64_t mantissa = behind ? jb_zigzag_back(number) : 0;
    if (!behind || mantissa <= -JB_MANTISSA_END || mantissa >= JB_MANTISSA_END)
        return false;
    *ret = (struct jb_own_cell){.slot = at[0],
                                .value = {.state = JB_STATE_VALUE, .mantissa = mantissa}};
    r->ptr = behind;
    return true;
}

void jb_own_cell_encode(const struct jb_own_cell *cell, struct jb_buf *out)
{
    if (encode_plain_own(cell, out))
        return;
    encode_place(cell->slot, cell->stretch, out);
    jb_value_encode(cell->value, cell->is_text, out);
    if (cell->is_text)
        jb_buf_put_varint(out, cell->text_revision);
    else
        jb_assert(cell->text_revision == 0);
}

jb_err jb_own_cell_decode(struct jb_reader *r, struct jb_own_cell *ret)
{
    struct jb_own_cell cell = {0};

    if (decode_plain_own(r, ret))
        return JB_OK;
    decode_place(r, &cell.slot, &cell.stretch);
    if (jb_value_decode(r, &cell.value, &cell.is_text) && cell.is_text)
        cell.text_revision = jb_read_varint(r);
    if (r->failed)
        return JB_EDAMAGED;
    *ret = cell;
    return JB_OK;
}

static void encode_extreme(const struct jb_extreme *e, struct jb_buf *out)
{
    bool low_is = !e->low_infinite && e->low == e->nominal;
    bool high_is = !e->high_infinite && e->high == e->nominal;
    unsigned shape = (e->low_infinite ? LOW_INFINITE : 0u) |
                     (e->high_infinite ? HIGH_INFINITE : 0u) | (e->low_open ? LOW_OPEN : 0u) |
                     (e->high_open ? HIGH_OPEN : 0u) | (low_is ? LOW_IS_NOMINAL : 0u) |
                     (high_is ? HIGH_IS_NOMINAL : 0u);

    jb_buf_put_u8(out, (uint8_t)shape);
    jb_buf_put_zigzag128(out, e->nominal);
    if (!e->low_infinite && !low_is)
        jb_buf_put_zigzag128(out, e->low);
    if (!e->high_infinite && !high_is)
        jb_buf_put_zigzag128(out, e->high);
}

static bool decode_bound(struct jb_reader *r, bool infinite, bool open, bool is_nominal,
                         jb_i128 nominal, jb_i128 *ret)
{
    *ret = 0;
    if (infinite)
        return !open && !is_nominal;
    *ret = is_nominal ? nominal : jb_read_zigzag128(r);
    return is_nominal || *ret != nominal;
}

static void decode_extreme(struct jb_reader *r, struct jb_extreme *ret)
{
    unsigned shape = jb_read_u8(r);
    struct jb_extreme e = {
        .low_infinite = (shape & LOW_INFINITE) != 0,
        .high_infinite = (shape & HIGH_INFINITE) != 0,
        .low_open = (shape & LOW_OPEN) != 0,
        .high_open = (shape & HIGH_OPEN) != 0,
    };

    e.nominal = jb_read_zigzag128(r);
    if (shape > EXTREME_FIELDS ||
        !decode_bound(r, e.low_infinite, e.low_open, (shape & LOW_IS_NOMINAL) != 0, e.nominal,
                      &e.low) ||
        !decode_bound(r, e.high_infinite, e.high_open, (shape & HIGH_IS_NOMINAL) != 0, e.nominal,
                      &e.high) ||
        (!e.low_infinite && e.low > e.nominal) || (!e.high_infinite && e.high < e.nominal))
        r->failed = true;
    *ret = e;
}

static void encode_marks(const uint32_t marks[JB_MARKS], struct jb_buf *out)
{
    unsigned present = 0;

    for (unsigned m = JB_EXACT + 1; m < JB_MARKS; m++)
        present |= marks[m] ? 1u << m : 0;
    jb_buf_put_u8(out, (uint8_t)present);
    for (unsigned m = JB_EXACT + 1; m < JB_MARKS; m++) {
        if (marks[m])
            jb_buf_put_varint(out, marks[m]);
    }
}

/* A count that is spelt out is never zero. */
static uint32_t decode_count(struct jb_reader *r)
{
    uint32_t count = (uint32_t)jb_read_varint_max(r, UINT32_MAX);

    if (count == 0)
        r->failed = true;
    return count;
}

/* marks[JB_EXACT] is set to what the others leave of `values`. */
static void decode_marks(struct jb_reader *r, bool present, uint32_t values,
                         uint32_t marks[JB_MARKS])
{
    unsigned bits;
    uint64_t others = 0;

    if (!present) { /* the common cell; the other marks are 0 already */
        marks[JB_EXACT] = values;
        return;
    }
    bits = jb_read_u8(r);
    if (bits == 0 || bits & 1u || bits >= 1u << JB_MARKS)
        r->failed = true;
    for (unsigned m = JB_EXACT + 1; m < JB_MARKS; m++) {
        marks[m] = bits & 1u << m ? decode_count(r) : 0;
        others += marks[m];
    }
    if (others > values)
        r->failed = true;
    marks[JB_EXACT] = (uint32_t)(values - others);
}

static unsigned sum_fields(const struct jb_sum_cell *cell)
{
    return (cell->values ? HAS_VALUES : 0u) | (cell->not_applicable ? HAS_NOT_APPLICABLE : 0u) |
           (cell->withdrawn ? HAS_WITHDRAWN : 0u) |
           (cell->marks[JB_EXACT] != cell->values ? HAS_MARKS : 0u) |
           (cell->provisional ? HAS_PROVISIONAL : 0u) | (cell->estimated ? HAS_ESTIMATED : 0u) |
           (cell->has_extreme ? HAS_EXTREME : 0u);
}

static bool encode_plain_sum(const struct jb_sum_cell *cell, struct jb_buf *out)
{
    int64_t sum = (int64_t)cell->sum;
    if (cell->marks[JB_EXACT] != cell->values || sum != cell->sum || cell->has_extreme ||
        (cell->stretch | cell->not_applicable | cell->withdrawn | cell->provisional |
         cell->estimated))
        return false;
    return jb_plain_sum_encode(cell->slot, (struct jb_plain_sum){cell->values, sum}, out);
}

static bool decode_plain_sum(struct jb_reader *r, struct jb_sum_cell *ret)
{
    struct jb_plain_sum plain;
    uint8_t slot = r->ptr < r->end ? *r->ptr : 0;
    if (!jb_plain_sum_decode(r, &plain))
        return false;
    *ret = (struct jb_sum_cell){.slot = slot, .sum = plain.sum, .values = plain.values};
    ret->marks[JB_EXACT] = plain.values;
    return true;
}

void jb_sum_cell_encode(const struct jb_sum_cell *cell, struct jb_buf *out)
{
    unsigned fields;

    if (encode_plain_sum(cell, out))
        return;
    fields = sum_fields(cell);
    jb_assert(cell->values || (cell->sum == 0 && (fields & ~0x06u) == 0));
    encode_place(cell->slot, cell->stretch, out);
    jb_buf_put_u8(out, (uint8_t)fields);
    if (fields & HAS_VALUES) {
        jb_buf_put_varint(out, cell->values);
        jb_buf_put_zigzag128(out, cell->sum);
    }
    if (fields & HAS_NOT_APPLICABLE)
        jb_buf_put_varint(out, cell->not_applicable);
    if (fields & HAS_WITHDRAWN)
        jb_buf_put_varint(out, cell->withdrawn);
    if (fields & HAS_MARKS)
        encode_marks(cell->marks, out);
    if (fields & HAS_PROVISIONAL)
        jb_buf_put_varint(out, cell->provisional);
    if (fields & HAS_ESTIMATED)
        jb_buf_put_varint(out, cell->estimated);
    if (fields & HAS_EXTREME)
        encode_extreme(&cell->extreme, out);
}

jb_err jb_own_cell_skip(struct jb_reader *r)
{
    struct jb_own_cell cell;
    const uint8_t *at = r->ptr;
    uint64_t number;
    if (!r->failed && r->end - at >= JB_PLAIN_CELL_BYTES_MAX && at[0] <= SLOT_MASK &&
        at[1] == JB_STATE_VALUE) {
        at = jb_varint_peek(at + 2, &number);
        if (at) {
            r->ptr = at;
            return JB_OK;
        }
    }
    return jb_own_cell_decode(r, &cell);
}

uint32_t jb_cell_place_spelt(struct jb_reader ahead)
{
    uint8_t slot;
    uint32_t stretch;
    decode_place(&ahead, &slot, &stretch); /* what cannot be read fails when it is read */
    return jb_cell_place(slot, stretch);
}

jb_err jb_sum_cell_decode(struct jb_reader *r, struct jb_sum_cell *ret)
{
    struct jb_sum_cell cell = {0};
    jb_i128 bound;
    unsigned fields;

    if (decode_plain_sum(r, ret))
        return JB_OK;
    decode_place(r, &cell.slot, &cell.stretch);
    fields = jb_read_u8(r);
    if (fields & HAS_VALUES) {
        cell.values = decode_count(r);
        cell.sum = jb_read_zigzag128(r);
    }
    if (fields & HAS_NOT_APPLICABLE)
        cell.not_applicable = decode_count(r);
    if (fields & HAS_WITHDRAWN)
        cell.withdrawn = decode_count(r);
    decode_marks(r, (fields & HAS_MARKS) != 0, cell.values, cell.marks);
    if (fields & HAS_PROVISIONAL)
        cell.provisional = decode_count(r);
    if (fields & HAS_ESTIMATED)
        cell.estimated = decode_count(r);
    cell.has_extreme = (fields & HAS_EXTREME) != 0;
    if (cell.has_extreme)
        decode_extreme(r, &cell.extreme);
    /* No sum of that many figures is larger: what passes can be added up without overflow. */
    bound = (jb_i128)cell.values * jb_pow10(JB_FIGURE_DIGITS_MAX);
    if (r->failed || fields > 0x7f || cell.sum > bound || cell.sum < -bound ||
        (uint64_t)cell.provisional + cell.estimated > cell.values ||
        (cell.has_extreme && cell.values == 0)) {
        r->failed = true;
        return JB_EDAMAGED;
    }
    *ret = cell;
    return JB_OK;
}
