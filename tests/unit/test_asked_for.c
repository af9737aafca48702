/* 代问: a web key asks for an enrolled person. What is answered is what both may see, at that
 * moment, and nobody else gets a page of it. */
#include "unit/asked_desk.h"

#include "net/wire_contacts.h"

enum { GATEWAY = STRANGER + 1, OTHER_GATEWAY };

static struct jb_slice a_period = JB_LIT("2022-Q1"), a_figure = JB_LIT("cases");

#define GRANTS(...)                                                                                \
    .grants = (const struct jb_grant[]){__VA_ARGS__},                                              \
    .grant_count = JB_COUNT(((const struct jb_grant[]){__VA_ARGS__}))
#define WEB                                                                                        \
    {                                                                                              \
        .role = JB_ROLE_WEB                                                                        \
    }
#define READ(...)                                                                                  \
    {                                                                                              \
        .role = JB_ROLE_READ, __VA_ARGS__                                                          \
    }

static int serve(void **state)
{
    make(state);
    struct place *p = *state;
    agg_hold(&p->holders, GATEWAY, (struct jb_holder){GRANTS(WEB, READ(.everywhere = true))});
    agg_hold(&p->holders, OTHER_GATEWAY,
             (struct jb_holder){GRANTS(WEB, READ(AGG_SCOPE(AGG_SUBTREE("east"))))});
    agg_enrol(&p->holders, "clerk",
              (struct jb_holder){GRANTS({.role = JB_ROLE_REPORT, AGG_SCOPE(AGG_UNIT("ash"))})});
    agg_enrol(&p->holders, "head", (struct jb_holder){GRANTS(READ(.everywhere = true))});
    agg_enrol(&p->holders, "west",
              (struct jb_holder){GRANTS(READ(AGG_SCOPE(AGG_SUBTREE("west"), AGG_UNIT("ash"))))});
    return 0;
}

static void be_for(struct place *p, uint8_t n, const char *person)
{
    struct jb_asking who = {.key = agg_key(n)};
    snprintf(who.person, sizeof(who.person), "%s", person);
    jb_asker_set_for(&p->desk.asker, p->holders.board, &who, p->desk.now_us);
}

static struct jb_slice ask_for(struct place *p, uint8_t n, const char *person, enum jb_kind kind,
                               uint32_t *ret_kind)
{
    struct jb_envelope question = {.kind = (uint32_t)kind, .payload = jb_buf_slice(&p->question)};
    be_for(p, n, person);
    assert_int_equal(jb_desk_answer(&p->desk, &question, ret_kind), JB_OK);
    jb_buf_clear(&p->question);
    jb_findings_clear(&p->findings);
    return jb_buf_slice(&p->desk.payload);
}

static void refused_for(struct place *p, uint8_t n, const char *person, enum jb_kind kind,
                        enum jb_finding_code code)
{
    uint32_t got = 0;
    struct jb_slice payload = ask_for(p, n, person, kind, &got);
    assert_int_equal(got, JB_KIND_REFUSED);
    assert_int_equal(jb_wire_refused_decode(payload, &p->arena, &p->findings), JB_OK);
    assert_int_equal(p->findings.items[0].code, code);
}

static void encode_query(struct place *p, const char *unit)
{
    struct jb_slice u = jb_slice_str(unit);
    struct jb_query query = {
        .units = {&u, 1}, .indicators = {&a_figure, 1}, .periods = {&a_period, 1}};
    jb_wire_query_encode(&query, &p->question);
}

static void sees(struct place *p, uint8_t n, const char *person, const char *unit)
{
    uint32_t got = 0;
    encode_query(p, unit);
    ask_for(p, n, person, JB_KIND_QUERY, &got);
    assert_int_equal(got, JB_KIND_ANSWER);
}

static void does_not_see(struct place *p, uint8_t n, const char *person, const char *unit)
{
    encode_query(p, unit);
    refused_for(p, n, person, JB_KIND_QUERY, JB_F_GRANT_MISSING);
}

static void a_person_sees_what_its_own_key_would(void **state)
{
    struct place *p = *state;
    sees(p, GATEWAY, "clerk", "ash");
    does_not_see(p, GATEWAY, "clerk", "beech");
    does_not_see(p, GATEWAY, "clerk", "county");
    sees(p, GATEWAY, "head", "county");
    sees(p, GATEWAY, "west", "dune");
    does_not_see(p, GATEWAY, "west", "beech");
    sees(p, GATEWAY, "", "county"); /* the gateway itself */
}

static void and_no_more_than_the_key_that_asks(void **state)
{
    struct place *p = *state;
    sees(p, OTHER_GATEWAY, "head", "east");
    does_not_see(p, OTHER_GATEWAY, "head", "county");
    does_not_see(p, OTHER_GATEWAY, "head", "dune");
    sees(p, OTHER_GATEWAY, "west", "ash");
    does_not_see(p, OTHER_GATEWAY, "west", "dune");
    does_not_see(p, OTHER_GATEWAY, "west", "beech");
    struct jb_holder alone = {GRANTS(WEB)};
    agg_hold(&p->holders, OTHER_GATEWAY, alone);
    does_not_see(p, OTHER_GATEWAY, "head", "ash");
}

static void who_may_not_ask_for_anybody_is_refused(void **state)
{
    struct place *p = *state;
    static const enum jb_kind kinds[] = {JB_KIND_HELLO,  JB_KIND_QUERY,   JB_KIND_STATUS,
                                         JB_KIND_FILING, JB_KIND_NOTICES, JB_KIND_CONTACTS};
    for (size_t i = 0; i < JB_COUNT(kinds); i++) {
        refused_for(p, ALL, "clerk", kinds[i], JB_F_GRANT_MISSING);
        refused_for(p, GATEWAY, "nobody", kinds[i], JB_F_UNKNOWN_PERSON);
    }
}

static void what_ends_for_either_ends_at_once(void **state)
{
    struct place *p = *state;
    static const struct jb_scope_unit ash[] = {AGG_UNIT("ash")};
    struct jb_grant grant = {.role = JB_ROLE_REPORT, .units = ash, .unit_count = 1};
    struct jb_holder clerk = {.grants = &grant, .grant_count = 1, .state = JB_HOLDER_SUSPENDED};
    sees(p, GATEWAY, "clerk", "ash");
    agg_enrol(&p->holders, "clerk", clerk);
    refused_for(p, GATEWAY, "clerk", JB_KIND_HELLO, JB_F_KEY_SUSPENDED);
    clerk.state = JB_HOLDER_ACTIVE;
    grant.until_us = p->desk.now_us + 10;
    agg_enrol(&p->holders, "clerk", clerk);
    sees(p, GATEWAY, "clerk", "ash");
    p->desk.now_us += 10;
    refused_for(p, GATEWAY, "clerk", JB_KIND_HELLO, JB_F_KEY_EXPIRED);
    sees(p, GATEWAY, "head", "ash");
    agg_hold(&p->holders, GATEWAY,
             (struct jb_holder){.state = JB_HOLDER_REVOKED, GRANTS(WEB, READ(.everywhere = true))});
    refused_for(p, GATEWAY, "head", JB_KIND_HELLO, JB_F_KEY_REVOKED);
    agg_hold(&p->holders, GATEWAY, (struct jb_holder){GRANTS(READ(.everywhere = true))});
    refused_for(p, GATEWAY, "head", JB_KIND_HELLO, JB_F_GRANT_MISSING);
}

/* More than a page, so that a cursor is given. */
static struct jb_slice first_page(struct place *p, uint8_t n, const char *person)
{
    static struct jb_slice periods[400], unit = JB_LIT("ash");
    struct jb_answer answer;
    uint32_t got = 0;
    for (size_t i = 0; i < JB_COUNT(periods); i++)
        periods[i] = JB_LIT("2012..2023");
    struct jb_query query = {.units = {&unit, 1}, .periods = {periods, JB_COUNT(periods)}};
    jb_wire_query_encode(&query, &p->question);
    struct jb_slice payload = ask_for(p, n, person, JB_KIND_QUERY, &got);
    assert_int_equal(got, JB_KIND_ANSWER);
    assert_int_equal(jb_wire_answer_decode(payload, &p->arena, &answer, &p->findings), JB_OK);
    assert_int_equal(answer.cursor.len, JB_CURSOR_BYTES);
    return answer.cursor;
}

static void pages_are_for_the_person_that_was_asked_for(void **state)
{
    struct place *p = *state;
    struct jb_query next = {.cursor = first_page(p, GATEWAY, "clerk")};
    static const char *const others[] = {"", "head", "west", "twin"};
    uint32_t got = 0;
    agg_enrol(&p->holders, "twin", /* who may read the same */
              (struct jb_holder){GRANTS({.role = JB_ROLE_REPORT, AGG_SCOPE(AGG_UNIT("ash"))})});
    for (size_t i = 0; i < JB_COUNT(others); i++) {
        jb_wire_query_encode(&next, &p->question);
        refused_for(p, GATEWAY, others[i], JB_KIND_QUERY, JB_F_EXPIRED);
    }
    jb_wire_query_encode(&next, &p->question);
    refused_for(p, OTHER_GATEWAY, "clerk", JB_KIND_QUERY, JB_F_EXPIRED);
    jb_wire_query_encode(&next, &p->question);
    ask_for(p, GATEWAY, "clerk", JB_KIND_QUERY, &got);
    assert_int_equal(got, JB_KIND_ANSWER);
    next.cursor = first_page(p, GATEWAY, ""); /* nor the gateway's own, by a person */
    jb_wire_query_encode(&next, &p->question);
    refused_for(p, GATEWAY, "head", JB_KIND_QUERY, JB_F_EXPIRED);
}

static void roles_of_the_whole_store_need_a_key_that_reads_it(void **state)
{
    struct place *p = *state;
    uint32_t got = 0;
    agg_enrol(&p->holders, "auditor", (struct jb_holder){GRANTS({.role = JB_ROLE_AUDIT})});
    agg_enrol(&p->holders, "office",
              (struct jb_holder){GRANTS({.role = JB_ROLE_PERIODS},
                                        {.role = JB_ROLE_REVIEW, AGG_SCOPE(AGG_SUBTREE("west"))})});
    be_for(p, GATEWAY, "auditor");
    assert_true(jb_desk_admits(&p->desk, JB_KIND_AUDIT));
    refused_for(p, OTHER_GATEWAY, "auditor", JB_KIND_AUDIT, JB_F_GRANT_MISSING);
    refused_for(p, GATEWAY, "head", JB_KIND_AUDIT, JB_F_GRANT_MISSING);
    struct jb_contacts_ask contacts = {.unit = JB_LIT("dune")};
    jb_wire_contacts_ask_encode(&contacts, &p->question);
    refused_for(p, OTHER_GATEWAY, "office", JB_KIND_CONTACTS, JB_F_GRANT_MISSING);
    jb_wire_contacts_ask_encode(&contacts, &p->question);
    ask_for(p, GATEWAY, "office", JB_KIND_CONTACTS, &got);
    assert_int_equal(got, JB_KIND_CONTACTS_ANSWER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, serve, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_person_sees_what_its_own_key_would),
        TEST(and_no_more_than_the_key_that_asks),
        TEST(who_may_not_ask_for_anybody_is_refused),
        TEST(what_ends_for_either_ends_at_once),
        TEST(pages_are_for_the_person_that_was_asked_for),
        TEST(roles_of_the_whole_store_need_a_key_that_reads_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
