/* A guard that dies: the aggregator as it is released, but for this between it and its ZAP handler.
 * At SIGUSR1 the handler's thread ends, as if it had crashed; the doors are not told. The program
 * that is installed has no such way in: this file is linked into a program of the tests only. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

#include "net/zap.h"

static jb_zap *victim;
static atomic_bool dead;

jb_err __real_jb_zap_start(jb_net *net, const char *domain, jb_zap_verdict verdict, void *ctx,
                           jb_zap **ret);
jb_err __wrap_jb_zap_start(jb_net *net, const char *domain, jb_zap_verdict verdict, void *ctx,
                           jb_zap **ret);
void __real_jb_zap_stop(jb_zap *zap);
void __wrap_jb_zap_stop(jb_zap *zap);

static void *wait_for_death(void *arg)
{
    const sigset_t *signals = arg;
    int number;
    sigwait(signals, &number);
    __real_jb_zap_stop(victim);
    atomic_store(&dead, true);
    fprintf(stderr, "the handler is dead\n");
    return NULL;
}

/* Before the doors, and so before any thread that could get the signal. */
jb_err __wrap_jb_zap_start(jb_net *net, const char *domain, jb_zap_verdict verdict, void *ctx,
                           jb_zap **ret)
{
    static sigset_t signals;
    pthread_t thread;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    jb_err err = __real_jb_zap_start(net, domain, verdict, ctx, ret);
    if (err)
        return err;
    victim = *ret;
    if (pthread_create(&thread, NULL, wait_for_death, &signals) == 0)
        pthread_detach(thread);
    return JB_OK;
}

void __wrap_jb_zap_stop(jb_zap *zap)
{
    if (!atomic_load(&dead))
        __real_jb_zap_stop(zap);
}
