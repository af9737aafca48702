/* Configuration by table: the table row of a key is its parser, its limits, its default and its
 * help, so that the four cannot disagree. Refuses what it does not know: a misspelt key would
 * otherwise be a silent default. */
#include "base/conf.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"

#define VALUE_SHOWN_BYTES_MAX 80 /* of a bad value, in the sentence about it */

static const struct jb_conf_key *find_key(const struct jb_conf_key *keys, size_t count,
                                          struct jb_slice name)
{
    for (size_t i = 0; i < count; i++) {
        if (jb_slice_is(name, keys[i].name))
            return &keys[i];
    }
    return NULL;
}

static void *field_of(const struct jb_conf_key *key, void *conf)
{
    return (uint8_t *)conf + key->offset;
}

static jb_err parse_number(struct jb_slice text, bool with_suffix, uint64_t *ret)
{
    uint64_t v = 0, factor = 1;
    if (with_suffix && text.len > 1) {
        uint8_t last = text.ptr[text.len - 1];
        if (last == 'K')
            factor = 1024;
        else if (last == 'M')
            factor = 1024 * 1024;
        else if (last == 'G')
            factor = 1024 * 1024 * 1024;
        text.len -= factor > 1;
    }
    if (text.len == 0)
        return JB_EINVAL;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return JB_EINVAL;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (__builtin_mul_overflow(v, 10u, &v) ||
            __builtin_add_overflow(v, (uint64_t)(text.ptr[i] - '0'), &v))
            return JB_ERANGE;
    }
    if (__builtin_mul_overflow(v, factor, &v))
        return JB_ERANGE;
    *ret = v;
    return JB_OK;
}

static jb_err parse_bool(struct jb_slice text, bool *ret)
{
    bool yes = jb_slice_is(text, "yes") || jb_slice_is(text, "true");
    if (!yes && !jb_slice_is(text, "no") && !jb_slice_is(text, "false"))
        return JB_EINVAL;
    *ret = yes;
    return JB_OK;
}

static jb_err parse_value(const struct jb_conf_key *key, void *field, struct jb_slice text)
{
    uint64_t number;
    jb_err err;
    switch (key->type) {
    case JB_CONF_STRING: {
        if (!jb_utf8_valid(text))
            return JB_EINVAL;
        char **to = field;
        free(*to);
        *to = jb_xstrndup(text.ptr, text.len);
        return JB_OK;
    }
    case JB_CONF_BOOL:
        return parse_bool(text, field);
    case JB_CONF_UINT:
    case JB_CONF_BYTES:
        err = parse_number(text, key->type == JB_CONF_BYTES, &number);
        if (err)
            return err;
        if (number < key->min || number > key->max)
            return JB_ERANGE;
        *(uint64_t *)field = number;
        return JB_OK;
    }
    return JB_EINVAL;
}

static const char *expected(enum jb_conf_type type)
{
    switch (type) {
    case JB_CONF_STRING:
        return _("text in UTF-8");
    case JB_CONF_UINT:
        return _("a whole number");
    case JB_CONF_BOOL:
        return _("yes or no");
    case JB_CONF_BYTES:
        return _("a number of bytes, with K, M or G for powers of 1024");
    }
    return "";
}

static jb_err set_value(const struct jb_conf_key *key, void *conf, struct jb_slice value, char *why,
                        size_t why_size)
{
    char shown[VALUE_SHOWN_BYTES_MAX];
    jb_err err = parse_value(key, field_of(key, conf), value);
    if (err == JB_ERANGE)
        snprintf(why, why_size, _("%s: %s is not between %llu and %llu"), key->name,
                 jb_log_text(shown, sizeof(shown), value), (unsigned long long)key->min,
                 (unsigned long long)key->max);
    else if (err)
        snprintf(why, why_size, _("%s: %s is not %s"), key->name,
                 jb_log_text(shown, sizeof(shown), value), expected(key->type));
    return err;
}

void jb_conf_defaults(const struct jb_conf_key *keys, size_t count, void *conf)
{
    for (size_t i = 0; i < count; i++) {
        void *field = field_of(&keys[i], conf);
        switch (keys[i].type) {
        case JB_CONF_STRING:
            *(char **)field = NULL;
            break;
        case JB_CONF_UINT:
        case JB_CONF_BYTES:
            *(uint64_t *)field = 0;
            break;
        case JB_CONF_BOOL:
            *(bool *)field = false;
            break;
        }
        if (keys[i].def) {
            jb_err err = parse_value(&keys[i], field, jb_slice_str(keys[i].def));
            jb_assert(err == JB_OK); /* the table contradicts itself */
        }
    }
}

jb_err jb_conf_set(const struct jb_conf_key *keys, size_t count, void *conf, const char *key,
                   const char *value, char *why, size_t why_size)
{
    char shown[VALUE_SHOWN_BYTES_MAX];
    const struct jb_conf_key *found = find_key(keys, count, jb_slice_str(key));
    if (!found) {
        snprintf(why, why_size, "%s: %s", jb_log_text(shown, sizeof(shown), jb_slice_str(key)),
                 _("unknown key"));
        return JB_ENOTFOUND;
    }
    return set_value(found, conf, jb_slice_str(value), why, why_size);
}

static struct jb_slice trim(struct jb_slice s)
{
    while (s.len && strchr(" \t\r\n", s.ptr[s.len - 1]))
        s.len--;
    while (s.len && strchr(" \t", s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

/* seen has a flag for each key. */
static jb_err read_line(const struct jb_conf_key *keys, size_t count, void *conf,
                        struct jb_slice line, bool *seen, char *why, size_t why_size)
{
    char shown[VALUE_SHOWN_BYTES_MAX];
    if (memchr(line.ptr, 0, line.len)) {
        snprintf(why, why_size, "%s", _("the line is not text"));
        return JB_EINVAL;
    }
    line = trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
        return JB_OK;
    const uint8_t *equals = memchr(line.ptr, '=', line.len);
    if (!equals) {
        snprintf(why, why_size, "%s", _("expected: key = value"));
        return JB_EINVAL;
    }
    struct jb_slice name = trim(jb_slice_of(line.ptr, (size_t)(equals - line.ptr)));
    const struct jb_conf_key *key = find_key(keys, count, name);
    if (!key) {
        snprintf(why, why_size, "%s: %s", jb_log_text(shown, sizeof(shown), name),
                 _("unknown key"));
        return JB_EINVAL;
    }
    if (seen[key - keys]) {
        snprintf(why, why_size, "%s: %s", key->name, _("the key stands twice"));
        return JB_EINVAL;
    }
    seen[key - keys] = true;
    size_t rest = line.len - (size_t)(equals + 1 - line.ptr);
    return set_value(key, conf, trim(jb_slice_of(equals + 1, rest)), why, why_size);
}

jb_err jb_conf_read(const struct jb_conf_key *keys, size_t count, void *conf, const char *path,
                    char *why, size_t why_size)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        int number = errno;
        snprintf(why, why_size, "%s: %s", path, strerror(number));
        return number == ENOENT ? JB_ENOTFOUND : JB_EIO;
    }
    bool *seen = jb_xcalloc(count, sizeof(*seen));
    char *line = NULL, sentence[512] = "";
    size_t cap = 0;
    unsigned number = 0;
    ssize_t len;
    jb_err err = JB_OK;
    while (!err && (len = getline(&line, &cap, file)) >= 0) {
        number++;
        err = read_line(keys, count, conf, jb_slice_of(line, (size_t)len), seen, sentence,
                        sizeof(sentence));
    }
    if (err) {
        snprintf(why, why_size, "%s:%u: %s", path, number, sentence);
    } else if (ferror(file)) {
        snprintf(why, why_size, "%s: %s", path, strerror(errno));
        err = JB_EIO;
    }
    free(line);
    free(seen);
    fclose(file);
    return err;
}

void jb_conf_free(const struct jb_conf_key *keys, size_t count, void *conf)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].type == JB_CONF_STRING) {
            char **field = field_of(&keys[i], conf);
            free(*field);
            *field = NULL;
        }
    }
}

void jb_conf_print(const struct jb_conf_key *keys, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct jb_conf_key *key = &keys[i];
        fprintf(out, "%s# %s\n", i ? "\n" : "", _(key->help));
        if (key->type == JB_CONF_UINT || key->type == JB_CONF_BYTES)
            fprintf(out, _("# (%s, %llu to %llu)\n"), expected(key->type),
                    (unsigned long long)key->min, (unsigned long long)key->max);
        else if (key->type == JB_CONF_BOOL)
            fprintf(out, "# (%s)\n", expected(key->type));
        if (key->def)
            fprintf(out, "%s = %s\n", key->name, key->def);
        else
            fprintf(out, "#%s =\n", key->name);
    }
}
