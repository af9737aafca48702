/* Each file stands for itself: a good one goes its way though another is refused. All of them are
 * queued first and then sent together, so that a hundred files cost one connection. */
#include "submit_cmd.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_cmd.h"
#include "figures_args.h"
#include "outcome.h"
#include "submitting.h"
#include "zero_report.h"

#define WAIT_SECONDS_DEFAULT 30
#define WAIT_SECONDS_MAX 86400
#define ASK_MS 5000

enum { KEY_DRY = 0x600, KEY_REPLACE, KEY_SUPERSEDE, KEY_WAIT, KEY_ZERO, KEY_AS_BEFORE };

struct arguments {
    struct jb_options options;
    struct jb_figures_args figures;
    int64_t wait_seconds;
    bool dry_run, replace, supersede, yes, zero, as_before;
    char **files;
    int file_count;
};

static const struct argp_option options_table[] = {
    {"wait", KEY_WAIT, "SECONDS", 0, N_("wait so long for receipts (30); 0: only queue"), 0},
    {"dry-run", KEY_DRY, 0, 0, N_("only show how the file differs from what stands"), 0},
    {"replace", KEY_REPLACE, 0, 0, N_("also withdraw what stands and is not in the file"), 0},
    {"supersede", KEY_SUPERSEDE, 0, 0,
     N_("after 'stale': I have seen what stands, this goes on top of it"), 0},
    {"yes", 'y', 0, 0, N_("do not ask before withdrawing"), 0},
    {"zero-report", KEY_ZERO, 0, 0,
     N_("nothing happened: 0 for every flow that --unit owes in --period (of --form)"), 0},
    {"as-before", KEY_AS_BEFORE, 0, 0,
     N_("with --zero-report: what stands is as in the period before"), 0},
    {0},
};

static int64_t parse_seconds(const char *text, struct argp_state *state)
{
    int64_t seconds = 0;

    for (const char *at = text; *at || at == text; at++) {
        if (*at < '0' || *at > '9' || seconds > WAIT_SECONDS_MAX)
            argp_error(state, _("--wait takes seconds from 0 to %d, not '%s'"), WAIT_SECONDS_MAX,
                       text);
        seconds = seconds * 10 + (*at - '0');
    }
    return seconds > WAIT_SECONDS_MAX ? WAIT_SECONDS_MAX : seconds;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->figures;
        state->child_inputs[1] = &args->options;
        state->child_inputs[2] = &args->options;
        return 0;
    case KEY_WAIT:
        args->wait_seconds = parse_seconds(arg, state);
        return 0;
    case KEY_DRY:
        args->dry_run = true;
        return 0;
    case KEY_REPLACE:
        args->replace = true;
        return 0;
    case KEY_SUPERSEDE:
        args->supersede = true;
        return 0;
    case 'y':
        args->yes = true;
        return 0;
    case KEY_ZERO:
        args->zero = true;
        return 0;
    case KEY_AS_BEFORE:
        args->as_before = true;
        return 0;
    case ARGP_KEY_ARGS:
        args->files = state->argv + state->next;
        args->file_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_END:
        if (args->zero ? args->file_count || !args->figures.period : args->as_before)
            argp_error(state, _("--zero-report takes --unit, --period and no file"));
        if (!args->file_count && !args->figures.text_count && !args->zero)
            argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&jb_figures_args_argp, 0, NULL, 0},
                                             {&jb_options_output_argp, 0, NULL, 0},
                                             {&jb_options_argp, 0, N_("Common options:"), 90},
                                             {0}};
static const struct argp command = {
    options_table,
    parse,
    "FILE...",
    N_("Checks files of figures, puts them into the outbox, sends them and waits for the receipts. "
       "A file with "
       "one mistake is refused as a whole. Exit code 0: all accepted; 3: refused; 5: queued, the "
       "aggregator "
       "could not be reached; 6: conflict, or a newer submission stands.\n\n"
       "Examples:\n"
       "  jibao-agent submit form.xlsx\n"
       "  jibao-agent submit 2023-Q2.csv\n"
       "  jibao-agent submit --dry-run 2023-Q2.csv\n"
       "  jibao-agent submit --reason 'counted twice' --supersede 2023-Q2.csv\n"
       "  jibao-agent submit --unit justice --period 2023-Q2 --text work.summary=summary.txt\n"
       "  jibao-agent submit --unit justice --period 2023-Q2 --zero-report --as-before\n"
       "  jibao-agent submit --wait 0 *.csv    queue only; 'run' or 'outbox --send' sends"),
    children,
    NULL,
    NULL,
};

/* The options were found right when they were settled; without a unit there is nobody to report. */
static enum jb_exit submit_zero(const struct arguments *args, struct jb_submitting *s)
{
    const jb_catalog *catalog = s->options->catalog->catalog;
    struct jb_zero_report report = {.form = JB_NONE, .as_before = args->as_before};

    if (!s->options->unit ||
        jb_catalog_find_unit(catalog, jb_slice_str(s->options->unit), &report.unit) ||
        jb_period_parse(jb_slice_str(s->options->period), &report.period)) {
        fputs(_("jibao-agent: --zero-report takes --unit, --period and no file\n"), stderr);
        return JB_EXIT_USAGE;
    }
    if (s->options->form)
        report.form = jb_catalog_form(catalog, jb_slice_str(s->options->form));
    if (s->options->form && report.form == JB_NONE) {
        fprintf(stderr, _("jibao-agent: the catalogue has no form '%s'; did you mean '%s'?\n"),
                s->options->form, jb_catalog_suggest_form(catalog, jb_slice_str(s->options->form)));
        return JB_EXIT_USAGE;
    }
    return jb_zero_report_submit(s, &report);
}

static enum jb_exit submit_files(const struct arguments *args, struct jb_submitting *s)
{
    enum jb_exit worst = JB_EXIT_OK;

    if (args->zero)
        return submit_zero(args, s);
    if (!args->file_count)
        return jb_submitting_file(s, NULL);
    for (int i = 0; i < args->file_count; i++) {
        if (args->file_count > 1)
            jb_progress(_("checking"), (uint64_t)i + 1, (uint64_t)args->file_count);
        worst = jb_exit_worse(worst, jb_submitting_file(s, args->files[i]));
    }
    jb_progress_end();
    return worst;
}

static void tell_why_queued(struct jb_self *self, const struct jb_delivery *delivery)
{
    if (delivery->wrong_store)
        fprintf(stderr,
                _("jibao-agent: another aggregator answers at %s than the one the catalogue came "
                  "from; nothing was "
                  "sent. Check --write, or fetch the catalogue into another --home\n"),
                delivery->endpoint);
    else if (delivery->barred)
        jb_self_tell_barred(delivery->barred);
    else if (!delivery->reached && delivery->trouble == JB_TROUBLE_HANDSHAKE)
        jb_self_tell_trouble(self, delivery->endpoint, delivery->trouble);
    else if (!delivery->reached)
        fprintf(stderr,
                _("jibao-agent: no answer from %s; what is queued is safe and is sent by "
                  "'jibao-agent run' or "
                  "'outbox --send'\n"),
                delivery->endpoint);
}

static enum jb_exit tell_outcome(const struct arguments *args, const struct jb_submitting *s)
{
    struct jb_outcome_counts counts = {0};
    struct jb_findings findings;
    jb_table *table = jb_outcome_table();
    jb_err err = JB_OK;

    jb_findings_init(&findings);
    for (uint32_t i = 0; !err && i < s->count; i++)
        err = jb_outcome_add(table, s->delivery, &s->heads[i], &counts, &findings);
    jb_table_print(table, args->options.output, NULL, stdout);
    if (findings.total)
        jb_findings_print(&findings, stderr);
    if (counts.queued)
        tell_why_queued(s->self, s->delivery);
    fprintf(
        stderr, _("%u submissions: %u accepted, %u refused, %u stale, %u in conflict, %u queued\n"),
        s->count, counts.accepted, counts.refused, counts.stale, counts.conflicts, counts.queued);
    jb_findings_free(&findings);
    jb_table_free(table);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot read the outbox: %s\n"), jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    enum jb_exit code = jb_outcome_exit(&counts);
    return s->delivery->wrong_store ? jb_exit_worse(code, JB_EXIT_CONFLICT) : code;
}

static enum jb_exit deliver(const struct arguments *args, struct jb_submitting *s, const char *home)
{
    struct jb_delivery delivery;
    enum jb_exit code = JB_EXIT_FAILED;

    jb_err err = jb_delivery_open(&delivery, home, args->options.conf.write, s->self,
                                  s->options->catalog->store_id);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot open the outbox in %s: %s\n"), home,
                jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    s->delivery = &delivery;
    code = submit_files(args, s);
    if (s->count) {
        err = jb_delivery_wait(&delivery, s->ids, s->count, args->wait_seconds * 1000);
        if (err) {
            fprintf(stderr, _("jibao-agent: the outbox failed: %s\n"), jb_err_name(err));
            code = jb_exit_worse(code, JB_EXIT_FAILED);
        }
        code = jb_exit_worse(code, tell_outcome(args, s));
    }
    jb_delivery_close(&delivery);
    return code;
}

static enum jb_exit submit(const struct arguments *args, struct jb_self *self,
                           const struct jb_figures_options *options, const char *home)
{
    struct jb_submitting s = {
        .options = options,
        .self = self,
        .read_endpoint = args->options.conf.read,
        .ask_ms = args->wait_seconds * 1000 < ASK_MS && !args->dry_run
                      ? (int)args->wait_seconds * 1000
                      : ASK_MS,
        .dry_run = args->dry_run,
        .replace = args->replace,
        .supersede = args->supersede,
        .yes = args->yes,
    };
    enum jb_exit code;

    jb_submitting_init(&s);
    if (args->dry_run) {
        s.differences = jb_standing_table();
        code = submit_files(args, &s);
        jb_table_print(s.differences, args->options.output, NULL, stdout);
        jb_table_free(s.differences);
    } else {
        code = deliver(args, &s, home);
    }
    jb_submitting_free(&s);
    return code;
}

enum jb_exit jb_submit_cmd(int argc, char **argv)
{
    struct arguments *args = jb_xcalloc(1, sizeof(*args));
    struct jb_catalog_file catalog = {0};
    struct jb_figures_options options;
    struct jb_self self = {0};
    char *home = NULL;

    args->wait_seconds = WAIT_SECONDS_DEFAULT;
    enum jb_exit code = jb_options_parse(&command, argc, argv, args, &args->options);
    if (code == JB_EXIT_OK)
        code = jb_self_open(&args->options, &self);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args->options, &home);
    if (code == JB_EXIT_OK)
        code = jb_catalog_cmd_load(home, &catalog);
    if (code == JB_EXIT_OK)
        code = jb_figures_args_settle(&args->figures, &args->options, &catalog, &options);
    if (code == JB_EXIT_OK)
        code = submit(args, &self, &options, home);
    jb_catalog_file_free(&catalog);
    jb_self_free(&self);
    jb_figures_args_free(&args->figures);
    jb_options_free(&args->options);
    free(home);
    free(args);
    return code;
}
