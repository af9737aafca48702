/* Puts a stream in memory in stdout's place: glibc's stdout is a variable that may be set, so no
 * command needs to know. */
#include "files/outlet.h"

#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "files/encoding.h"
#include "files/table_book.h"

static const struct {
    const char *word, *ending;
    enum jb_outlet_form form;
} forms[] = {
    {"table", ".txt", JB_FORM_TABLE},        {"csv", ".csv", JB_FORM_CSV},
    {"json", ".json", JB_FORM_JSON},         {"xlsx", ".xlsx", JB_FORM_XLSX},
    {"sdmx-csv", ".sdmx.csv", JB_FORM_SDMX},
};

/* The one that is open; a program has one standard output. */
static struct {
    struct jb_outlet asked;
    FILE *real, *memory; /* memory NULL: nothing is open */
    char *text;
    size_t len;
    size_t taken; /* bytes of text that the workbook has */
    struct jb_table_book *book;
} at;

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text), ending_len = strlen(ending);
    return len > ending_len && strcasecmp(text + len - ending_len, ending) == 0;
}

jb_err jb_outlet_parse(const char *text, struct jb_outlet *outlet)
{
    for (size_t i = 0; i < JB_COUNT(forms); i++) {
        if (strcmp(text, forms[i].word) == 0) {
            outlet->form = forms[i].form;
            return JB_OK;
        }
    }
    for (size_t i = JB_COUNT(forms); i-- > 0;) { /* the longer endings stand behind */
        if (ends_with(text, forms[i].ending)) {
            outlet->form = forms[i].form;
            outlet->path = text;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

jb_err jb_outlet_parse_encoding(const char *text, enum jb_outlet_encoding *ret)
{
    enum jb_encoding encoding;

    if (strcasecmp(text, "utf-8-bom") == 0) {
        *ret = JB_OUTLET_UTF8_BOM;
        return JB_OK;
    }
    if (jb_encoding_parse(jb_slice_str(text), &encoding) != JB_OK || encoding == JB_ENC_GUESS)
        return JB_EINVAL;
    *ret = encoding == JB_ENC_UTF8 ? JB_OUTLET_UTF8 : JB_OUTLET_GB18030;
    return JB_OK;
}

enum jb_output jb_outlet_output(const struct jb_outlet *outlet)
{
    switch (outlet->form) {
    case JB_FORM_CSV:
    case JB_FORM_SDMX:
        return JB_OUT_CSV;
    case JB_FORM_JSON:
        return JB_OUT_JSON;
    case JB_FORM_TABLE:
    case JB_FORM_XLSX:
        return JB_OUT_TABLE;
    }
    return JB_OUT_TABLE;
}

bool jb_outlet_is_plain(const struct jb_outlet *outlet)
{
    return !outlet->path && outlet->form != JB_FORM_XLSX && outlet->form != JB_FORM_SDMX &&
           outlet->encoding == JB_OUTLET_DEFAULT;
}

bool jb_outlet_open(const struct jb_outlet *outlet, char *why, size_t why_size)
{
    bool text = outlet->form == JB_FORM_TABLE || outlet->form == JB_FORM_CSV;

    jb_assert(!at.memory);
    if (jb_outlet_is_plain(outlet))
        return true;
    if (outlet->encoding != JB_OUTLET_DEFAULT && !text) {
        snprintf(why, why_size,
                 _("--encoding is for csv and table; the other forms have one of "
                   "their own"));
        return false;
    }
    if (outlet->form == JB_FORM_XLSX && !outlet->path && isatty(STDOUT_FILENO)) {
        snprintf(why, why_size,
                 _("a workbook is nothing for a terminal; name a file: -o FILE.xlsx"));
        return false;
    }
    at.asked = *outlet;
    at.taken = 0;
    at.memory = open_memstream(&at.text, &at.len);
    if (!at.memory) {
        snprintf(why, why_size, _("not enough memory"));
        return false;
    }
    if (outlet->form == JB_FORM_XLSX)
        at.book = jb_table_book_new();
    at.real = stdout;
    stdout = at.memory;
    return true;
}

/* What was printed since, as lines of the workbook. */
static void take_lines(void)
{
    if (fflush(at.memory) == 0 && at.len > at.taken)
        jb_table_book_add_lines(at.book, jb_slice_of(at.text + at.taken, at.len - at.taken));
    at.taken = at.len;
}

struct jb_table_book *jb_outlet_book(FILE *out)
{
    if (!at.book || out != at.memory)
        return NULL;
    take_lines();
    return at.book;
}

/* LF to CRLF where a record ends; a line break inside quotation marks is the cell's own. */
static void end_with_crlf(struct jb_slice text, struct jb_buf *out)
{
    bool quoted = false;

    for (size_t i = 0; i < text.len; i++) {
        quoted ^= text.ptr[i] == '"';
        if (text.ptr[i] == '\n' && !quoted)
            jb_buf_put(out, "\r", 1);
        jb_buf_put(out, text.ptr + i, 1);
    }
}

static jb_err encode(struct jb_slice text, char **ret, size_t *ret_len)
{
    const struct jb_outlet *asked = &at.asked;
    enum jb_outlet_encoding encoding = asked->encoding;
    bool csv = asked->form == JB_FORM_CSV;
    struct jb_buf buf;

    if (encoding == JB_OUTLET_DEFAULT)
        encoding = csv && asked->path ? JB_OUTLET_UTF8_BOM : JB_OUTLET_UTF8;
    jb_buf_init(&buf, text.len * 2 + 4);
    if (encoding == JB_OUTLET_UTF8_BOM)
        jb_buf_put(&buf, "\xef\xbb\xbf", 3);
    if ((csv && encoding != JB_OUTLET_UTF8) || asked->form == JB_FORM_SDMX)
        end_with_crlf(text, &buf);
    else
        jb_buf_put(&buf, text.ptr, text.len);
    jb_err err = buf.failed
                     ? JB_ENOMEM
                     : jb_encode_text(jb_buf_slice(&buf),
                                      encoding == JB_OUTLET_GB18030 ? JB_ENC_GB18030 : JB_ENC_UTF8,
                                      ret, ret_len);
    jb_buf_free(&buf);
    return err;
}

static bool deliver(struct jb_slice bytes, char *why, size_t why_size)
{
    if (at.asked.path) {
        jb_err err = jb_write_file(at.asked.path, bytes);
        if (err)
            snprintf(why, why_size, _("%s could not be written (%s)"), at.asked.path,
                     jb_err_name(err));
        return !err;
    }
    bool good = fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len && fflush(stdout) == 0;
    if (!good)
        snprintf(why, why_size, _("the output could not be written"));
    return good;
}

bool jb_outlet_close(bool keep, char *why, size_t why_size)
{
    char *bytes = NULL;
    size_t len = 0;
    bool good = true;

    if (!at.memory)
        return true;
    if (at.book)
        take_lines();
    good = fclose(at.memory) == 0;
    stdout = at.real;
    at.memory = NULL;
    if (keep && good) {
        jb_err err = at.book ? jb_table_book_write(at.book, &bytes, &len)
                             : encode(jb_slice_of(at.text, at.len), &bytes, &len);
        good = !err;
        if (good)
            good = deliver(jb_slice_of(bytes, len), why, why_size);
        else
            snprintf(why, why_size, _("the output could not be made (%s)"), jb_err_name(err));
    } else if (!good) {
        snprintf(why, why_size, _("not enough memory"));
    }
    jb_table_book_free(at.book);
    at.book = NULL;
    free(at.text);
    at.text = NULL;
    free(bytes);
    return good;
}

static bool printed_any(void)
{
    return at.memory && fflush(at.memory) == 0 &&
           (at.len > 0 || (at.book && jb_table_book_has_tables(at.book)));
}

bool jb_outlet_finish(const char *program, enum jb_outlet_end end)
{
    bool keep = end == JB_END_GOOD || (end == JB_END_REFUSED && (printed_any()));
    const char *path = at.memory && keep ? at.asked.path : NULL;
    char why[1024] = "";

    bool good = jb_outlet_close(keep, why, sizeof(why));
    if (good && (fflush(stdout) != 0 || ferror(stdout))) {
        snprintf(why, sizeof(why), _("the output could not be written"));
        good = false;
    }
    if (!good)
        fprintf(stderr, "%s: %s\n", program, why);
    else if (path)
        fprintf(stderr, _("%s is written\n"), path);
    return good;
}
