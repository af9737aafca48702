/* Changes of rights, the list of holders, the audit trail and proofs on the wire: they come back
 * whole, and a change that says too much or too little is refused with its reason. */
#include "unit/wire_bytes.h"

#include <sodium.h>

#include "net/wire_keys.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf, second;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 16 * 1024 * 1024);
    jb_buf_init(&desk->buf, 2 * 1024 * 1024);
    jb_buf_init(&desk->second, 2 * 1024 * 1024);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    jb_buf_free(&desk->second);
    free(desk);
    return 0;
}

static struct jb_public_key key_of(uint8_t n)
{
    struct jb_public_key key;
    uint8_t seed[32], secret[64];
    memset(seed, n, sizeof(seed));
    crypto_sign_seed_keypair(key.bytes, secret, seed);
    return key;
}

static const struct jb_scope_unit two_units[] = {{JB_LIT("west"), true}, {JB_LIT("ash"), false}};

static struct jb_key_change change_of(enum jb_key_action action)
{
    struct jb_key_change change = {.epoch = 3, .action = action, .key = key_of(1)};
    memset(change.id.bytes, 7, 16);
    if (action == JB_KEY_ALLOW) {
        change.label = JB_LIT("李雷");
        change.has_grant = true;
        change.grant = (struct jb_grant){.role = JB_ROLE_REPORT,
                                         .units = two_units,
                                         .unit_count = 2,
                                         .from_us = 5,
                                         .until_us = 6};
    }
    if (action == JB_KEY_TAKE) {
        change.has_grant = true;
        change.grant.role = JB_ROLE_AUDIT;
    }
    if (action == JB_KEY_ROTATE) {
        change.new_key = key_of(2);
        change.overlap_until_us = 99;
    }
    change.reason = JB_LIT("because");
    return change;
}

static jb_err decode(struct desk *desk, const struct jb_key_change *change,
                     struct jb_key_change *ret, const char **ret_why)
{
    jb_buf_clear(&desk->buf);
    jb_arena_clear(&desk->arena);
    jb_wire_key_change_encode(change, &desk->buf);
    assert_false(desk->buf.failed);
    struct jb_slice bytes = exact_copy(jb_buf_slice(&desk->buf));
    jb_err err = jb_wire_key_change_decode(bytes, &desk->arena, ret, ret_why);
    free_copy(bytes);
    return err;
}

static void every_action_comes_back(void **state)
{
    struct desk *desk = *state;
    for (enum jb_key_action action = JB_KEY_ALLOW; action <= JB_KEY_ROTATE; action++) {
        struct jb_key_change sent = change_of(action), got;
        const char *why = "";
        jb_err err = decode(desk, &sent, &got, &why);
        if (err)
            fprintf(stderr, "%d: %s\n", (int)action, why);
        assert_int_equal(err, JB_OK);
        assert_int_equal(got.action, action);
        assert_true(got.epoch == 3 && jb_uuid_eq(got.id, sent.id));
        assert_true(jb_public_eq(&got.key, &sent.key) && !got.is_person);
        assert_true(jb_public_eq(&got.new_key, &sent.new_key));
        assert_int_equal(got.overlap_until_us, sent.overlap_until_us);
        assert_int_equal(got.has_grant, sent.has_grant);
        assert_int_equal(got.grant.role, sent.grant.role);
        assert_int_equal(got.grant.unit_count, sent.grant.unit_count);
        assert_true(got.grant.from_us == sent.grant.from_us &&
                    got.grant.until_us == sent.grant.until_us);
        assert_true(jb_slice_eq(got.label, sent.label));
        assert_slice(got.reason, "because");
        jb_wire_key_change_encode(&got, &desk->second);
        assert_true(jb_slice_eq(jb_buf_slice(&desk->buf), jb_buf_slice(&desk->second)));
        jb_buf_clear(&desk->second);
    }
}

/* Refused, with a reason, and nothing is written. */
static void refused(struct desk *desk, const struct jb_key_change *change, jb_err expected)
{
    struct jb_key_change got = {.epoch = 12345};
    const char *why = NULL;
    assert_int_equal(decode(desk, change, &got, &why), expected);
    assert_int_equal(got.epoch, 12345);
    assert_non_null(why);
    assert_true(strlen(why) > 0);
}

#define SPOILED(action, statement)                                                                 \
    do {                                                                                           \
        struct jb_key_change c = change_of(action);                                                \
        statement;                                                                                 \
        refused(desk, &c, JB_EINVAL);                                                              \
    } while (0)

static void what_an_action_does_not_need_is_refused(void **state)
{
    struct desk *desk = *state;
    for (enum jb_key_action action = JB_KEY_ALLOW; action <= JB_KEY_ROTATE; action++) {
        SPOILED(action, memset(c.id.bytes, 0, 16));
        SPOILED(action, memset(c.key.bytes, 0, 32)); /* of small order */
        SPOILED(action, c.is_person = true);         /* without a code */
        SPOILED(action, (c.is_person = true, c.person_code = JB_LIT("Li Lei")));
        if (action != JB_KEY_ALLOW)
            SPOILED(action, c.label = JB_LIT("Li"));
        if (action != JB_KEY_ROTATE)
            SPOILED(action, c.overlap_until_us = 1);
        if (action > JB_KEY_TAKE)
            SPOILED(action, (c.has_grant = true, c.grant.role = JB_ROLE_READ));
    }
    SPOILED((enum jb_key_action)0, (void)0);
    SPOILED((enum jb_key_action)7, (void)0);
    SPOILED(JB_KEY_TAKE, c.has_grant = false);
    SPOILED(JB_KEY_TAKE, c.grant.role = 0);
    SPOILED(JB_KEY_TAKE, c.grant.everywhere = true);
    SPOILED(JB_KEY_TAKE, (c.grant.units = two_units, c.grant.unit_count = 1));
    SPOILED(JB_KEY_TAKE, c.grant.until_us = 1);
    SPOILED(JB_KEY_ROTATE, c.new_key = c.key);
    SPOILED(JB_KEY_ROTATE, memset(c.new_key.bytes, 0, 32));
    SPOILED(JB_KEY_ROTATE, c.overlap_until_us = -1);
    SPOILED(JB_KEY_ROTATE, (c.is_person = true, c.person_code = JB_LIT("li")));
    SPOILED(JB_KEY_ALLOW, (c.has_grant = false, c.label = JB_LIT("")));
}

static void a_label_is_what_it_looks_like(void **state)
{
    static const char *const bad[] = {" Li", "Li ", "L\ti", "L\x7fi", "\n"};
    struct desk *desk = *state;
    struct jb_key_change change = change_of(JB_KEY_ALLOW), got;
    char text[JB_KEY_LABEL_BYTES_MAX + 1];
    for (size_t i = 0; i < JB_COUNT(bad); i++)
        SPOILED(JB_KEY_ALLOW, c.label = jb_slice_str(bad[i]));
    memset(text, 'x', sizeof(text));
    change.label = jb_slice_of(text, sizeof(text));
    refused(desk, &change, JB_ERANGE);
    change.label.len--;
    assert_int_equal(decode(desk, &change, &got, NULL), JB_OK);
}

static void a_grant_has_a_scope_where_its_role_has_one(void **state)
{
    struct desk *desk = *state;
    static const struct jb_scope_unit twice[] = {
        {JB_LIT("ash"), true}, {JB_LIT("oak"), true}, {JB_LIT("ash"), false}};
    static const struct jb_scope_unit no_code[] = {{JB_LIT("Ash"), true}};
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        struct jb_key_change change = change_of(JB_KEY_ALLOW), got;
        change.grant.role = role;
        assert_int_equal(decode(desk, &change, &got, NULL) == JB_OK, jb_role_has_scope(role));
        change.grant.unit_count = 0;
        assert_int_equal(decode(desk, &change, &got, NULL) == JB_OK, !jb_role_has_scope(role));
        change.grant.everywhere = true;
        assert_int_equal(decode(desk, &change, &got, NULL) == JB_OK, role == JB_ROLE_READ);
        change.grant.unit_count = 2;
        assert_int_equal(decode(desk, &change, &got, NULL), JB_EINVAL);
    }
    SPOILED(JB_KEY_ALLOW, c.grant.role = 0);
    SPOILED(JB_KEY_ALLOW, c.grant.until_us = 5);
    SPOILED(JB_KEY_ALLOW, c.grant.from_us = -1);
    SPOILED(JB_KEY_ALLOW, (c.grant.units = twice, c.grant.unit_count = 3));
    SPOILED(JB_KEY_ALLOW, (c.grant.units = no_code, c.grant.unit_count = 1));
}

static void a_person_takes_no_key_s_role(void **state)
{
    struct desk *desk = *state;
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        struct jb_key_change change = change_of(JB_KEY_ALLOW), got;
        bool keys_only = role == JB_ROLE_CONNECT || role == JB_ROLE_WEB || role == JB_ROLE_SECURITY;
        change.is_person = true;
        change.person_code = JB_LIT("li.lei");
        change.grant.role = role;
        change.grant.unit_count = jb_role_has_scope(role) ? 2 : 0;
        assert_int_equal(decode(desk, &change, &got, NULL), keys_only ? JB_EINVAL : JB_OK);
    }
}

static void a_grant_names_at_most_256_units(void **state)
{
    struct desk *desk = *state;
    struct jb_key_change change = change_of(JB_KEY_ALLOW), got;
    struct jb_scope_unit units[JB_GRANT_SCOPES_MAX + 1];
    char codes[JB_GRANT_SCOPES_MAX + 1][16];
    for (int i = 0; i <= JB_GRANT_SCOPES_MAX; i++) {
        snprintf(codes[i], sizeof(codes[i]), "u%d", i);
        units[i] = (struct jb_scope_unit){jb_slice_str(codes[i]), i % 2 == 0};
    }
    change.grant.units = units;
    change.grant.unit_count = JB_GRANT_SCOPES_MAX;
    assert_int_equal(decode(desk, &change, &got, NULL), JB_OK);
    change.grant.unit_count++;
    refused(desk, &change, JB_ERANGE);
}

static void changes_are_strict(void **state)
{
    struct desk *desk = *state;
    struct jb_key_change change = change_of(JB_KEY_REVOKE), got;
    const char *why = NULL;
    jb_wire_key_change_encode(&change, &desk->buf);
    put_unknown(&desk->buf, 1);
    assert_int_equal(jb_wire_key_change_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &why),
                     JB_EVERSION);
    assert_non_null(why);
    jb_buf_clear(&desk->buf);
    jb_wire_key_change_encode(&change, &desk->buf);
    for (size_t len = 0; len + 1 < desk->buf.len; len++)
        if (jb_wire_key_change_decode(jb_slice_of(desk->buf.ptr, len), &desk->arena, &got, &why) ==
            JB_OK)
            assert_true(got.reason.len == 0); /* cut between two fields */
}

static void answers_about_keys_come_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_grant grants[] = {
        {.role = JB_ROLE_READ, .everywhere = true},
        {.role = JB_ROLE_REVIEW, .units = two_units, .unit_count = 2, .until_us = 9}};
    struct jb_holder holders[] = {{.state = JB_HOLDER_ACTIVE,
                                   .recovery = true,
                                   .label = JB_LIT("Spare"),
                                   .ends_us = 4,
                                   .revision = 8},
                                  {.is_person = true,
                                   .person_code = JB_LIT("li"),
                                   .state = JB_HOLDER_REVOKED,
                                   .label = JB_LIT("Li"),
                                   .grants = grants,
                                   .grant_count = 2}};
    struct jb_public_key key = key_of(4);
    memcpy(holders[0].key, key.bytes, 32);
    const struct jb_keys_answer sent = {.store_id = {1},
                                        .revision = 6,
                                        .holders = holders,
                                        .holder_count = 2,
                                        .next = JB_LIT("n"),
                                        .narrowed = true};
    struct jb_keys_answer got;
    jb_wire_keys_answer_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_keys_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.narrowed && got.revision == 6 && got.holder_count == 2);
    assert_memory_equal(got.holders[0].key, key.bytes, 32);
    assert_true(got.holders[0].recovery && got.holders[0].ends_us == 4);
    assert_true(got.holders[1].is_person && got.holders[1].state == JB_HOLDER_REVOKED);
    assert_slice(got.holders[1].person_code, "li");
    assert_true(got.holders[1].grants[0].everywhere);
    assert_true(got.holders[1].grants[1].units[0].subtree);
    assert_slice(got.holders[1].grants[1].units[1].unit, "ash");
    holders[0].state = 0;
    jb_buf_clear(&desk->buf);
    jb_wire_keys_answer_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_keys_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_EINVAL);
    const struct jb_keys_ask ask = {.own = true, .after = JB_LIT("a")};
    struct jb_keys_ask got_ask;
    jb_buf_clear(&desk->buf);
    jb_wire_keys_ask_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_keys_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_OK);
    assert_true(got_ask.own && jb_slice_is(got_ask.after, "a"));
}

static void a_done_change_names_its_entry(void **state)
{
    struct desk *desk = *state;
    const struct jb_key_change_done sent = {.revision = 9, .head = {3}};
    struct jb_key_change_done got;
    struct jb_findings findings, got_findings;
    jb_findings_init(&findings);
    jb_findings_init(&got_findings);
    jb_findings_add(&findings,
                    &(struct jb_finding){.code = JB_F_LAST_SECURITY_KEY, .severity = JB_ERROR});
    jb_wire_key_change_done_encode(&sent, &findings, &desk->buf);
    assert_int_equal(
        jb_wire_key_change_done_decode(jb_buf_slice(&desk->buf), &desk->arena, &got, &got_findings),
        JB_OK);
    assert_int_equal(got.revision, 9);
    assert_memory_equal(got.head, sent.head, 32);
    assert_int_equal(got_findings.items[0].code, JB_F_LAST_SECURITY_KEY);
    jb_findings_free(&findings);
    jb_findings_free(&got_findings);
}

static void the_audit_trail_comes_back(void **state)
{
    struct desk *desk = *state;
    const struct jb_audit_ask ask = {.from_revision = 1,
                                     .until_us = -1,
                                     .has_signer = true,
                                     .signer = {{5}},
                                     .person = JB_LIT("li"),
                                     .unit = JB_LIT("ash"),
                                     .kind = JB_LIT("submission"),
                                     .with_bytes = true};
    struct jb_audit_ask got_ask;
    struct jb_public_key signer = key_of(1);
    const struct jb_audit_entry entries[] = {{.revision = 4,
                                              .at_us = 5,
                                              .kind = JB_LIT("key_change"),
                                              .signer = {signer.bytes, 32},
                                              .label = JB_LIT("Li"),
                                              .outcome = JB_LIT("accepted"),
                                              .hash = {6},
                                              .entry = JB_LIT("bytes")},
                                             {.revision = 5}};
    struct jb_audit_answer sent = {
        .entries = entries,
        .entry_count = 2,
        .next_revision = 6,
        .head = {.store_id = {1}, .epoch = 2, .revision = 3, .at_us = 4, .signature = {7}}};
    struct jb_audit_answer got;
    jb_wire_audit_ask_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_audit_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_OK);
    assert_true(got_ask.has_signer && got_ask.signer.bytes[0] == 5 && got_ask.until_us == -1);
    assert_slice(got_ask.kind, "submission");
    jb_buf_clear(&desk->buf);
    jb_wire_audit_answer_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_audit_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.entry_count == 2 && got.next_revision == 6 && got.head.epoch == 2);
    assert_slice(got.entries[0].entry, "bytes");
    assert_int_equal(got.entries[0].signer.len, 32);
    assert_int_equal(got.entries[1].signer.len, 0);
    assert_memory_equal(got.head.signature, sent.head.signature, 64);
    assert_false(got.head.has_next);
    sent.head.has_next = true;
    sent.head.next = key_of(2);
    sent.head.next_signature[63] = 8;
    jb_buf_clear(&desk->buf);
    jb_wire_audit_answer_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_audit_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.head.has_next && jb_public_eq(&got.head.next, &sent.head.next));
    assert_memory_equal(got.head.next_signature, sent.head.next_signature, 64);
}

static void a_signed_head_has_one_spelling(void **state)
{
    static const uint8_t expected[] = "jibao.v1.head\0"
                                      "SSSSSSSSSSSSSSSS"
                                      "\0\0\1\2"
                                      "\0\0\0\0\0\0\3\4"
                                      "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH"
                                      "\xff\xff\xff\xff\xff\xff\xff\xfe";
    struct jb_signed_head head = {.epoch = 0x102, .revision = 0x304, .at_us = -2};
    uint8_t got[JB_HEAD_SIGNED_BYTES];
    (void)state;
    memset(head.store_id, 'S', 16);
    memset(head.head, 'H', 32);
    jb_signed_head_bytes(&head, got);
    assert_int_equal(sizeof(expected) - 1, sizeof(got));
    assert_memory_equal(got, expected, sizeof(got));
}

static void proofs_come_back(void **state)
{
    struct desk *desk = *state;
    uint64_t revisions[JB_PROOF_REVISIONS_MAX + 1];
    for (size_t i = 0; i < JB_COUNT(revisions); i++)
        revisions[i] = i * 1000;
    struct jb_proof_ask ask = {.revisions = revisions, .count = JB_PROOF_REVISIONS_MAX}, got_ask;
    jb_wire_proof_ask_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_proof_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_OK);
    assert_int_equal(got_ask.count, JB_PROOF_REVISIONS_MAX);
    assert_memory_equal(got_ask.revisions, revisions, 8 * JB_PROOF_REVISIONS_MAX);
    put_number(&desk->buf, 1, 5); /* one more, not packed */
    assert_int_equal(jb_wire_proof_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_ERANGE);
    ask.count++;
    jb_buf_clear(&desk->buf);
    jb_wire_proof_ask_encode(&ask, &desk->buf);
    assert_int_equal(jb_wire_proof_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_ERANGE);
    jb_buf_clear(&desk->buf);
    put_number(&desk->buf, 1, 5);
    put_number(&desk->buf, 1, 6);
    assert_int_equal(jb_wire_proof_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_OK);
    assert_true(got_ask.count == 2 && got_ask.revisions[1] == 6);
    jb_buf_clear(&desk->buf);
    put_field(&desk->buf, 1, jb_slice_of("\x05\x80", 2)); /* a number that is cut */
    assert_int_equal(jb_wire_proof_ask_decode(jb_buf_slice(&desk->buf), &desk->arena, &got_ask),
                     JB_EINVAL);
    const struct jb_proof_step steps[] = {{.revision = 9, .digest = {1}, .skip = {2}},
                                          {.revision = 5, .previous = {3}}};
    const struct jb_proof_path paths[] = {{.revision = 5, .steps = steps, .step_count = 2},
                                          {.revision = 12}};
    const struct jb_proof_answer sent = {.head = {.revision = 9}, .paths = paths, .path_count = 2};
    struct jb_proof_answer got;
    jb_buf_clear(&desk->buf);
    jb_wire_proof_answer_encode(&sent, &desk->buf);
    assert_int_equal(jb_wire_proof_answer_decode(jb_buf_slice(&desk->buf), &desk->arena, &got),
                     JB_OK);
    assert_true(got.path_count == 2 && got.paths[0].step_count == 2 && got.head.revision == 9);
    assert_memory_equal(got.paths[0].steps, steps, sizeof(steps));
    assert_int_equal(got.paths[1].step_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_action_comes_back),
        TEST(what_an_action_does_not_need_is_refused),
        TEST(a_label_is_what_it_looks_like),
        TEST(a_grant_has_a_scope_where_its_role_has_one),
        TEST(a_person_takes_no_key_s_role),
        TEST(a_grant_names_at_most_256_units),
        TEST(changes_are_strict),
        TEST(answers_about_keys_come_back),
        TEST(a_done_change_names_its_entry),
        TEST(the_audit_trail_comes_back),
        TEST(a_signed_head_has_one_spelling),
        TEST(proofs_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
