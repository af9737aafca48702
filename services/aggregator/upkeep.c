/* Nothing here is lost by coming late: it is done between batches. */
#include "upkeep.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

#define TIDY_US (60 * 1000000LL)
#define TIDY_MORE_US 200000
#define LOOK_DUE_US 1000000 /* what is due is looked at no more often */

void jb_upkeep_init(struct jb_upkeep *upkeep, const struct jb_writer_config *config,
                    struct jb_door *door, struct jb_gate *gate)
{
    *upkeep = (struct jb_upkeep){
        .config = config, .door = door, .gate = gate, .tidy_at_us = jb_clock_mono_us() + TIDY_US};
}

void jb_upkeep_report(struct jb_upkeep *u)
{
    struct jb_kv_usage usage;
    if (u->accepted || u->refused || u->later)
        jb_log(JB_LOG_INFO, "writes", "answered=%" PRIu64 " refused=%" PRIu64 " later=%" PRIu64,
               u->accepted, u->refused, u->later);
    u->accepted = u->refused = u->later = 0;
    jb_door_report(u->door, "write");
    jb_gate_report(u->gate, "write");
    if (jb_kv_usage(jb_engine_kv(u->config->engine), &usage) != JB_OK)
        return;
    if (usage.used_bytes > usage.map_bytes / 100 * JB_ALARM_PERCENT)
        jb_log(JB_LOG_WARN, "map.alarm", "used_bytes=%" PRIu64 " map_bytes=%" PRIu64,
               usage.used_bytes, usage.map_bytes);
    uint64_t disk = usage.file_bytes + usage.disk_free_bytes;
    if (usage.file_bytes > disk / 100 * JB_ALARM_PERCENT)
        jb_log(JB_LOG_WARN, "disk.alarm", "file_bytes=%" PRIu64 " free_bytes=%" PRIu64,
               usage.file_bytes, usage.disk_free_bytes);
}

static bool is_tidy_due(const struct jb_upkeep *u)
{
    return jb_clock_mono_us() >= u->tidy_at_us;
}

/* About once a minute; while the change log is too large, faster than any writers can fill it. */
static jb_err tidy(struct jb_upkeep *u)
{
    int64_t mono_us = jb_clock_mono_us();
    bool more = false;
    if (mono_us >= u->report_at_us) {
        u->report_at_us = mono_us + TIDY_US;
        jb_upkeep_report(u);
    }
    jb_err err = jb_engine_tidy(u->config->engine, jb_clock_now_us(), &more);
    u->tidy_at_us = mono_us + (more ? TIDY_MORE_US : TIDY_US);
    if (!err) { /* readers let old pages go */
        jb_commits_count(u->config->commits);
        jb_commits_wake(u->config->commits);
    }
    return err == JB_EIO ? err : JB_OK;
}

static bool is_due_time(const struct jb_upkeep *u)
{
    return jb_clock_now_us() >= u->due_at_us && jb_clock_mono_us() >= u->due_after_us;
}

/* Says what the days bring. What fails is tried again later: nothing is lost by that. */
static jb_err tell_due(struct jb_upkeep *u)
{
    bool moved = false;
    jb_err err = jb_engine_tell_due(u->config->engine, jb_clock_now_us(), &moved);
    if (err == JB_EIO)
        return err;
    if (err && err != JB_EFULL)
        jb_log(JB_LOG_ERROR, "due.failed", "error=%s", jb_err_name(err));
    u->due_after_us = jb_clock_mono_us() + (err ? TIDY_US : LOOK_DUE_US);
    if (moved) {
        jb_commits_count(u->config->commits);
        jb_commits_wake(u->config->commits);
    }
    return JB_OK;
}

bool jb_upkeep_is_due(const struct jb_upkeep *upkeep)
{
    return is_tidy_due(upkeep) || is_due_time(upkeep);
}

jb_err jb_upkeep_run(struct jb_upkeep *upkeep)
{
    jb_err err = is_tidy_due(upkeep) ? tidy(upkeep) : JB_OK;
    if (!err && is_due_time(upkeep))
        err = tell_due(upkeep);
    upkeep->due_at_us = jb_engine_due_at(upkeep->config->engine);
    return err;
}
