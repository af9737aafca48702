/* One row an observation; a cell that would say nothing is empty. */
#include "answer_sdmx.h"

#include "files/csv.h"
#include "files/demonstration.h"
#include "model/sdmx.h"

struct writing {
    const struct jb_pages *pages;
    char structure_id[JB_SDMX_ID_SIZE + 32];
    FILE *out;
};

/* No guard against formulas: the message is for programs, and a value is exactly what it is. */
static void put(FILE *out, enum jb_sdmx_column column, struct jb_slice text)
{
    bool last = column + 1 == JB_SDMX_COLUMNS_WRITTEN && !jb_demonstration_is_set();

    jb_csv_put_field(out, text, true, last);
}

/* A column of our own, which the format allows behind the others. */
static void put_demonstration(FILE *out, const char *text)
{
    if (jb_demonstration_is_set())
        jb_csv_put_field(out, jb_slice_str(text), true, true);
}

static struct jb_slice value_of(const struct jb_answer_row *row)
{
    if (row->state == JB_STATE_VALUE)
        return row->value;
    return row->state == JB_STATE_NOT_REPORTED ? jb_slice_str("") : jb_slice_str("NaN");
}

static struct jb_slice text_of(const struct jb_answer_row *row)
{
    bool text = row->state == JB_STATE_VALUE && !row->value.len;
    return text ? row->text : jb_slice_str("");
}

static void put_where(const struct writing *w, const struct jb_answer_row *row)
{
    char id[JB_SDMX_ID_SIZE], text[JB_PERIOD_TEXT_SIZE];
    struct jb_span span;

    put(w->out, JB_SDMX_STRUCTURE, JB_LIT("dataflow"));
    put(w->out, JB_SDMX_STRUCTURE_ID, jb_slice_str(w->structure_id));
    put(w->out, JB_SDMX_ACTION, JB_LIT("I"));
    bool known = jb_span_parse(row->period, &span) == JB_OK; /* the aggregator wrote it */
    put(w->out, JB_SDMX_FREQ, known ? jb_slice_str(jb_sdmx_freq(span)) : JB_LIT("_U"));
    jb_sdmx_id(row->unit, id);
    put(w->out, JB_SDMX_UNIT, jb_slice_str(id));
    jb_sdmx_id(row->indicator, id);
    put(w->out, JB_SDMX_INDICATOR, jb_slice_str(id));
    jb_sdmx_basis(row->basis, row->period, text);
    put(w->out, JB_SDMX_BASIS, jb_slice_str(text));
    if (known)
        jb_sdmx_time(span, text);
    put(w->out, JB_SDMX_TIME_PERIOD, known ? jb_slice_str(text) : row->period);
}

static void put_number(FILE *out, enum jb_sdmx_column column, uint64_t v)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
    put(out, column, jb_slice_str(text));
}

static void put_row(const struct writing *w, const struct jb_answer_row *row)
{
    const struct jb_slice none = JB_LIT("");
    bool number = row->state == JB_STATE_VALUE && row->value.len;

    put_where(w, row);
    put(w->out, JB_SDMX_VALUE, value_of(row));
    put(w->out, JB_SDMX_TEXT, text_of(row));
    put(w->out, JB_SDMX_OBS_STATUS, jb_slice_str(jb_sdmx_obs_status(row->state, row->status)));
    put(w->out, JB_SDMX_STATE, jb_slice_str(jb_state_code(row->state)));
    put(w->out, JB_SDMX_PRECISION, number ? jb_slice_str(jb_mark_code(row->mark)) : none);
    put(w->out, JB_SDMX_UNIT_MEASURE, row->unit_of_measure);
    put_number(w->out, JB_SDMX_REPORTED, row->reported);
    put_number(w->out, JB_SDMX_EXPECTED, row->expected);
    put(w->out, JB_SDMX_VALUE_PERIOD, row->value_period);
    put(w->out, JB_SDMX_REASON, row->reason);
    put_number(w->out, JB_SDMX_REVISION, w->pages->snapshot.revision);
    put_demonstration(w->out, JB_DEMONSTRATION_WORD);
}

void jb_answer_print_sdmx(const struct jb_pages *pages, const char *catalog, FILE *out)
{
    struct writing w = {.pages = pages, .out = out};
    char id[JB_SDMX_ID_SIZE];

    jb_sdmx_id(jb_slice_str(catalog), id);
    snprintf(w.structure_id, sizeof(w.structure_id), "JIBAO:%s(%u.0.0)", id,
             pages->snapshot.catalog_version);
    for (enum jb_sdmx_column i = 0; i < JB_SDMX_COLUMNS_WRITTEN; i++)
        put(out, i, jb_slice_str(jb_sdmx_column_id(i)));
    put_demonstration(out, "DEMONSTRATION");
    for (uint32_t i = 0; i < pages->count; i++)
        put_row(&w, pages->rows[i]);
}
