/* Acts, with what must become of them by the rules of the two state machines. */
#include "office.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "life.h"
#include "net/wire_acts.h"

#define PLACES_TRIED 12

struct deed {
    struct jb_act act;
    struct s_act done; /* what the script remembers, if it is done */
    struct l_place place;
    struct l_period period;
    struct jb_slice units[1], indicators[W_INDICATORS];
    char code[32];
    int64_t now_us;
};

static int64_t time_of(int day)
{
    return S_EPOCH_US + day * S_DAY_US;
}

static void begin(struct deed *deed, const struct script *s, struct dice *d, enum jb_act_kind kind,
                  struct l_place place, int day)
{
    const struct world *w = script_world(s, s->head);
    int freq = w->forms[place.form].freq;
    *deed = (struct deed){.place = place, .period = {freq, place.ordinal}, .now_us = time_of(day)};
    deed->act =
        (struct jb_act){.kind = kind, .epoch = (uint32_t)(1 + s->restores), .note = JB_LIT("?")};
    deed->done = (struct s_act){.kind = kind,
                                .freq = freq,
                                .ordinal = place.ordinal,
                                .unit = place.unit,
                                .form = place.form};
    for (int i = 0; i < 16; i += 8) {
        uint64_t random = dice_next(d);
        memcpy(deed->act.id.bytes + i, &random, 8);
    }
    cal_code(freq, place.ordinal, deed->code);
    jb_assert(jb_period_parse(jb_slice_str(deed->code), &deed->act.period) == JB_OK);
    deed->units[0] = jb_slice_str(w->units[place.unit].code);
    if (jb_act_is_of_filing(kind) || kind == JB_ACT_PERIOD_AMEND) {
        deed->act.unit = deed->units[0];
        deed->act.form = jb_slice_str(w->forms[place.form].code);
    }
}

static void put(struct script *s, struct deed *deed, int day, bool is_done, enum s_key signer)
{
    struct message *m;
    struct jb_buf out;
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_act_encode(&deed->act, &out);
    jb_assert(!out.failed);
    s->head += is_done;
    m = script_push(s, is_done ? WANT_DONE : WANT_NOT_DONE, day, jb_act_code(deed->act.kind));
    m->kind = JB_KIND_ACT;
    m->bytes = out.ptr;
    m->len = out.len;
    script_sign(m, signer);
    if (!is_done)
        return;
    deed->done.revision = s->head;
    deed->done.message = s->message_count - 1;
    m->accepted = s->act_count;
    s->acts[s->act_count++] = deed->done;
}

/* The form is the unit's, whether rows of it are owed or not. */
static bool owes_form(const struct world *w, struct l_place place)
{
    const struct w_form *form = &w->forms[place.form];
    int day = cal_last_day(form->freq, place.ordinal);
    bool is_its = false;
    for (int u = 0; u < form->unit_count; u++)
        is_its = is_its || form->units[u] == place.unit;
    return is_its && w->units[place.unit].from <= day && day <= w->units[place.unit].until;
}

/* An act on a filing that is not opened, or has nothing, or is as it is already is refused. */
static bool filing_allows(const struct script *s, const struct deed *deed)
{
    struct l_filing f = life_filing(s, deed->place, s->head);
    bool right = f.last != W_NONE && jb_uuid_eq(s->accepted[f.last].id, deed->act.submission);
    if (life_phase(s, deed->period, s->head) == JB_PERIOD_NOT_OPENED)
        return false;
    if (deed->act.kind == JB_ACT_FILING_EXCUSE)
        return !f.excused && (f.last != W_NONE || owes_form(script_world(s, s->head), deed->place));
    if (deed->act.kind == JB_ACT_FILING_ACCEPT)
        return right && f.state == JB_FILING_SUBMITTED;
    return right && (f.state == JB_FILING_SUBMITTED || f.state == JB_FILING_ACCEPTED) &&
           life_takes(s, deed->period, deed->place.unit, s->head, deed->now_us);
}

static bool period_allows(const struct script *s, const struct deed *deed)
{
    enum jb_period_phase phase = life_phase(s, deed->period, s->head);
    switch (deed->act.kind) {
    case JB_ACT_PERIOD_OPEN:
        return phase == JB_PERIOD_NOT_OPENED &&
               life_expects(script_world(s, s->head), deed->period);
    case JB_ACT_PERIOD_AMEND:
    case JB_ACT_PERIOD_CLOSE:
        return phase == JB_PERIOD_OPEN;
    case JB_ACT_PERIOD_REOPEN:
        return phase != JB_PERIOD_NOT_OPENED && deed->act.until_us > deed->now_us;
    case JB_ACT_PUBLISH:
        return (phase == JB_PERIOD_CLOSED || phase == JB_PERIOD_PUBLISHED) &&
               !life_is_trial(s, deed->period, s->head);
    case JB_ACT_FILING_ACCEPT:
    case JB_ACT_FILING_RETURN:
    case JB_ACT_FILING_EXCUSE:
    case JB_ACT_NOTICE:
    case JB_ACTS_END:
        break;
    }
    return filing_allows(s, deed);
}

/* Something of the row was ever filed. */
static bool was_filed(const struct script *s, struct l_place place, int indicator)
{
    for (int i = 0; i < s->accepted_count; i++) {
        const struct s_accepted *a = &s->accepted[i];
        for (int r = 0; r < a->row_count; r++) {
            if (a->unit == place.unit && a->ordinal == place.ordinal &&
                a->rows[r].indicator == indicator)
                return true;
        }
    }
    return false;
}

/* A row that the catalogue expects, taken away or given back. False: none was found. */
static bool choose_row(struct deed *deed, const struct script *s, struct dice *d, bool *ret_fits)
{
    const struct world *w = script_world(s, s->head);
    const struct w_form *form = &w->forms[deed->place.form];
    int r = dice_roll(d, form->row_count), row, indicator = form->rows[r].indicator;
    bool expected;
    if (form->rows[r].optional || world_form_of(w, deed->place.unit, indicator, deed->place.ordinal,
                                                &row) != deed->place.form)
        return false;
    expected = life_form_of(s, w, deed->place.unit, indicator, deed->place.ordinal, s->head,
                            &row) != W_NONE;
    deed->act.indicator = jb_slice_str(w->indicators[indicator].code);
    deed->act.owed = deed->done.owed = dice_chance(d, 40);
    deed->done.indicator = indicator;
    /* What stands in the way is a figure; whether a withdrawn one does is not asked here. */
    if (!deed->act.owed && was_filed(s, deed->place, indicator))
        return false;
    *ret_fits = deed->act.owed != expected;
    return true;
}

/* False: what is listed cannot be published. */
static bool choose_list(struct deed *deed, const struct script *s, struct dice *d)
{
    const struct world *w = script_world(s, s->head);
    bool all = dice_chance(d, 70), good = true;
    uint32_t count = 0;
    for (int i = 0; i < w->indicator_count; i++) {
        bool listed = all ? w->indicators[i].is_public : dice_chance(d, 30);
        deed->done.lists[i] = listed;
        good = good && (!listed || w->indicators[i].is_public);
        if (listed)
            deed->indicators[count++] = jb_slice_str(w->indicators[i].code);
    }
    if (!all && count == 0) { /* none named: all that are public */
        for (int i = 0; i < w->indicator_count; i++)
            deed->done.lists[i] = w->indicators[i].is_public;
    }
    if (!all)
        deed->act.indicators = (struct jb_strings){deed->indicators, count};
    for (int i = 0; i < w->indicator_count; i++)
        count += deed->done.lists[i];
    deed->done.release = life_releases(s, deed->period, s->head) + 1;
    return good && count > 0;
}

static enum jb_act_kind kind_roll(struct dice *d)
{
    static const struct {
        enum jb_act_kind kind;
        int upto;
    } rolls[] = {{JB_ACT_FILING_ACCEPT, 34}, {JB_ACT_PUBLISH, 54},       {JB_ACT_PERIOD_CLOSE, 68},
                 {JB_ACT_PERIOD_AMEND, 80},  {JB_ACT_PERIOD_REOPEN, 88}, {JB_ACT_FILING_RETURN, 94},
                 {JB_ACT_FILING_EXCUSE, 97}, {JB_ACT_PERIOD_OPEN, 100}};
    int roll = dice_roll(d, 100), i = 0;
    while (roll >= rolls[i].upto)
        i++;
    return rolls[i].kind;
}

/* The act may well be done there. */
static bool is_ripe(const struct script *s, enum jb_act_kind kind, struct l_place place)
{
    struct l_period p = {script_world(s, s->head)->forms[place.form].freq, place.ordinal};
    enum jb_period_phase phase = life_phase(s, p, s->head);
    bool accepted = life_accepted(s, place, s->head) != W_NONE;
    if (kind == JB_ACT_PUBLISH)
        return accepted && (phase == JB_PERIOD_CLOSED || phase == JB_PERIOD_PUBLISHED);
    if (kind == JB_ACT_PERIOD_CLOSE)
        return accepted && phase == JB_PERIOD_OPEN;
    return kind != JB_ACT_FILING_ACCEPT ||
           life_filing(s, place, s->head).state == JB_FILING_SUBMITTED;
}

/* Where something was filed, for a ripe act mostly: else few periods would come to a release that
 * shows anything. */
static struct l_place choose_place(const struct script *s, struct dice *d, enum jb_act_kind kind)
{
    struct l_place place;
    int tries = 0;
    do {
        const struct s_accepted *a = &s->accepted[dice_roll(d, s->accepted_count)];
        place = (struct l_place){a->unit, a->form, a->ordinal};
    } while (!is_ripe(s, kind, place) && ++tries < PLACES_TRIED);
    return place;
}

static void repeat(struct script *s, struct dice *d, int day)
{
    int which = dice_roll(d, s->act_count);
    const struct message *first = &s->messages[s->acts[which].message];
    struct message *m = script_push(s, WANT_DONE_AGAIN, day, "the same act");
    m->kind = JB_KIND_ACT;
    m->accepted = which;
    m->len = first->len;
    m->bytes = malloc(first->len);
    memcpy(m->bytes, first->bytes, first->len);
    script_sign(m, first->signer);
}

void office_act(struct script *s, struct dice *d, const struct draft *draft, int day)
{
    struct l_place place = {draft->unit, draft->form, draft->ordinal};
    enum jb_act_kind kind = kind_roll(d);
    struct deed deed;
    bool fits = true;
    if (s->act_count && dice_chance(d, 6)) {
        repeat(s, d, day);
        return;
    }
    if (s->accepted_count && dice_chance(d, 85))
        place = choose_place(s, d, kind);
    begin(&deed, s, d, kind, place, day);
    if (kind == JB_ACT_PERIOD_AMEND && !choose_row(&deed, s, d, &fits))
        return;
    if (kind == JB_ACT_PUBLISH)
        fits = choose_list(&deed, s, d);
    if (kind == JB_ACT_PERIOD_REOPEN) {
        deed.act.units = (struct jb_strings){deed.units, 1};
        deed.act.until_us = deed.done.until_us = time_of(day + dice_between(d, -1, 20));
    }
    if (kind == JB_ACT_FILING_ACCEPT || kind == JB_ACT_FILING_RETURN) {
        int last = life_filing(s, place, s->head).last;
        bool other = last == W_NONE || dice_chance(d, 8);
        deed.act.submission = other ? draft->id : s->accepted[last].id;
    }
    enum s_key signer = jb_act_is_of_filing(kind) ? KEY_REVIEWER : KEY_OFFICE;
    bool right = !dice_chance(d, 4);
    if (!right)
        signer = jb_act_is_of_filing(kind) ? KEY_OFFICE : KEY_REVIEWER;
    put(s, &deed, day, fits && right && period_allows(s, &deed), signer);
}

bool office_lets_in(struct script *s, struct dice *d, const struct draft *draft, int day)
{
    struct l_place place = {draft->unit, draft->form, draft->ordinal};
    struct l_period p = {draft->world->forms[place.form].freq, place.ordinal};
    enum jb_act_kind kind = JB_ACT_PERIOD_OPEN;
    struct deed deed;
    if (!draft->world->managed || life_takes(s, p, place.unit, s->head, time_of(day)))
        return true;
    if (dice_chance(d, 20))
        return false;
    if (life_phase(s, p, s->head) != JB_PERIOD_NOT_OPENED)
        kind = JB_ACT_PERIOD_REOPEN;
    begin(&deed, s, d, kind, place, day);
    if (kind == JB_ACT_PERIOD_OPEN) {
        deed.act.trial = deed.done.trial = dice_chance(d, 8);
    } else {
        deed.act.units = (struct jb_strings){deed.units, 1};
        deed.act.until_us = deed.done.until_us = time_of(day + dice_between(d, 1, 20));
    }
    put(s, &deed, day, period_allows(s, &deed), KEY_OFFICE);
    return life_takes(s, p, place.unit, s->head, time_of(day));
}
