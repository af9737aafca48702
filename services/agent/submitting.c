/* What happens to one file on its way to the outbox. A question to the read door is asked only
 * where the answer changes what is sent, or costs the clerk little. */
#include "submitting.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "form/form_earlier.h"

#define ARENA_BYTES_MAX (256 * 1024 * 1024)

void jb_submitting_init(struct jb_submitting *s)
{
    jb_arena_init(&s->arena, ARENA_BYTES_MAX);
}

void jb_submitting_free(struct jb_submitting *s)
{
    if (s->asked)
        jb_standing_close(&s->standing);
    free(s->heads);
    free(s->ids);
    jb_arena_free(&s->arena);
}

jb_err jb_submitting_ask(struct jb_submitting *s, const struct jb_submission *of,
                         struct jb_filing_answer *ret)
{
    jb_err err = JB_OK;

    if (s->silent)
        return JB_EAGAIN;
    if (!s->asked)
        err = jb_standing_open(&s->standing, s->read_endpoint, &s->self->who, s->ask_ms);
    if (err)
        return err;
    s->asked = true;
    err = jb_standing_ask(&s->standing, of->unit, of->form, of->period, ret);
    s->silent = err == JB_EAGAIN || err == JB_EGONE;
    return err;
}

enum jb_exit jb_submitting_tell_ask(const struct jb_submitting *s, jb_err err)
{
    if (s->asked && s->standing.findings.total) {
        jb_findings_print(&s->standing.findings, stderr);
        return JB_EXIT_REFUSED;
    }
    if (s->asked && jb_client_trouble(s->standing.client) == JB_TROUBLE_HANDSHAKE)
        jb_self_tell_trouble(s->self, s->read_endpoint, JB_TROUBLE_HANDSHAKE);
    fprintf(stderr, _("jibao-agent: cannot ask %s what stands there: %s; nothing was submitted\n"),
            s->read_endpoint, jb_err_name(err));
    return s->silent ? JB_EXIT_QUEUED : JB_EXIT_FAILED;
}

static enum jb_exit compare_all(struct jb_submitting *s, const struct jb_figures *figures,
                                const char *path)
{
    uint32_t changes = 0, rows = 0;

    for (uint32_t i = 0; i < figures->filing_count; i++) {
        const struct jb_figures_filing *filing = &figures->filings[i];
        struct jb_filing_answer answer;
        jb_err err = jb_submitting_ask(s, &filing->submission, &answer);
        if (err)
            return jb_submitting_tell_ask(s, err);
        jb_standing_compare(&answer, s->options->catalog, filing, s->differences, &changes);
        rows += filing->submission.row_count;
    }
    fprintf(stderr, _("%s: %u rows would be submitted, %u of them change something\n"),
            path ? path : "--text", rows, changes);
    return JB_EXIT_OK;
}

static bool confirmed(const struct jb_submitting *s)
{
    char line[16] = "";

    if (s->yes)
        return true;
    if (!isatty(STDIN_FILENO)) {
        fprintf(
            stderr,
            _("jibao-agent: nothing was submitted; repeat with --yes to withdraw these figures\n"));
        return false;
    }
    fprintf(stderr, _("Withdraw these figures? [y/N] "));
    return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

static void list_withdrawals(const struct jb_submitting *s, const struct jb_figures_filing *filing,
                             uint32_t added, const struct jb_filing_answer *answer)
{
    const struct jb_catalog_view *view = jb_catalog_view(s->options->catalog->catalog);
    const struct jb_submission *sub = &filing->submission;
    char text[256];

    for (uint32_t i = sub->row_count - added; i < sub->row_count; i++) {
        const struct jb_effect *effect = &filing->effects[i];
        const struct jb_indicator *indicator = &view->indicators[effect->indicator];
        const struct jb_row *old =
            jb_filing_row(answer, indicator, filing->checked.period, effect->stretch);
        fprintf(stderr, _("withdraws %.*s %.*s %s: %s\n"), JB_ARG(sub->unit), JB_ARG(sub->period),
                jb_text_is_zh() ? indicator->name.zh : indicator->name.en,
                old ? jb_standing_text(old, text, sizeof(text)) : "");
    }
}

/* --replace: what stands and is not in the file is withdrawn, after it was shown. */
static enum jb_exit replace_rest(struct jb_submitting *s, struct jb_figures *figures,
                                 const char *path)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < figures->filing_count; i++) {
        struct jb_figures_filing *filing = &figures->filings[i];
        struct jb_filing_answer answer;
        struct jb_findings findings;
        jb_err err = jb_submitting_ask(s, &filing->submission, &answer);
        if (err)
            return jb_submitting_tell_ask(s, err);
        uint32_t added = jb_standing_withdraw_rest(&answer, s->options->catalog, figures, i);
        jb_findings_init(&findings);
        err = jb_figures_check(filing, path, s->options, figures, &findings);
        if (err)
            jb_findings_print(&findings, stderr);
        jb_findings_free(&findings);
        if (err)
            return JB_EXIT_REFUSED;
        list_withdrawals(s, filing, added, &answer);
        total += added;
    }
    return total == 0 || s->dry_run || confirmed(s) ? JB_EXIT_OK : JB_EXIT_FAILED;
}

static bool in_filing(const struct jb_figures_empty *empty, const struct jb_checked *checked)
{
    return empty->unit == checked->unit && empty->form == checked->form &&
           jb_period_eq(empty->period, checked->period);
}

/* An empty cell changes nothing: the clerk sees what stays. */
static void tell_empty(struct jb_submitting *s, const struct jb_figures *figures)
{
    const struct jb_catalog_view *view = jb_catalog_view(s->options->catalog->catalog);
    char text[256];

    for (uint32_t i = 0; figures->empty_count && i < figures->filing_count; i++) {
        const struct jb_figures_filing *filing = &figures->filings[i];
        struct jb_filing_answer answer;
        if (s->ask_ms <= 0 || jb_submitting_ask(s, &filing->submission, &answer))
            return;
        for (uint32_t k = 0; k < figures->empty_count; k++) {
            const struct jb_figures_empty *empty = &figures->empty[k];
            const struct jb_indicator *indicator = &view->indicators[empty->indicator];
            if (!in_filing(empty, &filing->checked))
                continue;
            const struct jb_row *old = jb_filing_row(&answer, indicator, empty->period, 0);
            fprintf(stderr, _("row %u, %s: the cell is empty; %s stays\n"), empty->line,
                    jb_text_is_zh() ? indicator->name.zh : indicator->name.en,
                    old ? jb_standing_text(old, text, sizeof(text))
                        : jb_state_name(JB_STATE_NOT_REPORTED));
        }
    }
}

/* --supersede: the author has seen what stands, as a receipt said or, if none did, as the store
 * says now. */
static enum jb_exit name_predecessor(struct jb_submitting *s, struct jb_submission *submission)
{
    jb_outbox *outbox = jb_delivery_look(s->delivery);
    struct jb_outbox_filing filing = {0};
    struct jb_filing_answer answer;

    if (outbox &&
        !jb_outbox_filing(outbox, submission->unit, submission->form, submission->period,
                          &filing) &&
        filing.has_seen) {
        submission->has_predecessor = true;
        submission->predecessor = filing.seen;
        return JB_EXIT_OK;
    }
    jb_err err = jb_submitting_ask(s, submission, &answer);
    if (err)
        return jb_submitting_tell_ask(s, err);
    submission->has_predecessor = answer.has_last;
    submission->predecessor = answer.last_submission;
    return JB_EXIT_OK;
}

static struct jb_slice keep_text(struct jb_submitting *s, struct jb_slice text)
{
    struct jb_slice kept = jb_arena_copy(&s->arena, text);

    return kept.ptr ? kept : jb_slice_of(NULL, 0);
}

static void remember(struct jb_submitting *s, const struct jb_submission *from)
{
    s->heads = jb_xrealloc(s->heads, (s->count + 1) * sizeof(*s->heads));
    s->ids = jb_xrealloc(s->ids, (s->count + 1) * sizeof(*s->ids));
    s->ids[s->count] = from->id;
    s->heads[s->count++] = (struct jb_outbox_head){.id = from->id,
                                                   .unit = keep_text(s, from->unit),
                                                   .form = keep_text(s, from->form),
                                                   .period = keep_text(s, from->period),
                                                   .source = keep_text(s, from->source),
                                                   .row_count = from->row_count};
}

static enum jb_exit put(struct jb_submitting *s, const struct jb_parcel *parcel)
{
    jb_err err = jb_delivery_put(s->delivery, parcel);

    if (!err)
        return JB_EXIT_OK;
    if (err == JB_EINVAL) {
        fprintf(stderr,
                _("jibao-agent: the outbox belongs to another aggregator; use another --home\n"));
        return JB_EXIT_CONFLICT;
    }
    fprintf(
        stderr,
        _("jibao-agent: cannot write to the outbox in %s: %s; nothing of the file was queued\n"),
        s->delivery->home, jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit send_all(struct jb_submitting *s, struct jb_figures *figures, const char *path)
{
    struct jb_parcel parcel;
    enum jb_exit code = JB_EXIT_OK;

    jb_parcel_init(&parcel, s->options->catalog->store_id);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < figures->filing_count; i++) {
        struct jb_submission *submission = &figures->filings[i].submission;
        submission->id = jb_uuid_new();
        if (s->supersede)
            code = name_predecessor(s, submission);
        if (code == JB_EXIT_OK && jb_parcel_add(&parcel, submission, s->supersede)) {
            fprintf(stderr,
                    _("%s: the submission of %.*s is larger than a message may be (%d KiB)\n"),
                    path ? path : "--text", JB_ARG(submission->form), JB_MESSAGE_BYTES_MAX / 1024);
            code = JB_EXIT_REFUSED;
        }
    }
    if (code == JB_EXIT_OK)
        code = put(s, &parcel);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < figures->filing_count; i++)
        remember(s, &figures->filings[i].submission);
    jb_parcel_free(&parcel);
    return code;
}

enum jb_exit jb_submitting_go(struct jb_submitting *s, struct jb_figures *figures, const char *path)
{
    enum jb_exit code = s->replace ? replace_rest(s, figures, path) : JB_EXIT_OK;

    if (code == JB_EXIT_OK && s->dry_run)
        return compare_all(s, figures, path);
    if (code != JB_EXIT_OK)
        return code;
    tell_empty(s, figures);
    return send_all(s, figures, path);
}

enum jb_exit jb_submitting_file(struct jb_submitting *s, const char *path)
{
    struct jb_figures figures = {0};
    struct jb_findings findings;
    enum jb_exit code = JB_EXIT_OK;

    jb_findings_init(&findings);
    jb_err err =
        path ? jb_figures_read(path, s->options, &findings, &figures)
             : jb_figures_parse(NULL, jb_slice_of(NULL, 0), s->options, &findings, &figures);
    if (findings.total)
        jb_findings_print(&findings, stderr);
    if (err) {
        fprintf(stderr, _("%s: refused, nothing of it was submitted (%u errors)\n"),
                path ? path : "--text", jb_findings_refusals(&findings));
        jb_findings_free(&findings);
        return JB_EXIT_REFUSED;
    }
    jb_findings_free(&findings);
    code = jb_submitting_go(s, &figures, path);
    jb_figures_free(&figures);
    return code;
}
