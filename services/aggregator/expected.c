/* The expected set, walked in the order of codes, so that two catalogues that expect the same have
 * the same hash however they are written. */
#include "expected.h"

#include <sodium.h>
#include <stdlib.h>

struct coded {
    const char *code;
    uint32_t index;
};

struct count {
    const jb_catalog *catalog;
    const struct jb_catalog_view *view;
    const struct jb_period_state *amended;
    struct jb_period period;
    struct coded *units, *rows;
    crypto_generichash_state hash;
    struct jb_expected so_far;
};

static int compare_codes(const void *left, const void *right)
{
    const struct coded *a = left, *b = right;
    return strcmp(a->code, b->code);
}

bool jb_expected_row(const jb_catalog *catalog, const struct jb_period_state *amended,
                     uint32_t unit, uint32_t form, uint32_t row, struct jb_period period)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    bool owed = jb_catalog_owes_row(catalog, unit, form, row, period);
    if (!amended || amended->amendment_count == 0)
        return owed;
    return jb_period_owes(amended, view->forms[form].number, view->units[unit].number,
                          view->indicators[view->forms[form].rows[row].indicator].number, owed);
}

bool jb_expected_form(const jb_catalog *catalog, const struct jb_period_state *amended,
                      uint32_t unit, uint32_t form, struct jb_period period)
{
    if (!amended || amended->amendment_count == 0)
        return jb_catalog_expects_form(catalog, unit, form, period);
    for (uint32_t r = 0; r < jb_catalog_view(catalog)->forms[form].row_count; r++) {
        if (jb_expected_row(catalog, amended, unit, form, r, period))
            return true;
    }
    return false;
}

static void add_row(struct count *c, const char *form, const char *unit, const char *indicator)
{
    const char *codes[] = {form, unit, indicator};
    for (size_t i = 0; i < JB_COUNT(codes); i++)
        crypto_generichash_update(&c->hash, (const uint8_t *)codes[i], strlen(codes[i]) + 1);
    c->so_far.rows++;
}

/* The units that ever owe the form, each once; rows in the order of their indicators. */
static uint32_t sort_form(struct count *c, const struct jb_form *form)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < form->unit_count; i++)
        c->units[i] = (struct coded){c->view->units[form->units[i].unit].code, form->units[i].unit};
    if (form->unit_count > 1)
        qsort(c->units, form->unit_count, sizeof(*c->units), compare_codes);
    for (uint32_t i = 0; i < form->unit_count; i++) {
        if (i == 0 || c->units[i].index != c->units[i - 1].index)
            c->units[count++] = c->units[i];
    }
    for (uint32_t r = 0; r < form->row_count; r++)
        c->rows[r] = (struct coded){c->view->indicators[form->rows[r].indicator].code, r};
    if (form->row_count > 1)
        qsort(c->rows, form->row_count, sizeof(*c->rows), compare_codes);
    return count;
}

static jb_err add_form(struct count *c, uint32_t index)
{
    const struct jb_form *form = &c->view->forms[index];
    c->units = malloc(((size_t)form->unit_count + 1) * sizeof(*c->units));
    c->rows = malloc(((size_t)form->row_count + 1) * sizeof(*c->rows));
    uint32_t unit_count = c->units && c->rows ? sort_form(c, form) : 0;
    for (uint32_t u = 0; u < unit_count; u++) {
        uint32_t before = c->so_far.rows;
        for (uint32_t r = 0; r < form->row_count; r++) {
            if (jb_expected_row(c->catalog, c->amended, c->units[u].index, index, c->rows[r].index,
                                c->period))
                add_row(c, form->code, c->units[u].code, c->rows[r].code);
        }
        c->so_far.forms += c->so_far.rows > before;
    }
    jb_err err = c->units && c->rows ? JB_OK : JB_ENOMEM;
    free(c->units);
    free(c->rows);
    return err;
}

jb_err jb_expected_count(const jb_catalog *catalog, struct jb_period period,
                         const struct jb_period_state *amended, struct jb_expected *ret)
{
    struct count c = {
        .catalog = catalog, .view = jb_catalog_view(catalog), .amended = amended, .period = period};
    struct coded *forms = malloc(((size_t)c.view->form_count + 1) * sizeof(*forms));
    uint32_t count = 0;
    jb_err err = forms ? JB_OK : JB_ENOMEM;
    crypto_generichash_init(&c.hash, NULL, 0, sizeof(c.so_far.hash));
    for (uint32_t f = 0; !err && f < c.view->form_count; f++) {
        if (c.view->forms[f].freq == period.freq)
            forms[count++] = (struct coded){c.view->forms[f].code, f};
    }
    if (count > 1)
        qsort(forms, count, sizeof(*forms), compare_codes);
    for (uint32_t f = 0; !err && f < count; f++)
        err = add_form(&c, forms[f].index);
    free(forms);
    if (err)
        return err;
    crypto_generichash_final(&c.hash, c.so_far.hash, sizeof(c.so_far.hash));
    *ret = c.so_far;
    return JB_OK;
}
