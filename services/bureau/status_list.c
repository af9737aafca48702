/* An answer about every unit of a large county over years can be cut. The rest is asked for by
 * name, from the catalogue's list of units, which is the order of the answer too. */
#include "status_list.h"

#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"

void jb_status_list_init(struct jb_status_list *list)
{
    *list = (struct jb_status_list){0};
    jb_name_book_init(&list->names);
}

void jb_status_list_free(struct jb_status_list *list)
{
    free(list->rows);
    jb_name_book_free(&list->names);
    *list = (struct jb_status_list){0};
}

static void add_rows(struct jb_status_list *list, const struct jb_status_answer *answer)
{
    if (list->count + answer->row_count > list->cap) {
        list->cap = (list->count + answer->row_count) * 2;
        list->rows = jb_xrealloc(list->rows, list->cap * sizeof(*list->rows));
    }
    for (uint32_t i = 0; i < answer->row_count; i++)
        list->rows[list->count++] = answer->rows[i];
    jb_name_book_add_units(&list->names, answer->units, answer->unit_count);
}

static enum jb_exit ask_once(struct jb_desk *desk, const struct jb_status_query *query,
                             struct jb_status_answer *ret)
{
    struct jb_buf buf;
    struct jb_slice payload;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_status_query_encode(query, &buf);
    enum jb_exit code = buf.failed
                            ? jb_desk_settle(desk, JB_ERANGE)
                            : jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_STATUS, JB_LIT(""),
                                          jb_buf_slice(&buf), JB_KIND_STATUS_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_status_answer_decode(payload, &desk->arena, ret, &desk->findings));
}

/* The last unit's rows may be incomplete: they are taken off and asked for again, with all after
 * it. false: there is nothing to go on from. */
static bool cut_last_unit(struct jb_status_list *list, struct jb_slice *ret_unit)
{
    uint32_t count = list->count;

    if (count == 0)
        return false;
    struct jb_slice unit = list->rows[count - 1].unit;
    while (count && jb_slice_eq(list->rows[count - 1].unit, unit))
        count--;
    list->count = count;
    *ret_unit = unit;
    return true;
}

static void units_from(const jb_catalog *catalog, const struct jb_status_query *query,
                       struct jb_slice unit, struct jb_list *ret)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    bool found = false;

    for (uint32_t i = 0; !query->units.count && i < view->unit_count; i++) {
        found = found || jb_slice_is(unit, view->units[i].code);
        if (found)
            jb_list_add(ret, jb_slice_str(view->units[i].code));
    }
    for (uint32_t i = 0; i < query->units.count; i++) {
        uint32_t index;
        found = found || (jb_catalog_find_unit(catalog, query->units.items[i], &index) == JB_OK &&
                          jb_slice_is(unit, view->units[index].code));
        if (found)
            jb_list_add(ret, query->units.items[i]);
    }
}

/* Asks for the rest until nothing is cut any more. */
static enum jb_exit ask_rest(struct jb_desk *desk, const struct jb_status_query *query,
                             struct jb_status_list *list)
{
    struct jb_status_query rest = *query;
    struct jb_status_answer answer = {.truncated = true};
    struct jb_fetched fetched = {0};
    struct jb_slice last = {0}, unit;
    enum jb_exit code = jb_ask_catalog(desk, list->snapshot.catalog_version, &fetched);

    rest.as_of_revision = list->snapshot.revision;
    while (code == JB_EXIT_OK && answer.truncated && fetched.catalog) {
        struct jb_list units = {0};
        if (!cut_last_unit(list, &unit) || jb_slice_eq(unit, last)) {
            fputs(_("jibao: one unit's rows alone are too many; ask for fewer periods\n"), stderr);
            code = JB_EXIT_FAILED;
            break;
        }
        last = unit;
        units_from(fetched.catalog, query, unit, &units);
        rest.units = jb_list_strings(&units);
        answer = (struct jb_status_answer){0};
        code = ask_once(desk, &rest, &answer);
        if (code == JB_EXIT_OK)
            add_rows(list, &answer);
        jb_list_free(&units);
    }
    jb_catalog_free(fetched.catalog);
    return code;
}

enum jb_exit jb_ask_status(struct jb_desk *desk, const struct jb_status_query *query,
                           struct jb_status_list *list)
{
    struct jb_status_answer answer = {0};
    enum jb_exit code = ask_once(desk, query, &answer);

    if (code != JB_EXIT_OK)
        return code;
    list->snapshot = answer.snapshot;
    add_rows(list, &answer);
    return answer.truncated ? ask_rest(desk, query, list) : JB_EXIT_OK;
}

struct jb_filing_count jb_status_count_of(const struct jb_status_row *row)
{
    return (struct jb_filing_count){.state = row->standing.state,
                                    .verdict = row->verdict,
                                    .returns = row->standing.returns,
                                    .corrections = row->standing.corrections,
                                    .rows_expected = row->rows_expected,
                                    .rows_reported = row->rows_reported};
}

struct jb_status_sum jb_status_sum_all(const struct jb_status_list *list)
{
    struct jb_status_sum all = {0};
    bool complete = true;

    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        struct jb_filing_count filing = jb_status_count_of(row);
        jb_completeness_add(&all.counts, &filing);
        complete = complete && row->rows_reported == row->rows_expected;
        if (i + 1 < list->count && jb_slice_eq(row->unit, list->rows[i + 1].unit))
            continue;
        all.units++;
        all.units_complete += complete;
        complete = true;
    }
    return all;
}
