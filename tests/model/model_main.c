/* The model test: for each seed a random county, a script of messages (submissions, and in half of
 * the counties the bureau's acts), two runs of it with different batches, random questions in every
 * view and standings of periods and filings against the oracle, those about the past asked again at
 * the end, everything sent again, and at times a full verification.
 *
 *   model_test --seeds 2000 [--from N]    seeds N (1) and on
 *   model_test --seed N                   one seed, with a trace
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "play.h"

#define VERIFY_EACH 4

static char *make_folder(void)
{
    static char path[64];
    struct stat info;
    bool memory = stat("/dev/shm", &info) == 0 && access("/dev/shm", W_OK) == 0;
    snprintf(path, sizeof(path), "%s/jibao-model-XXXXXX", memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        exit(1);
    }
    return path;
}

static void remove_store(const char *folder, const char *name)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "lock"};
    char path[256];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s/%s", folder, name, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (rmdir(path) && errno != ENOENT)
        perror(path);
}

static uint64_t current_seed;

/* A crash names its seed too. */
static void tell_seed(int signal_number)
{
    char text[64];
    int len =
        snprintf(text, sizeof(text), "crash in seed %llu\n", (unsigned long long)current_seed);
    if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
        _exit(1);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

struct totals {
    uint64_t messages, questions, rows, standings;
};

static bool play_whole(const struct script *s, uint64_t seed, int run, const char *dir, bool trace,
                       struct totals *totals, char **ret_dump, size_t *ret_len)
{
    static struct player p;
    char *before = NULL;
    size_t before_len = 0;
    memset(&p, 0, sizeof(p));
    p.script = s;
    p.dir = dir;
    p.ask = run == 0;
    p.trace = trace;
    p.batches = dice_make(seed, 10 + (uint64_t)run);
    p.questions = dice_make(seed, 20);
    bool good = play(&p) && play_dump(&p, &before, &before_len);
    if (good && run == 0)
        good = play_again(&p);
    if (good && run == 0 && seed % VERIFY_EACH == 0)
        good = play_verify(&p) && play_check_log(&p);
    if (good)
        good = play_dump(&p, ret_dump, ret_len);
    if (good && (before_len != *ret_len || memcmp(before, *ret_dump, before_len) != 0)) {
        printf("the dump changed when everything was sent again\n");
        good = false;
    }
    totals->messages += (uint64_t)p.done;
    totals->questions += (uint64_t)p.asked;
    totals->rows += (uint64_t)p.rows;
    totals->standings += (uint64_t)p.stood;
    free(before);
    play_end(&p);
    return good;
}

static bool run_seed(uint64_t seed, const char *folder, bool trace, struct totals *totals)
{
    static struct script s;
    char *dumps[2] = {NULL, NULL};
    size_t lengths[2] = {0, 0};
    char dir[128];
    bool good = true;
    current_seed = seed;
    script_make(&s, seed);
    if (trace)
        world_print_yaml(&s.worlds[s.world_count - 1], stdout);
    for (int run = 0; run < 2 && good; run++) {
        snprintf(dir, sizeof(dir), "%s/%d", folder, run);
        good = play_whole(&s, seed, run, dir, trace, totals, &dumps[run], &lengths[run]);
        remove_store(folder, run ? "1" : "0");
    }
    if (good && (lengths[0] != lengths[1] || memcmp(dumps[0], dumps[1], lengths[0]) != 0)) {
        printf("two runs with other batches give other dumps\n");
        good = false;
    }
    free(dumps[0]);
    free(dumps[1]);
    script_free(&s);
    return good;
}

/* A number, or the end. */
static uint64_t number_of(const char *text)
{
    uint64_t value = 0;
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9' || value > UINT64_MAX / 20) {
            fprintf(stderr, "not a number: %s\n", text);
            exit(2);
        }
        value = value * 10 + (uint64_t)(*at - '0');
    }
    return value;
}

int main(int argc, char **argv)
{
    uint64_t from = 1, count = 2000, failures = 0;
    bool one = false;
    struct totals totals = {0};
    char *folder;
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t value = number_of(argv[i + 1]);
        if (strcmp(argv[i], "--seeds") == 0) {
            count = value;
        } else if (strcmp(argv[i], "--from") == 0) {
            from = value;
        } else if (strcmp(argv[i], "--seed") == 0) {
            from = value;
            count = 1;
            one = true;
        } else {
            fprintf(stderr, "usage: %s [--seeds COUNT] [--from SEED] | --seed SEED\n", argv[0]);
            return 2;
        }
    }
    signal(SIGABRT, tell_seed);
    folder = make_folder();
    for (uint64_t seed = from; seed < from + count && failures < 5; seed++) {
        if (run_seed(seed, folder, one, &totals))
            continue;
        failures++;
        printf("seed %llu failed; to see it: %s --seed %llu\n\n", (unsigned long long)seed, argv[0],
               (unsigned long long)seed);
        fflush(stdout);
    }
    rmdir(folder);
    printf("%llu seeds, %llu messages, %llu questions, %llu rows and %llu standings compared, "
           "%llu failures\n",
           (unsigned long long)count, (unsigned long long)totals.messages,
           (unsigned long long)totals.questions, (unsigned long long)totals.rows,
           (unsigned long long)totals.standings, (unsigned long long)failures);
    return failures ? 1 : 0;
}
