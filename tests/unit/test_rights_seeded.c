/* Random changes of rights against an oracle that is made quite differently: it keeps the list of
 * all changes that happened and answers every question by walking over it from the first. After
 * each step both are asked who may report, enter, review and read where. JIBAO_SEED replays one
 * seed. */
#include "unit/rights_desk.h"

#include "aggregator/authority.h"

#define SEEDS 6
#define STEPS 150
#define KEYS 8 /* test keys 1 to 8; 2 is the recovery key, 3 the server's */
#define EVENTS_MAX (STEPS + 8)

static const char *const units[] = {"county", "east", "west", "ash", "beech", "cedar", "dune"};
static const char *const above[] = {NULL, "county", "county", "east", "east", "east", "west"};
static const char *const labels[] = {"Ann", "Bo", "Cy"};

/* What happened, as the oracle remembers it. */
struct event {
    enum jb_key_action action;
    int key, new_key, unit, label;
    bool has_grant, subtree, everywhere;
    enum jb_role role;
    int64_t from, until, at;
};

struct world {
    struct rights_desk *desk;
    struct event events[EVENTS_MAX];
    int count;
    uint64_t dice;
};

static uint32_t roll(struct world *w, uint32_t below)
{
    w->dice = w->dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->dice >> 33) % below;
}

static bool under(int unit, int root)
{
    for (const char *at = units[unit]; at;) {
        if (strcmp(at, units[root]) == 0)
            return true;
        int i = 0;
        while (strcmp(units[i], at) != 0)
            i++;
        at = above[i];
    }
    return false;
}

static bool exists(const struct world *w, int key)
{
    for (int i = 0; i < w->count; i++) {
        const struct event *e = &w->events[i];
        if ((e->action == JB_KEY_ALLOW && e->key == key) ||
            (e->action == JB_KEY_ROTATE && e->new_key == key))
            return true;
    }
    return false;
}

/* The key whose place it took, or itself when it was allowed by name; the event of that. */
static int origin(const struct world *w, int key, int *ret_event)
{
    for (int i = 0; i < w->count; i++) {
        if (w->events[i].action == JB_KEY_ROTATE && w->events[i].new_key == key) {
            *ret_event = i;
            return w->events[i].key;
        }
    }
    *ret_event = -1;
    return key;
}

static int label_of(const struct world *w, int key)
{
    int at, from = origin(w, key, &at);
    if (at >= 0)
        return label_of(w, from);
    for (int i = 0; i < w->count; i++) {
        if (w->events[i].action == JB_KEY_ALLOW && w->events[i].key == key)
            return w->events[i].label;
    }
    return -1;
}

/* The newest word about a key's grant of a role, among the first `until` events; NULL: none. */
static const struct event *word(const struct world *w, int key, enum jb_role role, int until)
{
    for (int i = until - 1; i >= 0; i--) {
        const struct event *e = &w->events[i];
        if (e->key == key && e->role == role &&
            (e->action == JB_KEY_TAKE || (e->action == JB_KEY_ALLOW && e->has_grant)))
            return e->action == JB_KEY_TAKE ? NULL : e;
        if (e->action == JB_KEY_ROTATE && e->new_key == key)
            return word(w, e->key, role, i);
    }
    return NULL;
}

enum { GONE = 1, ASLEEP = 2, ENDED = 4 };

static int trouble(const struct world *w, int key, int64_t at)
{
    int found = 0;
    for (int i = 0; i < w->count; i++) {
        const struct event *e = &w->events[i];
        if (e->key != key)
            continue;
        if (e->action == JB_KEY_REVOKE || (e->action == JB_KEY_ROTATE && e->until == 0))
            found |= GONE;
        if (e->action == JB_KEY_SUSPEND)
            found |= ASLEEP;
        if (e->action == JB_KEY_RESUME)
            found &= ~ASLEEP;
        if (e->action == JB_KEY_ROTATE && e->until != 0 && at >= e->until)
            found |= ENDED;
    }
    return found;
}

static bool rotated(const struct world *w, int key)
{
    for (int i = 0; i < w->count; i++) {
        if (w->events[i].action == JB_KEY_ROTATE && w->events[i].key == key)
            return true;
    }
    return false;
}

static bool may(const struct world *w, int key, enum jb_role role, int unit, int64_t at)
{
    const struct event *e = exists(w, key) ? word(w, key, role, w->count) : NULL;
    if (!e || trouble(w, key, at) || at < e->from || (e->until && at >= e->until))
        return false;
    if (e->everywhere || !jb_role_has_scope(role))
        return true;
    return unit == e->unit || (e->subtree && under(unit, e->unit));
}

/* The server's key of birth, or in the place of one. */
static bool of_server(const struct world *w, int key)
{
    int at, from = origin(w, key, &at);
    return at >= 0 ? of_server(w, from) : key == KEY_SERVER;
}

/* The daemon would be left without a key, or clients without a day to go over. */
static bool leaves_no_server(const struct world *w, const struct event *e)
{
    if (!of_server(w, e->key) || rotated(w, e->key) || trouble(w, e->key, e->at))
        return false;
    if (e->action == JB_KEY_ROTATE)
        return e->until <= e->at;
    return e->action == JB_KEY_SUSPEND || e->action == JB_KEY_REVOKE;
}

static bool lasting(const struct world *w, int key, int64_t at)
{
    const struct event *e = word(w, key, JB_ROLE_SECURITY, w->count);
    return key != KEY_RECOVERY && !rotated(w, key) && may(w, key, JB_ROLE_SECURITY, 0, at) &&
           e->until == 0;
}

/* No unit at all may be in both hands, one by one; grants that are over count no more. */
static bool duties_meet(const struct world *w, int a, int b, int64_t at)
{
    static const enum jb_role pairs[][2] = {{JB_ROLE_SECURITY, JB_ROLE_AUDIT},
                                            {JB_ROLE_REPORT, JB_ROLE_REVIEW},
                                            {JB_ROLE_ENTER, JB_ROLE_REVIEW}};
    for (size_t p = 0; p < JB_COUNT(pairs); p++) {
        const struct event *x = word(w, a, pairs[p][0], w->count);
        const struct event *y = word(w, b, pairs[p][1], w->count);
        if (!x || !y || (x->until && at >= x->until) || (y->until && at >= y->until))
            continue;
        if (p == 0)
            return true;
        for (int unit = 0; unit < (int)JB_COUNT(units); unit++) {
            if ((unit == x->unit || (x->subtree && under(unit, x->unit))) &&
                (unit == y->unit || (y->subtree && under(unit, y->unit))))
                return true;
        }
    }
    return false;
}

/* Whether the world is one that rules allow, for a change that touched this key. */
static bool lawful(const struct world *w, int key, int64_t at)
{
    for (int other = 1; other <= KEYS; other++) {
        if (!exists(w, other) || (trouble(w, other, at) & (GONE | ENDED)) ||
            (other != key && label_of(w, other) != label_of(w, key)))
            continue;
        if (duties_meet(w, key, other, at) || duties_meet(w, other, key, at))
            return false;
    }
    return true;
}

static bool any_lasting(const struct world *w, int64_t at)
{
    for (int key = 1; key <= KEYS; key++) {
        if (exists(w, key) && lasting(w, key, at))
            return true;
    }
    return false;
}

/* Whether the change may happen: what it needs, and whether the world after it is lawful. */
static bool expected(struct world *w, int signer, const struct event *e)
{
    int64_t at = e->at;
    bool known = exists(w, e->key);
    if (!may(w, signer, JB_ROLE_SECURITY, 0, at))
        return false;
    bool about_security = e->action == JB_KEY_ALLOW || e->action == JB_KEY_TAKE
                              ? e->role == JB_ROLE_SECURITY
                              : known && word(w, e->key, JB_ROLE_SECURITY, w->count) != NULL;
    if (signer == KEY_RECOVERY && !about_security)
        return false;
    if (known ? trouble(w, e->key, 0) & GONE : e->action != JB_KEY_ALLOW)
        return false;
    if (known && e->action == JB_KEY_ALLOW && label_of(w, e->key) != e->label)
        return false;
    if (e->action == JB_KEY_TAKE && !word(w, e->key, e->role, w->count))
        return false;
    if (e->action == JB_KEY_ROTATE &&
        (trouble(w, e->key, at) || rotated(w, e->key) || exists(w, e->new_key)))
        return false;
    if (leaves_no_server(w, e))
        return false;
    bool was_lasting = known && lasting(w, e->key, at);
    w->events[w->count++] = *e;
    bool good =
        e->action != JB_KEY_ALLOW || (trouble(w, e->key, at) & ENDED) || lawful(w, e->key, at);
    good = good && (!was_lasting || any_lasting(w, at));
    w->count--;
    return good;
}

static struct event invent(struct world *w)
{
    static const enum jb_role roles[] = {JB_ROLE_REPORT,   JB_ROLE_ENTER, JB_ROLE_REVIEW,
                                         JB_ROLE_READ,     JB_ROLE_AUDIT, JB_ROLE_SECURITY,
                                         JB_ROLE_SECURITY, JB_ROLE_WEB};
    int64_t now = w->desk->now_us;
    struct event e = {.action = (enum jb_key_action)(1 + roll(w, JB_KEY_ROTATE)), .at = now};
    if (e.action != JB_KEY_ALLOW && roll(w, 2))
        e.action = JB_KEY_ALLOW;
    e.key = 1 + (int)roll(w, KEYS);
    e.label = exists(w, e.key) && roll(w, 8) ? label_of(w, e.key) : (int)roll(w, 3);
    e.unit = (int)roll(w, JB_COUNT(units));
    e.subtree = roll(w, 2);
    if (e.action == JB_KEY_ALLOW || e.action == JB_KEY_TAKE) {
        e.role = roles[roll(w, JB_COUNT(roles))];
        e.has_grant = true;
    }
    if (e.action == JB_KEY_ALLOW) {
        e.everywhere = e.role == JB_ROLE_READ && roll(w, 3) == 0;
        e.from = roll(w, 3) ? 0 : now + roll(w, 20);
        e.until = roll(w, 3) ? 0 : (e.from ? e.from : now) + 1 + roll(w, 40);
    }
    if (e.action == JB_KEY_ROTATE) {
        e.new_key = 1 + e.key % KEYS;
        e.until = roll(w, 2) ? 0 : now + 1 + roll(w, 30);
    }
    return e;
}

static const char *label_text(int label)
{
    return label == 3 ? "Chief" : label == 4 ? "recovery" : label == 5 ? "server" : labels[label];
}

static bool play(struct world *w, int signer, const struct event *e)
{
    const struct jb_scope_unit unit = {jb_slice_str(units[e->unit]), e->subtree};
    struct jb_key_change change = {.action = e->action, .key = rights_key((uint8_t)e->key)};
    if (e->action == JB_KEY_ALLOW)
        change.label = jb_slice_str(label_text(e->label));
    change.has_grant = e->has_grant;
    change.grant.role = e->has_grant ? e->role : 0;
    if (e->action == JB_KEY_ALLOW) {
        change.grant.everywhere = e->everywhere;
        change.grant.from_us = e->from;
        change.grant.until_us = e->until;
        if (jb_role_has_scope(e->role) && !e->everywhere) {
            change.grant.units = &unit;
            change.grant.unit_count = 1;
        }
    }
    if (e->action == JB_KEY_ROTATE) {
        change.new_key = rights_key((uint8_t)e->new_key);
        change.overlap_until_us = e->until;
    }
    return rights_change(w->desk, (uint8_t)signer, change);
}

static void compare(const struct world *w, uint64_t seed, int step)
{
    static const enum jb_role roles[] = {JB_ROLE_REPORT, JB_ROLE_ENTER,    JB_ROLE_REVIEW,
                                         JB_ROLE_READ,   JB_ROLE_SECURITY, JB_ROLE_AUDIT};
    const jb_catalog *catalog = rights_binding(w->desk)->catalog;
    int64_t at = w->desk->now_us;
    for (int key = 1; key <= KEYS; key++) {
        struct jb_public_key public = rights_key((uint8_t)key);
        const struct jb_holder *holder = jb_rights_by_key(w->desk->rights, &public);
        assert_int_equal(holder != NULL, exists(w, key));
        for (int unit = 0; unit < (int)JB_COUNT(units); unit++) {
            for (size_t r = 0; r < JB_COUNT(roles); r++) {
                uint32_t index = jb_catalog_unit(catalog, jb_slice_str(units[unit]));
                bool got = holder && jb_holder_covers(holder, roles[r], catalog, index, 19600, at);
                if (got != may(w, key, roles[r], unit, at))
                    fail_msg("seed %llu step %d: key %d, %s of %s: %d", (unsigned long long)seed,
                             step, key, jb_role_code(roles[r]), units[unit], got);
            }
        }
    }
}

static void run(uint64_t seed)
{
    struct world *w = calloc(1, sizeof(*w));
    int accepted = 0;
    w->desk = rights_desk_new();
    w->dice = seed * 77777 + 1;
    rights_load_catalog(w->desk, AGG_CATALOG);
    for (int key = KEY_SECURITY; key <= KEY_SERVER; key++)
        w->events[w->count++] = (struct event){.action = JB_KEY_ALLOW,
                                               .key = key,
                                               .label = 2 + key,
                                               .has_grant = key != KEY_SERVER,
                                               .role = key == KEY_SERVER ? 0 : JB_ROLE_SECURITY};
    for (int step = 0; step < STEPS; step++) {
        struct event e = invent(w);
        int signer = 1 + (int)roll(w, KEYS);
        for (int tries = 0; tries < 20 && roll(w, 8) && !may(w, signer, JB_ROLE_SECURITY, 0, e.at);
             tries++)
            signer = 1 + (int)roll(w, KEYS);
        bool want = expected(w, signer, &e), got = play(w, signer, &e);
        if (want != got) {
            jb_findings_print(&w->desk->findings, stderr);
            fail_msg("seed %llu step %d: %d signs action %d on %d, role %s of %s: %d, not %d",
                     (unsigned long long)seed, step, signer, (int)e.action, e.key,
                     jb_role_code(e.role), units[e.unit], got, want);
        }
        if (got) {
            w->events[w->count++] = e;
            accepted++;
        }
        w->desk->now_us += roll(w, 10);
        compare(w, seed, step);
    }
    assert_true(accepted > 5);
    rights_desk_free(w->desk);
    free(w);
}

static void the_table_agrees_with_the_whole_story(void **state)
{
    const char *text = getenv("JIBAO_SEED");
    (void)state;
    if (text) {
        run(strtoull(text, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_agrees_with_the_whole_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
