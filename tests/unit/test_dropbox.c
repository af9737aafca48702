/* The watched folder: where files end, and that a crash at each step neither loses nor doubles one.
 */
#include "agent_desk.h"

#include <sys/stat.h>
#include <unistd.h>

#include "agent/dropbox.h"
#include "agent/home.h"

#define GOOD "unit,period,indicator,value\njustice,2023-Q1,cases,1\njustice,2023-Q2,people,2\n"
#define BAD "unit,period,indicator,value\njustice,2023-Q1,cases,one\n"
#define LATER_US 3600000000ll

struct desk {
    char *dir, *folder, *home;
    jb_outbox *outbox;
    jb_dropbox *dropbox;
    struct jb_catalog_file catalog;
    struct jb_figures_options options;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));

    desk->dir = jb_test_tmpdir();
    desk->folder = jb_xasprintf("%s/drop", desk->dir);
    assert_int_equal(mkdir(desk->folder, 0700), 0);
    desk->catalog = desk_catalog();
    desk->options = desk_options(&desk->catalog);
    char *home = jb_xasprintf("%s/home", desk->dir);
    assert_int_equal(jb_home_open(home, &desk->home), JB_OK);
    free(home);
    assert_int_equal(jb_outbox_open(desk->home, false, &desk->outbox), JB_OK);
    assert_int_equal(jb_dropbox_open(desk->folder, desk->outbox, &desk->options, &desk->dropbox),
                     JB_OK);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    jb_dropbox_close(desk->dropbox);
    jb_outbox_close(desk->outbox);
    jb_catalog_file_free(&desk->catalog);
    free(desk->home);
    free(desk->folder);
    jb_test_rmdir(desk->dir);
    free(desk);
    return 0;
}

static void drop(struct desk *desk, const char *name, const char *text)
{
    char *path = jb_xasprintf("%s/%s", desk->folder, name);
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
    free(path);
}

static bool is_there(struct desk *desk, const char *name)
{
    char *path = jb_xasprintf("%s/%s", desk->folder, name);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

static void turn(struct desk *desk)
{
    assert_int_equal(jb_dropbox_turn(desk->dropbox, jb_clock_now_us()), JB_OK);
}

static void open_again(struct desk *desk)
{
    jb_dropbox_close(desk->dropbox);
    desk->dropbox = NULL;
    assert_int_equal(jb_dropbox_open(desk->folder, desk->outbox, &desk->options, &desk->dropbox),
                     JB_OK);
}

struct waiting {
    uint64_t seq[8];
    struct jb_uuid id[8];
    uint32_t count;
};

static bool note(void *ctx, const struct jb_outbox_item *item)
{
    struct waiting *waiting = ctx;

    waiting->seq[waiting->count] = item->head.seq;
    waiting->id[waiting->count++] = item->head.id;
    return true;
}

static void answer_all(struct desk *desk, enum jb_outcome outcome)
{
    struct waiting waiting = {0};
    struct jb_buf bytes;

    assert_int_equal(jb_outbox_items(desk->outbox, note, &waiting), JB_OK);
    jb_buf_init(&bytes, 1 << 20);
    assert_int_equal(jb_outbox_begin(desk->outbox), JB_OK);
    for (uint32_t i = 0; i < waiting.count; i++) {
        struct jb_receipt receipt = {
            .outcome = outcome, .submission_id = waiting.id[i], .unit = JB_LIT("justice")};
        jb_buf_clear(&bytes);
        jb_wire_receipt_encode(&receipt, NULL, &bytes);
        assert_int_equal(
            jb_outbox_settle(desk->outbox, waiting.seq[i], &receipt, jb_buf_slice(&bytes), 1),
            JB_OK);
    }
    assert_int_equal(jb_outbox_commit(desk->outbox), JB_OK);
    jb_buf_free(&bytes);
}

static uint64_t count_waiting(struct desk *desk)
{
    uint64_t count = 99;

    assert_int_equal(jb_outbox_waiting(desk->outbox, &count), JB_OK);
    return count;
}

static void a_good_file_waits_and_is_done(void **state)
{
    struct desk *desk = *state;

    drop(desk, "a.csv", GOOD);
    turn(desk);
    assert_true(is_there(desk, "queued/a.csv"));
    assert_int_equal(count_waiting(desk), 2);
    turn(desk);
    assert_true(is_there(desk, "queued/a.csv"));
    answer_all(desk, JB_ACCEPTED);
    turn(desk);
    assert_true(is_there(desk, "done/a.csv"));
    assert_false(is_there(desk, "queued/a.csv"));
    drop(desk, "a.csv", GOOD);
    turn(desk);
    answer_all(desk, JB_ACCEPTED);
    turn(desk);
    assert_true(is_there(desk, "done/a-2.csv"));
}

static void a_bad_file_is_refused_with_its_findings(void **state)
{
    struct desk *desk = *state;

    drop(desk, "bad.csv", BAD);
    turn(desk);
    assert_true(is_there(desk, "refused/bad.csv"));
    assert_true(is_there(desk, "refused/bad.csv.findings.txt"));
    assert_int_equal(count_waiting(desk), 0);
}

static void what_the_aggregator_refuses_is_refused(void **state)
{
    struct desk *desk = *state;

    drop(desk, "a.csv", GOOD);
    turn(desk);
    answer_all(desk, JB_STALE);
    turn(desk);
    assert_true(is_there(desk, "refused/a.csv"));
    assert_true(is_there(desk, "refused/a.csv.findings.txt"));
    assert_false(is_there(desk, "done/a.csv"));
}

static void unfinished_names_are_left_alone(void **state)
{
    struct desk *desk = *state;

    drop(desk, ".hidden.csv", GOOD);
    drop(desk, "a.csv.part", GOOD);
    drop(desk, "a.csv.tmp", GOOD);
    turn(desk);
    assert_int_equal(count_waiting(desk), 0);
    assert_true(is_there(desk, "a.csv.part"));
}

static void files_from_before_are_found_when_they_lie_still(void **state)
{
    struct desk *desk = *state;

    jb_dropbox_close(desk->dropbox);
    desk->dropbox = NULL;
    drop(desk, "old.csv", GOOD);
    open_again(desk);
    turn(desk);
    assert_int_equal(count_waiting(desk), 0); /* it may still be written */
    assert_int_equal(jb_dropbox_turn(desk->dropbox, jb_clock_now_us() + LATER_US), JB_OK);
    assert_int_equal(count_waiting(desk), 2);
    assert_true(is_there(desk, "queued/old.csv"));
}

/* The crash between the outbox's commit and the move, played by moving the file back. */
static void a_crash_before_the_move_takes_nothing_twice(void **state)
{
    struct desk *desk = *state;
    char *queued = jb_xasprintf("%s/queued/a.csv", desk->folder);
    char *dropped = jb_xasprintf("%s/a.csv", desk->folder);

    drop(desk, "a.csv", GOOD);
    turn(desk);
    assert_int_equal(rename(queued, dropped), 0);
    open_again(desk);
    assert_true(is_there(desk, "queued/a.csv"));
    assert_int_equal(rename(queued, dropped), 0); /* and once more, seen by the watch */
    turn(desk);
    assert_true(is_there(desk, "queued/a.csv"));
    assert_int_equal(count_waiting(desk), 2);
    answer_all(desk, JB_ACCEPTED);
    turn(desk);
    assert_true(is_there(desk, "done/a.csv"));
    free(queued);
    free(dropped);
}

/* The crash between the last move and the removal of the note. */
static void a_crash_after_the_last_move_forgets_the_note(void **state)
{
    struct desk *desk = *state;
    char *queued = jb_xasprintf("%s/queued/a.csv", desk->folder);

    drop(desk, "a.csv", GOOD);
    turn(desk);
    answer_all(desk, JB_ACCEPTED);
    assert_int_equal(unlink(queued), 0);
    open_again(desk);
    turn(desk);
    drop(desk, "a.csv", GOOD);
    turn(desk);
    assert_int_equal(count_waiting(desk), 2); /* the same content again is a new file */
    free(queued);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(a_good_file_waits_and_is_done),
        TEST(a_bad_file_is_refused_with_its_findings),
        TEST(what_the_aggregator_refuses_is_refused),
        TEST(unfinished_names_are_left_alone),
        TEST(files_from_before_are_found_when_they_lie_still),
        TEST(a_crash_before_the_move_takes_nothing_twice),
        TEST(a_crash_after_the_last_move_forgets_the_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
