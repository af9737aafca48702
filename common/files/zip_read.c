/* libzip reads the directory and unpacks; this file holds both to the limits. Sizes in the
 * directory are the sender's word, so that the bytes are counted again as they come. */
#include "files/zip_read.h"

#include <stdlib.h>
#include <strings.h>
#include <zip.h>

#include "base/limits.h"
#include "base/text.h"

#define PIECE_BYTES ((size_t)64 * 1024)

struct entry {
    const char *name; /* libzip's */
    uint32_t index;
    uint64_t bytes; /* unpacked, by the directory */
};

struct jb_zip {
    zip_t *archive;
    struct entry *entries; /* by name */
    uint32_t count;
    uint64_t bytes_read; /* unpacked so far, all together */
};

bool jb_zip_magic(struct jb_slice bytes)
{
    return bytes.len >= 4 && memcmp(bytes.ptr, "PK", 2) == 0 &&
           (memcmp(bytes.ptr + 2, "\3\4", 2) == 0 || memcmp(bytes.ptr + 2, "\5\6", 2) == 0);
}

bool jb_zip_ole_magic(struct jb_slice bytes)
{
    return bytes.len >= 8 && memcmp(bytes.ptr, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcasecmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* No name may lead out of the package, on any system. */
static bool name_is_safe(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > JB_ZIP_NAME_BYTES_MAX || name[0] == '/' || strchr(name, '\\') ||
        strchr(name, ':') || !jb_utf8_valid(jb_slice_of(name, len)))
        return false;
    for (const char *step = name; step;) {
        const char *slash = strchr(step, '/');
        size_t step_len = slash ? (size_t)(slash - step) : strlen(step);
        if ((step_len == 2 && memcmp(step, "..", 2) == 0) || (step_len == 1 && step[0] == '.'))
            return false;
        step = slash ? slash + 1 : NULL;
    }
    return true;
}

static jb_err too_large(struct jb_fault *fault, const char *name)
{
    return jb_fault_set(fault, JB_ERANGE, _("the file unpacks to more than may be read"),
                        _("Remove what does not belong to it, such as pictures or empty rows that "
                          "were formatted, and save it again."),
                        "%s", name);
}

static jb_err look_at(jb_zip *zip, uint32_t index, uint64_t *bytes, struct jb_fault *fault)
{
    zip_stat_t stat;

    zip_stat_init(&stat);
    if (zip_stat_index(zip->archive, index, ZIP_FL_ENC_GUESS, &stat) != 0 || !stat.name ||
        !(stat.valid & ZIP_STAT_SIZE) || !(stat.valid & ZIP_STAT_COMP_SIZE))
        return jb_fault_set(fault, JB_EINVAL, _("the file is damaged"),
                            _("Save it again, or ask for it again."), "%s", "");
    if (!name_is_safe(stat.name))
        return jb_fault_set(fault, JB_EINVAL, _("the file holds a name that leads out of it"),
                            _("Do not use this file; make a new one from the template."), "%s",
                            jb_utf8_valid(jb_slice_str(stat.name)) ? stat.name : "?");
    if (stat.valid & ZIP_STAT_ENCRYPTION_METHOD && stat.encryption_method != ZIP_EM_NONE)
        return jb_fault_set(fault, JB_EINVAL, _("the file is protected by a password"),
                            _("Save it without a password."), "%s", stat.name);
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
        return jb_fault_set(fault, JB_EINVAL, _("the file is packed in an unusual way"),
                            _("Open it in a spreadsheet or word processor and save it again."),
                            "%s", stat.name);
    *bytes += stat.size;
    if (stat.size > JB_ZIP_ENTRY_BYTES_MAX || *bytes > JB_ZIP_BYTES_MAX ||
        (stat.size > JB_ZIP_RATIO_BYTES_MIN && stat.size / JB_ZIP_RATIO_MAX > stat.comp_size))
        return too_large(fault, stat.name);
    zip->entries[zip->count++] =
        (struct entry){.name = stat.name, .index = index, .bytes = stat.size};
    return JB_OK;
}

static jb_err look_at_all(jb_zip *zip, uint32_t count, struct jb_fault *fault)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < count; i++) {
        jb_err err = look_at(zip, i, &bytes, fault);
        if (err)
            return err;
    }
    qsort(zip->entries, zip->count, sizeof(*zip->entries), by_name);
    for (uint32_t i = 1; i < zip->count; i++) {
        if (by_name(&zip->entries[i - 1], &zip->entries[i]) == 0)
            return jb_fault_set(fault, JB_EINVAL, _("the file holds one name twice"),
                                _("Open it in a spreadsheet or word processor and save it again."),
                                "%s", zip->entries[i].name);
    }
    return JB_OK;
}

static zip_t *open_archive(struct jb_slice bytes)
{
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (source && !archive)
        zip_source_free(source);
    zip_error_fini(&error);
    return archive;
}

jb_err jb_zip_open(struct jb_slice bytes, jb_zip **ret, struct jb_fault *fault)
{
    if (jb_zip_ole_magic(bytes))
        return jb_fault_set(fault, JB_EINVAL,
                            _("the file is protected by a password, or of the old kind (.xls, "
                              ".doc)"),
                            _("Save it as .xlsx or .docx, without a password."), "%s", "");
    if (!jb_zip_magic(bytes))
        return jb_fault_set(
            fault, JB_EINVAL, _("the file is no workbook or document, whatever its name says"),
            _("Save it as .xlsx or .docx; a CSV file keeps the name .csv."), "%s", "");
    zip_t *archive = open_archive(bytes);
    if (!archive)
        return jb_fault_set(fault, JB_EINVAL, _("the file is cut short or damaged"),
                            _("Save it again, or ask for it again."), "%s", "");
    jb_zip *zip = jb_xcalloc(1, sizeof(*zip));
    zip->archive = archive;
    zip_int64_t count = zip_get_num_entries(archive, 0);
    jb_err err = JB_OK;
    if (count < 0 || count > JB_ZIP_ENTRIES_MAX) {
        err = jb_fault_set(fault, JB_ERANGE, _("the file has too many parts"),
                           _("Make a new one from the template."), "%lld", (long long)count);
    } else {
        zip->entries = jb_xcalloc((size_t)count + 1, sizeof(*zip->entries));
        err = look_at_all(zip, (uint32_t)count, fault);
    }
    if (err)
        jb_zip_close(zip);
    else
        *ret = zip;
    return err;
}

void jb_zip_close(jb_zip *zip)
{
    if (!zip)
        return;
    zip_discard(zip->archive);
    free(zip->entries);
    free(zip);
}

uint32_t jb_zip_count(const jb_zip *zip)
{
    return zip->count;
}

const char *jb_zip_name(const jb_zip *zip, uint32_t index)
{
    jb_assert(index < zip->count);
    return zip->entries[index].name;
}

static const struct entry *find(const jb_zip *zip, const char *name)
{
    struct entry key = {.name = name};

    return bsearch(&key, zip->entries, zip->count, sizeof(*zip->entries), by_name);
}

bool jb_zip_has(const jb_zip *zip, const char *name)
{
    return find(zip, name) != NULL;
}

static jb_err damaged(struct jb_fault *fault, const char *name)
{
    return jb_fault_set(fault, JB_EINVAL, _("a part of the file is damaged"),
                        _("Save it again, or ask for it again."), "%s", name);
}

static jb_err unpack(jb_zip *zip, const struct entry *entry, zip_file_t *file, jb_zip_sink sink,
                     void *context, struct jb_fault *fault)
{
    uint8_t *piece = jb_xmalloc(PIECE_BYTES);
    uint64_t bytes = 0;
    jb_err err = JB_OK;

    while (!err) {
        zip_int64_t got = zip_fread(file, piece, PIECE_BYTES);
        if (got < 0)
            err = damaged(fault, entry->name);
        if (got <= 0)
            break;
        bytes += (uint64_t)got;
        zip->bytes_read += (uint64_t)got;
        if (bytes > entry->bytes)
            err = damaged(fault, entry->name);
        else if (zip->bytes_read > JB_ZIP_BYTES_MAX)
            err = too_large(fault, entry->name);
        else
            err = sink(context, jb_slice_of(piece, (size_t)got));
    }
    free(piece);
    if (!err && bytes != entry->bytes)
        err = damaged(fault, entry->name);
    return err;
}

jb_err jb_zip_each(jb_zip *zip, const char *name, jb_zip_sink sink, void *context,
                   struct jb_fault *fault)
{
    const struct entry *entry = find(zip, name);

    if (!entry)
        return jb_fault_set(fault, JB_ENOTFOUND, _("a part of the file is missing"),
                            _("Open it in a spreadsheet or word processor and save it again."),
                            "%s", name);
    zip_file_t *file = zip_fopen_index(zip->archive, entry->index, 0);
    if (!file)
        return damaged(fault, entry->name);
    jb_err err = unpack(zip, entry, file, sink, context, fault);
    if (zip_fclose(file) != 0 && !err) /* the checksum */
        err = damaged(fault, entry->name);
    return err;
}

struct keeping {
    struct jb_buf *to;
    const char *name;
    struct jb_fault *fault;
};

static jb_err keep(void *context, struct jb_slice piece)
{
    struct keeping *keeping = context;

    jb_buf_put(keeping->to, piece.ptr, piece.len);
    return keeping->to->failed ? too_large(keeping->fault, keeping->name) : JB_OK;
}

jb_err jb_zip_read(jb_zip *zip, const char *name, struct jb_buf *to, struct jb_fault *fault)
{
    struct keeping keeping = {.to = to, .name = name, .fault = fault};

    return jb_zip_each(zip, name, keep, &keeping, fault);
}
