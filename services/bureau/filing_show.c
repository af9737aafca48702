/* Where a filing stands in review, and what was said about it: for whoever corrects it. */
#include "filing_show.h"

#include <sodium.h>

#include "args.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "words.h"

struct input {
    struct jb_slice words[2]; /* unit, form */
    struct jb_period period;
    uint32_t count;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (input->count > 2)
            argp_error(state, _("too many arguments: '%s'"), arg);
        else if (input->count == 2 && jb_period_parse(jb_slice_str(arg), &input->period))
            argp_error(state, _("'%s' is not a single period such as 2023-Q2"), arg);
        else if (input->count < 2)
            input->words[input->count] = jb_slice_str(arg);
        input->count++;
        return 0;
    case ARGP_KEY_END:
        if (input->count < 3)
            argp_error(state, _("name the unit, the form and the period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "filing show",
    .parser = parse,
    .arguments = "UNIT FORM PERIOD",
    .doc = N_("Tells where a filing stands in review, what was said about it and about which of "
              "its figures, and by when a correction is due."),
    .examples = "  jibao filing show justice legal 2023-Q2\n"
                "  jibao filing show justice legal 2023-Q2 -o json\n",
};

enum jb_exit jb_filing_ask(struct jb_desk *desk, struct jb_slice unit, struct jb_slice form,
                           struct jb_period period, struct jb_filing_answer *ret)
{
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_slice payload;
    struct jb_buf buf;

    jb_period_format(period, text);
    const struct jb_filing_query query = {.unit = unit, .form = form, .period = jb_slice_str(text)};
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_filing_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_FILING, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_FILING_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_filing_answer_decode(payload, &desk->arena, ret, &desk->findings));
}

static void line_of(jb_table *out, const struct jb_filing_act *act, struct jb_slice indicator,
                    struct jb_slice reason, bool people)
{
    char time[JB_WORDS_SIZE], signer[JB_WORDS_SIGNER_SIZE], due_on[16] = "";

    if (act->has_due)
        jb_date_format(act->due_on, due_on);
    jb_table_cell(out,
                  people ? jb_words_time(act->at_us, time) : jb_words_time_code(act->at_us, time));
    jb_table_cell(out, people ? _(jb_act_name(act->kind)) : jb_act_code(act->kind));
    jb_table_cellf(out, "%.*s", JB_ARG(indicator));
    jb_table_cellf(out, "%.*s", JB_ARG(reason));
    jb_table_cell(out, due_on[0] ? due_on : NULL);
    if (people)
        jb_table_cell(out, jb_words_signer(act->by, act->signed_for_name, signer));
    else
        jb_table_cellf(out, "%.*s", JB_ARG(act->by));
    jb_table_cellf(out, "%.*s", JB_ARG(act->signed_for));
    jb_table_cellf(out, "%llu", (unsigned long long)act->revision);
    jb_table_end_row(out);
}

/* A line for the whole when something was said of it, and one for each figure. */
static void add_act(jb_table *out, const struct jb_filing_act *act, bool people)
{
    if (act->note.len || act->reason_count == 0)
        line_of(out, act, JB_LIT(""), act->note, people);
    for (uint32_t i = 0; i < act->reason_count; i++)
        line_of(out, act, act->reasons[i].indicator, act->reasons[i].reason, people);
}

static void print_state(const struct jb_filing_answer *answer)
{
    const struct jb_filing_standing *standing = &answer->standing;
    char buf[JB_WORDS_SIZE], due_on[16];

    jb_demonstration_line(stdout);
    printf("%s", _(jb_filing_state_name(standing->state)));
    if (standing->state == JB_FILING_RETURNED && standing->has_due) {
        jb_date_format(standing->due_on, due_on);
        printf(_(", the correction is due on %s"), due_on);
    }
    if (standing->complete_at_us)
        printf(_("; complete since %s"), jb_words_time(standing->complete_at_us, buf));
    printf(_("; returned %u times, corrected after acceptance %u times\n"), standing->returns,
           standing->corrections);
}

/* Who signed the form off, and what was attached: to be compared with the paper. */
static void print_sent(const struct jb_filing_answer *answer)
{
    if (answer->last.filled_by.len || answer->last.checked_by.len || answer->last.released_by.len)
        printf(_("filled in by %.*s, checked by %.*s, released by %.*s\n"),
               JB_ARG(answer->last.filled_by), JB_ARG(answer->last.checked_by),
               JB_ARG(answer->last.released_by));
    if (answer->last.on_behalf_of.len)
        printf(_("entered for the unit by %.*s, on the ground: %.*s\n"),
               JB_ARG(answer->last.on_behalf_of), JB_ARG(answer->last.ground));
    for (uint32_t i = 0; i < answer->attachment_count; i++) {
        const struct jb_attachment *attachment = &answer->attachments[i];
        char hex[2 * sizeof(attachment->sha256) + 1];
        sodium_bin2hex(hex, sizeof(hex), attachment->sha256, sizeof(attachment->sha256));
        printf(_("attached: %.*s, %llu bytes, SHA-256 %s\n"), JB_ARG(attachment->name),
               (unsigned long long)attachment->size, hex);
    }
}

static void print_answer(const struct jb_filing_answer *answer, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "at", .title = _("time")},
        {.key = "act", .title = _("what")},
        {.key = "indicator", .title = _("indicator")},
        {.key = "reason", .title = _("reason")},
        {.key = "due_on", .title = _("due on")},
        {.key = "by", .title = _("by")},
        {.key = "signed_for", .csv_only = true},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    bool people = output == JB_OUT_TABLE;
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->act_count; i++)
        add_act(out, &answer->acts[i], people);
    if (people) {
        print_state(answer);
        print_sent(answer);
    }
    if (!people || jb_table_rows(out))
        jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

enum jb_exit jb_filing_run_show(struct jb_options *options, int argc, char **argv)
{
    struct input input = {.count = 0};
    struct jb_filing_answer answer;
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = jb_filing_ask(&desk, input.words[0], input.words[1], input.period, &answer);
    if (code == JB_EXIT_OK)
        print_answer(&answer, options->output);
    jb_desk_free(&desk);
    return code;
}
