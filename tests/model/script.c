/* Writes the script: proper submissions, and the ways in which people and machines get them wrong.
 */
#include "script.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "draft.h"
#include "life.h"
#include "net/wire_keys.h"
#include "office.h"
#include "receipts.h"

const uint8_t script_store_id[16] = "model test store";

const struct world *script_world(const struct script *s, uint64_t revision)
{
    bool second = s->world_count > 1 && revision >= s->catalog_revision[1];
    return &s->worlds[second ? 1 : 0];
}

void script_text(int text, char out[80])
{
    snprintf(out, 80, "材料第%d号\n正文", text);
}

void script_public(enum s_key key, uint8_t ret[32])
{
    uint8_t seed[32], secret[64];
    memset(seed, (int)key, sizeof(seed));
    crypto_sign_seed_keypair(ret, secret, seed);
}

/* What is signed: a word for what it is, the kind, the store, and the bytes as sent. */
void script_sign(struct message *m, enum s_key key)
{
    uint8_t seed[32], public_key[32], secret[64];
    uint8_t *bytes = malloc(36 + m->len);
    memset(seed, (int)key, sizeof(seed));
    crypto_sign_seed_keypair(public_key, secret, seed);
    memcpy(bytes, "jibao.v1.signed", 16);
    for (int i = 0; i < 4; i++)
        bytes[16 + i] = (uint8_t)(m->kind >> (24 - 8 * i));
    memcpy(bytes + 20, script_store_id, 16);
    memcpy(bytes + 36, m->bytes, m->len);
    crypto_sign_detached(m->signature, NULL, bytes, 36 + m->len, secret);
    m->signer = key;
    free(bytes);
}

struct message *script_push(struct script *s, enum want want, int day, const char *story)
{
    struct message *m = &s->messages[s->message_count++];
    *m = (struct message){.want = want, .kind = JB_KIND_SUBMIT, .story = story, .accepted = -1};
    m->now_us = S_EPOCH_US + day * S_DAY_US;
    m->head = s->head;
    return m;
}

static void put_catalog(struct script *s, int day)
{
    struct message *m;
    char *text = NULL;
    FILE *out;
    s->catalog_revision[s->world_count++] = ++s->head;
    m = script_push(s, WANT_CATALOG, day, "catalogue");
    m->kind = JB_KIND_CATALOG_PUT;
    m->accepted = s->world_count - 1;
    out = open_memstream(&text, &m->len);
    world_print_yaml(&s->worlds[s->world_count - 1], out);
    fclose(out);
    m->bytes = (uint8_t *)text;
}

static void put_draft(struct message *m, const struct draft *draft)
{
    draft_encode(draft, &m->bytes, &m->len);
}

static void accept(struct script *s, const struct draft *draft, int day)
{
    struct s_accepted *a = &s->accepted[s->accepted_count];
    struct message *m;
    *a = (struct s_accepted){.revision = ++s->head,
                             .unit = draft->unit,
                             .form = draft->form,
                             .ordinal = draft->ordinal,
                             .message = s->message_count,
                             .id = draft->id,
                             .row_count = draft->row_count};
    memcpy(a->rows, draft->rows, sizeof(a->rows));
    m = script_push(s, WANT_ACCEPTED, day, "submission");
    m->accepted = s->accepted_count++;
    put_draft(m, draft);
}

/* Both keys of the bureau get their roles, as whoever manages keys gives them. */
static void grant(struct script *s, enum s_key key, struct jb_grant grant, const char *label)
{
    struct jb_key_change change = {.id.bytes[0] = (uint8_t)key,
                                   .epoch = (uint32_t)(1 + s->restores),
                                   .action = JB_KEY_ALLOW,
                                   .label = jb_slice_str(label),
                                   .has_grant = true,
                                   .grant = grant};
    struct message *m;
    struct jb_buf out;
    s->head++;
    m = script_push(s, WANT_GRANTED, 0, label);
    script_public(key, change.key.bytes);
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_key_change_encode(&change, &out);
    jb_assert(!out.failed);
    m->kind = JB_KIND_KEY_CHANGE;
    m->bytes = out.ptr;
    m->len = out.len;
    script_sign(m, KEY_SECURITY);
}

static void grant_office(struct script *s)
{
    struct jb_scope_unit units[W_UNITS];
    const struct world *w = &s->worlds[0];
    for (int u = 0; u < w->unit_count; u++)
        units[u] = (struct jb_scope_unit){.unit = jb_slice_str(w->units[u].code)};
    grant(s, KEY_OFFICE, (struct jb_grant){.role = JB_ROLE_PERIODS}, "office");
    grant(s, KEY_REVIEWER,
          (struct jb_grant){
              .role = JB_ROLE_REVIEW, .units = units, .unit_count = (uint32_t)w->unit_count},
          "reviewer");
}

static void repeat(struct script *s, struct dice *d, int day)
{
    int which = dice_roll(d, s->accepted_count);
    const struct message *first = &s->messages[s->accepted[which].message];
    struct message *m = script_push(s, WANT_REPEAT, day, "repeat");
    m->accepted = which;
    m->len = first->len;
    m->bytes = malloc(first->len);
    memcpy(m->bytes, first->bytes, first->len);
}

static void conflict(struct script *s, struct dice *d, const struct draft *valid, int day)
{
    int which = dice_roll(d, s->accepted_count);
    struct s_accepted *a = &s->accepted[which];
    struct draft draft = *valid;
    struct message *m;
    draft.unit = a->unit;
    draft.id = a->id;
    draft.reason = "same id, other content";
    if (!a->conflicted)
        s->head++;
    a->conflicted = true;
    m = script_push(s, WANT_CONFLICT, day, "conflict");
    m->accepted = which;
    put_draft(m, &draft);
}

/* Another predecessor than the filing's last submission; false when nobody can be wrong about it.
 */
static bool stale(struct script *s, struct dice *d, const struct draft *valid, int day)
{
    struct draft draft = *valid;
    for (int i = 0; i < draft.row_count; i++) {
        if (draft.rows[i].state == JB_STATE_WITHDRAWN)
            return false;
    }
    if (draft.has_predecessor && dice_chance(d, 50)) {
        draft.has_predecessor = false;
    } else {
        draft.has_predecessor = true;
        draft.predecessor.bytes[3] ^= 0x55;
    }
    put_draft(script_push(s, WANT_STALE, day, "stale"), &draft);
    return true;
}

static void refused(struct script *s, struct dice *d, const struct draft *valid, int day)
{
    struct draft draft = *valid;
    bool wrong_store = dice_chance(d, 10);
    const char *story = wrong_store ? "wrong store" : draft_spoil(&draft, s, d);
    struct message *m = script_push(s, WANT_REFUSED, day, story);
    m->wrong_store = wrong_store;
    put_draft(m, &draft);
}

static void step(struct script *s, struct dice *d, int day)
{
    struct draft draft;
    int roll = dice_roll(d, 100);
    if (!draft_make(&draft, s, d, day))
        return;
    if (draft.world->managed && dice_chance(d, 50)) {
        office_act(s, d, &draft, day);
        return;
    }
    if (!office_lets_in(s, d, &draft, day)) {
        put_draft(script_push(s, WANT_REFUSED, day, "not open"), &draft);
        return;
    }
    if (s->accepted_count && roll < 8) {
        repeat(s, d, day);
    } else if (s->accepted_count && roll < 14) {
        conflict(s, d, &draft, day);
    } else if (roll < 21) {
        if (stale(s, d, &draft, day) && dice_chance(d, 50))
            accept(s, &draft, day); /* a refused id is free again */
    } else if (roll < 32) {
        refused(s, d, &draft, day);
        if (dice_chance(d, 50))
            accept(s, &draft, day);
    } else {
        accept(s, &draft, day);
    }
}

void script_make(struct script *s, uint64_t seed)
{
    struct dice d = dice_make(seed, 1), late = dice_make(seed, 30);
    int steps = dice_between(&d, 10, S_STEPS_MAX);
    int extension = dice_chance(&d, 50) ? dice_roll(&d, steps) : -1;
    memset(s, 0, sizeof(*s));
    /* Some begin shortly before a block of receipts is full. */
    if (dice_chance(&late, 8))
        s->restores =
            (uint64_t)dice_between(&late, JB_RECEIPTS_BLOCK - S_STEPS_MAX, JB_RECEIPTS_BLOCK - 1);
    s->head = S_BIRTH + s->restores;
    world_make(&s->worlds[0], &d);
    put_catalog(s, 0);
    if (s->worlds[0].managed)
        grant_office(s);
    for (int i = 0; i < steps; i++) {
        int day = i * 4;
        if (i == extension) {
            s->worlds[1] = s->worlds[0];
            if (s->worlds[0].managed)
                world_turn(&s->worlds[1], &d);
            else
                world_extend(&s->worlds[1], &d);
            put_catalog(s, day);
        }
        step(s, &d, day);
    }
}

void script_free(struct script *s)
{
    for (int i = 0; i < s->message_count; i++)
        free(s->messages[i].bytes);
}
