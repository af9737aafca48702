/* Signs and sends an act. An act on a filing names the submission that was reviewed: the one that
 * stands, unless the command line says which. */
#include "act_run.h"

#include <stdlib.h>

#include "act_args.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "filing_show.h"
#include "words.h"

/* What stands now, for accept and return. */
static enum jb_exit find_submission(struct jb_desk *desk, struct jb_act *act)
{
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_filing_answer answer;
    enum jb_exit code = jb_filing_ask(desk, act->unit, act->form, act->period, &answer);

    if (code != JB_EXIT_OK)
        return code;
    if (answer.has_last) {
        act->submission = answer.last_submission;
        return JB_EXIT_OK;
    }
    jb_period_format(act->period, period);
    jb_findings_add(&desk->findings, &(struct jb_finding){.code = JB_F_NOTHING_TO_REVIEW,
                                                          .severity = JB_ERROR,
                                                          .period = period});
    return jb_desk_settle(desk, JB_OK);
}

enum jb_exit jb_act_send(struct jb_desk *desk, struct jb_act *act, struct jb_act_done *ret)
{
    struct jb_welcome welcome;
    struct jb_slice payload;
    struct jb_buf buf;
    enum jb_exit code = jb_desk_hello(desk, JB_DOOR_WRITE, &welcome);

    if (code != JB_EXIT_OK)
        return code;
    act->epoch = welcome.epoch;
    act->id = jb_uuid_new();
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_act_encode(act, &buf);
    code = buf.failed ? jb_desk_settle(desk, JB_ERANGE)
                      : jb_desk_ask(desk, JB_DOOR_WRITE, JB_KIND_ACT,
                                    jb_slice_of(welcome.store_id, sizeof(welcome.store_id)),
                                    jb_buf_slice(&buf), JB_KIND_ACT_DONE, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(desk,
                          jb_wire_act_done_decode(payload, &desk->arena, ret, &desk->findings));
}

static void print_people(const struct jb_act *act, const struct jb_act_done *done)
{
    char period[JB_PERIOD_TEXT_SIZE], buf[JB_WORDS_SIZE];

    jb_demonstration_line(stdout);
    jb_period_format(act->period, period);
    printf("%s%s", jb_words_period(jb_slice_str(period), buf), _(": "));
    if (act->unit.len)
        printf("%.*s %.*s ", JB_ARG(act->unit), JB_ARG(act->form));
    if (act->indicator.len)
        printf("%.*s ", JB_ARG(act->indicator));
    printf("%s", _(jb_act_name(act->kind)));
    if (act->kind == JB_ACT_PUBLISH)
        printf(_(", release %u"), done->release);
    printf(_("; revision %llu\n"), (unsigned long long)done->revision);
}

static void print_done(const struct jb_act *act, const struct jb_act_done *done,
                       enum jb_output output)
{
    static const struct jb_column columns[] = {{.key = "act"},
                                               {.key = "period"},
                                               {.key = "unit"},
                                               {.key = "form"},
                                               {.key = "release", .boolean_or_integer = true},
                                               {.key = "revision", .boolean_or_integer = true}};
    char period[JB_PERIOD_TEXT_SIZE];

    if (output == JB_OUT_TABLE) {
        print_people(act, done);
        return;
    }
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    jb_period_format(act->period, period);
    jb_table_cell(table, jb_act_code(act->kind));
    jb_table_cell(table, period);
    jb_table_cellf(table, "%.*s", JB_ARG(act->unit));
    jb_table_cellf(table, "%.*s", JB_ARG(act->form));
    if (done->release)
        jb_table_cellf(table, "%u", done->release);
    else
        jb_table_cell(table, NULL);
    jb_table_cellf(table, "%llu", (unsigned long long)done->revision);
    jb_table_end_row(table);
    jb_table_print(table, output, NULL, stdout);
    jb_table_free(table);
}

enum jb_exit jb_act_run(enum jb_act_kind kind, struct jb_options *options, int argc, char **argv)
{
    struct jb_act_args *args = jb_xcalloc(1, sizeof(*args));
    struct jb_act_done done = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_act_args_read(kind, options, argc, argv, args);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK && (kind == JB_ACT_FILING_ACCEPT || kind == JB_ACT_FILING_RETURN) &&
        jb_uuid_is_nil(args->act.submission))
        code = find_submission(&desk, &args->act);
    if (code == JB_EXIT_OK)
        code = jb_act_send(&desk, &args->act, &done);
    if (code == JB_EXIT_OK)
        print_done(&args->act, &done, options->output);
    jb_desk_free(&desk);
    jb_act_args_free(args);
    free(args);
    return code;
}
