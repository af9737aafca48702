/* Receipts are proved in the order of their revisions, as many at a time as one question takes. An
 * answer may hold fewer paths than were asked for; the rest is asked again. Whatever the aggregator
 * cannot prove is told receipt by receipt. */
#include "prove.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/print.h"
#include "net/client.h"
#include "net/proof.h"
#include "net/wire_submission.h"

#define TIMEOUT_MS 30000
#define ARENA_BYTES_MAX (64 * 1024 * 1024)

enum verdict { UNASKED = 0, STANDS, BEYOND, REWRITTEN, RESTORED, UNPROVED };

struct claim {
    uint64_t revision;
    uint32_t epoch;
    uint8_t head[JB_PROOF_HASH_BYTES];
    char *where; /* "unit form period" */
    enum verdict verdict;
};

struct prover {
    const struct jb_options *options;
    struct claim *claims;
    uint32_t count;
    uint8_t store_id[16];
    struct jb_public_key server;
    jb_client *client;
    struct jb_arena arena; /* of one answer */
    struct jb_findings findings;
    struct jb_signed_head head; /* the last one */
};

static bool add_claim(void *ctx, const struct jb_outbox_receipt *kept)
{
    struct prover *p = ctx;
    struct jb_receipt receipt;

    jb_arena_clear(&p->arena);
    if (kept->outcome != JB_ACCEPTED ||
        jb_wire_receipt_decode(kept->bytes, &p->arena, &receipt, &p->findings))
        return true;
    p->claims = jb_xrealloc(p->claims, (p->count + 1) * sizeof(*p->claims));
    struct claim *claim = &p->claims[p->count++];
    *claim = (struct claim){.revision = receipt.revision, .epoch = receipt.epoch};
    memcpy(claim->head, receipt.head, sizeof(claim->head));
    claim->where = jb_xasprintf("%.*s %.*s %.*s", JB_ARG(kept->head.unit), JB_ARG(kept->head.form),
                                JB_ARG(kept->head.period));
    return true;
}

static int compare_claims(const void *left, const void *right)
{
    const struct claim *a = left, *b = right;

    return (a->revision > b->revision) - (a->revision < b->revision);
}

/* An older epoch excuses nothing, but tells whom to ask. */
static enum verdict not_there(const struct claim *claim, const struct jb_signed_head *head,
                              enum verdict otherwise)
{
    return claim->epoch < head->epoch ? RESTORED : otherwise;
}

static enum verdict judge(const struct claim *claim, const struct jb_proof_path *path,
                          const struct jb_signed_head *head)
{
    uint8_t hash[JB_PROOF_HASH_BYTES];

    if (!jb_proof_check(path, head->revision, head->head, hash))
        return UNPROVED;
    if (memcmp(hash, claim->head, sizeof(hash)) == 0)
        return STANDS;
    return not_there(claim, head, REWRITTEN);
}

/* Judges claims from `first` on as far as the answer goes; returns how many. */
static uint32_t judge_answer(struct prover *p, uint32_t first, uint32_t asked,
                             const struct jb_proof_answer *answer)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < asked; i++) {
        struct claim *claim = &p->claims[first + i];
        if (claim->revision > answer->head.revision)
            claim->verdict = not_there(claim, &answer->head, BEYOND);
        else if (used < answer->path_count && answer->paths[used].revision == claim->revision)
            claim->verdict = judge(claim, &answer->paths[used++], &answer->head);
        else if (i == 0)
            claim->verdict = UNPROVED; /* it was asked for first and still left out */
        else
            return i;
    }
    return asked;
}

static enum jb_exit tell_no_answer(const struct prover *p, jb_err err)
{
    if (err == JB_EAGAIN) {
        fprintf(stderr, _("jibao-agent: no answer from %s\n"), p->options->conf.read);
        return JB_EXIT_QUEUED;
    }
    if (p->findings.total)
        jb_findings_print(&p->findings, stderr);
    else
        fprintf(stderr, _("jibao-agent: the answer of %s cannot be read: %s\n"),
                p->options->conf.read, jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit ask(struct prover *p, uint32_t first, uint32_t *ret_judged)
{
    uint64_t revisions[JB_PROOF_REVISIONS_MAX];
    struct jb_proof_ask question = {.revisions = revisions};
    struct jb_proof_answer answer;
    struct jb_slice payload;
    struct jb_buf buf;

    while (question.count < JB_PROOF_REVISIONS_MAX && first + question.count < p->count) {
        revisions[question.count] = p->claims[first + question.count].revision;
        question.count++;
    }
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_proof_ask_encode(&question, &buf);
    jb_findings_clear(&p->findings);
    jb_arena_clear(&p->arena);
    jb_err err = jb_client_expect(p->client, JB_KIND_PROOF, JB_LIT(""), jb_buf_slice(&buf),
                                  TIMEOUT_MS, JB_KIND_PROOF_ANSWER, &payload, &p->findings);
    jb_buf_free(&buf);
    if (!err)
        err = jb_wire_proof_answer_decode(payload, &p->arena, &answer);
    if (err)
        return tell_no_answer(p, err);
    jb_head_turn_to(&answer.head, &p->server);
    if (!jb_head_good(&answer.head, &p->server, p->store_id)) {
        fputs(_("jibao-agent: the head of the ledger is not signed by the aggregator's key for "
                "this store\n"),
              stderr);
        return JB_EXIT_REFUSED;
    }
    p->head = answer.head;
    *ret_judged = judge_answer(p, first, question.count, &answer);
    return JB_EXIT_OK;
}

static const char *verdict_code(enum verdict verdict)
{
    switch (verdict) {
    case UNASKED:
        return "unasked";
    case STANDS:
        return "stands";
    case BEYOND:
        return "missing";
    case REWRITTEN:
        return "rewritten";
    case RESTORED:
        return "restored";
    case UNPROVED:
        return "unproved";
    }
    return "";
}

static const char *verdict_words(enum verdict verdict)
{
    switch (verdict) {
    case UNASKED:
        return _("not asked for");
    case STANDS:
        return _("stands in the ledger");
    case BEYOND:
        return _("the ledger ends before this entry: it was cut off");
    case REWRITTEN:
        return _("another entry stands in its place: the ledger was rewritten");
    case RESTORED:
        return _("lost: the store says that it was restored from a backup since; ask whether");
    case UNPROVED:
        return _("the aggregator's proof is wrong or missing");
    }
    return "";
}

/* For people only what is wrong; for programs every receipt. */
static uint32_t print_claims(const struct prover *p, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "revision", .title = _("Revision"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "filing", .title = _("Filing")},
        {.key = "verdict", .title = _("Ledger"), .table_only = true},
        {.key = "verdict", .csv_only = true},
    };
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct claim *claim = &p->claims[i];
        bool stands = claim->verdict == STANDS;
        wrong += !stands;
        if (stands && output == JB_OUT_TABLE)
            continue;
        jb_table_cellf(table, "%" PRIu64, claim->revision);
        jb_table_cell(table, claim->where);
        jb_table_cell(table, verdict_words(claim->verdict));
        jb_table_cell(table, verdict_code(claim->verdict));
        jb_table_end_row(table);
    }
    if (output != JB_OUT_TABLE || wrong)
        jb_table_print(table, output, NULL, stdout);
    jb_table_free(table);
    return wrong;
}

static enum jb_exit tell(const struct prover *p)
{
    uint32_t wrong = print_claims(p, p->options->output);
    char hex[2 * JB_PROOF_HASH_BYTES + 1], key[JB_KEY_HEX_SIZE];

    sodium_bin2hex(hex, sizeof(hex), p->head.head, sizeof(p->head.head));
    jb_public_format(&p->head.server, key);
    if (p->count)
        fprintf(stderr, _("head: revision %llu, %s, signed by %s\n"),
                (unsigned long long)p->head.revision, hex, key);
    if (wrong) {
        fprintf(stderr,
                _("%u of %u receipts do not fit the aggregator's ledger. Keep this folder and the "
                  "lines above, and tell the bureau and the auditor.\n"),
                wrong, p->count);
        return JB_EXIT_REFUSED;
    }
    fprintf(stderr, _("%u receipts stand in the ledger as they were given\n"), p->count);
    return JB_EXIT_OK;
}

static enum jb_exit prove_all(struct prover *p)
{
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t first = 0, judged = 0; code == JB_EXIT_OK && first < p->count; first += judged)
        code = ask(p, first, &judged);
    return code == JB_EXIT_OK ? tell(p) : code;
}

static enum jb_exit connect_and_prove(struct prover *p)
{
    struct jb_who who = {0};
    jb_identity *identity = NULL;
    jb_net *net = NULL;
    enum jb_exit code = jb_options_identity(p->options, &identity, &p->server);

    if (code != JB_EXIT_OK)
        return code;
    who = (struct jb_who){.identity = identity, .server = p->server};
    net = jb_net_new(1);
    jb_err err = net ? jb_client_open_as(net, p->options->conf.read, &who, &p->client) : JB_ENOMEM;
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot connect to %s (%s)\n"), p->options->conf.read,
                jb_err_name(err));
        code = JB_EXIT_FAILED;
    } else {
        code = prove_all(p);
    }
    jb_client_close(p->client);
    jb_net_free(net);
    jb_identity_free(identity);
    return code;
}

enum jb_exit jb_prove_receipts(const struct jb_options *options, jb_outbox *outbox)
{
    struct prover p = {.options = options};
    enum jb_exit code = JB_EXIT_FAILED;

    jb_arena_init(&p.arena, ARENA_BYTES_MAX);
    jb_findings_init(&p.findings);
    jb_err err = outbox ? jb_outbox_receipts(outbox, add_claim, &p) : JB_OK;
    if (!err && p.count)
        err = jb_outbox_store(outbox, p.store_id);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot read the outbox: %s\n"), jb_err_name(err));
    } else {
        if (p.count > 1)
            qsort(p.claims, p.count, sizeof(*p.claims), compare_claims);
        code = p.count ? connect_and_prove(&p) : tell(&p);
    }
    for (uint32_t i = 0; i < p.count; i++)
        free(p.claims[i].where);
    free(p.claims);
    jb_findings_free(&p.findings);
    jb_arena_free(&p.arena);
    return code;
}
