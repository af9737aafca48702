/* jibao audit: who changed what, when, and with which outcome; the whole ledger as a file; and the
 * check of such a file, which needs neither the store nor the aggregator. */
#include <stdlib.h>

#include "args.h"
#include "audit_export.h"
#include "base/text.h"
#include "commands.h"
#include "desk.h"
#include "moment.h"
#include "net/wire_keys.h"
#include "sibling.h"
#include "words.h"

#define WHY_BYTES 1024

enum {
    KEY_SINCE = 0x200,
    KEY_UNTIL,
    KEY_BY,
    KEY_PERSON,
    KEY_UNIT,
    KEY_KIND,
    KEY_EXPORT,
    KEY_CHECK
};

static const struct argp_option table[] = {
    {"since", KEY_SINCE, "TIME", 0, N_("from then on: 2026-01-01, 2026-01-01T08:00:00"), 1},
    {"until", KEY_UNTIL, "TIME", 0, N_("up to then; a day belongs to it"), 1},
    {"by", KEY_BY, "KEY", 0, N_("signed with this key: its public file, or 64 hexadecimal digits"),
     1},
    {"person", KEY_PERSON, "NAME", 0, N_("the signer's label, or the person signed for"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("about this unit, by code"), 1},
    {"kind", KEY_KIND, "KIND", 0,
     N_("genesis, epoch, catalogue, submission, conflict, key_change, act or due"), 1},
    {"export", KEY_EXPORT, "FILE", 0,
     N_("write the whole ledger with its signed head as JSON lines"), 2},
    {"check", KEY_CHECK, "FILE", 0,
     N_("check such a file offline: chain, signatures, rights, head; needs --server-key"), 2},
    {0},
};

static const char *const kinds[] = {N_("genesis"),    N_("epoch"),    N_("catalogue"),
                                    N_("submission"), N_("conflict"), N_("key_change"),
                                    N_("act"),        N_("due")};

struct input {
    struct jb_audit_ask ask;
    const char *export_path;
    char *check_path;
    int64_t now_us;
};

static error_t take_moment(struct argp_state *state, const char *text, bool end, int64_t *ret)
{
    const struct input *input = state->input;

    if (jb_moment_parse(text, end, input->now_us, ret))
        argp_error(state, _("'%s' is not a time; write it like 2026-01-01 or 2026-01-01T08:00:00"),
                   text);
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;
    char why[WHY_BYTES];
    bool known = false;

    switch (key) {
    case KEY_SINCE:
        return take_moment(state, arg, false, &input->ask.from_us);
    case KEY_UNTIL:
        return take_moment(state, arg, true, &input->ask.until_us);
    case KEY_BY:
        if (jb_public_named(arg, &input->ask.signer, why, sizeof(why)))
            argp_error(state, "%s", why);
        input->ask.has_signer = true;
        return 0;
    case KEY_PERSON:
        input->ask.person = jb_slice_str(arg);
        return 0;
    case KEY_UNIT:
        input->ask.unit = jb_slice_str(arg);
        return 0;
    case KEY_KIND:
        for (size_t i = 0; i < JB_COUNT(kinds); i++)
            known = known || strcmp(arg, kinds[i]) == 0;
        if (!known)
            argp_error(state, _("there is no kind '%s'; see --help"), arg);
        input->ask.kind = jb_slice_str(arg);
        return 0;
    case KEY_EXPORT:
        input->export_path = arg;
        return 0;
    case KEY_CHECK:
        input->check_path = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "audit",
    .options = table,
    .parser = parse,
    .doc = N_("Lists the entries of the ledger: who did what, when, and what became of it. For "
              "keys of role audit."),
    .examples = "  jibao audit --since 2026-01-01 --unit justice\n"
                "  jibao audit --kind key_change -o csv\n"
                "  jibao audit --export ledger.jsonl\n"
                "  jibao audit --check ledger.jsonl --server-key server.pub\n",
};

static jb_table *new_table(void)
{
    const struct jb_column columns[] = {
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "at", .title = _("time (+08:00)")},
        {.key = "kind", .title = _("kind")},
        {.key = "key", .csv_only = true},
        {.key = "signer", .title = _("key"), .table_only = true},
        {.key = "label", .title = _("label")},
        {.key = "person", .title = _("signed for")},
        {.key = "unit", .title = _("unit")},
        {.key = "form", .title = _("form")},
        {.key = "period", .title = _("period")},
        {.key = "outcome", .title = _("outcome")},
        {.key = "summary", .title = _("what")},
        {.key = "hash", .csv_only = true},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

static void put(jb_table *out, struct jb_slice text)
{
    jb_table_cellf(out, "%.*s", JB_ARG(text));
}

/* Programs get the code, people its word; the code itself when it is a newer one. */
static void put_word(jb_table *out, struct jb_slice code, bool people)
{
    for (size_t i = 0; people && i < JB_COUNT(kinds); i++) {
        if (jb_slice_is(code, kinds[i])) {
            jb_table_cell(out, _(kinds[i]));
            return;
        }
    }
    if (people && jb_slice_is(code, "accepted"))
        jb_table_cell(out, _("accepted"));
    else
        put(out, code);
}

static void add_row(jb_table *out, const struct jb_audit_entry *entry, bool people)
{
    char time[JB_WORDS_SIZE], hex[65] = "", nick[JB_KEY_SHORT_SIZE] = "", hash[65];
    struct jb_public_key key;

    if (entry->signer.len == JB_KEY_BYTES) {
        memcpy(key.bytes, entry->signer.ptr, sizeof(key.bytes));
        jb_public_format(&key, hex);
        jb_public_short(&key, nick);
    }
    jb_table_cellf(out, "%llu", (unsigned long long)entry->revision);
    jb_table_cell(out, people ? jb_words_time(entry->at_us, time)
                              : jb_words_time_code(entry->at_us, time));
    put_word(out, entry->kind, people);
    jb_table_cell(out, hex);
    jb_table_cell(out, nick);
    put(out, entry->label);
    put(out, entry->person_code);
    put(out, entry->unit);
    put(out, entry->form);
    put(out, entry->period);
    put_word(out, entry->outcome, people);
    put(out, entry->summary);
    jb_table_cell(out, jb_words_hex(entry->hash, sizeof(entry->hash), hash));
    jb_table_end_row(out);
}

static enum jb_exit list(struct jb_desk *desk, struct jb_audit_ask *ask)
{
    bool people = desk->options->output == JB_OUT_TABLE;
    struct jb_audit_answer page = {0};
    char revision[24], hash[65], server[JB_KEY_HEX_SIZE];
    jb_table *out = new_table();
    enum jb_exit code;

    do {
        code = jb_audit_page(desk, ask, &page);
        for (uint32_t i = 0; code == JB_EXIT_OK && i < page.entry_count; i++)
            add_row(out, &page.entries[i], people);
        ask->from_revision = page.next_revision;
    } while (code == JB_EXIT_OK && page.next_revision);
    if (code == JB_EXIT_OK) {
        snprintf(revision, sizeof(revision), "%llu", (unsigned long long)page.head.revision);
        jb_public_format(&page.head.server, server);
        const char *const pairs[] = {"head_revision",
                                     revision,
                                     "head",
                                     jb_words_hex(page.head.head, sizeof(page.head.head), hash),
                                     "server",
                                     server,
                                     NULL};
        jb_table_print(out, desk->options->output, pairs, stdout);
        if (people)
            printf(_("\nhead: revision %s, %s\n"), revision, hash);
    }
    jb_table_free(out);
    return code;
}

/* The check is the sibling's, in the language that was chosen here. */
static enum jb_exit check(const struct jb_options *options, char *path)
{
    char *server = options->conf.server_key;
    char *argv[] = {"audit", "--check", path, "--server-key", server, NULL};

    if (!server || !server[0]) {
        fputs(_("jibao audit: name the aggregator's public key with --server-key\n"), stderr);
        return JB_EXIT_USAGE;
    }
    jb_ignore(setenv("LANGUAGE", jb_text_is_zh() ? "zh_CN" : "en", 1) != 0);
    jb_ignore(setenv("LC_ALL", "C.UTF-8", 1) != 0); /* in plain C, LANGUAGE is not heard */
    return jb_sibling_exec("audit", (int)JB_COUNT(argv) - 1, argv);
}

enum jb_exit jb_cmd_audit(struct jb_options *options, int argc, char **argv)
{
    struct input input = {.now_us = jb_clock_now_us()};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    if (code == JB_EXIT_OK && input.check_path)
        return check(options, input.check_path);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code =
            input.export_path ? jb_audit_export(&desk, input.export_path) : list(&desk, &input.ask);
    jb_desk_free(&desk);
    return code;
}
