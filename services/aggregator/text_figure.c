/* Finds the words of a text figure: which unit's cell, which entry, which row. */
#include "text_figure.h"

#include "model/check.h"
#include "net/wire_submission.h"

jb_err jb_entry_row(jb_kv_txn *txn, uint64_t revision, const struct jb_indicator *indicator,
                    struct jb_period period, uint32_t stretch, struct jb_arena *arena,
                    struct jb_entry_row *ret)
{
    struct jb_submission submission;
    struct jb_entry entry;
    struct jb_slice bytes;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (err == JB_ENOTFOUND)
        return JB_EDAMAGED;
    struct jb_entry_effect *effects =
        jb_arena_array(arena, JB_SUBMISSION_ROWS_MAX, sizeof(*effects));
    if (!effects)
        return JB_ENOMEM;
    if (!err)
        err = jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &entry);
    if (!err && entry.kind != JB_ENTRY_SUBMISSION)
        err = JB_EDAMAGED;
    if (!err)
        err = jb_wire_submission_decode(entry.payload, arena, &submission, NULL);
    if (err)
        return err;
    for (uint32_t i = 0; i < submission.row_count; i++) {
        const struct jb_row *row = &submission.rows[i];
        uint32_t at;
        if (!jb_slice_is(row->indicator, indicator->code) ||
            jb_basis_parse(indicator, row->basis, period, &at) != JB_OK || at != stretch)
            continue;
        *ret = (struct jb_entry_row){entry, submission, *row};
        return JB_OK;
    }
    return JB_EDAMAGED;
}

/* The revision of the unit's text in the base period, 0 if it has none. */
static jb_err revision_of(jb_source *source, uint32_t unit, uint32_t indicator,
                          struct jb_period period, uint32_t stretch, uint64_t *ret)
{
    const struct jb_own_cell *own;
    jb_err err = jb_source_own(source, unit, indicator, period, stretch, &own);
    *ret = !err && own->is_text && own->value.state == JB_STATE_VALUE ? own->text_revision : 0;
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static jb_err find_in(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                      struct jb_period period, uint32_t stretch, uint64_t *ret)
{
    const struct jb_binding *b = jb_source_binding(source);
    const struct jb_indicator *info = &b->view->indicators[indicator];
    jb_date day = jb_period_last_day(period);
    *ret = 0;
    if (!node.is_group) {
        jb_err err = revision_of(source, node.index, indicator, period, stretch, ret);
        if (err || *ret || own)
            return err;
    }
    for (uint32_t i = 0; i < info->owner_count; i++) {
        uint32_t unit = info->owners[i].unit;
        if (unit == JB_NONE)
            continue;
        if (!jb_node_has_unit(b, node, unit, day) ||
            !jb_catalog_own_counts(b->catalog, unit, indicator, day))
            continue;
        jb_err err = revision_of(source, unit, indicator, period, stretch, ret);
        if (err || *ret)
            return err;
    }
    return JB_OK;
}

jb_err jb_text_of(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                  struct jb_period first, uint32_t count, uint32_t stretch, struct jb_arena *arena,
                  struct jb_slice *ret)
{
    const struct jb_indicator *info = &jb_source_binding(source)->view->indicators[indicator];
    for (uint32_t i = 0; i < count; i++) {
        struct jb_period period = jb_period_add(first, (int32_t)i);
        struct jb_entry_row sent;
        uint64_t revision;
        jb_err err = find_in(source, node, own, indicator, period, stretch, &revision);
        if (!err && revision)
            err =
                jb_entry_row(jb_source_txn(source), revision, info, period, stretch, arena, &sent);
        if (err)
            return err;
        if (revision) {
            struct jb_slice copy = jb_arena_copy(arena, sent.row.text);
            if (!copy.ptr)
                return JB_ENOMEM;
            *ret = copy;
            return JB_OK;
        }
    }
    *ret = (struct jb_slice){0};
    return JB_OK;
}
