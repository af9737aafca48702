/* Fetches the catalogue from the read door in parts, checks it by its hash, and keeps it whole in
 * the home; or takes one that an operator hands over. A home whose outbox belongs to one store
 * keeps to that store. */
#include "catalog_cmd.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/text.h"
#include "catalog_dates.h"
#include "files/demonstration.h"
#include "files/encoding.h"
#include "home.h"
#include "model/catalog_yaml.h"
#include "net/client.h"
#include "net/wire_catalog.h"
#include "options.h"
#include "outbox.h"
#include "self.h"

#define ASK_MS 10000
#define PART_ARENA_BYTES_MAX (2 * 1024 * 1024)

struct arguments {
    struct jb_options options;
    const char *verb, *file, *to; /* file: of dates, the period */
    const char *form;
    uint64_t version;
};

static const struct argp_option options_table[] = {
    {"catalog-version", 'n', "N", 0, N_("fetch: this version instead of the current one"), 0},
    {"output", 'o', "FILE", 0,
     N_("fetch: also write it to FILE, to hand it over; dates: table, csv, json, xlsx, or a file "
        "that ends so"),
     0},
    {0},
};

static void check_words(struct arguments *args, struct argp_state *state)
{
    bool fetch = args->verb && strcmp(args->verb, "fetch") == 0;
    bool import = args->verb && strcmp(args->verb, "import") == 0;
    bool dates = args->verb && strcmp(args->verb, "dates") == 0;

    if ((!fetch && !import && !dates) || fetch != !args->file || (args->form && !dates))
        argp_usage(state);
    if (dates && args->to)
        jb_options_take_output(&args->options, args->to, state);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;
    struct jb_reader r;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->options;
        return 0;
    case 'o':
        args->to = arg;
        return 0;
    case 'n':
        args->version = 0;
        for (r = jb_reader_of(jb_slice_str(arg)); jb_reader_left(&r);) {
            uint8_t digit = jb_read_u8(&r);
            if (digit < '0' || digit > '9' || args->version > UINT32_MAX / 10)
                argp_error(state, _("a version is a number, not '%s'"), arg);
            args->version = args->version * 10 + (uint64_t)(digit - '0');
        }
        return 0;
    case ARGP_KEY_ARG:
        if (!args->verb)
            args->verb = arg;
        else if (!args->file)
            args->file = arg;
        else if (!args->form)
            args->form = arg;
        else
            argp_usage(state);
        return 0;
    case ARGP_KEY_END:
        check_words(args, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp command = {
    options_table,
    parse,
    "fetch\nimport FILE\ndates PERIOD [FORM]",
    N_("Gets the catalogue that figures are checked against, from the aggregator or from a "
       "file; tells when forms open, are due and lock.\n\n"
       "Examples:\n"
       "  jibao-agent catalog fetch\n"
       "  jibao-agent catalog fetch -o catalog-v3.yaml    for an office without a connection\n"
       "  jibao-agent catalog import catalog-v3.yaml\n"
       "  jibao-agent catalog dates 2023-Q2 --unit justice"),
    children,
    NULL,
    NULL,
};

struct fetching {
    jb_client *client;
    struct jb_arena arena;
    struct jb_findings findings;
    struct jb_buf yaml;
    struct jb_catalog_file file;
};

static jb_err ask_part(struct fetching *f, uint64_t offset, struct jb_catalog_part *ret)
{
    struct jb_catalog_get get = {.version = f->file.version, .offset = offset};
    struct jb_buf request;
    struct jb_slice payload;

    jb_buf_init(&request, 64);
    jb_wire_catalog_get_encode(&get, &request);
    jb_err err = jb_client_expect(f->client, JB_KIND_CATALOG_GET, jb_slice_of(NULL, 0),
                                  jb_buf_slice(&request), ASK_MS, JB_KIND_CATALOG_PART, &payload,
                                  &f->findings);
    jb_buf_free(&request);
    jb_arena_clear(&f->arena);
    return err ? err : jb_wire_catalog_part_decode(payload, &f->arena, ret);
}

/* The first part says which version it is; the rest must be of the same. */
static jb_err fetch(struct fetching *f)
{
    uint64_t size = 0;

    do {
        struct jb_catalog_part part;
        jb_err err = ask_part(f, f->yaml.len, &part);
        if (err)
            return err;
        if (part.version == 0)
            return JB_ENOTFOUND;
        if (f->yaml.len == 0) {
            f->file.version = part.version;
            f->file.revision = part.revision;
            memcpy(f->file.store_id, part.store_id, sizeof(part.store_id));
            memcpy(f->file.hash, part.hash, sizeof(part.hash));
            size = part.size;
        }
        if (part.version != f->file.version || part.offset != f->yaml.len || part.size != size ||
            part.bytes.len == 0 || memcmp(part.hash, f->file.hash, sizeof(part.hash)) != 0)
            return JB_EINVAL;
        jb_buf_put(&f->yaml, part.bytes.ptr, part.bytes.len);
        if (f->yaml.failed)
            return JB_ERANGE;
        jb_progress(_("catalogue"), f->yaml.len, size);
    } while (f->yaml.len < size);
    jb_progress_end();
    return JB_OK;
}

/* False, and told, when the outbox of this home belongs to another store. */
static bool store_fits(const char *home, const struct jb_catalog_file *file)
{
    jb_outbox *outbox = NULL;
    uint8_t mine[16];

    if (jb_outbox_open(home, true, &outbox))
        return true; /* there is none yet */
    bool fits = jb_outbox_store(outbox, mine) || memcmp(mine, file->store_id, sizeof(mine)) == 0;
    jb_outbox_close(outbox);
    if (!fits)
        fprintf(stderr,
                _("jibao-agent: %s holds submissions of another aggregator; use another --home for "
                  "this one\n"),
                home);
    return fits;
}

/* Checks hash and content, then keeps it. source: what findings name, NULL: the copy in the home.
 */
static enum jb_exit keep(const char *home, const struct jb_catalog_file *head, struct jb_slice yaml,
                         const char *source, const char *to)
{
    struct jb_catalog_file file = *head;
    struct jb_findings findings;
    uint8_t hash[32];
    char *path = jb_home_path(home, JB_HOME_CATALOG);
    enum jb_exit code = JB_EXIT_REFUSED;

    jb_findings_init(&findings);
    crypto_generichash(hash, sizeof(hash), yaml.ptr, yaml.len, NULL, 0);
    if (memcmp(hash, file.hash, sizeof(hash)) != 0) {
        fprintf(stderr, _("jibao-agent: %s does not match its hash; nothing is kept\n"),
                source ? source : _("catalogue"));
        goto out;
    }
    if (jb_catalog_read_yaml(yaml, source ? source : path, &findings, &file.catalog)) {
        jb_findings_print(&findings, stderr);
        goto out;
    }
    if (!store_fits(home, &file)) {
        code = JB_EXIT_CONFLICT;
        goto out;
    }
    jb_err err = jb_catalog_file_write(path, &file, yaml);
    if (!err && to)
        err = jb_catalog_file_write(to, &file, yaml);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot write the catalogue: %s\n"), jb_err_name(err));
        code = JB_EXIT_FAILED;
        goto out;
    }
    const struct jb_catalog_view *view = jb_catalog_view(file.catalog);
    if (view->demonstration)
        jb_demonstration_set();
    jb_demonstration_line(stdout);
    printf(_("catalogue %s version %u: %u units, %u indicators, %u forms\n"), view->code,
           file.version, view->unit_count, view->indicator_count, view->form_count);
    code = JB_EXIT_OK;
out:
    jb_findings_free(&findings);
    jb_catalog_file_free(&file);
    free(path);
    return code;
}

static enum jb_exit tell_fetch_error(const struct fetching *f, struct jb_self *self,
                                     const char *endpoint, jb_err err)
{
    if (err == JB_ENOTFOUND) {
        fprintf(stderr, _("jibao-agent: the aggregator at %s has no catalogue yet\n"), endpoint);
        return JB_EXIT_NO_CATALOG;
    }
    if (f->findings.total) {
        jb_findings_print(&f->findings, stderr);
        return JB_EXIT_REFUSED;
    }
    if (err == JB_EAGAIN || err == JB_EGONE) {
        jb_self_tell_trouble(self, endpoint, jb_client_trouble(f->client));
        return JB_EXIT_QUEUED;
    }
    fprintf(stderr, _("jibao-agent: cannot fetch the catalogue from %s: %s\n"), endpoint,
            jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit run_fetch(const char *home, const struct arguments *args)
{
    const char *endpoint = args->options.conf.read;
    struct fetching f = {.file = {.version = (uint32_t)args->version}};
    struct jb_self self = {0};

    enum jb_exit code = jb_self_open(&args->options, &self);
    if (code != JB_EXIT_OK)
        return code;
    jb_net *net = jb_net_new(1);

    jb_arena_init(&f.arena, PART_ARENA_BYTES_MAX);
    jb_buf_init(&f.yaml, JB_CATALOG_BYTES_MAX);
    jb_findings_init(&f.findings);
    jb_err err = jb_client_open_as(net, endpoint, &self.who, &f.client);
    if (!err)
        err = fetch(&f);
    if (err)
        code = tell_fetch_error(&f, &self, endpoint, err);
    else
        code = keep(home, &f.file, jb_buf_slice(&f.yaml), NULL, args->to);
    jb_client_close(f.client);
    jb_net_free(net);
    jb_self_free(&self);
    jb_findings_free(&f.findings);
    jb_buf_free(&f.yaml);
    jb_arena_free(&f.arena);
    return code;
}

static enum jb_exit run_import(const char *home, const struct arguments *args)
{
    struct jb_catalog_file head;
    struct jb_slice yaml;
    uint8_t *bytes = NULL;
    size_t len = 0;

    jb_err err = jb_read_file(args->file, JB_CATALOG_BYTES_MAX + 4096, &bytes, &len);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot read %s: %s\n"), args->file, jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    enum jb_exit code = JB_EXIT_REFUSED;
    if (jb_catalog_file_split(jb_slice_of(bytes, len), &head, &yaml))
        fprintf(stderr,
                _("jibao-agent: %s does not begin with the line that `catalog fetch -o` writes\n"),
                args->file);
    else
        code = keep(home, &head, yaml, args->file, args->to);
    free(bytes);
    return code;
}

enum jb_exit jb_catalog_cmd_load(const char *home, struct jb_catalog_file *ret)
{
    char *path = jb_home_path(home, JB_HOME_CATALOG);
    struct jb_findings findings;

    jb_findings_init(&findings);
    jb_err err = jb_catalog_file_read(path, &findings, ret);
    if (err == JB_ENOTFOUND)
        fprintf(stderr,
                _("jibao-agent: there is no catalogue in %s yet: jibao-agent catalog fetch\n"),
                home);
    else if (findings.total)
        jb_findings_print(&findings, stderr);
    else if (err)
        fprintf(stderr, _("jibao-agent: cannot read %s: %s\n"), path, jb_err_name(err));
    jb_findings_free(&findings);
    free(path);
    if (!err && jb_catalog_view(ret->catalog)->demonstration)
        jb_demonstration_set();
    return err ? JB_EXIT_NO_CATALOG : JB_EXIT_OK;
}

void jb_catalog_cmd_mark(const char *home)
{
    struct jb_catalog_file file = {0};
    char *path = jb_home_path(home, JB_HOME_CATALOG);
    struct jb_findings findings;

    jb_findings_init(&findings);
    if (jb_catalog_file_read(path, &findings, &file) == JB_OK &&
        jb_catalog_view(file.catalog)->demonstration)
        jb_demonstration_set();
    jb_findings_free(&findings);
    jb_catalog_file_free(&file);
    free(path);
}

static enum jb_exit run_dates(const char *home, const struct arguments *args)
{
    struct jb_catalog_file file = {0};

    enum jb_exit code = jb_catalog_cmd_load(home, &file);
    if (code == JB_EXIT_OK)
        code = jb_catalog_dates_list(file.catalog, args->options.conf.unit, args->form, args->file,
                                     args->options.output);
    jb_catalog_file_free(&file);
    return code;
}

enum jb_exit jb_catalog_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&command, argc, argv, &args, &args.options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args.options, &home);
    if (code == JB_EXIT_OK && strcmp(args.verb, "dates") == 0)
        code = run_dates(home, &args);
    else if (code == JB_EXIT_OK)
        code = args.file ? run_import(home, &args) : run_fetch(home, &args);
    free(home);
    jb_options_free(&args.options);
    return code;
}
