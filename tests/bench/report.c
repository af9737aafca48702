/* The goals stand beside what they are goals for; a line that misses its goal says so. */
#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

enum shape_of_number { RATE, MICROSECONDS, MILLISECONDS, MEBIBYTES };

static const struct line {
    const char *name;
    enum shape_of_number shape;
    const char *against;
    int must, aim; /* thousandths of the ratio; 0: no goal. MILLISECONDS: of a second */
} lines[MEASURES] = {
    [M_RATE_1] = {"figures/s acknowledged, 1 agent", RATE, "floor, 20 a commit", 550, 700},
    [M_RATE_8] = {"figures/s acknowledged, 8 agents", RATE, "floor, 160 a commit", 500, 650},
    [M_RATE_64] = {"figures/s acknowledged, 64 agents", RATE, "floor, 1,280 a commit", 500, 750},
    [M_SIGNED_64] = {"  signed, 64 agents", RATE, "the unsigned rate", 450, 0},
    [M_BESIDE_1] = {"  beside it, 1 agent", RATE, "the other build's", 900, 0},
    [M_BESIDE_8] = {"  beside it, 8 agents", RATE, "the other build's", 900, 0},
    [M_BESIDE_64] = {"  beside it, 64 agents", RATE, "the other build's", 900, 0},
    [M_BESIDE_SIGNED] = {"  beside it, 64 agents signed", RATE, "the other build's", 900, 0},
    [M_FLOOR_1] = {"  floor: bare LMDB, 20 a commit", RATE, NULL, 0, 0},
    [M_FLOOR_8] = {"  floor: bare LMDB, 160 a commit", RATE, NULL, 0, 0},
    [M_FLOOR_64] = {"  floor: bare LMDB, 1,280 a commit", RATE, NULL, 0, 0},
    [M_RECEIPT_1_P50] = {"receipt p50, 1 agent", MICROSECONDS, "round trip + bare commit", 1500,
                         1200},
    [M_RECEIPT_1_P99] = {"receipt p99, 1 agent", MICROSECONDS, "their p99s", 0, 0},
    [M_RECEIPT_8_P50] = {"receipt p50, 8 agents", MICROSECONDS, NULL, 0, 0},
    [M_RECEIPT_8_P99] = {"receipt p99, 8 agents", MICROSECONDS, NULL, 0, 0},
    [M_RECEIPT_64_P50] = {"receipt p50, 64 agents", MICROSECONDS, NULL, 0, 0},
    [M_RECEIPT_64_P99] = {"receipt p99, 64 agents", MICROSECONDS, NULL, 0, 0},
    [M_ROUND_TRIP_P50] = {"  plain libzmq round trip p50", MICROSECONDS, NULL, 0, 0},
    [M_ROUND_TRIP_P99] = {"  plain libzmq round trip p99", MICROSECONDS, NULL, 0, 0},
    [M_COMMIT_P50] = {"  bare commit of 20 figures p50", MICROSECONDS, NULL, 0, 0},
    [M_COMMIT_P99] = {"  bare commit of 20 figures p99", MICROSECONDS, NULL, 0, 0},
    [M_QUERY_P50] = {"query p50, idle", MICROSECONDS, "round trip p50", 1250, 1100},
    [M_QUERY_P99] = {"query p99, idle", MICROSECONDS, "round trip p99", 0, 0},
    [M_QUERY_BUSY_P50] = {"query p50 beside 8 writers", MICROSECONDS, "query p50, idle", 0, 0},
    [M_QUERY_BUSY_P99] = {"query p99 beside 8 writers", MICROSECONDS, "query p99, idle", 5000,
                          2000},
    [M_WATCH_1_P50] = {"watch delay p50, 1 watcher", MICROSECONDS, "receipt p50 beside it", 1250,
                       1100},
    [M_WATCH_1_P99] = {"watch delay p99, 1 watcher", MICROSECONDS, "receipt p99 beside it", 0, 0},
    [M_WATCH_100_P50] = {"watch delay p50, 100 watchers", MICROSECONDS, "receipt p50 beside it", 0,
                         0},
    [M_WATCH_100_P99] = {"watch delay p99, 100 watchers", MICROSECONDS, "receipt p99 beside it", 0,
                         0},
    [M_START] = {"start with 1 million figures", MILLISECONDS, "0.5 s", 1000, 0},
    [M_MEMORY] = {"memory of its own with 1 million figures", MEBIBYTES, NULL, 0, 0},
    [M_RESIDENT] = {"  with mapped pages of the store", MEBIBYTES, NULL, 0, 0},
};

void report_add(struct report *report, enum measure measure, int64_t value, int64_t against)
{
    uint32_t n = report->counts[measure];
    if (n == ROUNDS_MAX)
        die("more rounds than a report holds");
    report->values[measure][n] = value;
    report->ratios[measure][n] = against ? value * 1000 / against : 0;
    report->counts[measure] = n + 1;
}

const char *grouped(int64_t value, char text[32])
{
    char plain[24];
    int len = snprintf(plain, sizeof(plain), "%lld", (long long)value), at = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0 && plain[i - 1] != '-')
            text[at++] = ',';
        text[at++] = plain[i];
    }
    text[at] = '\0';
    return text;
}

/* Median, lowest and highest. */
struct spread {
    int64_t middle, low, high;
};

static struct spread spread_of(const int64_t *values, uint32_t count)
{
    struct samples s = {0};
    for (uint32_t i = 0; i < count; i++)
        samples_add(&s, values[i]);
    struct spread spread = {samples_at(&s, 500), samples_at(&s, 0), samples_at(&s, 1000)};
    samples_free(&s);
    return spread;
}

static const char *number(enum shape_of_number shape, int64_t value, char text[32])
{
    char whole[32];
    switch (shape) {
    case RATE:
        return grouped(value, text);
    case MICROSECONDS:
        return grouped((value + 500) / 1000, text);
    case MILLISECONDS:
        snprintf(text, 32, "%lld.%lld", (long long)(value / 1000000),
                 (long long)(value / 100000 % 10));
        return text;
    case MEBIBYTES:
        snprintf(text, 32, "%s", grouped(value >> 20, whole));
        return text;
    }
    return "";
}

static const char *unit_of(enum shape_of_number shape)
{
    static const char *const units[] = {
        [RATE] = "/s", [MICROSECONDS] = "us", [MILLISECONDS] = "ms", [MEBIBYTES] = "MiB"};
    return units[shape];
}

static void print_ratio(int64_t thousandths)
{
    printf("%lld.%02lld", (long long)((thousandths + 5) / 1000),
           (long long)((thousandths + 5) % 1000 / 10));
}

/* True when the line's "must" is met or there is none. */
static bool print_goal(const struct line *line, int64_t ratio)
{
    bool more_is_better = line->shape == RATE;
    if (!line->must)
        return true;
    bool good = more_is_better ? ratio >= line->must : ratio <= line->must;
    printf(", must %s ", more_is_better ? ">=" : "<=");
    print_ratio(line->must);
    if (line->aim) {
        printf(", aim ");
        print_ratio(line->aim);
    }
    printf(good ? ": met" : ": MISSED");
    return good;
}

static bool print_line(const struct report *report, enum measure measure)
{
    const struct line *line = &lines[measure];
    uint32_t count = report->counts[measure];
    char middle[32], low[32], high[32], range[72];
    bool good = true;
    if (!count)
        return true;
    struct spread value = spread_of(report->values[measure], count);
    snprintf(range, sizeof(range), "[%s..%s]", number(line->shape, value.low, low),
             number(line->shape, value.high, high));
    printf("%-42s %11s %-3s %-21s", line->name, number(line->shape, value.middle, middle),
           unit_of(line->shape), range);
    if (line->against) {
        struct spread ratio = spread_of(report->ratios[measure], count);
        printf(" %s", "");
        print_ratio(ratio.middle);
        printf(" [");
        print_ratio(ratio.low);
        printf("..");
        print_ratio(ratio.high);
        printf("] of %s", line->against);
        good = print_goal(line, ratio.middle);
    }
    putchar('\n');
    return good;
}

bool report_print(const struct report *report)
{
    bool good = true;
    printf("%-42s %11s %-3s %-21s  %s\n", "measured", "median", "", "[lowest..highest]",
           "ratio of the same round, median [lowest..highest]");
    for (int m = 0; m < MEASURES; m++) {
        if (!print_line(report, (enum measure)m))
            good = false;
    }
    printf("processor busy before each round:");
    for (uint32_t i = 0; i < report->rounds; i++)
        printf(" %lld %%", (long long)report->busy[i]);
    putchar('\n');
    return good;
}
