#include "net/wire_table.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "jibao/v1/envelope.pb-c.h"
#include "model/period.h"
#include "net/wire_pb.h"

#define NAME_BYTES 96
#define CELL_BYTES_MAX (256 * 1024)
#define PATH_MAX_DEPTH 3

/* A column: the fields that lead to it from the row. */
struct column {
    const ProtobufCFieldDescriptor *path[PATH_MAX_DEPTH];
    uint32_t depth;
    char key[NAME_BYTES];
    char title[NAME_BYTES];
};

struct making {
    const struct jb_wire_table_view *view;
    struct column columns[JB_WIRE_TABLE_COLUMNS_MAX];
    uint32_t count;
    bool too_many;
    jb_table *table;
    struct jb_buf cell;
};

/* What fields and enumerated words are called for people; what is not here stands as it is. */
static const struct {
    const char *word, *title;
} words[] = {
    {"accepted", N_("accepted on review")},
    {"accepted revision", N_("accepted revision")},
    {"act revision", N_("act revision")},
    {"acts", N_("acts")},
    {"approximate", N_("approximate")},
    {"at", N_("at")},
    {"at least", N_("at least")},
    {"at most", N_("at most")},
    {"backfill", N_("backfill")},
    {"basis", N_("basis")},
    {"before", N_("before")},
    {"by", N_("signed by")},
    {"change", N_("change")},
    {"checked by", N_("checked by")},
    {"closed", N_("closed")},
    {"complete at", N_("complete at")},
    {"correction", N_("correction")},
    {"corrections", N_("corrections")},
    {"counts", N_("counts")},
    {"due on", N_("due on")},
    {"entered by", N_("entered by")},
    {"estimated", N_("estimated")},
    {"exact", N_("exact")},
    {"excused", N_("excused")},
    {"expected forms", N_("expected forms")},
    {"expected hash", N_("expected hash")},
    {"expected rows", N_("expected rows")},
    {"explanation", N_("explanation")},
    {"filled by", N_("filled by")},
    {"final", N_("final")},
    {"form", N_("form")},
    {"form title en", N_("form title en")},
    {"form title zh", N_("form title zh")},
    {"forms", N_("forms")},
    {"forms now", N_("forms now")},
    {"ground", N_("ground")},
    {"head", N_("head")},
    {"indicator", N_("indicator")},
    {"indicators", N_("indicators listed")},
    {"judged", N_("judged")},
    {"last at", N_("last at")},
    {"last revision", N_("last revision")},
    {"last submission", N_("last submission")},
    {"late days", N_("late days")},
    {"locks on", N_("locks on")},
    {"missing", N_("missing")},
    {"more than", N_("more than")},
    {"nearly", N_("nearly")},
    {"not applicable", N_("not applicable")},
    {"not computable", N_("not computable")},
    {"not opened", N_("not opened")},
    {"not reported", N_("not reported")},
    {"note", N_("note")},
    {"number", N_("release number")},
    {"on behalf of", N_("on behalf of")},
    {"opened", N_("opened")},
    {"opens on", N_("opens on")},
    {"overdue days", N_("overdue days")},
    {"owed", N_("is owed")},
    {"period", N_("period")},
    {"period state", N_("period state")},
    {"precision", N_("precision")},
    {"precision before", N_("precision before")},
    {"provisional", N_("provisional")},
    {"published", N_("published")},
    {"reason", N_("reason")},
    {"released by", N_("released by")},
    {"reopened", N_("reopened")},
    {"returned", N_("returned")},
    {"returns", N_("returns")},
    {"revision", N_("revision")},
    {"rows expected", N_("rows expected")},
    {"rows now", N_("rows now")},
    {"rows reported", N_("rows reported")},
    {"source", N_("source")},
    {"source row", N_("source row")},
    {"standing", N_("standing")},
    {"state", N_("state")},
    {"state before", N_("state before")},
    {"status", N_("status")},
    {"status before", N_("status before")},
    {"submission id", N_("submission id")},
    {"submitted", N_("submitted")},
    {"text", N_("text")},
    {"text before", N_("text before")},
    {"trial", N_("trial")},
    {"unit", N_("unit")},
    {"value", N_("figure")},
    {"withdrawn", N_("withdrawn")},
};

/* "late_days" as people say it. to may be name. */
static void speak(const char *name, char *to, size_t size)
{
    char plain[NAME_BYTES];
    const char *title = plain;

    snprintf(plain, sizeof(plain), "%s", name);
    for (char *p = plain; *p; p++) {
        if (*p == '_')
            *p = ' ';
    }
    for (size_t i = 0; i < JB_COUNT(words); i++) {
        if (strcmp(words[i].word, plain) == 0)
            title = _(words[i].title);
    }
    snprintf(to, size, "%s", title);
}

static bool is_time(const ProtobufCFieldDescriptor *field)
{
    size_t len = strlen(field->name);

    return field->type == PROTOBUF_C_TYPE_INT64 && len > 3 &&
           strcmp(field->name + len - 3, "_us") == 0;
}

static void add_column(struct making *m, const struct column *column)
{
    if (m->count == JB_WIRE_TABLE_COLUMNS_MAX)
        m->too_many = true;
    else
        m->columns[m->count++] = *column;
}

static void add_columns(struct making *m, const ProtobufCMessageDescriptor *type,
                        const struct column *above)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        struct column column = *above;
        char title[NAME_BYTES];
        int len = (int)strlen(field->name) - (is_time(field) ? 3 : 0);
        column.path[column.depth++] = field;
        snprintf(column.key, sizeof(column.key), "%.40s%s%.*s", above->key, above->depth ? "_" : "",
                 len, field->name);
        snprintf(title, sizeof(title), "%.*s", len, field->name);
        speak(title, title, sizeof(title));
        snprintf(column.title, sizeof(column.title), "%.40s%s%.50s", above->title,
                 above->depth ? " " : "", title);
        if (field->label != PROTOBUF_C_LABEL_REPEATED && field->type == PROTOBUF_C_TYPE_MESSAGE &&
            column.depth < PATH_MAX_DEPTH)
            add_columns(m, field->descriptor, &column);
        else
            add_column(m, &column);
    }
}

/* Decimals and counts need no guard against formulas; texts do. */
static bool is_number(const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED || is_time(field))
        return false;
    return field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64 ||
           (field->type == PROTOBUF_C_TYPE_STRING &&
            (strcmp(field->name, "value") == 0 || strcmp(field->name, "before") == 0));
}

static void put_enum(struct making *m, const ProtobufCEnumDescriptor *type, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    const char *first = type->values[0].name, *underscore = strchr(first, '_');
    size_t skip = underscore ? (size_t)(underscore - first) + 1 : 0;
    char word[NAME_BYTES], spoken[NAME_BYTES];

    for (unsigned i = 0; skip && i < type->n_values; i++) {
        if (strncmp(type->values[i].name, first, skip) != 0)
            skip = 0;
    }
    snprintf(word, sizeof(word), "%s", value ? value->name + skip : "");
    for (char *p = word; *p; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    }
    if (strstr(word, "unspecified"))
        word[0] = 0;
    if (m->view->for_people) {
        speak(word, spoken, sizeof(spoken));
        jb_buf_put_str(&m->cell, spoken);
    } else {
        jb_buf_put_str(&m->cell, word);
    }
}

static void put_text(struct making *m, const ProtobufCFieldDescriptor *field, const char *text)
{
    const struct jb_wire_table_view *view = m->view;
    const char *name = view->for_people && view->name && text
                           ? view->name(view->ctx, field->name, jb_slice_str(text))
                           : NULL;

    jb_buf_put_str(&m->cell, name ? name : text ? text : "");
}

static void put_value(struct making *m, const ProtobufCFieldDescriptor *field, const void *item)
{
    char time[40];

    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        jb_buf_printf(&m->cell, "%" PRIu32, *(const uint32_t *)item);
        break;
    case PROTOBUF_C_TYPE_UINT64:
        jb_buf_printf(&m->cell, "%" PRIu64, *(const uint64_t *)item);
        break;
    case PROTOBUF_C_TYPE_INT64:
        if (!is_time(field)) {
            jb_buf_printf(&m->cell, "%" PRId64, *(const int64_t *)item);
        } else if (*(const int64_t *)item) {
            jb_time_format(*(const int64_t *)item, m->view->zone_minutes, time);
            if (m->view->for_people) { /* as a clock shows it, to the second */
                time[10] = ' ';
                time[19] = 0;
            }
            jb_buf_put_str(&m->cell, time);
        }
        break;
    case PROTOBUF_C_TYPE_BOOL:
        if (m->view->for_people)
            jb_buf_put_str(&m->cell, *(const protobuf_c_boolean *)item ? _("yes") : "");
        else
            jb_buf_put_str(&m->cell, *(const protobuf_c_boolean *)item ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        put_enum(m, field->descriptor, *(const int *)item);
        break;
    case PROTOBUF_C_TYPE_STRING:
        put_text(m, field, *(char *const *)item);
        break;
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *bytes = item;
        for (size_t i = 0; i < bytes->len; i++)
            jb_buf_printf(&m->cell, "%02x", bytes->data[i]);
        break;
    }
    default:
        break;
    }
}

/* Of a message in a list: its first text. */
static bool put_first_text(struct making *m, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[0];

    if (field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    put_text(m, field, *(char *const *)((const uint8_t *)message + field->offset));
    return true;
}

static void put_list(struct making *m, const ProtobufCFieldDescriptor *field, const void *items,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            jb_buf_put(&m->cell, ";", 1);
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            put_text(m, field, ((char *const *)items)[i]);
        } else if (field->type != PROTOBUF_C_TYPE_MESSAGE ||
                   !put_first_text(m, ((ProtobufCMessage *const *)items)[i])) {
            jb_buf_clear(&m->cell);
            jb_buf_printf(&m->cell, "%zu", count);
            return;
        }
    }
}

static void put_cell(struct making *m, const struct column *column, const ProtobufCMessage *row)
{
    const uint8_t *at = (const uint8_t *)row;

    jb_buf_clear(&m->cell);
    for (uint32_t i = 0; at && i < column->depth; i++) {
        const ProtobufCFieldDescriptor *field = column->path[i];
        const void *item = at + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count = 0;
            memcpy(&count, at + field->quantifier_offset, sizeof(count));
            put_list(m, field, *(void *const *)item, count);
        } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            at = *(const uint8_t *const *)item;
        } else {
            put_value(m, field, item);
        }
    }
    if (m->cell.len)
        jb_table_cellf(m->table, "%.*s", (int)m->cell.len, (const char *)m->cell.ptr);
    else
        jb_table_cell(m->table, NULL);
}

static const ProtobufCFieldDescriptor *rows_of(const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; type && i < type->n_fields; i++) {
        if (type->fields[i].label == PROTOBUF_C_LABEL_REPEATED &&
            type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            return &type->fields[i];
    }
    return NULL;
}

static bool is_whole(const ProtobufCMessageDescriptor *type, const void *message)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, "truncated");

    return !field ||
           !*(const protobuf_c_boolean *)(const void *)((const uint8_t *)message + field->offset);
}

static jb_err make(struct making *m, const ProtobufCFieldDescriptor *rows, const void *message)
{
    struct jb_column columns[JB_WIRE_TABLE_COLUMNS_MAX];
    const struct column none = {.depth = 0};
    size_t count = 0;

    add_columns(m, rows->descriptor, &none);
    if (m->too_many)
        return JB_ERANGE;
    for (uint32_t i = 0; i < m->count; i++) {
        bool number = is_number(m->columns[i].path[m->columns[i].depth - 1]);
        columns[i] = (struct jb_column){.key = m->columns[i].key,
                                        .title = m->columns[i].title,
                                        .align = number ? JB_RIGHT : JB_LEFT,
                                        .number = number};
    }
    m->table = jb_table_new(columns, m->count);
    memcpy(&count, (const uint8_t *)message + rows->quantifier_offset, sizeof(count));
    ProtobufCMessage *const *items = NULL;
    memcpy(&items, (const uint8_t *)message + rows->offset, sizeof(items));
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < m->count; k++)
            put_cell(m, &m->columns[k], items[i]);
        jb_table_end_row(m->table);
    }
    return m->cell.failed ? JB_ERANGE : JB_OK;
}

jb_err jb_wire_table(enum jb_kind kind, struct jb_slice payload,
                     const struct jb_wire_table_view *view, jb_table **ret, bool *ret_whole)
{
    const ProtobufCMessageDescriptor *type = jb_wire_kind_type(kind);
    const ProtobufCFieldDescriptor *rows = rows_of(type);
    const void *message = NULL;
    struct jb_arena arena;

    if (!rows)
        return JB_EINVAL;
    struct making *m = jb_xcalloc(1, sizeof(*m));
    m->view = view;
    jb_buf_init(&m->cell, CELL_BYTES_MAX);
    jb_arena_init(&arena, (size_t)JB_WIRE_SCRATCH_BYTES_MAX);
    jb_err err = jb_wire_unpack(type, payload, &jb_wire_ignoring, &arena, &message);
    if (!err)
        err = make(m, rows, message);
    if (!err) {
        *ret = m->table;
        *ret_whole = is_whole(type, message);
    } else {
        jb_table_free(m->table);
    }
    jb_buf_free(&m->cell);
    jb_arena_free(&arena);
    free(m);
    return err;
}
