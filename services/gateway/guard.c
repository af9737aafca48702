/* A browser sends Host as it stands in the address bar, and Sec-Fetch-Site and Origin as the page
 * that asks cannot choose. DNS rebinding shows in the first, cross-site requests in the others. */
#include "guard.h"

#include <strings.h>

#include "base/text.h"
#include "problem.h"

static bool is_text(struct jb_slice slice, const char *text)
{
    return slice.len == strlen(text) && strncasecmp((const char *)slice.ptr, text, slice.len) == 0;
}

/* A name of the list, separated by commas and spaces. */
static bool is_listed(const char *list, struct jb_slice name)
{
    while (list && *list) {
        size_t len = strcspn(list, ", ");
        if (len == name.len && len && strncasecmp(list, (const char *)name.ptr, len) == 0)
            return true;
        list += len;
        list += strspn(list, ", ");
    }
    return false;
}

/* "name", "name:port" as the browser wrote it; a reverse proxy's names may come with any port. */
static bool is_ours(const struct jb_gateway *gateway, const char *host)
{
    static const char *const local[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *address = jb_http_address(gateway->http);
    const char *port = strrchr(address, ':'), *colon = strrchr(host, ':');

    if (colon && strchr(colon, ']'))
        colon = NULL;
    struct jb_slice name = jb_slice_of(host, colon ? (size_t)(colon - host) : strlen(host));
    if (strcasecmp(host, address) == 0)
        return true;
    for (size_t i = 0; i < JB_COUNT(local); i++) {
        if (is_text(name, local[i]) && colon && strcmp(colon, port) == 0)
            return true;
    }
    return is_listed(gateway->conf.hosts, name);
}

/* What a page of another site asks for. A link that leads here is welcome. */
static bool is_foreign(const jb_request *request)
{
    const char *site = jb_request_header(request, "Sec-Fetch-Site");
    const char *mode = jb_request_header(request, "Sec-Fetch-Mode");
    const char *origin = jb_request_header(request, "Origin");
    const char *host = jb_request_header(request, "Host");

    if (site && (strcmp(site, "cross-site") == 0 || strcmp(site, "same-site") == 0))
        return !(mode && strcmp(mode, "navigate") == 0 && jb_request_method(request) == JB_GET &&
                 strncmp(jb_request_path(request), "/api/", 5) != 0);
    if (!origin || !host)
        return false;
    const char *behind = strstr(origin, "://");
    return !behind || strcasecmp(behind + 3, host) != 0;
}

bool jb_guard_admit(struct jb_gateway *gateway, jb_request *request)
{
    const char *host = jb_request_header(request, "Host");

    if (!host || !is_ours(gateway, host)) {
        jb_problem_reply(request, &(struct jb_problem){
                                      .status = 421,
                                      .name = "other-host",
                                      .title = _("this server has another name"),
                                      .detail = _("Names that a reverse proxy serves are listed in "
                                                  "the setting hosts of the gateway.")});
        return false;
    }
    if (is_foreign(request)) {
        jb_problem_reply(request,
                         &(struct jb_problem){.status = 403,
                                              .name = "other-site",
                                              .title = _("another site's page asked for this"),
                                              .detail = ""});
        return false;
    }
    return true;
}

bool jb_guard_wants_zh(const struct jb_gateway *gateway, const jb_request *request)
{
    const char *accept = jb_request_header(request, "Accept-Language");
    const struct jb_param *params;
    uint32_t count = 0;

    if (jb_request_params(request, &params, &count) == JB_OK) {
        for (uint32_t i = 0; i < count; i++) {
            if (jb_slice_is(params[i].name, "lang"))
                return !jb_slice_is(params[i].value, "en");
        }
    }
    if (accept && strncasecmp(accept, "en", 2) == 0)
        return false;
    if (accept && strncasecmp(accept, "zh", 2) == 0)
        return true;
    return strcmp(gateway->conf.lang, "zh") == 0;
}
