/* Two languages write a day in different orders, so each has its own line; sentences are messages.
 */
#include "model/schedule_text.h"

#include <stdio.h>

#include "base/text.h"

static const char *const weekdays_en[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
static const char *const weekdays_zh[] = {"一", "二", "三", "四", "五", "六", "日"};
static const char *const months_en[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

static void put_day(jb_date on, bool zh, bool with_year, char text[JB_DAY_TEXT_SIZE])
{
    unsigned weekday = jb_date_weekday(on) - 1;
    char year_text[16] = "";
    int year, month, day;

    jb_date_split(on, &year, &month, &day);
    if (with_year)
        snprintf(year_text, sizeof(year_text), zh ? "%d年" : " %d", year);
    if (zh)
        snprintf(text, JB_DAY_TEXT_SIZE, "%s%d月%d日（星期%s）", year_text, month, day,
                 weekdays_zh[weekday]);
    else
        snprintf(text, JB_DAY_TEXT_SIZE, "%s %d %s%s", weekdays_en[weekday], day,
                 months_en[month - 1], year_text);
}

void jb_day_format(jb_date day, bool zh, char text[JB_DAY_TEXT_SIZE])
{
    put_day(day, zh, true, text);
}

static int year_of(jb_date on)
{
    int year, month, day;

    jb_date_split(on, &year, &month, &day);
    return year;
}

void jb_form_day_format(const struct jb_workdays *workdays, jb_date on, jb_date before, bool zh,
                        char text[JB_FORM_DAY_TEXT_SIZE])
{
    const struct jb_holiday *holiday = jb_workdays_holiday(workdays, before);
    char day[JB_DAY_TEXT_SIZE], from[JB_DAY_TEXT_SIZE];

    if (on == JB_DATE_MIN || on == JB_DATE_MAX) {
        snprintf(text, JB_FORM_DAY_TEXT_SIZE, "—");
        return;
    }
    put_day(on, zh, true, day);
    if (on == before) {
        snprintf(text, JB_FORM_DAY_TEXT_SIZE, "%s", day);
        return;
    }
    put_day(before, zh, year_of(before) != year_of(on), from);
    if (holiday)
        snprintf(text, JB_FORM_DAY_TEXT_SIZE, _("%s, moved from %s (%s)"), day, from,
                 zh ? holiday->name_zh : holiday->name_en);
    else
        snprintf(text, JB_FORM_DAY_TEXT_SIZE, _("%s, moved from %s"), day, from);
}

static void put_step(const char *label, struct jb_schedule_day rule, struct jb_buf *out)
{
    if (!rule.set)
        return;
    if (out->len)
        jb_buf_put_str(out, _("; "));
    jb_buf_printf(out, "%s ", label);
    if (rule.days == 0)
        jb_buf_put_str(out, _("on the period's last day"));
    else if (rule.days == 1)
        jb_buf_put_str(out, _("on the day after the period's last day"));
    else if (rule.days == -1)
        jb_buf_put_str(out, _("on the day before the period's last day"));
    else if (rule.days > 0)
        jb_buf_printf(out, _("%d days after the period's last day"), rule.days);
    else
        jb_buf_printf(out, _("%d days before the period's last day"), -rule.days);
}

void jb_schedule_describe(const struct jb_schedule *schedule, struct jb_buf *out)
{
    if (!schedule) {
        jb_buf_put_str(out, _("no dates"));
        return;
    }
    put_step(_("opens"), schedule->rule[JB_STEP_OPENS], out);
    put_step(_("due"), schedule->rule[JB_STEP_DUE], out);
    put_step(_("locks"), schedule->rule[JB_STEP_LOCKS], out);
    if (!out->len)
        jb_buf_put_str(out,
                       schedule->date_count ? _("dates for single periods only") : _("no dates"));
    else if (schedule->date_count)
        jb_buf_put_str(out, _("; some periods have dates of their own"));
    if (schedule->shift == JB_SHIFT_NEXT_WORKDAY)
        jb_buf_put_str(out, _("; on a day off: the next working day"));
}

static bool is_unlisted(const struct jb_workdays *workdays, jb_date day)
{
    return day != JB_DATE_MAX && !jb_workdays_knows_year(workdays, year_of(day));
}

int jb_catalog_unlisted_year(const jb_catalog *c, uint32_t form, const struct jb_form_dates *dates)
{
    const struct jb_catalog_view *view = jb_catalog_view(c);
    const jb_date days[] = {dates->due_before, dates->due_on, dates->locks_before, dates->locks_on};
    const struct jb_schedule *schedule = view->forms[form].schedule;

    if (!schedule || schedule->shift == JB_SHIFT_NONE)
        return 0;
    for (size_t i = 0; i < JB_COUNT(days); i++) {
        if (is_unlisted(&view->workdays, days[i]))
            return year_of(days[i]);
    }
    return 0;
}
