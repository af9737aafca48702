/* The dated side of the catalogue: holidays, worked days, schedules. Each list is read in the
 * file's order, so that findings come in that order, then sorted and checked as a whole. Orders of
 * dates are checked only where every part was read: a refused date says nothing about the others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/catalog_reader.h"

/* A list may hold no more than its limit; false also for what is no list. */
static bool list_within(struct jb_catread *rd, jb_yaml_ref node, uint32_t max)
{
    char expected[64];

    if (!jb_catread_list(rd, node))
        return false;
    if (node->len <= max)
        return true;
    snprintf(expected, sizeof(expected), _("at most %u of them"), max);
    jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, "", expected, NULL);
    return false;
}

static bool read_holiday(struct jb_catread *rd, jb_yaml_ref node, struct jb_holiday *ret)
{
    static const struct jb_catread_key keys[] = {{"from", true}, {"until", true}, {"name", true}};
    uint32_t errors = rd->findings->errors;
    struct jb_names name = {"", "", NULL};
    jb_yaml_ref v[JB_COUNT(keys)];
    jb_date from, until;

    if (!jb_catread_fields(rd, node, keys, JB_COUNT(keys), v))
        return false;
    jb_catread_names(rd, v[2], NULL, &name);
    jb_catread_dates(rd, v[0], v[1], &from, &until);
    *ret = (struct jb_holiday){from, until, name.zh, name.en};
    return rd->findings->errors == errors;
}

/* What a list's item became, with its place for what only the sorted list shows. */
struct placed_holiday {
    struct jb_holiday holiday;
    jb_yaml_ref node;
};
struct placed_day {
    jb_date day;
    jb_yaml_ref node;
};
struct placed_dates {
    struct jb_schedule_dates dates;
    jb_yaml_ref node;
};

static int by_from(const void *left, const void *right)
{
    const struct placed_holiday *a = left;
    const struct placed_holiday *b = right;

    return (a->holiday.from > b->holiday.from) - (a->holiday.from < b->holiday.from);
}

static int by_day(const void *left, const void *right)
{
    const struct placed_day *a = left;
    const struct placed_day *b = right;

    return (a->day > b->day) - (a->day < b->day);
}

static void read_holidays(struct jb_catread *rd, jb_yaml_ref list, struct jb_workdays *workdays)
{
    struct placed_holiday *placed;
    struct jb_holiday *kept;
    uint32_t count = 0;

    if (!list_within(rd, list, JB_CATALOG_HOLIDAYS_MAX))
        return;
    placed = jb_catread_alloc(rd, list->len, sizeof(*placed));
    kept = jb_catread_alloc(rd, list->len, sizeof(*kept));
    if (!placed || !kept)
        return;
    for (jb_yaml_ref item = list->first; item; item = item->next) {
        placed[count].node = item;
        count += read_holiday(rd, item, &placed[count].holiday);
    }
    qsort(placed, count, sizeof(*placed), by_from);
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = placed[i].holiday;
        if (i && kept[i].from <= kept[i - 1].until)
            jb_catread_refuse(rd, jb_catread_value(placed[i].node, "from"),
                              JB_F_CATALOG_CONTRADICTION, NULL,
                              _("a day that lies in no other holiday"), NULL);
    }
    workdays->holidays = kept;
    workdays->holiday_count = count;
}

static void read_worked(struct jb_catread *rd, jb_yaml_ref list, struct jb_workdays *workdays)
{
    struct placed_day *placed;
    jb_date *kept;
    uint32_t count = 0;

    if (!list_within(rd, list, JB_CATALOG_HOLIDAYS_MAX))
        return;
    placed = jb_catread_alloc(rd, list->len, sizeof(*placed));
    kept = jb_catread_alloc(rd, list->len, sizeof(*kept));
    if (!placed || !kept)
        return;
    for (jb_yaml_ref item = list->first; item; item = item->next) {
        placed[count].node = item;
        if (!jb_catread_date(rd, item, &placed[count].day))
            continue;
        if (jb_workdays_is_worked(workdays, placed[count].day))
            jb_catread_refuse(rd, item, JB_F_CATALOG_CONTRADICTION, NULL,
                              _("a day of a weekend or of a holiday: the others are worked anyway"),
                              NULL);
        count++;
    }
    qsort(placed, count, sizeof(*placed), by_day);
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = placed[i].day;
        if (i && kept[i] == kept[i - 1])
            jb_catread_refuse(rd, placed[i].node, JB_F_CATALOG_DUPLICATE, NULL, _("each day once"),
                              NULL);
    }
    workdays->worked = kept;
    workdays->worked_count = count;
}

void jb_catread_workdays(struct jb_catread *rd, jb_yaml_ref holidays, jb_yaml_ref worked)
{
    struct jb_workdays *workdays = &rd->catalog->view.workdays;
    uint32_t errors = rd->findings->errors;

    read_holidays(rd, holidays, workdays);
    if (rd->findings->errors != errors)
        return; /* whether a day is worked anyway cannot be said */
    read_worked(rd, worked, workdays);
    for (uint32_t i = 0; i < workdays->holiday_count; i++) {
        jb_date from = workdays->holidays[i].from;

        if (jb_workdays_from(workdays, from) - from >= JB_FREE_DAYS_MAX) {
            jb_catread_refuse(rd, holidays, JB_F_CATALOG_LIMIT, workdays->holidays[i].name_zh,
                              _("a working day within 31 days"), NULL);
            return; /* its neighbours would say the same */
        }
    }
}

enum schedule_key { OPENS, DUE, LOCKS, SHIFT, DATES, SCHEDULE_KEYS };
static const struct jb_catread_key schedule_keys[SCHEDULE_KEYS] = {
    [OPENS] = {"opens", false}, [DUE] = {"due", false},     [LOCKS] = {"locks", false},
    [SHIFT] = {"shift", false}, [DATES] = {"dates", false},
};

/* The dates that the schedule gives for the period: refused unless opens <= due <= locks, at the
 * given node of due, of locks, or of the whole where that date comes from elsewhere. */
static void check_order(struct jb_catread *rd, const struct jb_schedule *schedule,
                        struct jb_period period, jb_yaml_ref whole, jb_yaml_ref due,
                        jb_yaml_ref locks)
{
    struct jb_form_dates dates;
    jb_yaml_ref node;

    jb_schedule_dates(schedule, &rd->catalog->view.workdays, period, &dates);
    if (jb_form_dates_in_order(&dates))
        return;
    node = dates.due_on < dates.opens_on ? due : locks;
    jb_catread_refuse(rd, node ? node : whole, JB_F_CATALOG_CONTRADICTION, node ? NULL : "",
                      _("opens not after due, due not after locks"), NULL);
}

static void read_day(struct jb_catread *rd, jb_yaml_ref node, struct jb_period period,
                     struct jb_schedule_day *ret)
{
    jb_date day, last_day;

    if (!node || !jb_catread_date(rd, node, &day))
        return;
    *ret = (struct jb_schedule_day){true, day};
    if (!period.freq)
        return;
    last_day = jb_period_last_day(period);
    if (day < last_day - JB_SCHEDULE_AWAY_MAX || day > last_day + JB_SCHEDULE_AWAY_MAX)
        jb_catread_expect(rd, node, _("a date within three years of the period"));
}

static bool read_dates(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq freq,
                       struct jb_schedule_dates *ret)
{
    static const struct jb_catread_key keys[] = {
        [OPENS] = {"opens", false},
        [DUE] = {"due", false},
        [LOCKS] = {"locks", false},
        [LOCKS + 1] = {"period", true},
    };
    uint32_t errors = rd->findings->errors;
    struct jb_schedule_dates dates = {0};
    jb_yaml_ref v[JB_COUNT(keys)];
    jb_yaml_ref period;

    if (!jb_catread_fields(rd, node, keys, JB_COUNT(keys), v))
        return false;
    period = v[LOCKS + 1];
    if (period &&
        (period->kind != JB_YAML_TEXT || jb_period_parse(jb_yaml_slice(period), &dates.period)))
        jb_catread_expect(rd, period, _("a period such as 2022-Q4"));
    else if (period && freq && dates.period.freq != freq)
        jb_catread_refuse(rd, period, JB_F_CATALOG_CONTRADICTION, NULL,
                          _("a period of the form's frequency"), NULL);
    for (enum jb_step step = 0; step < JB_STEPS; step++)
        read_day(rd, v[step], dates.period, &dates.on[step]);
    *ret = dates;
    return rd->findings->errors == errors;
}

static int by_period(const void *left, const void *right)
{
    struct jb_period a = ((const struct placed_dates *)left)->dates.period;
    struct jb_period b = ((const struct placed_dates *)right)->dates.period;

    if (a.freq != b.freq)
        return (a.freq > b.freq) - (a.freq < b.freq);
    return (a.ordinal > b.ordinal) - (a.ordinal < b.ordinal);
}

static void read_given(struct jb_catread *rd, jb_yaml_ref list, enum jb_freq freq,
                       struct jb_schedule *schedule)
{
    struct placed_dates *placed;
    struct jb_schedule_dates *kept;
    uint32_t errors = rd->findings->errors;
    uint32_t count = 0;

    if (!jb_catread_list(rd, list))
        return;
    placed = jb_catread_alloc(rd, list->len, sizeof(*placed));
    kept = jb_catread_alloc(rd, list->len, sizeof(*kept));
    if (!placed || !kept)
        return;
    for (jb_yaml_ref item = list->first; item; item = item->next) {
        placed[count].node = item;
        count += read_dates(rd, item, freq, &placed[count].dates);
    }
    qsort(placed, count, sizeof(*placed), by_period);
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = placed[i].dates;
        if (i && jb_period_eq(kept[i].period, kept[i - 1].period))
            jb_catread_refuse(rd, jb_catread_value(placed[i].node, "period"),
                              JB_F_CATALOG_DUPLICATE, NULL, _("each period once"), NULL);
    }
    schedule->dates = kept;
    schedule->date_count = count;
    for (uint32_t i = 0; i < count && rd->findings->errors == errors; i++)
        check_order(rd, schedule, kept[i].period, placed[i].node,
                    jb_catread_value(placed[i].node, "due"),
                    jb_catread_value(placed[i].node, "locks"));
}

void jb_catread_schedule(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq freq,
                         const struct jb_schedule **ret)
{
    static const struct jb_catread_word shifts[] = {{"none", JB_SHIFT_NONE},
                                                    {"next_workday", JB_SHIFT_NEXT_WORKDAY}};
    const struct jb_period any = {JB_FREQ_YEAR, 2000};
    uint32_t errors = rd->findings->errors;
    unsigned shift = JB_SHIFT_NONE;
    struct jb_schedule *schedule;
    jb_yaml_ref v[SCHEDULE_KEYS];

    if (!node || !jb_catread_fields(rd, node, schedule_keys, SCHEDULE_KEYS, v))
        return;
    schedule = jb_catread_alloc(rd, 1, sizeof(*schedule));
    if (!schedule)
        return;
    for (enum jb_step step = 0; step < JB_STEPS; step++)
        schedule->rule[step].set = jb_catread_int(rd, v[step], -JB_SCHEDULE_DAYS_MAX,
                                                  JB_SCHEDULE_DAYS_MAX, &schedule->rule[step].days);
    jb_catread_word(rd, v[SHIFT], shifts, JB_COUNT(shifts), &shift);
    schedule->shift = (enum jb_shift)shift;
    if (rd->findings->errors == errors)
        check_order(rd, schedule, any, node, v[DUE],
                    v[LOCKS]); /* whole days keep their order in every period */
    read_given(rd, v[DATES], freq, schedule);
    *ret = schedule;
}
