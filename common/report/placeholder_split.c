/* A placeholder's text as words. */
#include "report/placeholder_words.h"

static bool is_blank(uint32_t point)
{
    return point == ' ' || point == '\t' || point == '\n' || point == '\r' || point == 0xa0 ||
           point == 0x3000;
}

bool jb_ph_is_quote(uint32_t point)
{
    return point == '"' || point == 0x201c || point == 0x201d;
}

/* A character that stands alone as an operator or begins one. */
static bool is_comparison(uint32_t point)
{
    return point == '<' || point == '>' || point == 0xff1c || point == 0xff1e || point == 0x2264 ||
           point == 0x2265 || point == 0x2260;
}

/* U+FF01..FF5E are ! to ~ in full width. */
static struct jb_slice plain_of(struct jb_arena *arena, struct jb_slice raw)
{
    uint8_t *text = jb_arena_alloc(arena, raw.len + 1);
    size_t len = 0, used;
    uint32_t point;
    if (!text)
        return JB_LIT("");
    for (struct jb_slice rest = raw; (used = jb_utf8_decode(rest, &point)) > 0;
         rest = jb_slice_of(rest.ptr + used, rest.len - used)) {
        if (point >= 0xff01 && point <= 0xff5e) {
            text[len++] = (uint8_t)(point - 0xff01 + '!');
            continue;
        }
        memcpy(text + len, rest.ptr, used);
        len += used;
    }
    return jb_slice_of(text, len);
}

struct splitting {
    struct jb_arena *arena;
    struct jb_ph_token *tokens;
    uint32_t count, max;
};

static jb_err add_token(struct splitting *s, const uint8_t *from, const uint8_t *to)
{
    if (from == to)
        return JB_OK;
    if (s->count == s->max)
        return JB_ERANGE;
    struct jb_ph_token *token = &s->tokens[s->count++];
    token->raw = jb_slice_of(from, (size_t)(to - from));
    token->plain = plain_of(s->arena, token->raw);
    return token->plain.len ? JB_OK : JB_ENOMEM;
}

jb_err jb_ph_split(struct jb_slice text, struct jb_arena *arena, struct jb_ph_token *tokens,
                   uint32_t max, uint32_t *ret_count)
{
    struct splitting s = {.arena = arena, .tokens = tokens, .max = max};
    const uint8_t *start = text.ptr, *end = text.ptr + text.len;
    bool quoted = false, comparing = false;
    jb_err err = JB_OK;
    size_t used;
    for (const uint8_t *at = text.ptr; !err && at < end; at += used) {
        uint32_t point;
        used = jb_utf8_decode(jb_slice_of(at, (size_t)(end - at)), &point);
        if (!used)
            return JB_EINVAL;
        if (jb_ph_is_quote(point))
            quoted = !quoted;
        bool comparison =
            !quoted && (is_comparison(point) || (comparing && (point == '=' || point == 0xff1d)));
        if ((!quoted && is_blank(point)) || comparison != comparing) {
            err = add_token(&s, start, at);
            start = is_blank(point) && !quoted ? at + used : at;
        }
        comparing = comparison;
    }
    if (!err)
        err = add_token(&s, start, end);
    *ret_count = s.count;
    return err;
}
