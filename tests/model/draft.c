/* Drafts: who may file what is asked of the world row by row, what stands of the script's list. */
#include "draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "life.h"
#include "net/wire_submission.h"

/* What stands for the place, or NULL. */
static const struct s_row *standing(const struct script *s, const struct draft *draft,
                                    const struct s_row *row)
{
    for (int i = s->accepted_count - 1; i >= 0; i--) {
        const struct s_accepted *a = &s->accepted[i];
        for (int r = 0; r < a->row_count; r++) {
            if (a->unit == draft->unit && a->ordinal == draft->ordinal &&
                a->rows[r].indicator == row->indicator && a->rows[r].stretch == row->stretch)
                return &a->rows[r];
        }
    }
    return NULL;
}

static void fill_value(struct s_row *row, const struct w_indicator *ind, bool small, struct dice *d)
{
    int size = dice_roll(d, 10);
    row->state = JB_STATE_VALUE;
    row->status = dice_chance(d, 70) ? JB_FINAL : (enum jb_status)dice_between(d, 1, 2);
    if (ind->measure == JB_TEXT) {
        row->text = dice_between(d, 1, 1000000);
        return;
    }
    if (size < 5)
        row->mantissa = dice_roll(d, 1000);
    else if (size < 9 || small)
        row->mantissa = dice_roll(d, 1000000000);
    else
        row->mantissa = (int64_t)(dice_next(d) % 1000000000000000000u);
    if (size < 2)
        row->mantissa = size * dice_roll(d, 3); /* equal values, and zero, are cases of their own */
    if (ind->negative && dice_chance(d, 40))
        row->mantissa = -row->mantissa;
    if (ind->marks && dice_chance(d, 35))
        row->mark = (enum jb_mark)dice_between(d, JB_AT_LEAST, JB_APPROXIMATE);
}

static bool has_ratio(const struct world *w)
{
    for (int i = 0; i < w->indicator_count; i++) {
        if (w->indicators[i].measure == JB_RATIO || w->indicators[i].percent)
            return true;
    }
    return false;
}

static void add_row(struct draft *draft, const struct script *s, int indicator, struct dice *d)
{
    const struct w_indicator *ind = &draft->world->indicators[indicator];
    enum jb_basis_kind kind = ind->bases[dice_roll(d, ind->basis_count)];
    struct s_row row = {.indicator = indicator};
    int roll = dice_roll(d, 100);
    const struct s_row *before;
    if (kind == JB_BASIS_YTD)
        row.stretch = draft->ordinal % ind->freq;
    if (kind == JB_BASIS_SINCE)
        row.stretch = dice_roll(d, 1 + draft->ordinal - W_FIRST_YEAR * ind->freq);
    for (int i = 0; i < draft->row_count; i++) {
        if (draft->rows[i].indicator == indicator && draft->rows[i].stretch == row.stretch)
            return;
    }
    before = standing(s, draft, &row);
    if (before && before->state != JB_STATE_WITHDRAWN && roll < 12)
        row.state = JB_STATE_WITHDRAWN;
    else if (ind->not_applicable && roll < 24)
        row.state = JB_STATE_NOT_APPLICABLE;
    else if (before && roll < 34)
        row = *before; /* the same again */
    if (row.state == JB_STATE_NOT_REPORTED ||
        (row.state == JB_STATE_WITHDRAWN && before->state == JB_STATE_WITHDRAWN))
        fill_value(&row, ind, has_ratio(draft->world), d);
    draft->short_basis[draft->row_count] =
        kind == ind->bases[0] && kind != JB_BASIS_SINCE && dice_chance(d, 50);
    draft->rows[draft->row_count++] = row;
}

static void set_predecessor(struct draft *draft, const struct script *s)
{
    for (int i = 0; i < s->accepted_count; i++) {
        const struct s_accepted *a = &s->accepted[i];
        if (a->unit != draft->unit || a->form != draft->form || a->ordinal != draft->ordinal)
            continue;
        draft->has_predecessor = true;
        draft->predecessor = a->id;
    }
}

/* Where periods are managed, mostly the first two of each year: what is published is compared with
 * the year and the period before. */
static int choose_ordinal(const struct world *w, int freq, struct dice *d)
{
    int year = W_FIRST_YEAR + dice_roll(d, W_YEARS);
    int few = w->managed && freq > 2 && dice_chance(d, 85) ? 2 : freq;
    return year * freq + dice_roll(d, few);
}

static bool fill(struct draft *draft, const struct script *s, struct dice *d, int today)
{
    const struct w_form *form = &draft->world->forms[draft->form];
    int row;
    draft->unit = form->units[dice_roll(d, form->unit_count)];
    draft->ordinal = choose_ordinal(draft->world, form->freq, d);
    if (cal_first_day(form->freq, draft->ordinal) > today)
        return false;
    for (int i = 0; i < form->row_count; i++) {
        int indicator = form->rows[i].indicator;
        if (life_form_of(s, draft->world, draft->unit, indicator, draft->ordinal, s->head, &row) ==
            W_NONE)
            continue;
        for (int n = dice_chance(d, 30) ? 2 : dice_chance(d, 75) ? 1 : 0; n > 0; n--)
            add_row(draft, s, indicator, d);
    }
    for (int i = draft->row_count - 1; i > 0; i--) {
        int k = dice_roll(d, i + 1);
        struct s_row swapped = draft->rows[i];
        bool short_basis = draft->short_basis[i];
        draft->rows[i] = draft->rows[k];
        draft->rows[k] = swapped;
        draft->short_basis[i] = draft->short_basis[k];
        draft->short_basis[k] = short_basis;
    }
    return draft->row_count > 0;
}

bool draft_make(struct draft *draft, const struct script *s, struct dice *d, int day)
{
    const struct world *w = script_world(s, s->head);
    for (int tries = 0; tries < 20; tries++) {
        *draft = (struct draft){.world = w, .version = s->world_count, .reason = ""};
        draft->form = dice_roll(d, w->form_count);
        for (int i = 0; i < 16; i += 8) {
            uint64_t random = dice_next(d);
            memcpy(draft->id.bytes + i, &random, 8);
        }
        if (!fill(draft, s, d, cal_day_of_test(day)))
            continue;
        set_predecessor(draft, s);
        if (dice_chance(d, 20))
            draft->version = 1;
        return true;
    }
    return false;
}

/* The first row for which the mistake is one; the row is moved to the front. */
static bool bring_front(struct draft *draft, bool (*fits)(const struct w_indicator *))
{
    for (int i = 0; i < draft->row_count; i++) {
        struct s_row row = draft->rows[i];
        bool short_basis = draft->short_basis[i];
        if (row.state != JB_STATE_VALUE || !fits(&draft->world->indicators[row.indicator]))
            continue;
        draft->rows[i] = draft->rows[0];
        draft->short_basis[i] = draft->short_basis[0];
        draft->rows[0] = row;
        draft->short_basis[0] = short_basis;
        return true;
    }
    return false;
}

static bool fits_negative(const struct w_indicator *ind)
{
    return ind->measure != JB_TEXT && !ind->negative;
}

static bool fits_number(const struct w_indicator *ind)
{
    return ind->measure != JB_TEXT;
}

static bool fits_text(const struct w_indicator *ind)
{
    return ind->measure == JB_TEXT;
}

static bool fits_absent(const struct w_indicator *ind)
{
    return !ind->not_applicable;
}

static bool fits_mark(const struct w_indicator *ind)
{
    return ind->measure == JB_TEXT || !ind->marks;
}

const char *draft_spoil(struct draft *draft, const struct script *s, struct dice *d)
{
    struct s_row *first = &draft->rows[0];
    int mistake = dice_roll(d, 10);
    if (mistake == 0 && bring_front(draft, fits_negative)) {
        first->mantissa = -1 - dice_roll(d, 100);
        return "negative";
    }
    if (mistake == 1 && bring_front(draft, fits_number)) {
        first->mantissa = dice_roll(d, 1000) * 10 + 1;
        draft->extra_decimals = 1;
        return "too many decimals";
    }
    if (mistake == 2 && bring_front(draft, fits_absent)) {
        *first =
            (struct s_row){first->indicator, first->stretch, JB_STATE_NOT_APPLICABLE, 0, 0, 0, 0};
        return "not applicable refused";
    }
    if (mistake == 3 && bring_front(draft, fits_mark)) {
        first->mark = JB_MORE_THAN;
        return "mark refused";
    }
    if (mistake == 4 && !standing(s, draft, first)) {
        *first = (struct s_row){first->indicator, first->stretch, JB_STATE_WITHDRAWN, 0, 0, 0, 0};
        return "nothing to withdraw";
    }
    if (mistake == 5) {
        draft->ordinal += 4 * draft->world->forms[draft->form].freq;
        return "future";
    }
    if (mistake == 6 && draft->row_count < S_ROWS) {
        draft->rows[draft->row_count] = *first;
        draft->short_basis[draft->row_count++] = draft->short_basis[0];
        return "row twice";
    }
    if (mistake == 7 && bring_front(draft, fits_text)) {
        first->text = 0;
        return "no text";
    }
    if (mistake == 8) {
        draft->version = 77;
        return "unknown catalogue";
    }
    draft->other_indicator = "nothing.of.the.kind";
    return "unknown indicator";
}

static struct jb_slice basis_text(const struct draft *draft, int i, char text[32])
{
    const struct s_row *row = &draft->rows[i];
    const struct w_indicator *ind = &draft->world->indicators[row->indicator];
    bool ytd = false;
    text[0] = '\0';
    for (int b = 0; b < ind->basis_count; b++)
        ytd = ytd || ind->bases[b] == JB_BASIS_YTD;
    if (draft->short_basis[i])
        return jb_slice_str(text);
    if (ytd && row->stretch == draft->ordinal % ind->freq)
        return jb_slice_str("ytd");
    if (row->stretch == 0)
        return jb_slice_str("period");
    cal_code(ind->freq, draft->ordinal - row->stretch, text);
    return jb_slice_str(text);
}

void draft_encode(const struct draft *draft, uint8_t **ret_bytes, size_t *ret_len)
{
    struct jb_row rows[S_ROWS];
    char bases[S_ROWS][32], texts[S_ROWS][80], period[32];
    const struct world *w = draft->world;
    struct jb_buf out;
    struct jb_submission submission = {
        .id = draft->id,
        .unit = jb_slice_str(w->units[draft->unit].code),
        .form = jb_slice_str(w->forms[draft->form].code),
        .has_predecessor = draft->has_predecessor,
        .predecessor = draft->predecessor,
        .catalog_version = (uint32_t)draft->version,
        .filled_by = jb_slice_str("填报人"),
        .reason = jb_slice_str(draft->reason),
        .rows = rows,
        .row_count = (uint32_t)draft->row_count,
    };
    cal_code(w->forms[draft->form].freq, draft->ordinal, period);
    submission.period = jb_slice_str(period);
    for (int i = 0; i < draft->row_count; i++) {
        const struct s_row *from = &draft->rows[i];
        const struct w_indicator *ind = &w->indicators[from->indicator];
        const char *code = i == 0 && draft->other_indicator ? draft->other_indicator : ind->code;
        int scale = ind->decimals + (i == 0 ? draft->extra_decimals : 0);
        rows[i] = (struct jb_row){.indicator = jb_slice_str(code),
                                  .basis = basis_text(draft, i, bases[i]),
                                  .state = from->state,
                                  .mark = from->mark,
                                  .status = from->status};
        if (from->text) {
            script_text(from->text, texts[i]);
            rows[i].text = jb_slice_str(texts[i]);
        } else if (from->state == JB_STATE_VALUE) {
            rows[i].number = (struct jb_dec){from->mantissa, (uint8_t)scale};
        }
    }
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_submission_encode(&submission, &out);
    jb_assert(!out.failed);
    *ret_bytes = out.ptr;
    *ret_len = out.len;
}
