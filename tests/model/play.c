/* The player. A batch that was aborted or whose commit failed is sent again, as agents do. */
#include "play.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

#include "birth.h"
#include "net/wire_acts.h"
#include "net/wire_catalog.h"
#include "net/wire_keys.h"
#include "net/wire_submission.h"
#include "verify.h"

#define BATCH_MAX 24
#define MAP_BYTES (64ull << 20)
#define BATCH_BYTES_MAX (64 << 20)

jb_err play_commit_fails;

/* Stands between the engine and jb_kv_commit (linked with --wrap). */
jb_err __real_jb_kv_commit(jb_kv_txn **txn);
jb_err __wrap_jb_kv_commit(jb_kv_txn **txn);
jb_err __wrap_jb_kv_commit(jb_kv_txn **txn)
{
    jb_err err = play_commit_fails;
    if (!err)
        return __real_jb_kv_commit(txn);
    play_commit_fails = JB_OK;
    jb_kv_abort(txn);
    return err;
}

void play_fail(struct player *p, const char *fmt, ...)
{
    va_list args;
    if (!p->failed) {
        va_start(args, fmt);
        vprintf(fmt, args);
        va_end(args);
        printf("\n");
    }
    p->failed = true;
}

static bool check(struct player *p, bool holds, const char *what)
{
    if (!holds)
        play_fail(p, "message %d: %s", p->done, what);
    return holds;
}

static void close_store(struct player *p)
{
    for (int i = 0; i < 2; i++)
        jb_binding_free(p->bindings[i]);
    memset(p->bindings, 0, sizeof(p->bindings));
    jb_engine_close(p->engine);
    p->engine = NULL;
}

const struct jb_binding *play_binding(struct player *p, jb_kv_txn *txn, const struct world *w)
{
    int at = w == &p->script->worlds[1];
    if (!p->bindings[at])
        check(p, jb_binding_load(txn, (uint32_t)at + 1, &p->bindings[at]) == JB_OK,
              "the catalogue does not load");
    return p->bindings[at];
}

static bool open_store(struct player *p, bool fresh)
{
    struct jb_engine_config config = {.map_bytes = MAP_BYTES, .unsigned_ok = true};
    struct jb_birth birth = {.security_label = JB_LIT("keys")};
    script_public(KEY_SECURITY, birth.security.bytes);
    script_public(KEY_RECOVERY, birth.recovery.bytes);
    script_public(KEY_SERVER, birth.server.bytes);
    if (fresh &&
        !check(p, jb_engine_init(p->dir, &config, script_store_id, S_EPOCH_US, &birth) == JB_OK,
               "the store is not made"))
        return false;
    bool good =
        check(p, jb_engine_open(p->dir, &config, &p->engine) == JB_OK, "the store does not open");
    for (uint64_t i = 0; good && fresh && i < p->script->restores; i++)
        good =
            check(p, jb_engine_append_epoch(p->engine, S_EPOCH_US) == JB_OK, "no restore is noted");
    return good;
}

static jb_err begin_batch(struct player *p)
{
    jb_arena_clear(&p->proposals);
    jb_arena_clear(&p->replies);
    return jb_engine_begin(p->engine, &p->replies);
}

static jb_err offer(struct player *p, const struct message *m, struct jb_buf *put,
                    struct jb_reply *reply)
{
    struct jb_envelope envelope = {.kind = m->kind,
                                   .request_id = JB_LIT("r"),
                                   .store_id =
                                       jb_slice_of(script_store_id, sizeof(script_store_id)),
                                   .payload = jb_slice_of(m->bytes, m->len)};
    struct jb_proposal proposal;
    uint8_t signer[32];
    if (m->signer) {
        script_public(m->signer, signer);
        envelope.signer = jb_slice_of(signer, sizeof(signer));
        envelope.signature = jb_slice_of(m->signature, sizeof(m->signature));
    }
    if (m->wrong_store)
        envelope.store_id = JB_LIT("another store id");
    if (m->want == WANT_CATALOG) {
        struct jb_catalog_put part = {.size = m->len,
                                      .bytes = envelope.payload,
                                      .author = JB_LIT("office"),
                                      .reason = JB_LIT("model")};
        crypto_generichash(part.hash, sizeof(part.hash), m->bytes, m->len, NULL, 0);
        jb_buf_clear(put);
        jb_wire_catalog_put_encode(&part, put);
        envelope.payload = jb_buf_slice(put);
    }
    jb_proposal_read(&envelope, 1, jb_engine_verifier(p->engine), &p->proposals, &proposal);
    return jb_engine_offer(p->engine, &proposal, m->now_us, reply);
}

static void print_findings(const struct jb_findings *findings)
{
    jb_findings_print(findings, stdout);
}

static void check_catalog(struct player *p, const struct message *m, const struct jb_reply *reply)
{
    struct jb_catalog_put_done done;
    struct jb_findings findings;
    struct jb_arena arena;
    jb_arena_init(&arena, 1 << 20);
    jb_findings_init(&findings);
    if (reply->kind != JB_KIND_CATALOG_PUT_DONE ||
        jb_wire_catalog_put_done_decode(reply->payload, &arena, &done, &findings) ||
        findings.errors || done.unchanged || done.version != (uint32_t)m->accepted + 1 ||
        done.revision != p->script->catalog_revision[m->accepted]) {
        play_fail(p, "message %d: the catalogue is not taken", p->done);
        if (findings.count)
            print_findings(&findings);
    }
    jb_findings_free(&findings);
    jb_arena_free(&arena);
}

static enum jb_outcome wanted_outcome(enum want want)
{
    switch (want) {
    case WANT_ACCEPTED:
    case WANT_REPEAT:
        return JB_ACCEPTED;
    case WANT_CONFLICT:
        return JB_CONFLICT;
    case WANT_STALE:
        return JB_STALE;
    case WANT_REFUSED:
    case WANT_CATALOG:
    case WANT_GRANTED:
    case WANT_DONE:
    case WANT_DONE_AGAIN:
    case WANT_NOT_DONE:
        break;
    }
    return JB_REFUSED;
}

/* The first receipt is kept; each later one has its bytes. */
static void check_receipt(struct player *p, const struct message *m, struct jb_slice payload,
                          const struct jb_receipt *receipt)
{
    const struct s_accepted *a = &p->script->accepted[m->accepted];
    struct jb_slice *first = &p->receipts[m->accepted];
    check(p, receipt->revision == a->revision, "another revision");
    check(p, jb_uuid_eq(receipt->submission_id, a->id), "another id");
    check(p, receipt->accepted_at_us == p->script->messages[a->message].now_us, "another time");
    if (first->ptr) {
        check(p, jb_slice_eq(*first, payload), "a repeat with another receipt");
        return;
    }
    uint8_t *copy = malloc(payload.len);
    memcpy(copy, payload.ptr, payload.len);
    *first = jb_slice_of(copy, payload.len);
}

/* An act or a grant: done at its revision, or refused with a reason. */
static void check_act(struct player *p, const struct message *m, const struct jb_reply *reply)
{
    struct jb_key_change_done granted = {0};
    struct jb_act_done done = {0};
    struct jb_findings findings;
    struct jb_arena arena;
    uint64_t wanted = m->want == WANT_GRANTED    ? m->head
                      : m->want == WANT_NOT_DONE ? 0
                                                 : p->script->acts[m->accepted].revision;
    jb_err err = JB_EINVAL;
    jb_arena_init(&arena, 1 << 20);
    jb_findings_init(&findings);
    if (m->want == WANT_GRANTED && reply->kind == JB_KIND_KEY_CHANGE_DONE) {
        err = jb_wire_key_change_done_decode(reply->payload, &arena, &granted, &findings);
        done.revision = granted.revision;
    } else if (reply->kind == JB_KIND_ACT_DONE) {
        err = jb_wire_act_done_decode(reply->payload, &arena, &done, &findings);
    }
    if (err || done.revision != wanted || (findings.errors > 0) != (wanted == 0)) {
        play_fail(p, "message %d (%s): done at %llu, must be %llu", p->done, m->story,
                  (unsigned long long)done.revision, (unsigned long long)wanted);
        print_findings(&findings);
    } else if (m->kind == JB_KIND_ACT && wanted) {
        check(p, (int)done.release == p->script->acts[m->accepted].release, "another release");
    }
    jb_findings_free(&findings);
    jb_arena_free(&arena);
}

static void check_reply(struct player *p, const struct message *m, const struct jb_reply *reply)
{
    struct jb_findings findings;
    struct jb_receipt receipt;
    struct jb_arena arena;
    if (m->kind != JB_KIND_SUBMIT) {
        if (m->want == WANT_CATALOG)
            check_catalog(p, m, reply);
        else
            check_act(p, m, reply);
        return;
    }
    jb_arena_init(&arena, 1 << 20);
    jb_findings_init(&findings);
    if (reply->kind != JB_KIND_RECEIPT ||
        jb_wire_receipt_decode(reply->payload, &arena, &receipt, &findings)) {
        play_fail(p, "message %d (%s): no receipt", p->done, m->story);
    } else if (receipt.outcome != wanted_outcome(m->want)) {
        play_fail(p, "message %d (%s): %s", p->done, m->story, jb_outcome_code(receipt.outcome));
        print_findings(&findings);
    } else if (receipt.outcome == JB_ACCEPTED) {
        check_receipt(p, m, reply->payload, &receipt);
    } else {
        check(p, findings.errors > 0, "a refusal without a finding");
    }
    jb_findings_free(&findings);
    jb_arena_free(&arena);
}

/* Every member of a failed batch hears "try later". */
static void check_try_later(struct player *p, const struct message *m)
{
    struct jb_envelope envelope = {.kind = JB_KIND_SUBMIT,
                                   .request_id = JB_LIT("r"),
                                   .payload = jb_slice_of(m->bytes, m->len)};
    struct jb_proposal proposal;
    struct jb_reply reply;
    struct jb_receipt receipt;
    struct jb_arena arena;
    if (m->kind != JB_KIND_SUBMIT)
        return;
    jb_arena_init(&arena, 1 << 20);
    jb_proposal_read(&envelope, 1, jb_engine_verifier(p->engine), &p->proposals, &proposal);
    jb_engine_try_later(p->engine, &proposal, &reply);
    check(p,
          reply.kind == JB_KIND_RECEIPT &&
              jb_wire_receipt_decode(reply.payload, &arena, &receipt, NULL) == JB_OK &&
              receipt.outcome == JB_TRY_LATER,
          "a lost batch is not told to try later");
    jb_arena_free(&arena);
}

static uint64_t head_of(const struct player *p, int done)
{
    return done ? p->script->messages[done - 1].head : S_BIRTH + p->script->restores;
}

static void check_head(struct player *p)
{
    struct jb_welcome welcome;
    jb_engine_welcome(p->engine, 0, &welcome);
    check(p, welcome.revision == head_of(p, p->done), "another head");
}

/* Sends the next `size` messages as one batch. */
static void send_batch(struct player *p, int size, struct jb_buf *put)
{
    const struct message *messages = &p->script->messages[p->done];
    struct jb_reply replies[BATCH_MAX];
    bool moves = head_of(p, p->done + size) > head_of(p, p->done), moved = false;
    int fate = dice_roll(&p->batches, 100);
    jb_err err;
    if (!check(p, begin_batch(p) == JB_OK, "no batch begins"))
        return;
    for (int i = 0; i < size && !p->failed; i++)
        check(p, offer(p, &messages[i], put, &replies[i]) == JB_OK, "an offer fails");
    if (p->trace)
        printf("batch of %d from message %d%s\n", size, p->done,
               fate < 6    ? ", aborted"
               : fate < 12 ? ", commit fails"
                           : "");
    if (fate < 6 || p->failed) {
        jb_engine_abort(p->engine);
        return;
    }
    play_commit_fails = fate < 9 ? JB_EFULL : fate < 12 ? JB_EIO : JB_OK;
    err = jb_engine_commit(p->engine, &moved);
    play_commit_fails = JB_OK;
    if (err) {
        check(p, fate < 12 && moves, "a commit fails by itself");
        check_try_later(p, &messages[0]);
        if (err == JB_EIO) {
            close_store(p);
            open_store(p, false);
        }
        return;
    }
    check(p, moved == moves, "the head moved or not, otherwise than it must");
    for (int i = 0; i < size && !p->failed; i++, p->done++) {
        if (p->trace)
            printf("  %d %s -> head %llu\n", p->done, messages[i].story,
                   (unsigned long long)messages[i].head);
        check_reply(p, &messages[i], &replies[i]);
    }
}

bool play(struct player *p)
{
    int size_max = dice_chance(&p->batches, 50) ? 4 : BATCH_MAX;
    struct jb_buf put;
    jb_buf_init(&put, 1 << 20);
    jb_arena_init(&p->proposals, BATCH_BYTES_MAX);
    jb_arena_init(&p->replies, BATCH_BYTES_MAX);
    open_store(p, true);
    while (!p->failed && p->done < p->script->message_count) {
        int left = p->script->message_count - p->done;
        int size = dice_between(&p->batches, 1, size_max);
        send_batch(p, size < left ? size : left, &put);
        if (!p->failed)
            check_head(p);
        if (!p->failed && dice_chance(&p->batches, 4)) {
            close_store(p);
            open_store(p, false);
        }
        if (!p->failed && p->ask && p->done && dice_chance(&p->questions, 40))
            play_question(p);
        if (!p->failed && p->ask && p->done && p->script->worlds[0].managed)
            play_standing(p);
    }
    for (int i = 0; i < 12 && p->ask && !p->failed; i++)
        play_question(p);
    play_ask_again(p);
    jb_buf_free(&put);
    return !p->failed;
}

/* The message of the nth thing that was done: submissions first. */
static const struct message *done_message(const struct player *p, int n)
{
    const struct script *s = p->script;
    return &s->messages[n < s->accepted_count ? s->accepted[n].message
                                              : s->acts[n - s->accepted_count].message];
}

static void resend_batch(struct player *p, const int *order, int size)
{
    struct jb_reply replies[BATCH_MAX];
    bool moved = true;
    if (!check(p, begin_batch(p) == JB_OK, "no batch begins"))
        return;
    for (int i = 0; i < size && !p->failed; i++) {
        check(p, offer(p, done_message(p, order[i]), NULL, &replies[i]) == JB_OK, "an offer fails");
    }
    if (p->failed) {
        jb_engine_abort(p->engine);
        return;
    }
    check(p, jb_engine_commit(p->engine, &moved) == JB_OK && !moved, "a repeat moves the head");
    for (int i = 0; i < size; i++)
        check_reply(p, done_message(p, order[i]), &replies[i]);
}

bool play_again(struct player *p)
{
    /* Submissions, and behind them acts. */
    int order[6 * S_MESSAGES], count = 3 * (p->script->accepted_count + p->script->act_count);
    for (int i = 0; i < count; i++) {
        int k = dice_roll(&p->batches, i + 1);
        order[i] = order[k];
        order[k] = i / 3;
    }
    for (int at = 0, size; at < count && !p->failed; at += size) {
        size = dice_between(&p->batches, 1, BATCH_MAX);
        size = size < count - at ? size : count - at;
        resend_batch(p, order + at, size);
    }
    if (!p->failed)
        check_head(p);
    return !p->failed;
}

bool play_verify(struct player *p)
{
    struct jb_verify_report report = {0};
    jb_kv_txn *txn = NULL;
    char scratch[256];
    snprintf(scratch, sizeof(scratch), "%s/scratch", p->dir);
    if (!check(p, jb_kv_begin_read(jb_engine_kv(p->engine), &txn) == JB_OK, "no reading"))
        return false;
    check(p, jb_verify(txn, scratch, NULL, NULL, NULL, &report) == JB_OK, "verify fails");
    if (!p->failed && !report.clean)
        play_fail(p, "verify: %s", report.problem_count ? report.problems[0] : "not clean");
    check(p, report.entries == p->script->head, "verify counts other entries");
    jb_verify_report_free(&report);
    jb_kv_abort(&txn);
    return !p->failed;
}

bool play_dump(struct player *p, char **ret, size_t *ret_len)
{
    jb_kv_txn *txn = NULL;
    FILE *out = open_memstream(ret, ret_len);
    bool done = jb_kv_begin_read(jb_engine_kv(p->engine), &txn) == JB_OK &&
                jb_store_dump(txn, out) == JB_OK;
    jb_kv_abort(&txn);
    fclose(out);
    return check(p, done, "no dump");
}

void play_end(struct player *p)
{
    close_store(p);
    jb_arena_free(&p->proposals);
    jb_arena_free(&p->replies);
    for (int i = 0; i < S_MESSAGES; i++)
        free((void *)(uintptr_t)p->receipts[i].ptr);
    memset(p->receipts, 0, sizeof(p->receipts));
}
