/* Writes the script: proper submissions, and the ways in which people and machines get them wrong.
 */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "draft.h"
#include "receipts.h"

const struct world *script_world(const struct script *s, uint64_t revision)
{
    bool second = s->world_count > 1 && revision >= s->catalog_revision[1];
    return &s->worlds[second ? 1 : 0];
}

void script_text(int text, char out[80])
{
    snprintf(out, 80, "材料第%d号\n正文", text);
}

static struct message *push(struct script *s, enum want want, int day, const char *story)
{
    struct message *m = &s->messages[s->message_count++];
    *m = (struct message){.want = want, .story = story, .accepted = -1};
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
    m = push(s, WANT_CATALOG, day, "catalogue");
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
    m = push(s, WANT_ACCEPTED, day, "submission");
    m->accepted = s->accepted_count++;
    put_draft(m, draft);
}

static void repeat(struct script *s, struct dice *d, int day)
{
    int which = dice_roll(d, s->accepted_count);
    const struct message *first = &s->messages[s->accepted[which].message];
    struct message *m = push(s, WANT_REPEAT, day, "repeat");
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
    m = push(s, WANT_CONFLICT, day, "conflict");
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
    put_draft(push(s, WANT_STALE, day, "stale"), &draft);
    return true;
}

static void refused(struct script *s, struct dice *d, const struct draft *valid, int day)
{
    struct draft draft = *valid;
    bool wrong_store = dice_chance(d, 10);
    const char *story = wrong_store ? "wrong store" : draft_spoil(&draft, s, d);
    struct message *m = push(s, WANT_REFUSED, day, story);
    m->wrong_store = wrong_store;
    put_draft(m, &draft);
}

static void step(struct script *s, struct dice *d, int day)
{
    struct draft draft;
    int roll = dice_roll(d, 100);
    if (!draft_make(&draft, s, d, day))
        return;
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
    int steps = dice_between(&d, 10, S_MESSAGES / 2 - 2);
    int extension = dice_chance(&d, 50) ? dice_roll(&d, steps) : -1;
    memset(s, 0, sizeof(*s));
    /* Some begin shortly before a block of receipts is full. */
    if (dice_chance(&late, 8))
        s->restores = (uint64_t)dice_between(&late, JB_RECEIPTS_BLOCK - S_MESSAGES / 3,
                                             JB_RECEIPTS_BLOCK - 1);
    s->head = 1 + s->restores; /* genesis, and those */
    world_make(&s->worlds[0], &d);
    put_catalog(s, 0);
    for (int i = 0; i < steps; i++) {
        int day = i * 4;
        if (i == extension) {
            s->worlds[1] = s->worlds[0];
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
