/* Two locks: who adds a verdict must not wait for answers to leave. */
#include "verdicts.h"

void jb_verdicts_init(struct jb_verdicts *verdicts, struct jb_intake *intake, struct jb_door *door,
                      struct jb_commits *commits)
{
    *verdicts = (struct jb_verdicts){.intake = intake, .door = door, .commits = commits};
    jb_assert(pthread_mutex_init(&verdicts->voice, NULL) == 0);
    jb_assert(pthread_mutex_init(&verdicts->lock, NULL) == 0);
}

void jb_verdicts_free(struct jb_verdicts *verdicts)
{
    pthread_mutex_destroy(&verdicts->lock);
    pthread_mutex_destroy(&verdicts->voice);
}

uint32_t jb_verdicts_add(struct jb_verdicts *verdicts, const struct jb_verdict *verdict)
{
    pthread_mutex_lock(&verdicts->lock);
    uint32_t at = atomic_load(&verdicts->count);
    jb_assert(at < JB_INTAKE_BATCHES);
    verdicts->queue[at] = *verdict;
    atomic_store(&verdicts->count, at + 1);
    pthread_mutex_unlock(&verdicts->lock);
    return at + 1;
}

bool jb_verdicts_wait(const struct jb_verdicts *verdicts)
{
    return atomic_load(&verdicts->count) > 0;
}

static bool take_first(struct jb_verdicts *verdicts, struct jb_verdict *ret)
{
    pthread_mutex_lock(&verdicts->lock);
    uint32_t count = atomic_load(&verdicts->count);
    if (count > 0) {
        *ret = verdicts->queue[0];
        memmove(verdicts->queue, verdicts->queue + 1, (count - 1) * sizeof(*verdicts->queue));
        atomic_store(&verdicts->count, count - 1);
    }
    pthread_mutex_unlock(&verdicts->lock);
    return count > 0;
}

/* Receipts go out before readers are woken. */
void jb_verdicts_speak(struct jb_verdicts *verdicts)
{
    struct jb_verdict verdict;
    pthread_mutex_lock(&verdicts->voice);
    while (take_first(verdicts, &verdict)) {
        bool last = verdict.to == verdict.batch->count;
        jb_batch_speak(verdict.batch, verdicts->door, verdict.from, verdict.to);
        if (verdict.moved)
            jb_commits_wake(verdicts->commits);
        if (last)
            jb_intake_give_back(verdicts->intake, verdict.batch);
    }
    pthread_mutex_unlock(&verdicts->voice);
}
