/* Differences in three forms. Above the table stands what is compared. */
#include "diff_list.h"

#include "base/text.h"
#include "base/uuid.h"
#include "change_cells.h"
#include "files/demonstration.h"
#include "names.h"
#include "view_args.h"
#include "words.h"

static void print_side(const char *label, const struct jb_sight *sight,
                       const struct jb_release *releases, uint32_t count)
{
    jb_demonstration_line(stdout);
    fputs(label, stdout);
    if (sight->as_of_revision)
        printf(_("as of revision %llu, "), (unsigned long long)sight->as_of_revision);
    if (sight->viewpoint.kind == JB_VIEW_WORKING)
        puts(_(jb_viewpoint_name(JB_VIEW_WORKING)));
    else
        jb_view_print(sight->viewpoint.kind, releases, count, stdout);
}

static void print_people(const struct jb_diff_query *query, const struct jb_diff_answer *answer)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("unit")},
        {.key = "indicator", .title = _("indicator")},
        {.key = "period", .title = _("period")},
        {.key = "before", .title = _("before"), .align = JB_RIGHT},
        {.key = "value", .title = _("after"), .align = JB_RIGHT},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT},
        {.key = "at", .title = _("time (+08:00)")},
        {.key = "who", .title = _("filled in by")},
        {.key = "why", .title = _("why")},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    struct jb_name_book names;

    jb_name_book_init(&names);
    jb_name_book_add_units(&names, answer->units, answer->unit_count);
    jb_name_book_add_indicators(&names, answer->indicators, answer->indicator_count);
    print_side(_("before: "), &query->before, answer->releases_before,
               answer->release_before_count);
    print_side(_("after: "), &query->after, answer->releases_after, answer->release_after_count);
    fputc('\n', stdout);
    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_diff_row *row = &answer->rows[i];
        char code[JB_NAME_CODE_SIZE], words[JB_WORDS_SIZE];
        jb_table_cell(out, jb_name_of_unit(&names, row->unit, code));
        jb_table_cell(out, jb_name_of_indicator(&names, row->indicator, code));
        jb_table_cell(out, jb_words_period(row->basis.len ? row->basis : row->period, words));
        jb_change_put_before(out, &row->change);
        jb_change_put_after(out, &row->change);
        jb_table_cellf(out, "%llu", (unsigned long long)row->change.revision);
        jb_table_cell(out, jb_words_time(row->change.at_us, words));
        jb_change_put_who(out, &row->change);
        jb_change_put_why(out, &row->change);
        jb_table_end_row(out);
    }
    if (answer->row_count)
        jb_table_print(out, JB_OUT_TABLE, NULL, stdout);
    else
        fputs(_("They show the same.\n"), stdout);
    fputc('\n', stdout);
    jb_words_footer(&answer->snapshot, stdout);
    jb_table_free(out);
    jb_name_book_free(&names);
}

static void print_program(const struct jb_diff_answer *answer, enum jb_output output)
{
    static const struct jb_column columns[] = {
        {.key = "unit"},
        {.key = "indicator"},
        {.key = "period"},
        {.key = "basis"},
        {.key = "before", .number = true},
        {.key = "state_before"},
        {.key = "precision_before"},
        {.key = "status_before"},
        {.key = "after", .number = true},
        {.key = "state"},
        {.key = "precision"},
        {.key = "status"},
        {.key = "revision", .boolean_or_integer = true},
        {.key = "at"},
        {.key = "submission"},
        {.key = "form"},
        {.key = "filled_by"},
        {.key = "checked_by"},
        {.key = "released_by"},
        {.key = "on_behalf_of"},
        {.key = "ground"},
        {.key = "reason"},
        {.key = "note"},
        {.key = "text_before"},
        {.key = "text"},
        {.key = "signer"},
        {.key = "signed_for"},
        {.key = "content_hash"},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_diff_row *row = &answer->rows[i];
        const struct jb_history_row *c = &row->change;
        const struct jb_slice who[] = {
            c->form,   c->filled_by, c->checked_by, c->released_by,   c->on_behalf_of,
            c->ground, c->reason,    c->note,       row->text_before, c->text};
        char buf[JB_WORDS_SIZE], id[37];
        jb_uuid_format(c->submission_id, id);
        jb_change_put_text(out, row->unit);
        jb_change_put_text(out, row->indicator);
        jb_change_put_text(out, row->period);
        jb_change_put_text(out, row->basis);
        jb_change_put_text(out, c->before);
        jb_change_put_codes(out, c->state_before, c->mark_before, c->status_before);
        jb_change_put_text(out, c->value);
        jb_change_put_codes(out, c->state, c->mark, c->status);
        jb_table_cellf(out, "%llu", (unsigned long long)c->revision);
        jb_table_cell(out, jb_words_time_code(c->at_us, buf));
        jb_table_cell(out, id);
        for (size_t n = 0; n < JB_COUNT(who); n++)
            jb_change_put_text(out, who[n]);
        jb_change_put_signing(out, &c->signing);
        jb_table_end_row(out);
    }
    jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

enum jb_exit jb_diff_run(struct jb_desk *desk, const struct jb_diff_query *query)
{
    struct jb_diff_answer answer = {0};
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_diff_query_encode(query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_DIFF, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_DIFF_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(
            desk, jb_wire_diff_answer_decode(payload, &desk->arena, &answer, &desk->findings));
    if (code != JB_EXIT_OK)
        return code;
    if (desk->options->output == JB_OUT_TABLE)
        print_people(query, &answer);
    else
        print_program(&answer, desk->options->output);
    if (answer.truncated)
        fputs(_("jibao: there are more differences; ask for fewer units, indicators or periods\n"),
              stderr);
    return answer.truncated ? JB_EXIT_FAILED : JB_EXIT_OK;
}
