/* jibao history: every revision of one figure, oldest first, with who stated it and why. */
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "change_cells.h"
#include "commands.h"
#include "words.h"

enum { KEY_UNIT = 0x200, KEY_INDICATOR, KEY_PERIOD, KEY_BASIS };

static const struct argp_option table[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("the unit that reports it"), 1},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("the indicator, by code or name"), 1},
    {"period", KEY_PERIOD, "PERIOD", 0, N_("the period it was reported for, such as 2023-Q2"), 1},
    {"basis", KEY_BASIS, "BASIS", 0, N_("period, ytd, or since:2021-Q1; default: the indicator's"),
     1},
    {0},
};

struct input {
    struct jb_history_query query;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        input->query.unit = jb_slice_str(arg);
        return 0;
    case KEY_INDICATOR:
        input->query.indicator = jb_slice_str(arg);
        return 0;
    case KEY_PERIOD:
        input->query.period = jb_slice_str(arg);
        return 0;
    case KEY_BASIS:
        input->query.basis = jb_slice_str(arg);
        return 0;
    case ARGP_KEY_END:
        if (!input->query.unit.len || !input->query.indicator.len || !input->query.period.len)
            argp_error(state, _("name --unit, --indicator and --period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "history",
    .options = table,
    .parser = parse,
    .doc = N_("Shows every revision of one figure: when, from what to what, who filled in, checked "
              "and released it, and why."),
    .examples = "  jibao history --unit market --indicator market.entities.new --period 2022-Q1\n"
                "  jibao history --unit justice --indicator 调解案件 --period 2023年第二季度\n",
};

static void print_people(const struct jb_history_answer *answer)
{
    const struct jb_column columns[] = {
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT},
        {.key = "at", .title = _("time (+08:00)")},
        {.key = "before", .title = _("before"), .align = JB_RIGHT},
        {.key = "value", .title = _("figure"), .align = JB_RIGHT},
        {.key = "status", .title = _("status")},
        {.key = "who", .title = _("filled in by")},
        {.key = "why", .title = _("why")},
        {.key = "source", .title = _("source")},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_history_row *row = &answer->rows[i];
        char words[JB_WORDS_SIZE];
        jb_table_cellf(out, "%llu", (unsigned long long)row->revision);
        jb_table_cell(out, jb_words_time(row->at_us, words));
        jb_change_put_before(out, row);
        jb_change_put_after(out, row);
        jb_table_cell(out, row->state == JB_STATE_VALUE ? jb_status_name(row->status) : NULL);
        jb_change_put_who(out, row);
        jb_change_put_why(out, row);
        jb_change_put_text(out, row->source);
        jb_table_end_row(out);
    }
    jb_table_print(out, JB_OUT_TABLE, NULL, stdout);
    jb_table_free(out);
    if (answer->row_count == 0)
        fputs(_("This figure was never reported.\n"), stdout);
    fputc('\n', stdout);
    jb_words_footer(&answer->snapshot, stdout);
}

static void print_program(const struct jb_history_answer *answer, enum jb_output output)
{
    static const struct jb_column columns[] = {
        {.key = "revision", .boolean_or_integer = true},
        {.key = "at"},
        {.key = "submission"},
        {.key = "form"},
        {.key = "before", .number = true},
        {.key = "state_before"},
        {.key = "precision_before"},
        {.key = "status_before"},
        {.key = "value", .number = true},
        {.key = "state"},
        {.key = "precision"},
        {.key = "status"},
        {.key = "filled_by"},
        {.key = "checked_by"},
        {.key = "released_by"},
        {.key = "on_behalf_of"},
        {.key = "ground"},
        {.key = "reason"},
        {.key = "note"},
        {.key = "source"},
        {.key = "text"},
        {.key = "explanation"},
        {.key = "signer"},
        {.key = "signed_for"},
        {.key = "content_hash"},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_history_row *row = &answer->rows[i];
        char buf[JB_WORDS_SIZE], id[37];
        jb_uuid_format(row->submission_id, id);
        jb_table_cellf(out, "%llu", (unsigned long long)row->revision);
        jb_table_cell(out, jb_words_time_code(row->at_us, buf));
        jb_table_cell(out, id);
        jb_change_put_text(out, row->form);
        jb_change_put_text(out, row->before);
        jb_change_put_codes(out, row->state_before, row->mark_before, row->status_before);
        jb_change_put_text(out, row->value);
        jb_change_put_codes(out, row->state, row->mark, row->status);
        jb_change_put_text(out, row->filled_by);
        jb_change_put_text(out, row->checked_by);
        jb_change_put_text(out, row->released_by);
        jb_change_put_text(out, row->on_behalf_of);
        jb_change_put_text(out, row->ground);
        jb_change_put_text(out, row->reason);
        jb_change_put_text(out, row->note);
        jb_change_put_text(out, row->source);
        jb_change_put_text(out, row->text);
        jb_change_put_text(out, row->explanation);
        jb_change_put_signing(out, &row->signing);
        jb_table_end_row(out);
    }
    jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

static enum jb_exit ask(struct jb_desk *desk, const struct jb_history_query *query)
{
    struct jb_history_answer answer = {0};
    struct jb_buf buf;
    struct jb_slice payload;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_history_query_encode(query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_HISTORY, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_HISTORY_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(
            desk, jb_wire_history_answer_decode(payload, &desk->arena, &answer, &desk->findings));
    if (code != JB_EXIT_OK)
        return code;
    if (desk->options->output == JB_OUT_TABLE)
        print_people(&answer);
    else
        print_program(&answer, desk->options->output);
    if (answer.truncated)
        fputs(_("jibao: the history is longer; its oldest part is left out\n"), stderr);
    return JB_EXIT_OK;
}

enum jb_exit jb_cmd_history(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask(&desk, &input.query);
    jb_desk_free(&desk);
    return code;
}
