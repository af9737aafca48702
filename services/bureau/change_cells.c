/* A change in words and in codes. */
#include "change_cells.h"

#include "base/text.h"
#include "words.h"

void jb_change_put_text(jb_table *out, struct jb_slice text)
{
    if (text.len)
        jb_table_cellf(out, "%.*s", JB_ARG(text));
    else
        jb_table_cell(out, NULL);
}

void jb_change_put_before(jb_table *out, const struct jb_history_row *row)
{
    char words[JB_WORDS_SIZE];

    if (row->state_before == JB_STATE_VALUE && row->before.len == 0)
        jb_table_cell(out, _("(text)"));
    else
        jb_table_cell(
            out, jb_words_value(row->state_before, row->before, row->mark_before, false, words));
}

void jb_change_put_after(jb_table *out, const struct jb_history_row *row)
{
    char words[JB_WORDS_SIZE];

    if (row->state == JB_STATE_VALUE && row->value.len == 0)
        jb_table_cellf(out, _("(text of %zu bytes)"), row->text.len);
    else
        jb_table_cell(out, jb_words_value(row->state, row->value, row->mark, false, words));
}

void jb_change_say_signing(struct jb_buf *out, const struct jb_signing *signing)
{
    const char *between = out->len ? _("; ") : "";

    if (signing->signed_for.len)
        jb_buf_printf(out, _("%ssigned on the web for %.*s"), between, JB_ARG(signing->signed_for));
    else if (signing->signer.len)
        jb_buf_printf(out, _("%ssigned by its own key: %.*s"), between, JB_ARG(signing->signer));
}

void jb_change_put_signing(jb_table *out, const struct jb_signing *signing)
{
    char hex[2 * sizeof(signing->content_hash) + 1];

    jb_change_put_text(out, signing->signer);
    jb_change_put_text(out, signing->signed_for);
    jb_table_cell(out, signing->has_hash
                           ? jb_words_hex(signing->content_hash, sizeof(signing->content_hash), hex)
                           : NULL);
}

/* "who filled it in; checked by ...; released by ...; entered by ... (ground)" */
void jb_change_put_who(jb_table *out, const struct jb_history_row *row)
{
    const struct {
        const char *label;
        struct jb_slice text;
    } parts[] = {
        {"", row->filled_by},
        {_("checked by "), row->checked_by},
        {_("released by "), row->released_by},
        {_("entered for the unit by "), row->on_behalf_of},
        {_("on the ground of "), row->ground},
    };
    struct jb_buf buf;

    jb_buf_init(&buf, JB_TEXT_FIGURE_BYTES_MAX);
    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        if (parts[i].text.len)
            jb_buf_printf(&buf, "%s%s%.*s", buf.len ? _("; ") : "", parts[i].label,
                          JB_ARG(parts[i].text));
    }
    jb_change_say_signing(&buf, &row->signing);
    jb_change_put_text(out, jb_buf_slice(&buf));
    jb_buf_free(&buf);
}

void jb_change_put_why(jb_table *out, const struct jb_history_row *row)
{
    const struct jb_slice parts[] = {row->reason, row->note, row->explanation};
    struct jb_buf buf;

    jb_buf_init(&buf, JB_TEXT_FIGURE_BYTES_MAX);
    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        if (parts[i].len)
            jb_buf_printf(&buf, "%s%.*s", buf.len ? _("; ") : "", JB_ARG(parts[i]));
    }
    jb_change_put_text(out, jb_buf_slice(&buf));
    jb_buf_free(&buf);
}

void jb_change_put_codes(jb_table *out, enum jb_state state, enum jb_mark mark,
                         enum jb_status status)
{
    bool value = state == JB_STATE_VALUE;

    jb_table_cell(out, jb_state_code(state));
    jb_table_cell(out, value ? jb_mark_code(mark) : NULL);
    jb_table_cell(out, value ? jb_status_code(status) : NULL);
}
