/* A form is missing while it has not come, came without all of its rows, or was returned and has
 * not come back. Contacts are personal data: they are printed for who may see them, and the paper
 * says how to treat it. */
#include "print_missing.h"

#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "contacts_ask.h"
#include "paper/table_sheet.h"
#include "print_out.h"
#include "status_list.h"

#define CONTACTS_BYTES_MAX (16 * 1024)

enum { KEY_UNDER = 0x200, KEY_PERIOD, KEY_OVERDUE, KEY_NO_CONTACTS };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2; repeatable"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("every unit under this one, and itself"), 1},
    {"overdue", KEY_OVERDUE, NULL, 0, N_("only what is due and has not come"), 2},
    {"no-contacts", KEY_NO_CONTACTS, NULL, 0, N_("without names and telephone numbers"), 2},
    JB_PRINT_OUTPUT,
    {0},
};

struct input {
    struct jb_list periods;
    const char *under, *path;
    bool overdue, no_contacts;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_PERIOD:
        jb_list_add_split(&input->periods, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_OVERDUE:
        input->overdue = true;
        return 0;
    case KEY_NO_CONTACTS:
        input->no_contacts = true;
        return 0;
    case 'o':
        jb_print_take_output(&input->path, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!input->periods.count || !input->path)
            argp_error(state, _("name the --period, and the file with -o"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "print missing",
    .options = table,
    .parser = parse,
    .doc = N_("Prints the list of units whose forms are not in, with what is missing, by when it "
              "was due, and whom to call. Contacts are shown to who may see them."),
    .examples = "  jibao print missing --period 2023-Q2 -o missing.pdf\n"
                "  jibao print missing --period 2023-Q2 --overdue --under towns -o towns.docx\n"
                "  jibao print missing --period 2023-Q2 --no-contacts -o notice-board.pdf\n",
};

static bool is_missing(const struct jb_status_row *row, bool overdue)
{
    bool out = row->rows_reported < row->rows_expected ||
               row->standing.state == JB_FILING_RETURNED ||
               row->standing.state == JB_FILING_NOT_REPORTED;

    return row->rows_expected && out && (!overdue || row->verdict.overdue_days);
}

struct listing {
    const struct input *input;
    struct jb_desk desk;
    struct jb_fetched fetched;
    struct jb_status_list list;
    struct jb_contacts_found contacts;
    bool has_contacts;
    jb_table_sheet *sheet;
    uint32_t units, missing_units, missing_forms, forms;
};

/* "张某 0561-1234567、139…": those with the role; of several, a line each. */
static void put_contacts(struct listing *l, struct jb_slice unit, enum jb_contact_role role)
{
    struct jb_buf text;

    jb_buf_init(&text, CONTACTS_BYTES_MAX);
    for (uint32_t i = 0; i < l->contacts.count; i++) {
        const struct jb_unit_contacts *of = &l->contacts.units[i];
        for (uint32_t c = 0; jb_slice_eq(of->unit, unit) && c < of->count; c++) {
            const struct jb_contact *contact = &of->items[c];
            if (contact->role != role)
                continue;
            jb_buf_printf(&text, "%s%.*s", text.len ? "\n" : "", JB_ARG(contact->name));
            if (contact->telephone.len)
                jb_buf_printf(&text, " %.*s", JB_ARG(contact->telephone));
            if (contact->mobile.len)
                jb_buf_printf(&text, " %.*s", JB_ARG(contact->mobile));
        }
    }
    if (text.len)
        jb_table_sheet_cellf(l->sheet, "%.*s", JB_ARG(jb_buf_slice(&text)));
    else
        jb_table_sheet_cell(l->sheet, "—");
    jb_buf_free(&text);
}

static void put_row(struct listing *l, const struct jb_status_row *row, bool first)
{
    char name[JB_NAME_CODE_SIZE], day[JB_PAPER_TEXT_SIZE];
    const struct jb_verdict *verdict = &row->verdict;

    if (first) {
        jb_table_sheet_cellf(l->sheet, "%u", ++l->missing_units);
        jb_table_sheet_cell(l->sheet, jb_name_of_unit(&l->list.names, row->unit, name));
    } else {
        jb_table_sheet_cell(l->sheet, NULL);
        jb_table_sheet_cell(l->sheet, NULL);
    }
    jb_table_sheet_cellf(l->sheet, "%.*s",
                         JB_ARG(jb_text_is_zh() ? row->form_title_zh : row->form_title_en));
    jb_table_sheet_cell(l->sheet, _(jb_filing_state_name(row->standing.state)));
    jb_table_sheet_cellf(l->sheet, "%u/%u", row->rows_reported, row->rows_expected);
    jb_table_sheet_cell(l->sheet, verdict->dated ? jb_paper_date(verdict->due_on, day) : "—");
    if (verdict->overdue_days)
        jb_table_sheet_cellf(l->sheet, "%u", verdict->overdue_days);
    else
        jb_table_sheet_cell(l->sheet, "—");
    for (enum jb_contact_role role = JB_CONTACT_LEADER;
         l->has_contacts && role <= JB_CONTACT_FILLER; role++) {
        if (first)
            put_contacts(l, row->unit, role);
        else
            jb_table_sheet_cell(l->sheet, NULL);
    }
    jb_table_sheet_end_row(l->sheet, JB_SHEET_PLAIN, 0);
    l->missing_forms++;
}

static void put_rows(struct listing *l)
{
    struct jb_slice shown = {0}, seen = {0};

    for (uint32_t i = 0; i < l->list.count; i++) {
        const struct jb_status_row *row = &l->list.rows[i];
        if (!row->rows_expected)
            continue;
        l->forms++;
        l->units += !jb_slice_eq(seen, row->unit);
        seen = row->unit;
        if (!is_missing(row, l->input->overdue))
            continue;
        put_row(l, row, !jb_slice_eq(shown, row->unit));
        shown = row->unit;
    }
}

static char *periods_text(const struct input *input)
{
    char *text = jb_xstrdup(jb_text_is_zh() ? "（" : "(");

    for (uint32_t i = 0; i < input->periods.count; i++) {
        char one[JB_PAPER_TEXT_SIZE];
        struct jb_span span;
        if (jb_span_parse(input->periods.items[i], &span))
            snprintf(one, sizeof(one), "%.*s", (int)input->periods.items[i].len % 64,
                     (const char *)input->periods.items[i].ptr);
        else
            jb_paper_period(span, one);
        char *more = jb_xasprintf("%s%s%s", text, i ? (jb_text_is_zh() ? "、" : ", ") : "", one);
        free(text);
        text = more;
    }
    char *whole = jb_xasprintf("%s%s", text, jb_text_is_zh() ? "）" : ")");
    free(text);
    return whole;
}

static void make_sheet(struct listing *l)
{
    const struct jb_sheet_column columns[] = {
        {_("No."), JB_DOCX_CENTER},        {_("Reporting unit"), JB_DOCX_START},
        {_("Form"), JB_DOCX_START},        {_("State"), JB_DOCX_CENTER},
        {_("Rows in"), JB_DOCX_CENTER},    {_("Due on"), JB_DOCX_CENTER},
        {_("Days over"), JB_DOCX_CENTER},  {_("Head in charge"), JB_DOCX_START},
        {_("Who fills in"), JB_DOCX_START}};
    const char *title =
        l->input->overdue ? _("List of units with overdue forms") : _("List of missing forms");
    char *below = periods_text(l->input), *counts;

    l->sheet = jb_table_sheet_new(title, below, columns,
                                  (uint32_t)JB_COUNT(columns) - (l->has_contacts ? 0 : 2));
    put_rows(l);
    counts = jb_xasprintf(_("Missing: %u of %u forms, of %u of %u units"), l->missing_forms,
                          l->forms, l->missing_units, l->units);
    jb_table_sheet_above(l->sheet, counts, NULL);
    if (l->has_contacts)
        jb_table_sheet_note(l->sheet,
                            _("This list holds personal data (names, telephone numbers): for those "
                              "who chase the forms; to be kept safe, and destroyed when done."));
    free(counts);
    free(below);
}

/* Who may not see contacts prints the list without them. */
static enum jb_exit ask_contacts(struct listing *l)
{
    if (l->input->no_contacts)
        return JB_EXIT_OK;
    enum jb_exit code =
        jb_contacts_ask(&l->desk, l->input->under, l->input->under != NULL, &l->contacts);
    l->has_contacts = code == JB_EXIT_OK;
    if (code != JB_EXIT_REFUSED)
        return code;
    fputs(_("jibao print: the list has no contacts, which this key may not see\n"), stderr);
    return JB_EXIT_OK;
}

static enum jb_exit print(struct listing *l)
{
    const struct jb_status_query query = {.periods = jb_list_strings(&l->input->periods),
                                          .under = jb_slice_str(l->input->under)};
    enum jb_exit code = jb_print_catalog(&l->desk, &l->fetched);

    if (code == JB_EXIT_OK)
        code = jb_ask_status(&l->desk, &query, &l->list);
    if (code == JB_EXIT_OK)
        code = ask_contacts(l);
    if (code != JB_EXIT_OK)
        return code;
    make_sheet(l);
    if (!l->missing_forms) {
        fputs(_("Nothing is missing.\n"), stderr);
        return JB_EXIT_OK;
    }
    bool wide = jb_table_sheet_is_wide(l->sheet);
    const struct jb_paper_about about = {.title = _("List of missing forms"),
                                         .catalog = l->fetched.catalog,
                                         .snapshot = &l->list.snapshot,
                                         .landscape = wide};
    jb_docx *doc = jb_paper_new(&about);
    jb_table_sheet_put(doc, l->sheet, wide, false);
    return jb_print_save(&doc, wide, l->input->path);
}

enum jb_exit jb_print_run_missing(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct listing l = {.input = &input};

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&l.desk, options);
    jb_status_list_init(&l.list);
    if (code == JB_EXIT_OK)
        code = jb_print_can(input.path);
    if (code == JB_EXIT_OK)
        code = print(&l);
    jb_table_sheet_free(l.sheet);
    jb_contacts_found_free(&l.contacts);
    jb_status_list_free(&l.list);
    jb_catalog_free(l.fetched.catalog);
    jb_list_free(&input.periods);
    jb_desk_free(&l.desk);
    return code;
}
