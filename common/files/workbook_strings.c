/* Texts of a workbook: shared ones, and how runs of one text are put together. */
#include "files/workbook_parts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

void jb_workbook_text_init(struct jb_workbook_text *text)
{
    *text = (struct jb_workbook_text){0};
    jb_buf_init(&text->buf, JB_WORKBOOK_CELL_BYTES_MAX);
}

void jb_workbook_text_start(struct jb_workbook_text *text, const char *element)
{
    if (strcmp(element, "rPh") == 0)
        text->phonetic++;
    else if (strcmp(element, "t") == 0)
        text->open = true;
}

void jb_workbook_text_end(struct jb_workbook_text *text, const char *element)
{
    if (strcmp(element, "rPh") == 0 && text->phonetic)
        text->phonetic--;
    else if (strcmp(element, "t") == 0)
        text->open = false;
}

void jb_workbook_text_put(struct jb_workbook_text *text, struct jb_slice piece)
{
    if (text->open && !text->phonetic)
        jb_buf_put(&text->buf, piece.ptr, piece.len);
}

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The character that _xHHHH_ at `from` stands for; 0: none does. Only those below 128 are written
 * that way by any program, and a NUL is never one. */
static uint8_t escaped(const uint8_t *from, size_t len)
{
    unsigned point = 0;

    if (len < 7 || from[0] != '_' || from[1] != 'x' || from[6] != '_')
        return 0;
    for (size_t i = 2; i < 6; i++) {
        if (hex_of(from[i]) < 0)
            return 0;
        point = point * 16 + (unsigned)hex_of(from[i]);
    }
    return point < 0x80 ? (uint8_t)point : 0;
}

struct jb_slice jb_workbook_text_keep(struct jb_slice text, struct jb_arena *arena)
{
    struct jb_slice kept = jb_arena_copy(arena, text);
    size_t to = 0;

    if (!kept.ptr || !kept.len || !memchr(kept.ptr, '_', kept.len))
        return kept;
    uint8_t *bytes = (uint8_t *)(uintptr_t)kept.ptr; /* ours, still */
    for (size_t at = 0; at < kept.len;) {
        uint8_t c = escaped(bytes + at, kept.len - at);
        bytes[to++] = c ? c : bytes[at];
        at += c ? 7 : 1;
    }
    bytes[to] = 0;
    return jb_slice_of(bytes, to);
}

jb_err jb_workbook_no_memory(struct jb_fault *fault)
{
    return jb_fault_set(fault, JB_ENOMEM, _("the workbook holds more than may be read"),
                        _("Remove what does not belong to it and save it again."), "%s", "");
}

jb_err jb_workbook_text_fault(struct jb_fault *fault, const char *place)
{
    return jb_fault_set(fault, JB_ERANGE, _("a cell holds more text than a spreadsheet allows"),
                        _("Shorten the text."), "%s", place);
}

struct strings {
    struct jb_workbook_strings *ret;
    struct jb_workbook_text text;
    struct jb_arena *arena;
    uint32_t cap;
    struct jb_fault *fault;
    const char *part;
};

static void on_start(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct strings *s = context;

    (void)xml, (void)attributes;
    if (strcmp(name, "si") == 0)
        jb_buf_clear(&s->text.buf);
    else
        jb_workbook_text_start(&s->text, name);
}

static void on_text(void *context, jb_xml *xml, struct jb_slice piece)
{
    (void)xml;
    jb_workbook_text_put(&((struct strings *)context)->text, piece);
}

static jb_err keep(struct strings *s)
{
    struct jb_workbook_strings *ret = s->ret;

    if (s->text.buf.failed)
        return jb_workbook_text_fault(s->fault, s->part);
    if (ret->count == JB_WORKBOOK_STRINGS_MAX)
        return jb_fault_set(s->fault, JB_ERANGE, _("the workbook holds more than may be read"),
                            _("Remove what does not belong to it and save it again."), "%s",
                            s->part);
    if (ret->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 256;
        ret->items = jb_xrealloc(ret->items, s->cap * sizeof(*ret->items));
    }
    struct jb_slice text = jb_workbook_text_keep(jb_buf_slice(&s->text.buf), s->arena);
    if (!text.ptr)
        return jb_workbook_no_memory(s->fault);
    ret->items[ret->count++] = text;
    return JB_OK;
}

static void on_end(void *context, jb_xml *xml, const char *name)
{
    struct strings *s = context;

    jb_workbook_text_end(&s->text, name);
    jb_err err = strcmp(name, "si") == 0 ? keep(s) : JB_OK;
    if (err)
        jb_xml_stop(xml, err);
}

jb_err jb_workbook_strings_read(jb_zip *zip, const char *part, struct jb_arena *arena,
                                struct jb_workbook_strings *ret, struct jb_fault *fault)
{
    struct strings s = {.ret = ret, .arena = arena, .fault = fault, .part = part};
    struct jb_xml_events events = {on_start, on_end, on_text, &s};

    jb_workbook_text_init(&s.text);
    jb_err err = jb_xml_parse_entry(zip, part, &events, fault);
    jb_buf_free(&s.text.buf);
    return err;
}
