/* Lists look at the outbox without its lock, so they work beside a running daemon. */
#include "show.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "options.h"
#include "outcome.h"
#include "prove.h"
#include "self.h"

#define SEND_WAIT_MS 30000
#define ARENA_BYTES_MAX (64 * 1024 * 1024)

struct arguments {
    struct jb_options options;
    const char *period;
    bool send;
    bool verify;
};

static const struct argp_option outbox_options[] = {
    {"send", 's', 0, 0, N_("offer everything now and wait up to 30 seconds"), 0},
    {0},
};
static const struct argp_option receipts_options[] = {
    {"period", 'p', "PERIOD", 0, N_("only this period"), 0},
    {"verify", 'v', 0, 0,
     N_("ask the aggregator to prove that each still stands in its ledger; exit code 3 when one "
        "does not"),
     0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->options;
        state->child_inputs[1] = &args->options;
        return 0;
    case 's':
        args->send = true;
        return 0;
    case 'v':
        args->verify = true;
        return 0;
    case 'p':
        args->period = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {&jb_options_list_argp, 0, NULL, 0}, {&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp outbox_command = {
    outbox_options,
    parse,
    NULL,
    N_("Lists the submissions that wait for their receipts.\n\n"
       "Examples:\n"
       "  jibao-agent outbox\n"
       "  jibao-agent outbox --send"),
    children,
    NULL,
    NULL,
};
static const struct argp receipts_command = {
    receipts_options,
    parse,
    NULL,
    N_("Lists the receipts of everything that was submitted from here; --unit and --period narrow "
       "it.\n\n"
       "Examples:\n"
       "  jibao-agent receipts\n"
       "  jibao-agent receipts --unit justice --period 2023-Q2 -o csv\n"
       "  jibao-agent receipts --verify"),
    children,
    NULL,
    NULL,
};

struct listing {
    jb_table *table;
    struct jb_slice unit, period; /* empty: all */
};

static bool list_item(void *ctx, const struct jb_outbox_item *item)
{
    const struct listing *listing = ctx;

    jb_outcome_add_waiting(listing->table, &item->head);
    return true;
}

static bool list_receipt(void *ctx, const struct jb_outbox_receipt *receipt)
{
    const struct listing *listing = ctx;

    if ((!listing->unit.len || jb_slice_eq(listing->unit, receipt->head.unit)) &&
        (!listing->period.len || jb_slice_eq(listing->period, receipt->head.period)))
        jb_outcome_add_receipt(listing->table, receipt);
    return true;
}

static enum jb_exit list_outbox(const struct arguments *args, jb_outbox *outbox)
{
    struct listing listing = {.table = jb_outcome_table()};
    jb_err err = outbox ? jb_outbox_items(outbox, list_item, &listing) : JB_OK;

    jb_table_print(listing.table, args->options.output, NULL, stdout);
    fprintf(stderr, _("%u waiting\n"), jb_table_rows(listing.table));
    jb_table_free(listing.table);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-agent: cannot read the outbox: %s\n"), jb_err_name(err));
    return JB_EXIT_FAILED;
}

/* What waited when we began, with texts of its own. */
struct waiting {
    struct jb_outbox_head *heads;
    uint32_t count;
    struct jb_arena arena;
};

static bool note_item(void *ctx, const struct jb_outbox_item *item)
{
    struct waiting *waiting = ctx;
    struct jb_outbox_head head = item->head;

    if (item->reoffer)
        return true; /* its receipt is there already */
    head.unit = jb_arena_copy(&waiting->arena, head.unit);
    head.form = jb_arena_copy(&waiting->arena, head.form);
    head.period = jb_arena_copy(&waiting->arena, head.period);
    head.source = jb_arena_copy(&waiting->arena, head.source);
    waiting->heads = jb_xrealloc(waiting->heads, (waiting->count + 1) * sizeof(head));
    waiting->heads[waiting->count++] = head;
    return true;
}

static jb_err tell_sent(const struct arguments *args, struct jb_delivery *delivery,
                        const struct waiting *waiting, enum jb_exit *code)
{
    struct jb_outcome_counts counts = {0};
    struct jb_findings findings;
    jb_table *table = jb_outcome_table();
    jb_err err = JB_OK;

    jb_findings_init(&findings);
    for (uint32_t i = 0; !err && i < waiting->count; i++)
        err = jb_outcome_add(table, delivery, &waiting->heads[i], &counts, &findings);
    jb_table_print(table, args->options.output, NULL, stdout);
    if (findings.total)
        jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    jb_table_free(table);
    *code = jb_outcome_exit(&counts);
    return err;
}

static enum jb_exit send_now(const struct arguments *args, const char *home)
{
    struct jb_catalog_file catalog = {0};
    struct jb_self self = {0};
    struct jb_delivery delivery = {0};
    struct waiting waiting = {0};
    uint64_t left = 0;

    enum jb_exit code = jb_self_open(&args->options, &self);
    if (code != JB_EXIT_OK)
        return code;
    code = jb_catalog_cmd_load(home, &catalog);
    if (code != JB_EXIT_OK) {
        jb_self_free(&self);
        return code;
    }
    jb_arena_init(&waiting.arena, ARENA_BYTES_MAX);
    jb_err err =
        jb_delivery_open(&delivery, home, args->options.conf.write, &self, catalog.store_id);
    jb_outbox *outbox = err ? NULL : jb_delivery_look(&delivery);
    if (outbox)
        err = jb_outbox_items(outbox, note_item, &waiting);
    if (!err)
        err = jb_delivery_wait(&delivery, NULL, 0, SEND_WAIT_MS);
    if (!err)
        err = tell_sent(args, &delivery, &waiting, &code);
    outbox = err ? NULL : jb_delivery_look(&delivery);
    if (outbox)
        err = jb_outbox_waiting(outbox, &left);
    if (left)
        code = jb_exit_worse(code, JB_EXIT_QUEUED);
    if (delivery.wrong_store) {
        fprintf(stderr, _("jibao-agent: another aggregator answers at %s; nothing was sent\n"),
                delivery.endpoint);
        code = jb_exit_worse(code, JB_EXIT_CONFLICT);
    } else if (left && delivery.barred) {
        jb_self_tell_barred(delivery.barred);
    } else if (left) {
        jb_self_tell_trouble(&self, args->options.conf.write, delivery.trouble);
    }
    if (err) {
        fprintf(stderr, _("jibao-agent: the outbox failed: %s\n"), jb_err_name(err));
        code = JB_EXIT_FAILED;
    }
    jb_delivery_close(&delivery);
    jb_catalog_file_free(&catalog);
    jb_self_free(&self);
    jb_arena_free(&waiting.arena);
    free(waiting.heads);
    return code;
}

static enum jb_exit list_only(const struct arguments *args, const char *home)
{
    jb_outbox *outbox = NULL;
    jb_err err = jb_outbox_open(home, true, &outbox);

    if (err && err != JB_ENOTFOUND) {
        fprintf(stderr, _("jibao-agent: cannot open the outbox in %s: %s\n"), home,
                jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    jb_catalog_cmd_mark(home);
    enum jb_exit code = list_outbox(args, outbox);
    jb_outbox_close(outbox);
    return code;
}

enum jb_exit jb_show_outbox_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&outbox_command, argc, argv, &args, &args.options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args.options, &home);
    if (code == JB_EXIT_OK)
        code = args.send ? send_now(&args, home) : list_only(&args, home);
    jb_options_free(&args.options);
    free(home);
    return code;
}

static enum jb_exit list_receipts(const struct arguments *args, const char *home, jb_outbox *outbox)
{
    const char *unit = args->options.conf.unit;
    char code_text[JB_PERIOD_TEXT_SIZE] = "";
    struct jb_catalog_file catalog = {0};
    struct listing listing = {0};
    struct jb_period period;
    uint32_t index;

    if (args->period) {
        if (jb_period_parse(jb_slice_str(args->period), &period)) {
            fprintf(stderr, _("jibao-agent: '%s' is not a period; write it like 2023-Q2\n"),
                    args->period);
            return JB_EXIT_USAGE;
        }
        jb_period_format(period, code_text);
        listing.period = jb_slice_str(code_text);
    }
    if (unit) {
        listing.unit = jb_slice_str(unit);
        enum jb_exit code = jb_catalog_cmd_load(home, &catalog);
        if (code != JB_EXIT_OK)
            return code;
        if (!jb_catalog_find_unit(catalog.catalog, listing.unit, &index))
            listing.unit = jb_slice_str(jb_catalog_view(catalog.catalog)->units[index].code);
    }
    listing.table = jb_outcome_table();
    jb_err err = outbox ? jb_outbox_receipts(outbox, list_receipt, &listing) : JB_OK;
    jb_table_print(listing.table, args->options.output, NULL, stdout);
    jb_table_free(listing.table);
    jb_catalog_file_free(&catalog);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-agent: cannot read the outbox: %s\n"), jb_err_name(err));
    return JB_EXIT_FAILED;
}

enum jb_exit jb_show_receipts_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    jb_outbox *outbox = NULL;
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&receipts_command, argc, argv, &args, &args.options);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args.options, &home);
    if (code == JB_EXIT_OK) {
        jb_catalog_cmd_mark(home);
        jb_err err = jb_outbox_open(home, true, &outbox);
        if (err && err != JB_ENOTFOUND) {
            fprintf(stderr, _("jibao-agent: cannot open the outbox in %s: %s\n"), home,
                    jb_err_name(err));
            code = JB_EXIT_FAILED;
        } else {
            code = args.verify ? jb_prove_receipts(&args.options, outbox)
                               : list_receipts(&args, home, outbox);
        }
    }
    jb_outbox_close(outbox);
    jb_options_free(&args.options);
    free(home);
    return code;
}
