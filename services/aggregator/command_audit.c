/* audit --check FILE: an exported ledger, checked without the store (jibao audit hands it over). */
#include <argp.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit_check.h"
#include "base/text.h"
#include "commands.h"
#include "files/help.h"
#include "files/kv.h"

#define WHY_BYTES 1024

struct arguments {
    const char *file, *server_key;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'c':
        arguments->file = arg;
        return 0;
    case 'k':
        arguments->server_key = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, _("too many arguments"));
        return 0;
    case ARGP_KEY_END:
        if (!arguments->file || !arguments->server_key)
            argp_error(state, _("--check FILE and --server-key KEY are needed"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int tell(const char *path, const struct jb_audit_report *report,
                const struct jb_findings *findings)
{
    char hash[65], server[JB_KEY_HEX_SIZE];
    if (!report->good) {
        if (findings->total)
            jb_findings_print(findings, stderr);
        if (report->at)
            fprintf(stderr, _("%s: entry %llu: %s\n"), path, (unsigned long long)report->at,
                    _(report->why));
        else
            fprintf(stderr, "%s: %s\n", path, _(report->why));
        printf("%s\n", _("NOT CLEAN"));
        return JB_EXIT_FAILED;
    }
    sodium_bin2hex(hash, sizeof(hash), report->head.head, sizeof(report->head.head));
    jb_public_format(&report->head.server, server);
    printf(_("%llu entries: the chain, every signature and every right are good\n"),
           (unsigned long long)report->entries);
    printf(_("head: revision %llu, %s, signed by %s\n"), (unsigned long long)report->head.revision,
           hash, server);
    return JB_EXIT_OK;
}

static int check(const char *path, const struct jb_public_key *server)
{
    struct jb_audit_report report;
    struct jb_findings findings;
    const char *base = getenv("TMPDIR");
    int code = JB_EXIT_FAILED;
    char *dir = jb_xasprintf("%s/jibao-audit-XXXXXX", base && base[0] ? base : "/tmp");
    FILE *file = fopen(path, "re");
    if (!file || !mkdtemp(dir)) {
        perror(file ? dir : path);
        if (file)
            fclose(file);
        free(dir);
        return code;
    }
    jb_findings_init(&findings);
    char *scratch = jb_xasprintf("%s/store", dir);
    jb_err err = jb_audit_check(file, server, scratch, &report, &findings);
    code = err ? jb_command_open_failed(scratch, err) : tell(path, &report, &findings);
    fclose(file);
    jb_findings_free(&findings);
    jb_ignore(rmdir(dir) != 0);
    free(scratch);
    free(dir);
    return code;
}

int jb_command_audit(int argc, char **argv)
{
    const struct argp_option options[] = {
        {"check", 'c', "FILE", 0, _("a ledger that was exported with jibao audit --export"), 0},
        {"server-key", 'k', "KEY", 0,
         _("the server's public key: its file, or 64 hexadecimal digits"), 0},
        {0},
    };
    struct arguments arguments = {0};
    struct argp argp = {
        .options = options,
        .parser = parse_option,
        .doc = _("Checks an exported ledger offline: the chain, every signature, that every "
                 "signer had the right at that moment, that every figure is the one that was "
                 "signed, and the signed head.\n\nExample: jibao-aggregator audit --check "
                 "ledger.jsonl --server-key server.pub")};
    struct jb_public_key server;
    char why[WHY_BYTES];
    argp_err_exit_status = JB_EXIT_USAGE;
    jb_ignore(jb_help_parse(&argp, argc, argv, &arguments) != 0);
    if (jb_public_named(arguments.server_key, &server, why, sizeof(why))) {
        fprintf(stderr, "jibao-aggregator: %s\n", why);
        return JB_EXIT_USAGE;
    }
    return check(arguments.file, &server);
}
