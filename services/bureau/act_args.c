/* One parser for all acts: each act's table of options says which it takes, the rest is refused by
 * argp; what is missing is told before anything is sent. */
#include "act_args.h"

#include "base/limits.h"
#include "base/text.h"
#include "moment.h"

#include <time.h>

enum {
    KEY_NOTE = 0x200,
    KEY_TRIAL,
    KEY_BACKFILL,
    KEY_UNIT,
    KEY_FORM,
    KEY_INDICATOR,
    KEY_OWED,
    KEY_NOT_OWED,
    KEY_UNTIL,
    KEY_DUE,
    KEY_FIGURE,
    KEY_SUBMISSION,
};

#define NOTE                                                                                       \
    {                                                                                              \
        "note", KEY_NOTE, "TEXT", 0, N_("a remark that stays with it"), 1                          \
    }
#define REASON                                                                                     \
    {                                                                                              \
        "reason", KEY_NOTE, "TEXT", 0, N_("why; it stays with it"), 1                              \
    }
#define SUBMISSION                                                                                 \
    {                                                                                              \
        "submission", KEY_SUBMISSION, "ID", 0,                                                     \
            N_("what was reviewed, 32 hexadecimal digits; default: the filing's last"), 2          \
    }

static const struct argp_option open_options[] = {
    {"trial", KEY_TRIAL, NULL, 0, N_("a trial run: it is never published"), 1},
    {"backfill", KEY_BACKFILL, NULL, 0, N_("figures of the past, for which nothing is late"), 1},
    {"form", KEY_FORM, "CODE", 0,
     N_("on a day: this ad hoc form is owed, also when the catalogue does not list the day; "
        "repeatable"),
     1},
    {"unit", KEY_UNIT, "CODE", 0,
     N_("with --form: only by this unit; repeatable; default: all that have the form"), 1},
    NOTE,
    {0},
};
static const struct argp_option amend_options[] = {
    {"unit", KEY_UNIT, "CODE", 0, N_("the unit"), 1},
    {"form", KEY_FORM, "CODE", 0, N_("the form"), 1},
    {"indicator", KEY_INDICATOR, "CODE", 0, N_("one row of it; default: the whole form"), 1},
    {"owed", KEY_OWED, NULL, 0, N_("it is owed"), 1},
    {"not-owed", KEY_NOT_OWED, NULL, 0, N_("it is not owed"), 1},
    REASON,
    {0},
};
static const struct argp_option note_options[] = {NOTE, {0}};
static const struct argp_option reason_options[] = {REASON, {0}};
static const struct argp_option reopen_options[] = {
    {"unit", KEY_UNIT, "CODE", 0, N_("for this unit; repeatable, or several with commas"), 1},
    {"until", KEY_UNTIL, "TIME", 0,
     N_("the end: a date (its day belongs to it), a time, or a stretch such as +3d"), 1},
    REASON,
    {0},
};
static const struct argp_option publish_options[] = {
    {"indicator", KEY_INDICATOR, "CODE", 0,
     N_("only this one; repeatable; default: all that the catalogue declares public"), 1},
    NOTE,
    {0},
};
static const struct argp_option accept_options[] = {SUBMISSION, NOTE, {0}};
static const struct argp_option return_options[] = {
    REASON,
    {"figure", KEY_FIGURE, "CODE=REASON", 0, N_("what is wrong with one figure; repeatable"), 1},
    {"due", KEY_DUE, "DATE", 0, N_("by when the correction is due"), 1},
    SUBMISSION,
    {0},
};

static jb_err take_submission(const char *text, struct jb_uuid *ret)
{
    if (strlen(text) != 2 * sizeof(ret->bytes))
        return JB_EINVAL;
    for (size_t i = 0; i < 2 * sizeof(ret->bytes); i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, text[i]);
        if (!at)
            return JB_EINVAL;
        ret->bytes[i / 2] = (uint8_t)(ret->bytes[i / 2] << 4 | (at - digits));
    }
    return JB_OK;
}

static void take_figure(struct jb_act_args *args, char *arg, struct argp_state *state)
{
    const char *equals = strchr(arg, '=');
    if (!equals || equals == arg || !equals[1])
        argp_error(state, _("--figure takes CODE=REASON, not '%s'"), arg);
    else if (args->act.reason_count == JB_ACT_REASONS_GIVEN_MAX)
        argp_error(state, _("at most %u figures at once"), JB_ACT_REASONS_GIVEN_MAX);
    else
        args->reasons[args->act.reason_count++] = (struct jb_act_reason){
            jb_slice_of((const uint8_t *)arg, (size_t)(equals - arg)), jb_slice_str(equals + 1)};
}

static void take_code(const char *arg, struct jb_slice *ret, struct argp_state *state)
{
    *ret = jb_slice_str(arg);
    if (!jb_code_valid(*ret))
        argp_error(state, _("'%s' is not a code of the catalogue (jibao catalog show lists them)"),
                   arg);
}

static void take_owed(struct jb_act_args *args, bool owed, struct argp_state *state)
{
    if (args->decided)
        argp_error(state, _("say either --owed or --not-owed, once"));
    args->decided = true;
    args->act.owed = owed;
}

static int64_t now_us(void)
{
    struct timespec now;
    jb_ignore(clock_gettime(CLOCK_REALTIME, &now) != 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* PERIOD, or UNIT FORM PERIOD. */
static void take_word(struct jb_act_args *args, const char *arg, struct argp_state *state)
{
    uint32_t at = args->words++ + (jb_act_is_of_filing(args->act.kind) ? 0 : 2);
    if (at == 0)
        take_code(arg, &args->act.unit, state);
    else if (at == 1)
        take_code(arg, &args->act.form, state);
    else if (at > 2)
        argp_error(state, _("too many arguments: '%s'"), arg);
    else if (jb_period_parse(jb_slice_str(arg), &args->act.period))
        argp_error(state, _("'%s' is not a single period such as 2023-Q2"), arg);
}

/* What the act needs and was not said. */
static void check(const struct jb_act_args *args, struct argp_state *state)
{
    const struct jb_act *act = &args->act;
    bool filing = jb_act_is_of_filing(act->kind);
    if (args->words < (filing ? 3 : 1))
        argp_error(state,
                   filing ? _("name the unit, the form and the period") : _("name the period"));
    if (act->kind == JB_ACT_PERIOD_AMEND && (!act->unit.len || !act->form.len))
        argp_error(state, _("name --unit and --form"));
    if (act->kind == JB_ACT_PERIOD_AMEND && !args->decided)
        argp_error(state, _("say --owed or --not-owed"));
    if (act->kind == JB_ACT_PERIOD_OPEN && args->units.count && !args->forms.count)
        argp_error(state, _("--unit goes with --form"));
    if (act->kind == JB_ACT_PERIOD_REOPEN && (!args->units.count || !act->until_us))
        argp_error(state, _("name at least one --unit, and --until"));
    if (!act->note.len && (act->kind == JB_ACT_PERIOD_AMEND || act->kind == JB_ACT_PERIOD_REOPEN ||
                           act->kind == JB_ACT_FILING_EXCUSE))
        argp_error(state, _("give the --reason"));
    if (!act->note.len && !act->reason_count && act->kind == JB_ACT_FILING_RETURN)
        argp_error(state, _("give a --reason, or say with --figure what is wrong"));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_act_args *args = state->input;
    struct jb_act *act = &args->act;

    switch (key) {
    case KEY_NOTE:
        act->note = jb_slice_str(arg);
        return 0;
    case KEY_TRIAL:
        act->trial = true;
        return 0;
    case KEY_BACKFILL:
        act->backfill = true;
        return 0;
    case KEY_UNIT:
        if (act->kind == JB_ACT_PERIOD_REOPEN || act->kind == JB_ACT_PERIOD_OPEN)
            jb_list_add_codes(&args->units, arg);
        else
            take_code(arg, &act->unit, state);
        return 0;
    case KEY_FORM:
        if (act->kind == JB_ACT_PERIOD_OPEN)
            jb_list_add_codes(&args->forms, arg);
        else
            take_code(arg, &act->form, state);
        return 0;
    case KEY_INDICATOR:
        if (act->kind == JB_ACT_PUBLISH)
            jb_list_add_codes(&args->indicators, arg);
        else
            take_code(arg, &act->indicator, state);
        return 0;
    case KEY_OWED:
    case KEY_NOT_OWED:
        take_owed(args, key == KEY_OWED, state);
        return 0;
    case KEY_UNTIL:
        if (jb_moment_parse(arg, true, now_us(), &act->until_us))
            argp_error(state, _("--until takes a date, a time or a stretch such as +3d, not '%s'"),
                       arg);
        return 0;
    case KEY_DUE:
        act->has_due = true;
        if (jb_date_parse(jb_slice_str(arg), &act->due_on))
            argp_error(state, _("--due takes a date such as 2023-07-20, not '%s'"), arg);
        return 0;
    case KEY_FIGURE:
        take_figure(args, arg, state);
        return 0;
    case KEY_SUBMISSION:
        if (take_submission(arg, &act->submission))
            argp_error(state, _("--submission takes 32 hexadecimal digits"));
        return 0;
    case ARGP_KEY_ARG:
        take_word(args, arg, state);
        return 0;
    case ARGP_KEY_END:
        check(args, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec specs[JB_ACTS_END] = {
    [JB_ACT_PERIOD_OPEN] =
        {"period open", open_options, parse, "PERIOD",
         N_("Opens a period: from now on the units can report for it, and what is expected of them "
            "is frozen. Needs the role periods."),
         "  jibao period open 2023-Q2\n"
         "  jibao period open 2023年第二季度 --note \"按季报送\"\n"
         "  jibao period open 2021-Q1 --backfill\n"
         "  jibao period open 2023-05-12 --form flood --unit town1,town2\n"},
    [JB_ACT_PERIOD_AMEND] =
        {"period amend", amend_options, parse, "PERIOD",
         N_("Corrects what is expected in an open period: a form of a unit, or one row of it. Both "
            "counts are kept. What has figures cannot be taken away."),
         "  jibao period amend 2023-Q2 --unit justice --form legal --not-owed --reason \"撤并\"\n"
         "  jibao period amend 2023-Q2 --unit justice --form legal --indicator cases --owed "
         "--reason \"新增\"\n"},
    [JB_ACT_PERIOD_CLOSE] =
        {"period close", note_options, parse, "PERIOD",
         N_("Closes a period, with whatever is missing: nothing is filled in. Units report again "
            "only when it is reopened for them."),
         "  jibao period close 2023-Q2\n"},
    [JB_ACT_PERIOD_REOPEN] =
        {"period reopen", reopen_options, parse, "PERIOD",
         N_("Lets units report for a closed period, or past a form's dates, until a time. Again "
            "for the same unit: the later one holds."),
         "  jibao period reopen 2023-Q2 --unit justice --until +3d --reason \"数据更正\"\n"
         "  jibao period reopen 2023-Q2 --unit justice,police --until 2023-08-10 --reason "
         "\"补报\"\n"},
    [JB_ACT_PUBLISH] =
        {"publish", publish_options, parse, "PERIOD",
         N_("Publishes a closed period: release 1, then 2 and so on. Only indicators that the "
            "catalogue declares public leave the bureau."),
         "  jibao publish 2023-Q2\n"
         "  jibao publish 2023-Q2 --indicator cases --note \"更正后重新发布\"\n"},
    [JB_ACT_FILING_ACCEPT] =
        {"filing accept", accept_options, parse, "UNIT FORM PERIOD",
         N_("Accepts what a unit submitted. Needs the role review for the unit; who submitted does "
            "not review."),
         "  jibao filing accept justice legal 2023-Q2\n"},
    [JB_ACT_FILING_RETURN] =
        {"filing return", return_options, parse, "UNIT FORM PERIOD",
         N_("Gives a filing back to its unit, with a reason for the whole or for figures. No "
            "figure "
            "changes by it."),
         "  jibao filing return justice legal 2023-Q2 --reason \"与台账不符\" --due 2023-07-20\n"
         "  jibao filing return justice legal 2023-Q2 --figure cases=\"比上季少一半，请核实\"\n"},
    [JB_ACT_FILING_EXCUSE] =
        {"filing excuse", reason_options, parse, "UNIT FORM PERIOD",
         N_("Excuses that a filing came late, or does not come, with a reason."),
         "  jibao filing excuse justice legal 2023-Q2 --reason \"停电\"\n"},
};

enum jb_exit jb_act_args_read(enum jb_act_kind kind, struct jb_options *options, int argc,
                              char **argv, struct jb_act_args *ret)
{
    ret->act.kind = kind;
    enum jb_exit code = jb_args_parse(&specs[kind], argc, argv, ret, options);
    ret->act.units = jb_list_strings(&ret->units);
    ret->act.indicators = jb_list_strings(&ret->indicators);
    ret->act.forms = jb_list_strings(&ret->forms);
    ret->act.reasons = ret->reasons;
    return code;
}

void jb_act_args_free(struct jb_act_args *args)
{
    jb_list_free(&args->units);
    jb_list_free(&args->indicators);
    jb_list_free(&args->forms);
}
