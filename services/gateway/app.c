/* What comes of a request: guarded, then a page, the interface, or how the gateway is. */
#include "api.h"
#include "assets.h"
#include "base/text.h"
#include "gateway.h"
#include "guard.h"
#include "problem.h"

#include <stdlib.h>

static void reply_text(jb_request *request, uint32_t status, struct jb_slice text)
{
    jb_request_reply(
        request,
        &(struct jb_reply){.status = status, .type = "text/plain; charset=utf-8", .fixed = text});
}

/* Ready: the aggregator was heard of lately, and a catalogue is there to show figures by. */
static void reply_ready(const struct jb_gateway *gateway, jb_request *request)
{
    struct jb_welcome welcome;

    if (!jb_backend_welcome(gateway->backend, &welcome) ||
        !jb_backend_is_fresh(gateway->backend, gateway->now_us))
        reply_text(request, 503, JB_LIT("no answer from the aggregator\n"));
    else if (!jb_catalog_keep_version(gateway->catalog))
        reply_text(request, 503, JB_LIT("no catalogue\n"));
    else
        reply_text(request, 200, JB_LIT("ready\n"));
}

/* Without checking the Host: probes name whatever they like, and nothing is told. */
static bool handle_probe(struct jb_gateway *gateway, jb_request *request)
{
    const char *path = jb_request_path(request);
    bool live = strcmp(path, "/livez") == 0, ready = strcmp(path, "/readyz") == 0;

    if ((!live && !ready) || jb_request_method(request) != JB_GET)
        return false;
    jb_visit_of(request)->route = live ? "livez" : "readyz";
    if (live)
        reply_text(request, 200, JB_LIT("alive\n"));
    else
        reply_ready(gateway, request);
    return true;
}

static void handle_page(struct jb_gateway *gateway, jb_request *request)
{
    (void)gateway;
    jb_visit_of(request)->route = "page";
    if (jb_request_method(request) != JB_GET)
        jb_problem_reply(request, &(struct jb_problem){.status = 405,
                                                       .name = "method",
                                                       .title = _("pages are read only"),
                                                       .detail = ""});
    else
        jb_assets_reply(jb_request_path(request), request);
}

void jb_app_handle(void *arg, jb_request *request)
{
    struct jb_gateway *gateway = arg;
    struct jb_visit *visit = jb_xcalloc(1, sizeof(*visit));
    const char *path = jb_request_path(request);

    *visit = (struct jb_visit){
        .gateway = gateway, .route = "other", .zh = jb_guard_wants_zh(gateway, request)};
    jb_request_set_context(request, visit);
    jb_text_switch(visit->zh);
    if (handle_probe(gateway, request) || !jb_guard_admit(gateway, request))
        return;
    jb_session_recognize(gateway, request, visit);
    if (strncmp(path, JB_API_PREFIX, strlen(JB_API_PREFIX)) == 0) {
        jb_api_handle(gateway, request);
    } else if (strcmp(path, "/metrics") == 0) {
        visit->route = "metrics";
        jb_metrics_reply(gateway, request);
    } else {
        handle_page(gateway, request);
    }
}

void jb_app_ended(void *arg, jb_request *request)
{
    struct jb_gateway *gateway = arg;
    struct jb_visit *visit = jb_visit_of(request);

    if (!visit)
        return;
    jb_metrics_count(&gateway->metrics, visit->route, jb_request_status(request),
                     jb_clock_mono_us() - jb_request_began_us(request));
    jb_events_left(visit->reader);
    free(visit->job);
    free(visit);
}
