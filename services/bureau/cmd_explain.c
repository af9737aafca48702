/* jibao explain: which figures, of which revisions, make up one number. */
#include <stdlib.h>

#include "answer_people.h"
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "change_cells.h"
#include "commands.h"
#include "files/demonstration.h"
#include "model/fold.h"
#include "view_args.h"
#include "words.h"

enum { KEY_UNIT = 0x200, KEY_INDICATOR, KEY_PERIOD, KEY_BASIS, KEY_AS_OF, KEY_VIEW, KEY_RELEASE };

static const struct argp_option table[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("the unit or group whose number it is"), 1},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("the indicator, by code or name"), 1},
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span"), 1},
    {"basis", KEY_BASIS, "BASIS", 0, N_("period, ytd, or since:2021-Q1"), 1},
    {"as-of", KEY_AS_OF, "REVISION", 0, N_("as it stood at this revision"), 1},
    {"view", KEY_VIEW, "VIEW", 0, N_("working (default), accepted, or published"), 1},
    {"release", KEY_RELEASE, "N", 0, N_("of the published view: not the newest but this one"), 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_explain_query *query = state->input;

    switch (key) {
    case KEY_UNIT:
        query->unit = jb_slice_str(arg);
        return 0;
    case KEY_INDICATOR:
        query->indicator = jb_slice_str(arg);
        return 0;
    case KEY_PERIOD:
        query->period = jb_slice_str(arg);
        return 0;
    case KEY_BASIS:
        query->basis = jb_slice_str(arg);
        return 0;
    case KEY_AS_OF:
        if (jb_args_uint(arg, UINT64_MAX, &query->as_of_revision) || !query->as_of_revision)
            argp_error(state, _("--as-of takes a revision from 1, not '%s'"), arg);
        return 0;
    case KEY_VIEW:
        jb_view_take(&query->viewpoint, arg, state);
        return 0;
    case KEY_RELEASE:
        jb_view_take_release(&query->viewpoint, arg, state);
        return 0;
    case ARGP_KEY_END:
        jb_view_settle(&query->viewpoint, state);
        if (!query->unit.len || !query->indicator.len || !query->period.len)
            argp_error(state, _("name --unit, --indicator and --period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "explain",
    .options = table,
    .parser = parse,
    .doc = N_("Takes one number apart: the figures that it is made of, each with the revision that "
              "set it."),
    .examples = "  jibao explain --unit suixi --indicator mediation.cases --period 2022\n"
                "  jibao explain --unit suixi --indicator mediation.cases --period 2022 -o csv\n",
};

/* "a / b": a ratio's two codes. */
static void print_codes(struct jb_slice part, struct jb_name_book *names)
{
    char code[JB_NAME_CODE_SIZE];
    const uint8_t *slash = memmem(part.ptr, part.len, " / ", 3);

    if (!slash) {
        printf("%.*s", JB_ARG(part));
        return;
    }
    struct jb_slice left = jb_slice_of(part.ptr, (size_t)(slash - part.ptr));
    struct jb_slice right = jb_slice_of(slash + 3, part.len - left.len - 3);
    printf("%s / ", jb_name_of_indicator(names, left, code));
    fputs(jb_name_of_indicator(names, right, code), stdout);
}

/* The aggregator's rules are English sentences of few parts, joined by ", " and ", then ". */
static void print_rule(struct jb_slice rule, struct jb_name_book *names)
{
    static const char *const parts[] = {
        N_("sum over units"),
        N_("mean over units"),
        N_("least of the units"),
        N_("greatest of the units"),
        N_("the one unit that reports it"),
        N_("sum over time"),
        N_("last base period with a value"),
        N_("mean over time"),
        N_("least over time"),
        N_("greatest over time"),
        N_("only for the stretch it was reported for"),
        N_("each over units"),
        N_("over time"),
        N_("reported for exactly this stretch"),
    };
    bool first = true;

    while (rule.len) {
        const uint8_t *comma = memmem(rule.ptr, rule.len, ", ", 2);
        struct jb_slice part = rule;
        part.len = comma ? (size_t)(comma - rule.ptr) : rule.len;
        size_t used = part.len + (comma ? 2 : 0), i = 0;
        rule = jb_slice_of(rule.ptr + used, rule.len - used);
        bool then = jb_take_prefix(&part, "then ");
        if (!first)
            fputs(then ? _(", then ") : _(", "), stdout);
        first = false;
        while (i < JB_COUNT(parts) && !jb_slice_is(part, parts[i]))
            i++;
        if (i < JB_COUNT(parts))
            fputs(_(parts[i]), stdout);
        else
            print_codes(part, names);
    }
}

static void print_head(const struct jb_explain_answer *answer, struct jb_name_book *names)
{
    const struct jb_answer_row *result = &answer->result;
    const struct jb_answer_view view = {0};
    char unit[JB_NAME_CODE_SIZE], name[JB_NAME_CODE_SIZE], measure[JB_NAME_CODE_SIZE];
    char period[JB_WORDS_SIZE], value[JB_WORDS_SIZE];
    bool percent = jb_slice_is(result->unit_of_measure, "%");
    struct jb_buf notes;

    jb_demonstration_line(stdout);
    printf(_("%s  %s  %s: %s"), jb_name_of_unit(names, result->unit, unit),
           jb_name_of_indicator(names, result->indicator, name),
           jb_words_period(result->period, period),
           jb_words_value(result->state, result->value, result->mark, percent, value));
    if (result->state == JB_STATE_VALUE && !percent && result->unit_of_measure.len)
        printf(" %s",
               jb_name_of_measure(names, result->indicator, result->unit_of_measure, measure));
    if (result->state == JB_STATE_VALUE)
        printf("  %s", jb_status_name(result->status));
    printf(_("\nreported %u of %u"), result->reported, result->expected);
    jb_buf_init(&notes, JB_TEXT_FIGURE_BYTES_MAX);
    jb_answer_notes(result, &view, &notes);
    if (notes.len)
        printf("%s%.*s", _("; "), JB_ARG(jb_buf_slice(&notes)));
    jb_buf_free(&notes);
    fputs(_("\nhow: "), stdout);
    print_rule(answer->rule, names);
    fputs("\n\n", stdout);
}

static bool several_indicators(const struct jb_explain_answer *answer)
{
    for (uint32_t i = 1; i < answer->part_count; i++) {
        if (!jb_slice_eq(answer->parts[0].indicator, answer->parts[i].indicator))
            return true;
    }
    return false;
}

static const char *part_note(const struct jb_explain_part *part)
{
    if (!part->counts)
        return _("does not count here");
    if (part->state == JB_STATE_NOT_REPORTED)
        return _("owed, not there");
    return part->owed ? "" : _("not owed");
}

/* That, and what marks the figure: 补录, 代录, 网页代签. */
static void put_notes(jb_table *out, const struct jb_explain_part *part)
{
    struct jb_buf notes;

    jb_buf_init(&notes, JB_TEXT_FIGURE_BYTES_MAX);
    jb_buf_put_str(&notes, part_note(part));
    if (part->backfill && part->has_submission)
        jb_buf_printf(&notes, "%s%s", notes.len ? _("; ") : "", _("backfilled"));
    if (part->entered_by.len)
        jb_buf_printf(&notes, "%s%s%.*s", notes.len ? _("; ") : "", _("entered for the unit by "),
                      JB_ARG(part->entered_by));
    jb_change_say_signing(&notes, &part->signing);
    jb_table_cellf(out, "%.*s", JB_ARG(jb_buf_slice(&notes)));
    jb_buf_free(&notes);
}

static void print_parts(const struct jb_explain_answer *answer, struct jb_name_book *names)
{
    struct jb_column columns[8];
    bool several = several_indicators(answer);
    uint32_t n = 0;

    if (several)
        columns[n++] = (struct jb_column){.key = "indicator", .title = _("indicator")};
    columns[n++] = (struct jb_column){.key = "unit", .title = _("unit")};
    columns[n++] = (struct jb_column){.key = "period", .title = _("period")};
    columns[n++] = (struct jb_column){.key = "value", .title = _("figure"), .align = JB_RIGHT};
    columns[n++] = (struct jb_column){.key = "status", .title = _("status")};
    columns[n++] = (struct jb_column){.key = "revision", .title = _("revision"), .align = JB_RIGHT};
    columns[n++] = (struct jb_column){.key = "basis", .title = _("basis")};
    columns[n++] = (struct jb_column){.key = "note", .title = _("note")};
    jb_table *out = jb_table_new(columns, n);

    for (uint32_t i = 0; i < answer->part_count; i++) {
        const struct jb_explain_part *part = &answer->parts[i];
        char code[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];
        bool text = part->state == JB_STATE_VALUE && part->value.len == 0;
        if (several)
            jb_table_cell(out, jb_name_of_indicator(names, part->indicator, code));
        jb_table_cell(out, jb_name_of_unit(names, part->unit, code));
        jb_table_cell(out, jb_words_period(part->period, words));
        jb_table_cell(out,
                      text ? _("(text)")
                           : jb_words_value(part->state, part->value, part->mark, false, words));
        jb_table_cell(out, part->state == JB_STATE_VALUE ? jb_status_name(part->status) : NULL);
        if (part->has_submission)
            jb_table_cellf(out, "%llu", (unsigned long long)part->revision);
        else
            jb_table_cell(out, NULL);
        jb_table_cell(out, jb_words_basis(part->basis, words));
        put_notes(out, part);
        jb_table_end_row(out);
    }
    jb_table_print(out, JB_OUT_TABLE, NULL, stdout);
    jb_table_free(out);
}

static void put(jb_table *out, struct jb_slice text)
{
    if (text.len)
        jb_table_cellf(out, "%.*s", JB_ARG(text));
    else
        jb_table_cell(out, NULL);
}

static void print_program(const struct jb_explain_answer *answer, enum jb_output output)
{
    static const struct jb_column columns[] = {
        {.key = "unit"},
        {.key = "indicator"},
        {.key = "period"},
        {.key = "basis"},
        {.key = "value", .number = true},
        {.key = "state"},
        {.key = "precision"},
        {.key = "status"},
        {.key = "revision", .boolean_or_integer = true},
        {.key = "submission"},
        {.key = "counts", .boolean_or_integer = true},
        {.key = "owed", .boolean_or_integer = true},
        {.key = "entered_by"},
        {.key = "backfill", .boolean_or_integer = true},
        {.key = "signer"},
        {.key = "signed_for"},
        {.key = "content_hash"},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    const struct jb_answer_row *result = &answer->result;
    struct jb_snapshot_words words;

    for (uint32_t i = 0; i < answer->part_count; i++) {
        const struct jb_explain_part *part = &answer->parts[i];
        bool value = part->state == JB_STATE_VALUE;
        char id[37] = "";
        if (part->has_submission)
            jb_uuid_format(part->submission_id, id);
        put(out, part->unit);
        put(out, part->indicator);
        put(out, part->period);
        put(out, part->basis);
        put(out, part->value);
        jb_table_cell(out, jb_state_code(part->state));
        jb_table_cell(out, value ? jb_mark_code(part->mark) : NULL);
        jb_table_cell(out, value ? jb_status_code(part->status) : NULL);
        if (part->has_submission)
            jb_table_cellf(out, "%llu", (unsigned long long)part->revision);
        else
            jb_table_cell(out, NULL);
        jb_table_cell(out, part->has_submission ? id : NULL);
        jb_table_cell(out, part->counts ? "true" : "false");
        jb_table_cell(out, part->owed ? "true" : "false");
        put(out, part->entered_by);
        jb_table_cell(out, part->backfill ? "true" : "false");
        jb_change_put_signing(out, &part->signing);
        jb_table_end_row(out);
    }
    char *value = jb_xstrndup(result->value.ptr, result->value.len);
    char *reason = jb_xstrndup(result->reason.ptr, result->reason.len);
    char *rule = jb_xstrndup(answer->rule.ptr, answer->rule.len);
    char missing[16];
    snprintf(missing, sizeof(missing), "%u", result->missing_forms);
    jb_ignore(!jb_words_snapshot(&answer->snapshot, &words));
    const char *const extra[] = {"value",
                                 value,
                                 "state",
                                 jb_state_code(result->state),
                                 "precision",
                                 jb_mark_code(result->mark),
                                 "status",
                                 jb_status_code(result->status),
                                 "reason",
                                 reason,
                                 "rule",
                                 rule,
                                 "missing_forms",
                                 missing,
                                 "view",
                                 jb_viewpoint_code(answer->view),
                                 "store",
                                 words.store,
                                 "revision",
                                 words.revision,
                                 NULL,
                                 NULL};
    jb_table_print(out, output, extra, stdout);
    jb_table_free(out);
    free(value);
    free(reason);
    free(rule);
}

static enum jb_exit print(struct jb_desk *desk, const struct jb_explain_answer *answer)
{
    struct jb_fetched fetched = {0};
    struct jb_name_book names;
    enum jb_exit code;

    if (desk->options->output != JB_OUT_TABLE) {
        print_program(answer, desk->options->output);
        return JB_EXIT_OK;
    }
    code = jb_ask_catalog(desk, answer->snapshot.catalog_version, &fetched);
    if (code != JB_EXIT_OK)
        return code;
    jb_name_book_init(&names);
    if (fetched.catalog)
        jb_name_book_add_catalog(&names, fetched.catalog);
    jb_view_print(answer->view, answer->releases, answer->release_count, stdout);
    print_head(answer, &names);
    if (answer->part_count)
        print_parts(answer, &names);
    else
        fputs(_("No figure goes into it.\n"), stdout);
    jb_answer_print_missing(&answer->result, &names, stdout);
    fputc('\n', stdout);
    jb_words_footer(&answer->snapshot, stdout);
    jb_name_book_free(&names);
    jb_catalog_free(fetched.catalog);
    return JB_EXIT_OK;
}

static enum jb_exit ask(struct jb_desk *desk, const struct jb_explain_query *query)
{
    struct jb_explain_answer answer = {0};
    struct jb_buf buf;
    struct jb_slice payload;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_explain_query_encode(query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_EXPLAIN, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_EXPLAIN_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(
            desk, jb_wire_explain_answer_decode(payload, &desk->arena, &answer, &desk->findings));
    if (code == JB_EXIT_OK)
        code = print(desk, &answer);
    if (code == JB_EXIT_OK && answer.truncated)
        fputs(_("jibao: there are more parts than an answer holds; ask for a shorter span\n"),
              stderr);
    return code;
}

enum jb_exit jb_cmd_explain(struct jb_options *options, int argc, char **argv)
{
    struct jb_explain_query query = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &query, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask(&desk, &query);
    jb_desk_free(&desk);
    return code;
}
