/* The gateway's settings: a table of keys, each also an option (files/settings.h). */
#ifndef JB_GATEWAY_CONF_H
#define JB_GATEWAY_CONF_H

#include "base/base.h"

/* Who may look without having been enrolled. */
enum jb_visitors {
    JB_VISITORS_NONE = 0, /* nobody */
    JB_VISITORS_PUBLIC,   /* everybody sees public indicators as they were published, and no more */
    JB_VISITORS_ALL,      /* whoever reaches the address reads all that the gateway's key may */
};

struct jb_gateway_conf {
    char *listen;
    char *read, *write;
    char *key, *server_key;
    char *port_file;
    char *lang;
    char *hosts;
    char *state;
    char *reports;
    char *visitors_text;
    enum jb_visitors visitors;
    bool tls; /* browsers reach it through TLS */
    uint64_t connections, streams, head_seconds;
};

#define JB_GATEWAY_CONF_FILE "/etc/jibao/gateway.conf"

/* False: told on standard error. Free *ret in any case. */
bool jb_gateway_conf_read(int argc, char **argv, struct jb_gateway_conf *ret);
void jb_gateway_conf_free(struct jb_gateway_conf *conf);

#endif
