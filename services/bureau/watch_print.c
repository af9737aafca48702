/* People see changes; programs see every event. A line is complete before the next begins, so that
 * a reader of a pipe never waits for half of one. */
#include "watch_print.h"

#include <jansson.h>

#include "base/text.h"
#include "files/csv.h"
#include "files/demonstration.h"
#include "model/due_event.h"
#include "words.h"

#define UNIT_WIDTH 14
#define INDICATOR_WIDTH 30
#define PERIOD_WIDTH 14
#define VALUE_WIDTH 12

void jb_watch_printer_init(struct jb_watch_printer *printer, enum jb_output output, bool snapshot)
{
    *printer = (struct jb_watch_printer){.output = output, .snapshot = snapshot};
    jb_name_book_init(&printer->names);
}

void jb_watch_printer_free(struct jb_watch_printer *printer)
{
    jb_name_book_free(&printer->names);
}

static void print_cell_people(struct jb_watch_printer *printer, const struct jb_watch_event *event,
                              const struct jb_watch_cell *cell, FILE *out)
{
    char time[JB_WORDS_SIZE], words[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];

    fprintf(out, "%s  %llu  ", jb_words_time(event->at_us, time),
            (unsigned long long)event->revision);
    jb_print_padded(jb_name_of_unit(&printer->names, cell->unit, code), UNIT_WIDTH, JB_LEFT, out);
    fputs("  ", out);
    jb_print_padded(jb_name_of_indicator(&printer->names, cell->indicator, code), INDICATOR_WIDTH,
                    JB_LEFT, out);
    fputs("  ", out);
    jb_print_padded(jb_words_period(cell->period, words), PERIOD_WIDTH, JB_LEFT, out);
    fputs("  ", out);
    if (cell->state == JB_STATE_VALUE && cell->value.len == 0)
        jb_print_padded(_("(text)"), VALUE_WIDTH, JB_RIGHT, out);
    else
        jb_print_padded(jb_words_value(cell->state, cell->value, cell->mark, false, words),
                        VALUE_WIDTH, JB_RIGHT, out);
    fputs("  ", out);
    jb_print_padded(jb_name_of_measure(&printer->names, cell->indicator, JB_LIT(""), code), 0,
                    JB_LEFT, out);
    if (cell->state == JB_STATE_VALUE && cell->status != JB_FINAL)
        fprintf(out, "  %s", jb_status_name(cell->status));
    if (jb_words_basis(cell->basis, words)[0])
        fprintf(out, "  %s", words);
    fputc('\n', out);
}

static void print_act_people(struct jb_watch_printer *printer, const struct jb_watch_event *event,
                             FILE *out)
{
    const struct jb_watch_act *act = &event->act;
    char time[JB_WORDS_SIZE], words[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];

    fprintf(out, "%s  %llu  ", jb_words_time(event->at_us, time),
            (unsigned long long)event->revision);
    jb_print_padded(act->unit.len ? jb_name_of_unit(&printer->names, act->unit, code) : "",
                    UNIT_WIDTH, JB_LEFT, out);
    fputs("  ", out);
    snprintf(code, sizeof(code), "%.*s", JB_ARG(act->form));
    jb_print_padded(code, INDICATOR_WIDTH, JB_LEFT, out);
    fputs("  ", out);
    jb_print_padded(jb_words_period(act->period, words), PERIOD_WIDTH, JB_LEFT, out);
    fprintf(out, "  %s", _(jb_act_name(act->kind)));
    if (act->release)
        fprintf(out, _(", release %u"), act->release);
    fputc('\n', out);
}

/* What is due, in the columns of figures: the form where the indicator stands, behind the period
 * what is said of it. */
static void print_due_people(struct jb_watch_printer *printer, const struct jb_watch_event *event,
                             FILE *out)
{
    char time[JB_WORDS_SIZE], words[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];

    for (uint32_t i = 0; i < event->due_count; i++) {
        const struct jb_watch_due *due = &event->due[i];
        fprintf(out, "%s  %llu  ", jb_words_time(event->at_us, time),
                (unsigned long long)event->revision);
        jb_print_padded(jb_name_of_unit(&printer->names, due->unit, code), UNIT_WIDTH, JB_LEFT,
                        out);
        fputs("  ", out);
        snprintf(code, sizeof(code), "%.*s", JB_ARG(due->form));
        jb_print_padded(code, INDICATOR_WIDTH, JB_LEFT, out);
        fputs("  ", out);
        jb_print_padded(jb_words_period(due->period, words), PERIOD_WIDTH, JB_LEFT, out);
        fputs("  ", out);
        snprintf(code, sizeof(code), "%.*s", JB_ARG(due->due_on));
        if (due->level)
            fprintf(out, _("overdue by %u days (due on %s)"), due->level, code);
        else
            fprintf(out, _("due soon, on %s"), code);
        fputc('\n', out);
    }
}

static void print_targets_people(struct jb_watch_printer *printer,
                                 const struct jb_watch_event *event, FILE *out)
{
    char time[JB_WORDS_SIZE], words[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];

    for (uint32_t i = 0; i < event->target_count; i++) {
        const struct jb_watch_target *target = &event->targets[i];
        fprintf(out, "%s  %llu  ", jb_words_time(event->at_us, time),
                (unsigned long long)event->revision);
        jb_print_padded(jb_name_of_unit(&printer->names, target->unit, code), UNIT_WIDTH, JB_LEFT,
                        out);
        fputs("  ", out);
        jb_print_padded(jb_name_of_indicator(&printer->names, target->indicator, code),
                        INDICATOR_WIDTH, JB_LEFT, out);
        fputs("  ", out);
        jb_print_padded(jb_words_period(target->period, words), PERIOD_WIDTH, JB_LEFT, out);
        fputs("  ", out);
        jb_print_padded(jb_words_value(JB_STATE_VALUE, target->value, target->mark, false, words),
                        VALUE_WIDTH, JB_RIGHT, out);
        fprintf(out,
                target->missed ? _("  misses its target, %s") : _("  meets its target again, %s"),
                jb_words_value(JB_STATE_VALUE, target->target, target->target_mark, false, words));
        fputc('\n', out);
    }
}

/* Why a watch began anew or ended; the code itself when it is a newer one. */
static const char *reason_of(struct jb_slice code, char buf[JB_NAME_CODE_SIZE])
{
    static const struct {
        const char *code, *words; /* msgid */
    } reasons[] = {
        {"filter", N_("units or indicators are others than before")},
        {"rights", N_("what may be read has changed")},
        {"catalogue", N_("the catalogue has changed")},
        {"store", N_("it is another store, or one that was restored")},
        {"compacted", N_("the place is too long ago")},
        {"malformed", N_("the place could not be read")},
        {"cancelled", N_("cancelled")},
        {"limit", N_("too many watches")},
    };

    for (size_t i = 0; i < JB_COUNT(reasons); i++) {
        if (jb_slice_is(code, reasons[i].code))
            return _(reasons[i].words);
    }
    snprintf(buf, JB_NAME_CODE_SIZE, "%.*s", JB_ARG(code));
    return buf;
}

static void print_people(struct jb_watch_printer *printer, const struct jb_watch_event *event,
                         FILE *out)
{
    bool cells = event->type == JB_WATCH_CHANGES || printer->snapshot;
    char code[JB_NAME_CODE_SIZE];

    jb_demonstration_line(out);
    for (uint32_t i = 0; cells && i < event->cell_count; i++)
        print_cell_people(printer, event, &event->cells[i], out);
    print_targets_people(printer, event, out);
    switch (event->type) {
    case JB_WATCH_RESET:
        if (!jb_slice_is(event->reason, "new"))
            fprintf(out, _("-- begins anew (%s): what was shown before no longer counts\n"),
                    reason_of(event->reason, code));
        break;
    case JB_WATCH_SNAPSHOT_END:
        fprintf(out, _("-- %llu figures stand at revision %llu; changes follow\n"),
                (unsigned long long)printer->snapshot_cells, (unsigned long long)event->revision);
        break;
    case JB_WATCH_CONTINUED:
        fputs(_("-- goes on where it stopped\n"), out);
        break;
    case JB_WATCH_ENDED:
        fprintf(out, _("-- ended (%s)\n"), reason_of(event->reason, code));
        break;
    case JB_WATCH_ACT:
        print_act_people(printer, event, out);
        break;
    case JB_WATCH_DUE:
        print_due_people(printer, event, out);
        break;
    case JB_WATCH_SNAPSHOT:
    case JB_WATCH_CHANGES:
    case JB_WATCH_PROGRESS:
        break;
    }
}

/* Missed, by whatever side the target is of. */
static const char *target_word(const struct jb_watch_target *target)
{
    return target->missed ? "below_target" : "target_met";
}

static void put(FILE *out, struct jb_slice text, bool number, bool last)
{
    jb_csv_put_field(out, text, number, last);
}

static void put_number(FILE *out, uint64_t number, bool last)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    jb_csv_put_field(out, jb_slice_str(text), true, last);
}

static void end_csv_text(struct jb_slice last, FILE *out)
{
    put(out, last, true, !jb_demonstration_is_set());
    if (jb_demonstration_is_set())
        put(out, JB_LIT(JB_DEMONSTRATION_WORD), false, true);
}

static void end_csv_row(uint64_t last, FILE *out)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)last);
    end_csv_text(jb_slice_str(text), out);
}

/* In the columns of figures: the form where the indicator stands, the act where the state does. */
static void print_csv_act(const struct jb_watch_event *event, FILE *out)
{
    const struct jb_watch_act *act = &event->act;
    char time[JB_WORDS_SIZE];

    put(out, jb_slice_str(jb_watch_type_name(event->type)), false, false);
    put_number(out, event->revision, false);
    put(out, jb_slice_str(jb_words_time_code(event->at_us, time)), false, false);
    put(out, act->unit, false, false);
    put(out, act->form, false, false);
    put(out, act->period, false, false);
    put(out, JB_LIT(""), false, false);
    put(out, JB_LIT(""), false, false);
    put(out, jb_slice_str(jb_act_code(act->kind)), false, false);
    put(out, JB_LIT(""), false, false);
    put(out, JB_LIT(""), false, false);
    end_csv_row(act->release, out);
}

/* Likewise: the target where the basis stands, below_target or target_met where the state does. */
static void print_csv_targets(const struct jb_watch_event *event, FILE *out)
{
    char time[JB_WORDS_SIZE];

    for (uint32_t i = 0; i < event->target_count; i++) {
        const struct jb_watch_target *target = &event->targets[i];
        put(out, JB_LIT("target"), false, false);
        put_number(out, event->revision, false);
        put(out, jb_slice_str(jb_words_time_code(event->at_us, time)), false, false);
        put(out, target->unit, false, false);
        put(out, target->indicator, false, false);
        put(out, target->period, false, false);
        put(out, target->target, true, false);
        put(out, target->value, true, false);
        put(out, jb_slice_str(target_word(target)), false, false);
        put(out, jb_slice_str(jb_mark_code(target->mark)), false, false);
        put(out, JB_LIT(""), false, false);
        end_csv_text(JB_LIT(""), out);
    }
}

/* Likewise: the day where the value stands, due_soon or overdue where the state does, by how many
 * days where what was reported is counted. */
static void print_csv_due(const struct jb_watch_event *event, FILE *out)
{
    char time[JB_WORDS_SIZE];

    for (uint32_t i = 0; i < event->due_count; i++) {
        const struct jb_watch_due *due = &event->due[i];
        put(out, jb_slice_str(jb_watch_type_name(event->type)), false, false);
        put_number(out, event->revision, false);
        put(out, jb_slice_str(jb_words_time_code(event->at_us, time)), false, false);
        put(out, due->unit, false, false);
        put(out, due->form, false, false);
        put(out, due->period, false, false);
        put(out, JB_LIT(""), false, false);
        put(out, due->due_on, false, false);
        put(out, jb_slice_str(jb_due_code(due->level)), false, false);
        put(out, JB_LIT(""), false, false);
        put(out, JB_LIT(""), false, false);
        end_csv_row(due->level, out);
    }
}

/* No header of its own: type comes first, and a resumed watch appends to the same file. */
static void print_csv(const struct jb_watch_event *event, FILE *out)
{
    if (event->type == JB_WATCH_ACT)
        print_csv_act(event, out);
    print_csv_due(event, out);
    for (uint32_t i = 0; i < event->cell_count; i++) {
        const struct jb_watch_cell *cell = &event->cells[i];
        bool value = cell->state == JB_STATE_VALUE;
        char time[JB_WORDS_SIZE];
        put(out, jb_slice_str(jb_watch_type_name(event->type)), false, false);
        put_number(out, event->revision, false);
        put(out, jb_slice_str(jb_words_time_code(event->at_us, time)), false, false);
        put(out, cell->unit, false, false);
        put(out, cell->indicator, false, false);
        put(out, cell->period, false, false);
        put(out, cell->basis, false, false);
        put(out, cell->value, true, false);
        put(out, jb_slice_str(jb_state_code(cell->state)), false, false);
        put(out, jb_slice_str(value ? jb_mark_code(cell->mark) : ""), false, false);
        put(out, jb_slice_str(value ? jb_status_code(cell->status) : ""), false, false);
        end_csv_row(cell->reported, out);
    }
    print_csv_targets(event, out);
}

static json_t *text_of(struct jb_slice text)
{
    json_t *value = text.len ? json_stringn((const char *)text.ptr, text.len) : NULL;

    return value ? value : json_null();
}

static json_t *cell_of(const struct jb_watch_cell *cell)
{
    bool value = cell->state == JB_STATE_VALUE;
    json_t *object = json_object();

    jb_ignore(json_object_set_new(object, "unit", text_of(cell->unit)) != 0);
    jb_ignore(json_object_set_new(object, "is_group", json_boolean(cell->is_group)) != 0);
    jb_ignore(json_object_set_new(object, "indicator", text_of(cell->indicator)) != 0);
    jb_ignore(json_object_set_new(object, "period", text_of(cell->period)) != 0);
    jb_ignore(json_object_set_new(object, "basis", text_of(cell->basis)) != 0);
    jb_ignore(json_object_set_new(object, "state", json_string(jb_state_code(cell->state))) != 0);
    jb_ignore(json_object_set_new(object, "value", text_of(cell->value)) != 0);
    jb_ignore(json_object_set_new(object, "precision",
                                  value ? json_string(jb_mark_code(cell->mark)) : json_null()) !=
              0);
    jb_ignore(
        json_object_set_new(object, "status",
                            value ? json_string(jb_status_code(cell->status)) : json_null()) != 0);
    jb_ignore(json_object_set_new(object, "reported", json_integer(cell->reported)) != 0);
    return object;
}

static void dump(json_t *object, FILE *out)
{
    jb_assert(object); /* memory: amounts are bounded by a message */
    jb_ignore(json_dumpf(object, out, JSON_COMPACT) != 0);
    fputc('\n', out);
    json_decref(object);
}

static json_t *act_of(const struct jb_watch_act *act)
{
    json_t *object = json_object();

    jb_ignore(json_object_set_new(object, "act", json_string(jb_act_code(act->kind))) != 0);
    jb_ignore(json_object_set_new(object, "period", text_of(act->period)) != 0);
    jb_ignore(json_object_set_new(object, "unit", text_of(act->unit)) != 0);
    jb_ignore(json_object_set_new(object, "form", text_of(act->form)) != 0);
    jb_ignore(json_object_set_new(object, "release",
                                  act->release ? json_integer(act->release) : json_null()) != 0);
    return object;
}

static json_t *target_of(const struct jb_watch_target *target)
{
    json_t *object = json_object();

    jb_ignore(json_object_set_new(object, "event", json_string(target_word(target))) != 0);
    jb_ignore(json_object_set_new(object, "unit", text_of(target->unit)) != 0);
    jb_ignore(json_object_set_new(object, "indicator", text_of(target->indicator)) != 0);
    jb_ignore(json_object_set_new(object, "period", text_of(target->period)) != 0);
    jb_ignore(json_object_set_new(object, "value", text_of(target->value)) != 0);
    jb_ignore(json_object_set_new(object, "precision", json_string(jb_mark_code(target->mark))) !=
              0);
    jb_ignore(json_object_set_new(object, "target", text_of(target->target)) != 0);
    jb_ignore(json_object_set_new(object, "target_precision",
                                  json_string(jb_mark_code(target->target_mark))) != 0);
    return object;
}

static json_t *due_of(const struct jb_watch_due *due)
{
    json_t *object = json_object();

    jb_ignore(json_object_set_new(object, "event", json_string(jb_due_code(due->level))) != 0);
    jb_ignore(json_object_set_new(object, "unit", text_of(due->unit)) != 0);
    jb_ignore(json_object_set_new(object, "form", text_of(due->form)) != 0);
    jb_ignore(json_object_set_new(object, "period", text_of(due->period)) != 0);
    jb_ignore(json_object_set_new(object, "due_on", text_of(due->due_on)) != 0);
    jb_ignore(json_object_set_new(object, "overdue_days", json_integer(due->level)) != 0);
    return object;
}

static void print_json(const struct jb_watch_event *event, FILE *out)
{
    char time[JB_WORDS_SIZE];
    json_t *object = json_object(), *cells = json_array();

    jb_words_time_code(event->at_us, time);
    jb_ignore(json_object_set_new(object, "type", json_string(jb_watch_type_name(event->type))) !=
              0);
    jb_ignore(json_object_set_new(object, "reason", text_of(event->reason)) != 0);
    jb_ignore(json_object_set_new(object, "revision", json_integer((json_int_t)event->revision)) !=
              0);
    jb_ignore(json_object_set_new(object, "previous", json_integer((json_int_t)event->previous)) !=
              0);
    jb_ignore(json_object_set_new(object, "at", text_of(jb_slice_str(time))) != 0);
    jb_ignore(json_object_set_new(object, "at_us", json_integer(event->at_us)) != 0);
    jb_ignore(json_object_set_new(object, "token", text_of(event->token)) != 0);
    if (event->type == JB_WATCH_RESET || event->type == JB_WATCH_CONTINUED)
        jb_ignore(json_object_set_new(object, "narrowed", json_boolean(event->narrowed)) != 0);
    if (event->type == JB_WATCH_ACT)
        jb_ignore(json_object_set_new(object, "act", act_of(&event->act)) != 0);
    if (event->target_count) {
        json_t *targets = json_array();
        for (uint32_t i = 0; i < event->target_count; i++)
            jb_ignore(json_array_append_new(targets, target_of(&event->targets[i])) != 0);
        jb_ignore(json_object_set_new(object, "targets", targets) != 0);
    }
    if (event->type == JB_WATCH_DUE) {
        json_t *due = json_array();
        for (uint32_t i = 0; i < event->due_count; i++)
            jb_ignore(json_array_append_new(due, due_of(&event->due[i])) != 0);
        jb_ignore(json_object_set_new(object, "due", due) != 0);
    }
    for (uint32_t i = 0; i < event->cell_count; i++)
        jb_ignore(json_array_append_new(cells, cell_of(&event->cells[i])) != 0);
    jb_ignore(json_object_set_new(object, "cells", cells) != 0);
    if (jb_demonstration_is_set())
        jb_ignore(
            json_object_set_new(object, "demonstration", json_string(JB_DEMONSTRATION_WORD)) != 0);
    dump(object, out);
}

void jb_watch_print(struct jb_watch_printer *printer, const struct jb_watch_event *event, FILE *out)
{
    if (event->type == JB_WATCH_RESET)
        printer->snapshot_cells = 0;
    if (event->type == JB_WATCH_SNAPSHOT)
        printer->snapshot_cells += event->cell_count;
    if (event->narrowed && printer->output != JB_OUT_JSON)
        fprintf(printer->output == JB_OUT_CSV ? stderr : out, "-- %s\n",
                jb_finding_sentence(JB_F_NARROWED));
    switch (printer->output) {
    case JB_OUT_TABLE:
        print_people(printer, event, out);
        break;
    case JB_OUT_CSV:
        print_csv(event, out);
        break;
    case JB_OUT_JSON:
        print_json(event, out);
        break;
    }
}

void jb_watch_print_stop(struct jb_watch_printer *printer, uint64_t revision, const char *token,
                         FILE *out)
{
    const struct jb_watch_event event = {
        .type = JB_WATCH_ENDED,
        .reason = JB_LIT("stopped"),
        .revision = revision,
        .token = jb_slice_str(token),
    };

    if (printer->output == JB_OUT_JSON)
        print_json(&event, out);
    else if (token && token[0])
        fprintf(printer->output == JB_OUT_CSV ? stderr : out, _("-- go on later with --from %s\n"),
                token);
}
