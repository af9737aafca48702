/* jibao notices: writes what goes to a department that is late, or has to correct, and records it;
 * lists what was written, and what has not been answered. */
#include <stdlib.h>
#include <string.h>

#include "act_run.h"
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "commands.h"
#include "contacts_ask.h"
#include "filing_show.h"
#include "notice_text.h"
#include "status_list.h"
#include "words.h"

#define ZONE_MINUTES (8 * 60)

enum { KEY_UNIT = 0x200, KEY_UNDER, KEY_FORM, KEY_NUMBER, KEY_DUE, KEY_DRY, KEY_OPEN, KEY_TEXT };

struct input {
    struct jb_list units, periods, forms;
    const char *under, *number;
    bool correction, has_due, dry, unanswered, text;
    jb_date due_on;
};

static const struct argp_option write_options[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit only; repeatable; default: every unit"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("every unit under this one, and itself"), 1},
    {"form", KEY_FORM, "FORM", 0, N_("this form only; repeatable"), 1},
    {"number", KEY_NUMBER, "TEXT", 0, N_("the document's number"), 2},
    {"due", KEY_DUE, "DATE", 0, N_("by when it is asked for; due dates do not change"), 2},
    {"dry-run", KEY_DRY, NULL, 0, N_("print the texts and record nothing"), 2},
    {0},
};
static const struct argp_option list_options[] = {
    {"unanswered", KEY_OPEN, NULL, 0, N_("only those whose filings are not all accepted"), 1},
    {"text", KEY_TEXT, NULL, 0, N_("the texts, to paste"), 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_FORM:
        jb_list_add_codes(&input->forms, arg);
        return 0;
    case KEY_NUMBER:
        input->number = arg;
        return 0;
    case KEY_DUE:
        input->has_due = !jb_date_parse(jb_slice_str(arg), &input->due_on);
        if (!input->has_due)
            argp_error(state, _("--due takes a date such as 2023-07-20, not '%s'"), arg);
        return 0;
    case KEY_DRY:
        input->dry = true;
        return 0;
    case KEY_OPEN:
        input->unanswered = true;
        return 0;
    case KEY_TEXT:
        input->text = true;
        return 0;
    case ARGP_KEY_ARG:
        jb_list_add_split(&input->periods, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec chase_spec = {
    .name = "notices chase",
    .options = write_options,
    .parser = parse,
    .arguments = "PERIOD",
    .doc = N_("Writes to every unit whose forms are overdue, one notice a unit, in Chinese, as "
              "plain text to paste; and records it. Needs the role periods."),
    .examples = "  jibao notices chase 2023-Q2 --due 2023-07-20\n"
                "  jibao notices chase 2023-Q2 --unit justice --number \"依法治县办〔2023〕5号\"\n",
};
static const struct jb_args_spec correct_spec = {
    .name = "notices correct",
    .options = write_options,
    .parser = parse,
    .arguments = "PERIOD",
    .doc = N_("Writes to every unit whose forms were returned and have not come back, with the "
              "reasons; and records it. Needs the role periods."),
    .examples = "  jibao notices correct 2023-Q2 --due 2023-07-25\n",
};
static const struct jb_args_spec list_spec = {
    .name = "notices list",
    .options = list_options,
    .parser = parse,
    .arguments = "[PERIOD...]",
    .doc = N_("Lists the notices that were written. One is answered when every form that it names "
              "is accepted."),
    .examples = "  jibao notices list --unanswered\n"
                "  jibao notices list 2023-Q2 --text\n",
};

static bool is_named(const struct input *input, struct jb_slice form)
{
    for (uint32_t i = 0; i < input->forms.count; i++) {
        if (jb_slice_eq(input->forms.items[i], form))
            return true;
    }
    return input->forms.count == 0;
}

static bool is_meant(const struct input *input, const struct jb_status_row *row)
{
    if (!is_named(input, row->form))
        return false;
    return input->correction ? row->standing.state == JB_FILING_RETURNED
                             : jb_verdict_timing(&row->verdict) == JB_TIMING_OVERDUE &&
                                   row->standing.state != JB_FILING_RETURNED;
}

/* Whom to send it to or call, when the key may know and the unit has any. Beside the notice, never
 * in its text, which the ledger keeps for ever while contacts can be erased. */
static void tell_contacts(const struct jb_contacts_found *contacts, struct jb_slice unit)
{
    for (uint32_t i = 0; i < contacts->count; i++) {
        const struct jb_unit_contacts *u = &contacts->units[i];
        for (uint32_t k = 0; jb_slice_eq(u->unit, unit) && k < u->count; k++) {
            const struct jb_contact *who = &u->items[k];
            fprintf(stderr, "%.*s: %.*s (%s)", JB_ARG(unit), JB_ARG(who->name),
                    jb_contact_role_name(who->role));
            fprintf(stderr, "%s%.*s%s%.*s\n", who->telephone.len ? "  " : "",
                    JB_ARG(who->telephone), who->mobile.len ? "  " : "", JB_ARG(who->mobile));
        }
    }
}

/* One unit's filings. */
struct batch {
    struct jb_notice_item *items;
    struct jb_slice *forms;
    uint32_t count;
};

static enum jb_exit find_return(struct jb_desk *desk, struct jb_period period,
                                struct jb_notice_item *item)
{
    struct jb_filing_answer answer;
    enum jb_exit code = jb_filing_ask(desk, item->row->unit, item->row->form, period, &answer);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < answer.act_count; i++) {
        if (answer.acts[i].kind == JB_ACT_FILING_RETURN)
            item->returned = &answer.acts[i];
    }
    return code;
}

static enum jb_exit write_one(struct jb_desk *desk, const struct input *input,
                              const jb_catalog *catalog, const struct jb_contacts_found *contacts,
                              struct batch *batch)
{
    struct jb_act_done done = {0};
    struct jb_buf text;
    struct jb_period period;
    enum jb_exit code = JB_EXIT_OK;
    struct jb_slice unit = batch->items[0].row->unit;
    uint32_t index = jb_catalog_unit(catalog, unit);

    if (jb_period_parse(batch->items[0].row->period, &period))
        return jb_desk_settle(desk, JB_EINVAL);
    for (uint32_t i = 0; code == JB_EXIT_OK && input->correction && i < batch->count; i++)
        code = find_return(desk, period, &batch->items[i]);
    if (code != JB_EXIT_OK)
        return code;
    const struct jb_notice_draft draft = {
        .correction = input->correction,
        .demonstration = jb_catalog_view(catalog)->demonstration,
        .unit_name =
            index == JB_NONE ? unit : jb_slice_str(jb_catalog_view(catalog)->units[index].name.zh),
        .number = jb_slice_str(input->number),
        .period = period,
        .has_due = input->has_due,
        .due_on = input->due_on,
        .today = jb_date_at(jb_clock_now_us(), ZONE_MINUTES),
        .items = batch->items,
        .count = batch->count};
    jb_buf_init(&text, JB_SHORT_TEXT_BYTES_MAX);
    jb_notice_write(&draft, &text);
    struct jb_act act = {.kind = JB_ACT_NOTICE,
                         .period = period,
                         .unit = unit,
                         .forms = {batch->forms, batch->count},
                         .note = jb_buf_slice(&text),
                         .number = draft.number,
                         .correction = input->correction,
                         .has_due = input->has_due,
                         .due_on = input->due_on};
    if (text.failed)
        fputs(_("jibao: the notice is too long; write it for fewer forms (--form)\n"), stderr);
    code = text.failed ? JB_EXIT_FAILED : input->dry ? JB_EXIT_OK : jb_act_send(desk, &act, &done);
    if (code == JB_EXIT_OK)
        printf("%.*s\n", (int)text.len, (const char *)text.ptr);
    if (code == JB_EXIT_OK && !input->dry)
        fprintf(stderr, _("%.*s: recorded, revision %llu\n"), JB_ARG(unit),
                (unsigned long long)done.revision);
    if (code == JB_EXIT_OK)
        tell_contacts(contacts, unit);
    jb_buf_free(&text);
    return code;
}

/* Unit by unit and period by period: those rows stand together. */
static enum jb_exit write_all(struct jb_desk *desk, const struct input *input,
                              const jb_catalog *catalog, const struct jb_status_list *list)
{
    struct jb_contacts_found contacts = {0};
    struct batch batch = {
        .items = jb_xcalloc((size_t)list->count + 1, sizeof(*batch.items)),
        .forms = jb_xcalloc((size_t)list->count + 1, sizeof(*batch.forms)),
    };
    /* Who only looks may not know them, and needs none. */
    enum jb_exit code = input->dry ? JB_EXIT_OK : jb_contacts_ask(desk, NULL, false, &contacts);
    uint32_t written = 0;

    for (uint32_t i = 0; code == JB_EXIT_OK && i <= list->count; i++) {
        const struct jb_status_row *row = i < list->count ? &list->rows[i] : NULL;
        const struct jb_status_row *first = batch.count ? batch.items[0].row : NULL;
        if (first && (!row || !jb_slice_eq(row->unit, first->unit) ||
                      !jb_slice_eq(row->period, first->period))) {
            code = write_one(desk, input, catalog, &contacts, &batch);
            batch.count = 0;
            written++;
        }
        if (row && is_meant(input, row)) {
            batch.items[batch.count] = (struct jb_notice_item){.row = row};
            batch.forms[batch.count++] = row->form;
        }
    }
    if (code == JB_EXIT_OK && !written)
        fputs(input->correction ? _("Nothing waits for a correction.\n")
                                : _("Nothing is overdue.\n"),
              stderr);
    jb_contacts_found_free(&contacts);
    free(batch.items);
    free(batch.forms);
    return code;
}

static enum jb_exit run_write(const struct jb_args_spec *spec, bool correction,
                              struct jb_options *options, int argc, char **argv)
{
    struct input input = {.correction = correction};
    struct jb_fetched fetched = {0};
    struct jb_status_list list;
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    jb_status_list_init(&list);
    if (code == JB_EXIT_OK && !input.periods.count) {
        fprintf(stderr, "jibao %s: %s\n", spec->name, _("name the period"));
        code = JB_EXIT_USAGE;
    }
    if (code == JB_EXIT_OK) {
        const struct jb_status_query query = {.units = jb_list_strings(&input.units),
                                              .periods = jb_list_strings(&input.periods),
                                              .under = jb_slice_str(input.under)};
        code = jb_ask_status(&desk, &query, &list);
    }
    if (code == JB_EXIT_OK)
        code = jb_ask_catalog(&desk, list.snapshot.catalog_version, &fetched);
    if (code == JB_EXIT_OK)
        code = write_all(&desk, &input, fetched.catalog, &list);
    jb_catalog_free(fetched.catalog);
    jb_list_free(&input.units);
    jb_list_free(&input.periods);
    jb_list_free(&input.forms);
    jb_status_list_free(&list);
    jb_desk_free(&desk);
    return code;
}

static enum jb_exit run_chase(struct jb_options *options, int argc, char **argv)
{
    return run_write(&chase_spec, false, options, argc, argv);
}
static enum jb_exit run_correct(struct jb_options *options, int argc, char **argv)
{
    return run_write(&correct_spec, true, options, argc, argv);
}

static void put_notice(jb_table *out, const struct jb_notice *notice, bool people)
{
    char buf[JB_WORDS_SIZE], signer[JB_WORDS_SIGNER_SIZE], due_on[16] = "";
    uint32_t closed = 0;
    struct jb_buf forms;

    jb_buf_init(&forms, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < notice->form_count; i++) {
        jb_buf_printf(&forms, "%s%.*s", i ? " " : "", JB_ARG(notice->forms[i].form));
        closed += notice->forms[i].closed;
    }
    if (notice->has_due)
        jb_date_format(notice->due_on, due_on);
    jb_table_cell(out, people ? jb_words_time(notice->at_us, buf)
                              : jb_words_time_code(notice->at_us, buf));
    jb_table_cellf(out, "%.*s", JB_ARG(notice->period));
    jb_table_cellf(out, "%.*s", JB_ARG(notice->unit));
    if (people)
        jb_table_cell(out, notice->correction ? _("correction") : _("chasing"));
    else
        jb_table_cell(out, notice->correction ? "correction" : "chasing");
    jb_table_cellf(out, "%.*s", (int)forms.len, (const char *)forms.ptr);
    jb_table_cellf(out, "%.*s", JB_ARG(notice->number));
    jb_table_cell(out, due_on[0] ? due_on : NULL);
    jb_table_cellf(out, "%u/%u", closed, notice->form_count);
    jb_table_cell(out, closed == notice->form_count ? "true" : "false");
    if (people)
        jb_table_cell(out, jb_words_signer(notice->by, notice->signed_for_name, signer));
    else
        jb_table_cellf(out, "%.*s", JB_ARG(notice->by));
    jb_table_cellf(out, "%.*s", JB_ARG(notice->signed_for));
    jb_table_cellf(out, "%llu", (unsigned long long)notice->revision);
    jb_table_cellf(out, "%.*s", JB_ARG(notice->text));
    jb_table_end_row(out);
    jb_buf_free(&forms);
}

static void print_list(const struct jb_notices_answer *answer, const struct jb_options *options)
{
    const struct jb_column columns[] = {
        {.key = "at", .title = _("time")},
        {.key = "period", .title = _("period")},
        {.key = "unit", .title = _("unit")},
        {.key = "kind", .title = _("kind")},
        {.key = "forms", .title = _("forms")},
        {.key = "number", .title = _("number")},
        {.key = "due_on", .title = _("due on")},
        {.key = "answered_forms", .title = _("answered"), .align = JB_RIGHT, .table_only = true},
        {.key = "answered", .csv_only = true, .boolean_or_integer = true},
        {.key = "by", .title = _("by")},
        {.key = "signed_for", .csv_only = true},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "text", .csv_only = true},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->count; i++)
        put_notice(out, &answer->notices[i], options->output == JB_OUT_TABLE);
    jb_table_print(out, options->output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

static enum jb_exit ask_notices(struct jb_desk *desk, const struct input *input,
                                struct jb_notices_answer *ret)
{
    const struct jb_notices_query query = {.periods = jb_list_strings(&input->periods),
                                           .unanswered = input->unanswered};
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_notices_query_encode(&query, &buf);
    enum jb_exit code = buf.failed
                            ? jb_desk_settle(desk, JB_ERANGE)
                            : jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_NOTICES, JB_LIT(""),
                                          jb_buf_slice(&buf), JB_KIND_NOTICES_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_notices_answer_decode(payload, &desk->arena, ret, &desk->findings));
}

static enum jb_exit run_list(struct jb_options *options, int argc, char **argv)
{
    struct jb_notices_answer answer;
    struct input input = {.correction = false};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&list_spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask_notices(&desk, &input, &answer);
    for (uint32_t i = 0; code == JB_EXIT_OK && input.text && i < answer.count; i++)
        printf("%.*s\n", JB_ARG(answer.notices[i].text));
    if (code == JB_EXIT_OK && !input.text)
        print_list(&answer, options);
    if (code == JB_EXIT_OK && answer.truncated)
        fputs(_("jibao: there is more than fits; name fewer periods\n"), stderr);
    jb_list_free(&input.periods);
    jb_desk_free(&desk);
    return code;
}

static const struct jb_command verbs[] = {
    {"chase", N_("writes to units whose forms are overdue"), run_chase},
    {"correct", N_("writes to units whose forms were returned"), run_correct},
    {"list", N_("what was written, and what is unanswered"), run_list},
    {NULL, NULL, NULL},
};

enum jb_exit jb_cmd_notices(struct jb_options *options, int argc, char **argv)
{
    FILE *out = argc < 2 ? stderr : stdout;

    if (argc >= 2 && strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-?") != 0)
        return jb_command_dispatch(verbs, _("there is no command notices"), options, argc - 1,
                                   argv + 1);
    fputs(_("Usage: jibao notices COMMAND [OPTION...]\n\n"
            "Chasing and correction notices: plain text to paste, recorded in the ledger.\n\n"),
          out);
    for (const struct jb_command *verb = verbs; verb->name; verb++)
        fprintf(out, "  %-10s%s\n", verb->name, _(verb->summary));
    fputs(_("\njibao notices COMMAND --help says more about each.\n"), out);
    return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
}
