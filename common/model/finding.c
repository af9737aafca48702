/* Lists of findings and how they look to people. The sentences are in finding_text.c. */
#include "model/finding.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/figure.h"

/* Enough for JB_FINDINGS_MAX findings of ordinary length; beyond it they are counted, not kept. */
#define TEXT_BYTES_MAX (4 * 1024 * 1024)

void jb_findings_init(struct jb_findings *list)
{
    *list = (struct jb_findings){0};
    jb_arena_init(&list->text, TEXT_BYTES_MAX);
}

void jb_findings_free(struct jb_findings *list)
{
    free(list->items);
    jb_arena_free(&list->text);
    jb_findings_init(list);
}

void jb_findings_clear(struct jb_findings *list)
{
    list->count = 0;
    list->total = 0;
    list->errors = 0;
    list->unexplained = 0;
    jb_arena_clear(&list->text);
}

/* False when the arena is full. */
static bool keep(struct jb_arena *arena, const char **text)
{
    struct jb_slice copy;

    if (!*text || **text == '\0') {
        *text = "";
        return true;
    }
    copy = jb_arena_copy(arena, jb_slice_str(*text));
    *text = (const char *)copy.ptr;
    return copy.ptr != NULL;
}

void jb_findings_add(struct jb_findings *list, const struct jb_finding *finding)
{
    struct jb_finding copy = *finding;
    const char **texts[] = {&copy.file,     &copy.sheet,  &copy.column_name, &copy.unit,
                            &copy.form,     &copy.period, &copy.indicator,   &copy.got,
                            &copy.expected, &copy.hint};

    list->total++;
    if (copy.severity == JB_ERROR)
        list->errors++;
    else if (copy.severity == JB_NEEDS_EXPLANATION)
        list->unexplained++;
    if (list->count == JB_FINDINGS_MAX)
        return;
    for (size_t i = 0; i < JB_COUNT(texts); i++) {
        if (!keep(&list->text, texts[i]))
            return;
    }
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 8;
        list->items = jb_xrealloc(list->items, list->cap * sizeof(*list->items));
    }
    list->items[list->count++] = copy;
}

void jb_findings_append(struct jb_findings *list, const struct jb_findings *from)
{
    uint32_t errors = list->errors + from->errors;
    uint32_t unexplained = list->unexplained + from->unexplained;
    uint32_t total = list->total + from->total;

    for (uint32_t i = 0; i < from->count; i++)
        jb_findings_add(list, &from->items[i]);
    list->errors = errors;
    list->unexplained = unexplained;
    list->total = total;
}

struct placed {
    struct jb_finding finding;
    uint32_t index; /* keeps the order of what stands in one place */
};

static int compare_places(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    uint32_t first = x->finding.sheet_number, second = y->finding.sheet_number;

    if (first != second)
        return (first > second) - (first < second);
    if (x->finding.row != y->finding.row)
        return (x->finding.row > y->finding.row) - (x->finding.row < y->finding.row);
    if (x->finding.column != y->finding.column)
        return (x->finding.column > y->finding.column) - (x->finding.column < y->finding.column);
    return (x->index > y->index) - (x->index < y->index);
}

void jb_findings_sort(struct jb_findings *list, uint32_t from)
{
    if (from >= list->count)
        return;
    uint32_t count = list->count - from;
    struct placed *placed = jb_xcalloc(count, sizeof(*placed));
    for (uint32_t i = 0; i < count; i++)
        placed[i] = (struct placed){list->items[from + i], i};
    qsort(placed, count, sizeof(*placed), compare_places);
    for (uint32_t i = 0; i < count; i++)
        list->items[from + i] = placed[i].finding;
    free(placed);
}

const char *jb_severity_name(enum jb_severity severity)
{
    switch (severity) {
    case JB_ERROR:
        return _("error");
    case JB_NEEDS_EXPLANATION:
        return _("needs explanation");
    case JB_NOTICE:
        return _("notice");
    }
    return "";
}

/* Text from files and peers could steer the terminal: control characters (C0, DEL, C1) are shown as
 * '?'. */
static void print_clean(FILE *out, const char *text)
{
    const uint8_t *c = (const uint8_t *)text;

    for (; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f) {
            fputc('?', out);
        } else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) {
            fputc('?', out);
            c++;
        } else {
            fputc(*c, out);
        }
    }
}

static void print_part(FILE *out, const char *before, const char *text, const char *after)
{
    if (text[0] == '\0')
        return;
    fputs(before, out);
    print_clean(out, text);
    fputs(after, out);
}

static void print_labelled(FILE *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    fprintf(out, "    %s", label);
    print_clean(out, text);
    fputc('\n', out);
}

const char *jb_finding_cell(const struct jb_finding *finding, char text[JB_FINDING_CELL_SIZE])
{
    char letters[8];
    size_t count = 0, at = 0;

    text[0] = '\0';
    if (!finding->row || !finding->column)
        return text;
    for (uint32_t rest = finding->column; rest; rest = (rest - 1) / 26)
        letters[count++] = (char)('A' + (rest - 1) % 26);
    while (count && at < 4)
        text[at++] = letters[--count];
    snprintf(text + at, JB_FINDING_CELL_SIZE - at, "%u", finding->row);
    return text;
}

/* form.xlsx '表一'!B7 */
static void print_cell(FILE *out, const struct jb_finding *f)
{
    char cell[JB_FINDING_CELL_SIZE];

    print_part(out, " '", f->sheet, "'");
    print_part(out, "!", jb_finding_cell(f, cell), "");
    if (f->row > 0 && f->column == 0)
        fprintf(out, _(" row %u"), f->row);
}

/* figures.csv:12:5 [value] justice gov.meeting 2023-Q2 */
static void print_place(FILE *out, const struct jb_finding *f)
{
    print_part(out, " ", f->file, "");
    if (f->sheet[0] != '\0')
        print_cell(out, f);
    else if (f->row > 0 && f->column > 0)
        fprintf(out, _(" line %u, column %u"), f->row, f->column);
    else if (f->row > 0)
        fprintf(out, _(" line %u"), f->row);
    print_part(out, " [", f->column_name, "]");
    print_part(out, " ", f->unit, "");
    print_part(out, " ", f->form, "");
    print_part(out, " ", f->indicator, "");
    print_part(out, " ", f->period, "");
}

/* The aggregator writes a figure with its status as a program reads it: 17026 estimated. */
static void print_figure(FILE *out, const char *label, const char *figure)
{
    const char *blank = strrchr(figure, ' ');
    enum jb_status status;

    if (!blank || jb_status_parse(jb_slice_str(blank + 1), &status)) {
        print_labelled(out, label, figure);
        return;
    }
    char *number = jb_xstrndup(figure, (size_t)(blank - figure));
    char *text = jb_xasprintf("%s (%s)", number, jb_status_name(status));
    print_labelled(out, label, text);
    free(text);
    free(number);
}

static void print_finding(FILE *out, const struct jb_finding *f)
{
    const char *advice = jb_finding_advice(f->code);

    fputs(jb_severity_name(f->severity), out);
    print_place(out, f);
    fprintf(out, _(": %s (%s)\n"), jb_finding_sentence(f->code), jb_finding_code_name(f->code));
    if (f->code == JB_F_STALE) {
        print_figure(out, _("submitted: "), f->got);
        print_figure(out, _("standing: "), f->expected);
    } else {
        print_labelled(out, _("got: "), f->got);
        /* Of an unreadable value the reason is known, not what was meant. */
        print_labelled(out, f->code == JB_F_VALUE_SYNTAX ? _("because: ") : _("expected: "),
                       f->expected);
    }
    print_labelled(out, _("hint: "), f->hint);
    print_labelled(out, _("what to do: "), advice);
    if (f->severity == JB_ERROR && jb_finding_retry_helps(f->code))
        fprintf(out, "    %s\n", _("Sending the same again later can help."));
}

void jb_findings_print(const struct jb_findings *list, FILE *out)
{
    for (uint32_t i = 0; i < list->count; i++)
        print_finding(out, &list->items[i]);
    if (list->total > list->count)
        fprintf(out, _("... and %u more that are not shown.\n"), list->total - list->count);
}
