/* jibao verify: asks the running aggregator to prove that its totals are the fold of its ledger;
 * or, with --dir, lets the sibling program do it on a folder. */
#include "args.h"
#include "base/text.h"
#include "commands.h"
#include "desk.h"
#include "net/wire_query.h"
#include "sibling.h"
#include "words.h"

#define VERIFY_TIMEOUT_MS 3600000

enum { KEY_DIR = 0x200 };

static const struct argp_option table[] = {
    {"dir", KEY_DIR, "DIR", 0, N_("verify this store's folder instead of asking an aggregator"), 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const char **dir = state->input;

    if (key != KEY_DIR)
        return ARGP_ERR_UNKNOWN;
    *dir = arg;
    return 0;
}

static const struct jb_args_spec spec = {
    .name = "verify",
    .options = table,
    .parser = parse,
    .doc =
        N_("Checks the ledger's chain entry by entry, derives everything anew from it and compares "
           "record by record. Exit code 1 when something differs."),
    .examples = "  jibao verify\n"
                "  jibao verify -o json\n"
                "  jibao verify --dir /var/lib/jibao\n",
};

static enum jb_exit ask(struct jb_desk *desk, struct jb_verify_answer *ret)
{
    struct jb_welcome welcome;
    struct jb_slice payload;
    int timeout_ms = desk->options->timeout_ms ? desk->options->timeout_ms : VERIFY_TIMEOUT_MS;
    enum jb_exit code = jb_desk_hello(desk, JB_DOOR_READ, &welcome); /* is anybody there? */

    if (code != JB_EXIT_OK)
        return code;
    jb_err err =
        jb_client_expect(jb_desk_client(desk, JB_DOOR_READ), JB_KIND_VERIFY, JB_LIT(""), JB_LIT(""),
                         timeout_ms, JB_KIND_VERIFY_ANSWER, &payload, &desk->findings);
    if (err == JB_EAGAIN) {
        fputs(_("jibao: the aggregator is still at it; wait longer with --timeout\n"), stderr);
        return JB_EXIT_FAILED;
    }
    if (!err)
        err = jb_wire_verify_answer_decode(payload, &desk->arena, ret);
    return jb_desk_settle(desk, err);
}

static void print_people(const struct jb_verify_answer *answer)
{
    char hash[65];

    printf(_("entries of the ledger: %llu\n"), (unsigned long long)answer->entries);
    printf(_("derived records compared: %llu\n"), (unsigned long long)answer->records);
    printf(_("hash of the canonical dump: %s\n"), jb_words_hex(answer->dump_hash, 32, hash));
    if (answer->clean)
        fputs(_("clean: every total is what the ledger adds up to\n"), stdout);
    else
        fputs(_("NOT CLEAN:\n"), stdout);
    for (uint32_t i = 0; i < answer->problems.count; i++)
        printf("  %.*s\n", JB_ARG(answer->problems.items[i]));
    if (!answer->clean)
        fputs(_("Keep the folder as it is, and restore or rebuild a copy.\n"), stdout);
    fputc('\n', stdout);
    jb_words_footer(&answer->snapshot, stdout);
}

static void print_program(const struct jb_verify_answer *answer, enum jb_output output)
{
    static const struct jb_column columns[] = {
        {.key = "clean", .boolean_or_integer = true},
        {.key = "entries", .boolean_or_integer = true},
        {.key = "records", .boolean_or_integer = true},
        {.key = "dump_hash"},
        {.key = "problems"},
    };
    struct jb_snapshot_words words;
    struct jb_buf problems;
    char hash[65];
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    jb_buf_init(&problems, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < answer->problems.count; i++)
        jb_buf_printf(&problems, "%s%.*s", i ? "\n" : "", JB_ARG(answer->problems.items[i]));
    jb_table_cell(out, answer->clean ? "true" : "false");
    jb_table_cellf(out, "%llu", (unsigned long long)answer->entries);
    jb_table_cellf(out, "%llu", (unsigned long long)answer->records);
    jb_table_cell(out, jb_words_hex(answer->dump_hash, 32, hash));
    jb_table_cellf(out, "%.*s", JB_ARG(jb_buf_slice(&problems)));
    jb_table_end_row(out);
    jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
    jb_buf_free(&problems);
}

/* --dir anywhere on the line: the whole line is the sibling's. */
static bool has_dir(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--dir", 5) == 0)
            return true;
    }
    return false;
}

enum jb_exit jb_cmd_verify(struct jb_options *options, int argc, char **argv)
{
    const char *dir = NULL;
    struct jb_verify_answer answer = {0};
    struct jb_desk desk;

    if (has_dir(argc, argv))
        return jb_sibling_exec("verify", argc, argv);
    enum jb_exit code = jb_args_parse(&spec, argc, argv, &dir, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask(&desk, &answer);
    if (code == JB_EXIT_OK) {
        if (options->output == JB_OUT_TABLE)
            print_people(&answer);
        else
            print_program(&answer, options->output);
        code = answer.clean ? JB_EXIT_OK : JB_EXIT_FAILED;
    }
    jb_desk_free(&desk);
    return code;
}
