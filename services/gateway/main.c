/* jibao-gateway: pages, live events and an interface for programs; and the invitations to them. */
#include <argp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "gateway.h"
#include "slip.h"

int main(int argc, char **argv)
{
    struct jb_gateway *gateway;
    int code = 2;

    jb_text_init(NULL);
    argp_err_exit_status = 2;
    if (sodium_init() < 0) {
        fputs(_("jibao-gateway: the random source does not work\n"), stderr);
        return 1;
    }
    static char invite[] = "jibao-gateway invite";
    if (argc > 1 && strcmp(argv[1], "invite") == 0) {
        argv[1] = invite;
        return jb_slip_command(argc - 1, argv + 1);
    }
    gateway = jb_xcalloc(1, sizeof(*gateway));
    if (jb_gateway_conf_read(argc, argv, &gateway->conf))
        code = jb_gateway_run(gateway);
    jb_gateway_conf_free(&gateway->conf);
    free(gateway);
    return code;
}
