/* Forms: ordered rows, the parts 其中 that stand below their whole, and the periods in which a row
 * is owed. A form's rows are found by indicator through a table of the last row seen, so that a
 * form with thousands of rows is read in one walk. */
#include "base/text.h"
#include "model/catalog_reader.h"

enum form_key { CODE, TITLE, ALIASES, FREQUENCY, UNITS, SCHEDULE, SCAN, ROWS, FORM_KEYS };
static const struct jb_catread_key form_keys[FORM_KEYS] = {
    [CODE] = {"code", true},        [TITLE] = {"title", true},
    [ALIASES] = {"aliases", false}, [FREQUENCY] = {"frequency", false},
    [UNITS] = {"units", true},      [SCHEDULE] = {"schedule", false},
    [SCAN] = {"scan", false},       [ROWS] = {"rows", true},
};
enum row_key { INDICATOR, OF, OWED, OPTIONAL, PARTS, ROW_KEYS };
static const struct jb_catread_key row_keys[ROW_KEYS] = {
    [INDICATOR] = {"indicator", true}, [OF] = {"of", false},       [OWED] = {"owed", false},
    [OPTIONAL] = {"optional", false},  [PARTS] = {"parts", false},
};
static const struct jb_catread_word parts_words[] = {{"<=", JB_OP_LE}, {"=", JB_OP_EQ}};

/* Where each indicator stands in the form being read. */
struct seen {
    uint32_t form, row;
};

static void refuse_row(struct jb_catread *rd, jb_yaml_ref node, enum jb_finding_code code,
                       const char *expected)
{
    jb_catread_refuse(rd, node, code, NULL, expected, NULL);
    rd->forms_broken = true;
}

static void read_owed(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq freq,
                      struct jb_form_row *row)
{
    uint32_t count = 0;

    if (!jb_catread_list(rd, node))
        return;
    if (node->len == 0)
        jb_catread_expect(rd, node, _("at least one period, or no owed at all"));
    row->owed = jb_catread_alloc(rd, node->len, sizeof(*row->owed));
    if (!row->owed)
        return;
    for (jb_yaml_ref item = node->first; item; item = item->next) {
        struct jb_span span;

        if (item->kind != JB_YAML_TEXT || jb_span_parse(jb_yaml_slice(item), &span))
            jb_catread_expect(rd, item, _("a period such as 2022-Q4, or first..last"));
        else if (jb_span_to_base(span, freq, &row->owed[count]))
            jb_catread_refuse(rd, item, JB_F_CATALOG_CONTRADICTION, NULL,
                              _("a period no finer than the form's"), NULL);
        else
            count++;
    }
    row->owed_count = count;
}

static void check_row(struct jb_catread *rd, jb_yaml_ref node, const struct jb_form *form,
                      const struct jb_form_row *row)
{
    const struct jb_indicator *indicator = &rd->catalog->view.indicators[row->indicator];

    if (indicator->measure == JB_RATIO)
        refuse_row(rd, node, JB_F_CATALOG_CONTRADICTION,
                   _("an indicator that is reported: a ratio is computed"));
    else if (indicator->measure && indicator->freq != form->freq)
        refuse_row(rd, node, JB_F_CATALOG_CONTRADICTION, _("an indicator of the form's frequency"));
}

static void read_row(struct jb_catread *rd, jb_yaml_ref node, uint32_t form_index,
                     uint32_t row_index, struct seen *seen)
{
    struct jb_form *form = &rd->catalog->view.forms[form_index];
    struct jb_form_row *row = &form->rows[row_index];
    jb_yaml_ref v[ROW_KEYS];
    unsigned word = 0;

    if (!jb_catread_fields(rd, node, row_keys, ROW_KEYS, v)) {
        rd->forms_broken = true;
        return;
    }
    read_owed(rd, v[OWED], form->freq, row);
    jb_catread_bool(rd, v[OPTIONAL], &row->optional);
    if (jb_catread_word(rd, v[PARTS], parts_words, JB_COUNT(parts_words), &word))
        row->parts = (enum jb_rule_op)word;
    if (v[INDICATOR])
        row->indicator = jb_catread_refer(rd, v[INDICATOR], &rd->catalog->indicators);
    if (row->indicator == JB_NONE) {
        rd->forms_broken = true;
        return;
    }
    check_row(rd, v[INDICATOR], form, row);
    if (seen[row->indicator].form == form_index) {
        refuse_row(rd, v[INDICATOR], JB_F_CATALOG_DUPLICATE, _("each indicator once in a form"));
        row->indicator = JB_NONE;
        return;
    }
    seen[row->indicator] = (struct seen){form_index, row_index};
}

/* The whole of a part must stand above it, which also keeps parts free of cycles. */
static void link_part(struct jb_catread *rd, jb_yaml_ref of, uint32_t form_index,
                      uint32_t row_index, const struct seen *seen)
{
    struct jb_form *form = &rd->catalog->view.forms[form_index];
    uint32_t whole = jb_catread_refer(rd, of, &rd->catalog->indicators);
    unsigned depth = 1;

    if (whole == JB_NONE)
        return;
    if (seen[whole].form != form_index) {
        jb_catread_refuse(rd, of, JB_F_CATALOG_UNKNOWN_REFERENCE, NULL,
                          _("an indicator of this form"), NULL);
        return;
    }
    if (seen[whole].row == row_index) {
        jb_catread_refuse(rd, of, JB_F_CATALOG_CYCLE, NULL, _("another row than this one"), NULL);
        return;
    }
    if (seen[whole].row > row_index) {
        jb_catread_refuse(rd, of, JB_F_CATALOG_CONTRADICTION, NULL, _("a row that stands above"),
                          NULL);
        return;
    }
    form->rows[row_index].of = seen[whole].row;
    for (uint32_t row = seen[whole].row; row != JB_NONE; row = form->rows[row].of)
        depth++;
    if (depth > JB_CATALOG_DEPTH_MAX) {
        jb_catread_refuse(rd, of, JB_F_CATALOG_LIMIT, NULL, _("at most 8 levels"), NULL);
        form->rows[row_index].of = JB_NONE;
    }
}

static void read_rows(struct jb_catread *rd, jb_yaml_ref list, uint32_t form_index,
                      struct seen *seen)
{
    struct jb_form *form = &rd->catalog->view.forms[form_index];
    uint32_t index = 0;

    if (!list)
        return;
    if (!jb_catread_list(rd, list) || list->len == 0) {
        if (list->kind == JB_YAML_LIST)
            jb_catread_expect(rd, list, _("at least one row"));
        rd->forms_broken = true;
        return;
    }
    form->rows = jb_catread_alloc(rd, list->len, sizeof(*form->rows));
    if (!form->rows)
        return;
    form->row_count = list->len;
    for (jb_yaml_ref item = list->first; item; item = item->next, index++) {
        form->rows[index] = (struct jb_form_row){.indicator = JB_NONE, .of = JB_NONE};
        read_row(rd, item, form_index, index, seen);
    }
    index = 0;
    for (jb_yaml_ref item = list->first; item; item = item->next, index++) {
        jb_yaml_ref of = jb_catread_value(item, "of");

        if (of && form->rows[index].indicator != JB_NONE)
            link_part(rd, of, form_index, index, seen);
    }
}

static void read_form(struct jb_catread *rd, uint32_t form_index, struct seen *seen)
{
    struct jb_form *form = &rd->catalog->view.forms[form_index];
    jb_yaml_ref node = rd->forms[form_index];
    jb_yaml_ref v[FORM_KEYS];
    struct jb_slice code;

    form->line = node->line;
    form->freq = rd->freq;
    if (!jb_catread_fields(rd, node, form_keys, FORM_KEYS, v)) {
        rd->forms_broken = true;
        return;
    }
    if (jb_catread_code(rd, v[CODE], &code))
        form->code = jb_catread_copy(rd, code);
    rd->form = form->code;
    jb_catread_names(rd, v[TITLE], v[ALIASES], &form->name);
    jb_catread_freq(rd, v[FREQUENCY], &form->freq);
    jb_catread_edges(rd, v[UNITS], &form->units, &form->unit_count);
    for (uint32_t i = 0; i < form->unit_count; i++)
        rd->forms_broken = rd->forms_broken || form->units[i].unit == JB_NONE;
    form->schedule = rd->catalog->view.schedule;
    jb_catread_schedule(rd, v[SCHEDULE], form->freq, &form->schedule);
    jb_catread_bool(rd, v[SCAN], &form->scan);
    read_rows(rd, v[ROWS], form_index, seen);
    if (!v[UNITS] || !v[ROWS] || v[UNITS]->kind != JB_YAML_LIST)
        rd->forms_broken = true;
    rd->form = NULL;
}

void jb_catread_forms(struct jb_catread *rd)
{
    const struct jb_catalog_view *view = &rd->catalog->view;
    struct seen *seen = jb_catread_alloc(rd, view->indicator_count, sizeof(*seen));

    if (!seen)
        return;
    for (uint32_t i = 0; i < view->indicator_count; i++)
        seen[i].form = JB_NONE;
    for (uint32_t i = 0; i < view->form_count; i++)
        read_form(rd, i, seen);
}
