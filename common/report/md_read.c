/* Line by line: each begins a block or carries on the paragraph before it. */
#include "report/md_read.h"

struct reader {
    struct jb_doc *doc;
    struct jb_slice rest;
    uint32_t line;
    struct jb_doc_block *open;  /* the paragraph that a line may carry on; NULL: none */
    struct jb_doc_runs runs;    /* its runs */
    struct jb_doc_block *table; /* the table that a line may carry on; NULL: none */
    enum jb_doc_align aligns[JB_MD_COLUMNS_MAX];
    bool in_comment;
};

static struct jb_slice trim(struct jb_slice text)
{
    while (text.len && memchr(" \t\r", text.ptr[0], 3))
        text = jb_slice_of(text.ptr + 1, text.len - 1);
    while (text.len && memchr(" \t\r", text.ptr[text.len - 1], 3))
        text.len--;
    return text;
}

static bool begins(struct jb_slice text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.ptr, with, len) == 0;
}

static bool ends(struct jb_slice text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.ptr + text.len - len, with, len) == 0;
}

static struct jb_slice behind(struct jb_slice text, size_t len)
{
    return jb_slice_of(text.ptr + len, text.len - len);
}

static struct jb_slice next_line(struct reader *r)
{
    const uint8_t *end = memchr(r->rest.ptr, '\n', r->rest.len);
    struct jb_slice line = r->rest;
    line.len = end ? (size_t)(end - line.ptr) : line.len;
    r->rest = end ? behind(r->rest, line.len + 1) : jb_slice_of(line.ptr + line.len, 0);
    r->line++;
    return trim(line);
}

/* The end of a placeholder that begins at the offset: behind its braces; the offset itself when
 * none begins there or it does not end. */
static size_t skip_placeholder(struct jb_slice text, size_t at)
{
    bool wide = begins(behind(text, at), "｛｛");
    if (!wide && !begins(behind(text, at), "{{"))
        return at;
    const char *close = wide ? "｝｝" : "}}";
    const uint8_t *end = memmem(text.ptr + at, text.len - at, close, strlen(close));
    return end ? (size_t)(end - text.ptr) + strlen(close) : at;
}

/* Text with its stars taken out, as runs. */
static void add_inline(struct reader *r, struct jb_doc_runs *runs, struct jb_slice text)
{
    struct jb_buf buf;
    unsigned flags = 0;
    jb_buf_init(&buf, JB_MD_BYTES_MAX);
    for (size_t at = 0; at < text.len;) {
        size_t end = skip_placeholder(text, at);
        unsigned flip = 0;
        if (end > at) {
            jb_buf_put(&buf, text.ptr + at, end - at);
            at = end;
        } else if (text.ptr[at] == '\\' && at + 1 < text.len &&
                   memchr("\\*|<>#-_`[]{}", text.ptr[at + 1], 13)) {
            jb_buf_put_u8(&buf, text.ptr[at + 1]);
            at += 2;
        } else if (begins(behind(text, at), "<br>")) {
            jb_buf_put_u8(&buf, '\n');
            at += 4;
        } else if (begins(behind(text, at), "**")) {
            flip = JB_DOC_BOLD;
            at += 2;
        } else if (text.ptr[at] == '*') {
            flip = JB_DOC_ITALIC;
            at++;
        } else {
            jb_buf_put_u8(&buf, text.ptr[at++]);
        }
        if (flip || at >= text.len) {
            if (buf.len)
                jb_ignore(jb_doc_add_run(r->doc, runs, jb_buf_slice(&buf), flags) != NULL);
            jb_buf_clear(&buf);
            flags ^= flip;
        }
    }
    r->doc->failed = r->doc->failed || buf.failed;
    jb_buf_free(&buf);
}

static void close_block(struct reader *r)
{
    r->open = NULL;
    r->table = NULL;
}

static struct jb_doc_block *open_block(struct reader *r, enum jb_doc_style style,
                                       struct jb_slice text)
{
    close_block(r);
    struct jb_doc_block *block = jb_doc_add(r->doc, &r->doc->body, JB_DOC_PARAGRAPH);
    block->style = style;
    block->place = r->line;
    r->runs = (struct jb_doc_runs){0};
    add_inline(r, &r->runs, text);
    block->runs = r->runs.first;
    return block;
}

/* Text between the two tags of a line. */
static struct jb_slice inside(struct jb_slice line, const char *open, const char *close)
{
    return trim(jb_slice_of(line.ptr + strlen(open), line.len - strlen(open) - strlen(close)));
}

static bool read_aligned(struct reader *r, struct jb_slice line)
{
    static const struct {
        const char *open, *close;
        enum jb_doc_align align;
    } tags[] = {
        {"<center>", "</center>", JB_DOC_CENTER},
        {"<div align=\"center\">", "</div>", JB_DOC_CENTER},
        {"<div align=\"right\">", "</div>", JB_DOC_RIGHT},
    };
    for (size_t i = 0; i < JB_COUNT(tags); i++) {
        if (!begins(line, tags[i].open) || !ends(line, tags[i].close) ||
            line.len < strlen(tags[i].open) + strlen(tags[i].close))
            continue;
        open_block(r, JB_DOC_PLAIN, inside(line, tags[i].open, tags[i].close))->align =
            tags[i].align;
        close_block(r);
        return true;
    }
    return false;
}

static bool read_heading(struct reader *r, struct jb_slice line)
{
    static const enum jb_doc_style styles[] = {JB_DOC_TITLE, JB_DOC_HEADING_1, JB_DOC_HEADING_2,
                                               JB_DOC_HEADING_3, JB_DOC_HEADING_4};
    size_t count = 0;
    while (count < line.len && line.ptr[count] == '#')
        count++;
    if (count == 0 || count > JB_COUNT(styles) || count == line.len || line.ptr[count] != ' ')
        return false;
    struct jb_doc_block *block = open_block(r, styles[count - 1], trim(behind(line, count)));
    if (count == 1) {
        block->align = JB_DOC_CENTER;
        if (!r->doc->title.len)
            r->doc->title = jb_doc_text(r->doc, block);
    }
    close_block(r);
    return true;
}

/* The cell from the offset on; *at moves behind the | that ends it. */
static struct jb_slice next_cell(struct jb_slice row, size_t *at)
{
    size_t from = *at, i = from;
    while (i < row.len && row.ptr[i] != '|') {
        size_t end = skip_placeholder(row, i);
        i = end > i ? end : i + (row.ptr[i] == '\\' && i + 1 < row.len ? 2 : 1);
    }
    *at = i + 1;
    return trim(jb_slice_of(row.ptr + from, (i < row.len ? i : row.len) - from));
}

static bool is_ruler_cell(struct jb_slice cell, enum jb_doc_align *ret)
{
    bool left = cell.len && cell.ptr[0] == ':', right = cell.len && cell.ptr[cell.len - 1] == ':';
    size_t dashes = 0;
    for (size_t i = left; i + right < cell.len; i++, dashes++) {
        if (cell.ptr[i] != '-')
            return false;
    }
    *ret = left && right ? JB_DOC_CENTER : right ? JB_DOC_RIGHT : JB_DOC_LEFT;
    return dashes > 0;
}

/* The line under the head: how columns are aligned. */
static bool read_ruler(struct reader *r, struct jb_slice row)
{
    enum jb_doc_align aligns[JB_MD_COLUMNS_MAX] = {0};
    uint32_t count = 0;
    for (size_t at = 0; at < row.len && count < JB_MD_COLUMNS_MAX; count++) {
        if (!is_ruler_cell(next_cell(row, &at), &aligns[count]))
            return false;
    }
    memcpy(r->aligns, aligns, sizeof(aligns));
    struct jb_doc_row *head = r->table->rows;
    head->head = true;
    count = 0;
    for (struct jb_doc_cell *cell = head->cells; cell; cell = cell->next, count++) {
        cell->blocks->style = JB_DOC_CELL_HEAD;
        cell->blocks->align = JB_DOC_CENTER;
    }
    return count > 0;
}

static bool read_row(struct reader *r, struct jb_slice line)
{
    if (line.len < 2 || line.ptr[0] != '|')
        return false;
    struct jb_slice row = behind(line, 1);
    if (row.ptr[row.len - 1] == '|')
        row.len--;
    r->open = NULL;
    if (r->table && r->table->rows && !r->table->rows->next && read_ruler(r, row))
        return true;
    if (!r->table) {
        r->table = jb_doc_add_table(r->doc, &r->doc->body, 0, NULL);
        r->table->place = r->line;
        memset(r->aligns, 0, sizeof(r->aligns));
    }
    struct jb_doc_row *added = jb_doc_add_row(r->doc, r->table, false);
    uint32_t count = 0;
    for (size_t at = 0; at <= row.len && count < JB_MD_COLUMNS_MAX; count++) {
        struct jb_slice text = next_cell(row, &at);
        struct jb_doc_cell *cell =
            jb_doc_add_cell(r->doc, added, JB_DOC_CELL, r->aligns[count], JB_LIT(""));
        if (r->doc->failed)
            return true;
        struct jb_doc_runs runs = {0};
        add_inline(r, &runs, text);
        cell->blocks->runs = runs.first;
        cell->blocks->place = r->line;
    }
    r->table->columns = count > r->table->columns ? count : r->table->columns;
    return true;
}

static bool is_placeholders(struct jb_slice line)
{
    size_t at = 0;
    while (at < line.len) {
        size_t end = skip_placeholder(line, at);
        if (end == at && line.ptr[at] != ' ')
            return false;
        at = end > at ? end : at + 1;
    }
    return line.len > 0;
}

/* Two lines of a paragraph: Chinese goes on without a blank. */
static void carry_on(struct reader *r, struct jb_slice line)
{
    const struct jb_doc_run *last = r->runs.first;
    while (last && last->next)
        last = last->next;
    bool ascii =
        last && last->text.len && last->text.ptr[last->text.len - 1] < 0x80 && line.ptr[0] < 0x80;
    if (ascii)
        jb_ignore(jb_doc_add_run(r->doc, &r->runs, JB_LIT(" "), 0) != NULL);
    add_inline(r, &r->runs, line);
    r->open->runs = r->runs.first;
}

static bool read_comment(struct reader *r, struct jb_slice line)
{
    if (!r->in_comment && !begins(line, "<!--"))
        return false;
    bool page = !r->in_comment &&
                (jb_slice_is(line, "<!-- pagebreak -->") || jb_slice_is(line, "<!-- 分页 -->"));
    if (page)
        jb_doc_add(r->doc, &r->doc->body, JB_DOC_PAGE_BREAK)->place = r->line;
    r->in_comment = !ends(line, "-->");
    close_block(r);
    return true;
}

static void read_line(struct reader *r, struct jb_slice line)
{
    if (read_comment(r, line))
        return;
    if (line.len == 0) {
        close_block(r);
    } else if (read_heading(r, line) || read_aligned(r, line) || read_row(r, line)) {
        return;
    } else if (begins(line, "> ") || begins(line, "- ") || begins(line, "* ")) {
        jb_ignore(open_block(r, line.ptr[0] == '>' ? JB_DOC_NOTE : JB_DOC_ITEM,
                             trim(behind(line, 2))) != NULL);
        close_block(r);
    } else if (is_placeholders(line)) {
        jb_ignore(open_block(r, JB_DOC_BODY, line) != NULL);
        close_block(r);
    } else if (r->open) {
        carry_on(r, line);
    } else {
        r->open = open_block(r, JB_DOC_BODY, line);
    }
}

jb_err jb_md_read(struct jb_slice text, struct jb_doc *doc)
{
    struct reader r = {.doc = doc, .rest = text};
    if (text.len > JB_MD_BYTES_MAX)
        return JB_ERANGE;
    while (r.rest.len && !doc->failed)
        read_line(&r, next_line(&r));
    return doc->failed ? JB_ENOMEM : JB_OK;
}
