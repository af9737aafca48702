/* The change log beside the oracle: what a watch would be told of each revision. */
#include "change.h"
#include "figure_oracle.h"
#include "play.h"

#define TOLD_MAX 1024

/* One total that a record names. */
struct told {
    uint32_t node, indicator;
    int stretch;
};

struct log_check {
    struct player *p;
    const struct world *world;
    const struct jb_binding *binding;
    const struct s_accepted *accepted;
    const struct o_view *before, *after;
    struct told told[TOLD_MAX];
    int told_count;
};

static struct o_ask ask_of(const struct world *w, int node, int indicator)
{
    bool group = node >= w->unit_count;
    return (struct o_ask){
        .group = group, .node = group ? node - w->unit_count : node, .indicator = indicator};
}

static uint32_t number_of_node(const struct log_check *c, int node)
{
    if (node >= c->world->unit_count)
        return c->binding->view->groups[node - c->world->unit_count].number | JB_NODE_GROUP;
    return c->binding->view->units[node].number;
}

static bool same(const struct o_tally *t, const struct jb_sum_cell *cell)
{
    for (int m = 0; m < JB_MARKS; m++) {
        if (cell->marks[m] != (uint32_t)t->marks[m])
            return false;
    }
    return cell->sum == t->sum && cell->values == (uint32_t)t->values &&
           cell->not_applicable == (uint32_t)t->absent &&
           cell->withdrawn == (uint32_t)t->withdrawn &&
           cell->provisional == (uint32_t)t->provisional &&
           cell->estimated == (uint32_t)t->estimated;
}

/* What the record says is what stood after the revision. */
static void check_told(struct log_check *c, uint32_t number, const struct jb_change_cell *cell)
{
    for (int node = 0; node < c->world->unit_count + c->world->group_count; node++) {
        for (int i = 0; i < c->world->indicator_count; i++) {
            struct o_ask ask = ask_of(c->world, node, i);
            if (number_of_node(c, node) != number ||
                c->binding->view->indicators[i].number != cell->indicator)
                continue;
            struct o_tally t =
                oracle_tally(c->after, &ask, c->accepted->ordinal, (int)cell->cell.stretch);
            if (!same(&t, &cell->cell) ||
                cell->is_text != (c->world->indicators[i].measure == JB_TEXT))
                play_fail(c->p, "revision %llu: the change of %s %s is told wrong",
                          (unsigned long long)c->accepted->revision, ask.group ? "group" : "unit",
                          c->world->indicators[i].code);
            if (c->told_count < TOLD_MAX)
                c->told[c->told_count++] =
                    (struct told){number, cell->indicator, (int)cell->cell.stretch};
            return;
        }
    }
    play_fail(c->p, "revision %llu: a change of nobody's",
              (unsigned long long)c->accepted->revision);
}

static bool is_told(const struct log_check *c, int node, const struct s_row *row)
{
    for (int i = 0; i < c->told_count; i++) {
        if (c->told[i].node == number_of_node(c, node) &&
            c->told[i].indicator == c->binding->view->indicators[row->indicator].number &&
            c->told[i].stretch == row->stretch)
            return true;
    }
    return false;
}

/* The text that the node shows became another. */
static bool text_changed(const struct log_check *c, const struct o_ask *ask,
                         const struct s_row *row)
{
    const struct s_row *before =
        oracle_part(c->before, ask, c->accepted->unit, c->accepted->ordinal, row->stretch);
    const struct s_row *after =
        oracle_part(c->after, ask, c->accepted->unit, c->accepted->ordinal, row->stretch);
    return before && after && before->text != after->text;
}

/* Every total that the revision changed is told. */
static void check_complete(struct log_check *c)
{
    for (int node = 0; node < c->world->unit_count + c->world->group_count; node++) {
        for (int r = 0; r < c->accepted->row_count; r++) {
            const struct s_row *row = &c->accepted->rows[r];
            struct o_ask ask = ask_of(c->world, node, row->indicator);
            struct o_tally before =
                oracle_tally(c->before, &ask, c->accepted->ordinal, row->stretch);
            struct o_tally after = oracle_tally(c->after, &ask, c->accepted->ordinal, row->stretch);
            if ((memcmp(&before, &after, sizeof(before)) != 0 || text_changed(c, &ask, row)) &&
                !is_told(c, node, row))
                play_fail(c->p, "revision %llu: the change of %s %d, %s is not told",
                          (unsigned long long)c->accepted->revision, ask.group ? "group" : "unit",
                          ask.node, c->world->indicators[row->indicator].code);
        }
    }
}

static void check_record(struct log_check *c, struct jb_slice record)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;
    c->told_count = 0;
    if (jb_change_read(record, &reader) || reader.catalog ||
        reader.at_us != c->p->script->messages[c->accepted->message].now_us ||
        reader.period.ordinal != c->accepted->ordinal) {
        play_fail(c->p, "revision %llu: another change record",
                  (unsigned long long)c->accepted->revision);
        return;
    }
    while (jb_change_next_node(&reader)) {
        uint32_t number = reader.node;
        while (jb_change_next_cell(&reader, &cell))
            check_told(c, number, &cell);
    }
    if (reader.r.failed)
        play_fail(c->p, "a damaged change record");
    check_complete(c);
}

bool play_check_log(struct player *p)
{
    static struct o_view before, after;
    static struct log_check c;
    jb_kv_txn *txn = NULL;
    if (jb_kv_begin_read(jb_engine_kv(p->engine), &txn))
        play_fail(p, "no reading");
    for (int i = 0; i < p->script->accepted_count && !p->failed; i++) {
        const struct s_accepted *a = &p->script->accepted[i];
        struct jb_slice record;
        const struct world *w = script_world(p->script, a->revision);
        c = (struct log_check){.p = p, .world = w, .accepted = a};
        c.binding = play_binding(p, txn, w);
        c.before = &before;
        c.after = &after;
        oracle_view(&before, p->script, a->revision - 1, (struct jb_viewpoint){0});
        oracle_view(&after, p->script, a->revision, (struct jb_viewpoint){0});
        if (!c.binding || jb_store_change(txn, a->revision, &record))
            play_fail(p, "revision %llu is not in the change log", (unsigned long long)a->revision);
        else
            check_record(&c, record);
    }
    jb_kv_abort(&txn);
    return !p->failed;
}
