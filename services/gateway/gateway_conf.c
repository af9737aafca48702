/* Which keys there are, and what the words among their values stand for. */
#include "gateway_conf.h"

#include <stdio.h>

#include "base/text.h"
#include "files/settings.h"

#define STRING(name) JB_CONF_STRING, offsetof(struct jb_gateway_conf, name)
#define UINT(name) JB_CONF_UINT, offsetof(struct jb_gateway_conf, name)

static const struct jb_conf_key keys[] = {
    {"listen", STRING(listen), "127.0.0.1:5580", 0, 0,
     N_("loopback address of the pages; port 0 takes a free one")},
    {"read", STRING(read), "tcp://127.0.0.1:5571", 0, 0, N_("address of the read door")},
    {"write", STRING(write), "tcp://127.0.0.1:5570", 0, 0, N_("address of the write door")},
    {"key", STRING(key), NULL, 0, 0, N_("file of the key that proves who you are")},
    {"server_key", STRING(server_key), NULL, 0, 0,
     N_("the aggregator's public key: 64 hexadecimal digits, or a file")},
    {"visitors", STRING(visitors_text), "none", 0, 0,
     N_("who may look without being enrolled: none; public (what was published of public "
        "indicators); or all (a machine of one's own, a demonstration)")},
    {"hosts", STRING(hosts), NULL, 0, 0,
     N_("names under which a reverse proxy serves the pages, separated by commas")},
    {"state", STRING(state), NULL, 0, 0,
     N_("folder of enrolled devices, invitations and drafts; without it nobody is enrolled")},
    {"reports", STRING(reports), NULL, 0, 0,
     N_("folder of report templates (.docx, .md) that are filled on the pages; without it none "
        "is")},
    {"tls", JB_CONF_BOOL, offsetof(struct jb_gateway_conf, tls), "no", 0, 0,
     N_("a reverse proxy with TLS stands in front: cookies are sent through it only")},
    {"lang", STRING(lang), "zh", 0, 0, N_("language of who does not say which: zh or en")},
    {"connections", UINT(connections), "1200", 16, 8000, N_("the most connections at once")},
    {"streams", UINT(streams), "1000", 1, 7900, N_("the most live streams among them")},
    {"head_seconds", UINT(head_seconds), "15", 1, 300,
     N_("how long a connection may take to say what it asks for")},
    {"port_file", STRING(port_file), NULL, 0, 0,
     N_("written when the pages are served: http=ADDRESS")},
};

static bool settle(struct jb_gateway_conf *conf)
{
    static const struct {
        const char *word;
        enum jb_visitors visitors;
    } words[] = {
        {"none", JB_VISITORS_NONE}, {"public", JB_VISITORS_PUBLIC}, {"all", JB_VISITORS_ALL}};
    size_t i = 0;

    while (i < JB_COUNT(words) && strcmp(words[i].word, conf->visitors_text) != 0)
        i++;
    bool lang = strcmp(conf->lang, "zh") == 0 || strcmp(conf->lang, "en") == 0;
    bool room = conf->streams + 16 <= conf->connections;
    if (i == JB_COUNT(words))
        fprintf(stderr, _("jibao-gateway: visitors takes none, public or all, not '%s'\n"),
                conf->visitors_text);
    else if (!lang)
        fprintf(stderr, _("jibao-gateway: lang takes zh or en, not '%s'\n"), conf->lang);
    else if (!room)
        fputs(_("jibao-gateway: streams must leave at least 16 of the connections free\n"), stderr);
    else
        conf->visitors = words[i].visitors;
    return i < JB_COUNT(words) && lang && room;
}

bool jb_gateway_conf_read(int argc, char **argv, struct jb_gateway_conf *ret)
{
    const struct jb_settings settings = {
        .program = "jibao-gateway",
        .doc = _("Serves pages, live events and an interface for programs to browsers on this "
                 "machine; a reverse proxy with the county's certificate serves them to others. "
                 "It asks the aggregator with a key of its own and keeps no figures.\n\n"
                 "Examples:\n"
                 "  jibao-gateway --key gateway.key --server-key server.pub --visitors all\n"
                 "  jibao-gateway --config /etc/jibao/gateway.conf\n"
                 "  jibao-gateway invite --help             (lets people in)"),
        .file = JB_GATEWAY_CONF_FILE,
        .keys = keys,
        .count = JB_COUNT(keys),
    };
    return jb_settings_read(&settings, argc, argv, ret) && settle(ret);
}

void jb_gateway_conf_free(struct jb_gateway_conf *conf)
{
    jb_conf_free(keys, JB_COUNT(keys), conf);
}
