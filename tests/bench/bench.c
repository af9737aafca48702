/* The benchmark: agents, questions and watches against the real aggregator, each beside the least
 * that the same machine could do. tests/bench/run builds and calls it. */
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bench/doors.h"
#include "bench/rounds.h"

static const char usage[] =
    "usage: bench --dir FOLDER [options]\n"
    "  --dir FOLDER     a new folder on the disk to measure; made, and left behind\n"
    "  --rounds N       rounds, interleaved (default 5)\n"
    "  --seconds N      for each thing measured in a round (default 2)\n"
    "  --smoke          a small store and a moment of each: proves that the benchmark works\n"
    "  --growth         also from 100,000 to 10 million figures (minutes)\n"
    "  --only-growth    nothing but that\n"
    "  --cores          nothing but what signatures cost with one processor, two, ...\n"
    "  --beside FILE    nothing but rates, of this benchmark's build and that one's in turns\n"
    "  --engine         nothing but the write engine without doors, for profiling\n"
    "Exits 0 when every \"must\" is met (always with --smoke).\n";

struct options {
    struct settings settings;
    bool smoke, growth, only_growth, engine, cores;
    const char *echo;          /* a descriptor: this process is the other side of the round trip */
    const char *serve, *ports; /* this process is the aggregator: the store, and where it tells */
    const char *init;          /* this process makes a store, as its build has them */
};

static uint32_t read_number(const char *text, uint32_t max)
{
    uint32_t value = 0;
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9' || value > max)
            die("%s is not a number that can be used here", text);
        value = value * 10 + (uint32_t)(*at - '0');
    }
    if (!value || value > max)
        die("%s is not a number from 1 to %u", text, max);
    return value;
}

static void read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"dir", required_argument, NULL, 'd'},
        {"rounds", required_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 's'},
        {"smoke", no_argument, NULL, 'm'},
        {"growth", no_argument, NULL, 'g'},
        {"only-growth", no_argument, NULL, 'G'},
        {"serve", required_argument, NULL, 'S'},
        {"ports", required_argument, NULL, 'P'},
        {"echo", required_argument, NULL, 'e'},
        {"engine", no_argument, NULL, 'E'},
        {"beside", required_argument, NULL, 'B'},
        {"cores", no_argument, NULL, 'C'},
        {"init", required_argument, NULL, 'I'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct settings *settings = &options->settings;
    int c;
    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 'd':
            settings->dir = optarg;
            break;
        case 'r':
            settings->rounds = read_number(optarg, ROUNDS_MAX);
            break;
        case 's':
            settings->point_ns = read_number(optarg, 60) * 1000000000LL;
            break;
        case 'm':
            options->smoke = true;
            break;
        case 'g':
            options->growth = true;
            break;
        case 'G':
            options->growth = options->only_growth = true;
            break;
        case 'E':
            options->engine = true;
            break;
        case 'C':
            options->cores = true;
            break;
        case 'B':
            settings->beside = optarg;
            break;
        case 'S':
            options->serve = optarg;
            break;
        case 'P':
            options->ports = optarg;
            break;
        case 'I':
            options->init = optarg;
            break;
        case 'e':
            options->echo = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (!options->echo && !options->serve && !options->init && (!settings->dir || optind != argc)) {
        fputs(usage, stderr);
        exit(2);
    }
    if (options->smoke) {
        settings->shape = settings->restart = (struct shape){64, 2};
        settings->rounds = 1;
        settings->point_ns = 100 * 1000000LL;
    }
}

static void say_store(const struct settings *settings)
{
    char text[32];
    const struct shape *shape = &settings->shape;
    printf("%u indicators, %u units under %u branches under a root, %u quarters, %s figures; "
           "%u figures a submission; %u rounds\n",
           INDICATORS, shape->units, BRANCHES, shape->quarters,
           grouped((int64_t)INDICATORS * shape->units * shape->quarters, text), FORM_ROWS,
           settings->rounds);
    fflush(stdout);
}

static bool measure(const struct settings *settings)
{
    static struct report report;
    struct county county;
    struct rr rr;
    char *dir = jb_xasprintf("%s/rounds", settings->dir);
    say_store(settings);
    rr_start(&rr, settings->self);
    county_open(&county, settings->self, dir, &settings->shape, true);
    county_fill(&county, workload_filings(&settings->shape));
    for (uint32_t i = 0; i < settings->rounds; i++)
        round_run(settings, &county, &rr, &report);
    rr_stop(&rr);
    county_close(&county);
    restarts_run(settings, &report);
    free(dir);
    return report_print(&report);
}

static bool compare(const struct settings *settings)
{
    static struct report report;
    say_store(settings);
    beside_run(settings, &report);
    return report_print(&report);
}

int main(int argc, char **argv)
{
    struct options options = {
        .settings = {.shape = {120, 12},
                     .restart = {120, 34},
                     .rounds = 5,
                     .point_ns = 2 * 1000000000LL,
                     .self = "/proc/self/exe"},
    };
    bool good = true;
    read_options(argc, argv, &options);
    if (options.echo)
        rr_serve((int)read_number(options.echo, 1000));
    if (sodium_init() < 0)
        die("no random source");
    if (options.init)
        return server_make_store(options.init);
    if (options.serve)
        return doors_serve(options.serve, options.ports);
    signal(SIGPIPE, SIG_IGN);
    if (options.settings.beside)
        good = compare(&options.settings);
    else if (options.cores)
        cores_run(&options.settings);
    else if (options.engine)
        engine_run(&options.settings);
    else if (!options.only_growth)
        good = measure(&options.settings);
    if (options.growth)
        growth_run(&options.settings);
    return good || options.smoke ? 0 : 1;
}
