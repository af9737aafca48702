/* jibao-aggregator init: a new store with its first holders. Three keys: the first security key, of
 * which only the public half is seen here; the server's, made in the store's folder; and the
 * recovery key, which is shown once and kept nowhere, unless a file is named for it.
 *
 * The files come before the store, so that no store is there without its key; what was made is
 * taken away again when the store cannot be. */
#include <argp.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "commands.h"
#include "engine.h"
#include "files/help.h"
#include "net/identity.h"

/* A map only grows: a new store begins with little, and `run` gives it what it is told to. */
#define FIRST_MAP_BYTES (16ULL << 20)
#define WHY_BYTES 512

struct init {
    const char *dir, *security_key, *label, *recovery_file;
    char *key_path, *public_path; /* the server's */
    bool made_key, made_public, made_recovery;
    struct jb_public_key security;
    char security_label[JB_KEY_LABEL_BYTES_MAX + 1];
    jb_identity *server, *recovery;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct init *init = state->input;
    switch (key) {
    case 'd':
        init->dir = arg;
        return 0;
    case 's':
        init->security_key = arg;
        return 0;
    case 'l':
        init->label = arg;
        return 0;
    case 'r':
        init->recovery_file = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, _("too many arguments"));
        return 0;
    case ARGP_KEY_END:
        if (!init->dir)
            argp_error(state, _("--dir DIR is missing"));
        if (!init->security_key)
            argp_error(state, _("--security-key FILE.pub is missing; `jibao key new` makes one"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse(int argc, char **argv, struct init *init)
{
    struct argp_option options[] = {
        {"dir", 'd', "DIR", 0, _("the store's folder"), 0},
        {"security-key", 's', "FILE", 0,
         _("the public key that may give others their rights (a file of `jibao key new`)"), 0},
        {"label", 'l', "TEXT", 0, _("who holds it; default: what the file says"), 0},
        {"recovery-file", 'r', "FILE", 0,
         _("write the recovery key there instead of showing it once"), 0},
        {0},
    };
    struct argp argp = {
        .options = options,
        .parser = parse_option,
        .doc = _("Makes a new, empty store, its server key and a recovery key.\n\nExample: "
                 "jibao-aggregator init --dir /var/lib/jibao --security-key chief.pub"),
    };
    argp_err_exit_status = JB_EXIT_USAGE;
    jb_ignore(jb_help_parse(&argp, argc, argv, init) != 0);
}

static int load_security(struct init *init)
{
    char why[WHY_BYTES];
    if (jb_public_load(init->security_key, &init->security, init->security_label, why,
                       sizeof(why)) != JB_OK) {
        fprintf(stderr, "jibao-aggregator init: %s\n", why);
        return JB_EXIT_USAGE;
    }
    if (init->label)
        snprintf(init->security_label, sizeof(init->security_label), "%s", init->label);
    if (!init->security_label[0] || (init->label && strlen(init->label) > JB_KEY_LABEL_BYTES_MAX) ||
        !jb_key_label_valid(jb_slice_str(init->security_label))) {
        fprintf(stderr,
                _("jibao-aggregator init: who holds the security key? Say it with --label, at most "
                  "128 bytes on one line\n"));
        return JB_EXIT_USAGE;
    }
    return JB_EXIT_OK;
}

/* The folder, and that there is no store in it yet. */
static int prepare_dir(const struct init *init)
{
    char *data = jb_xasprintf("%s/data.mdb", init->dir);
    bool taken = access(data, F_OK) == 0;
    free(data);
    if (taken) {
        fprintf(stderr, _("%s: there is a store already\n"), init->dir);
        return JB_EXIT_FAILED;
    }
    if (mkdir(init->dir, 0700) != 0 && errno != EEXIST) {
        fprintf(stderr, "%s: %s\n", init->dir, strerror(errno));
        return JB_EXIT_FAILED;
    }
    return JB_EXIT_OK;
}

static int save_failed(const char *path, jb_err err)
{
    if (err == JB_EEXIST)
        fprintf(stderr, _("%s: exists already and is not overwritten\n"), path);
    else
        fprintf(stderr, _("%s: cannot be written: %s\n"), path, jb_err_name(err));
    return JB_EXIT_FAILED;
}

static int make_keys(struct init *init)
{
    init->server = jb_identity_new();
    init->recovery = jb_identity_new();
    jb_identity_set_label(init->server, "server");
    jb_identity_set_label(init->recovery, "recovery");
    jb_err err = jb_identity_save(init->server, init->key_path);
    if (err)
        return save_failed(init->key_path, err);
    init->made_key = true;
    err = jb_public_save(jb_identity_public(init->server), "server", init->public_path);
    if (err)
        return save_failed(init->public_path, err);
    init->made_public = true;
    if (!init->recovery_file)
        return JB_EXIT_OK;
    err = jb_identity_save(init->recovery, init->recovery_file);
    if (err)
        return save_failed(init->recovery_file, err);
    init->made_recovery = true;
    return JB_EXIT_OK;
}

static int make_store(const struct init *init, char ret_id[33])
{
    struct jb_engine_config config = {.map_bytes = FIRST_MAP_BYTES};
    const struct jb_birth birth = {.security = init->security,
                                   .security_label = jb_slice_str(init->security_label),
                                   .recovery = *jb_identity_public(init->recovery),
                                   .server = *jb_identity_public(init->server)};
    uint8_t store_id[16];
    randombytes_buf(store_id, sizeof(store_id));
    jb_err err = jb_engine_init(init->dir, &config, store_id, jb_clock_now_us(), &birth);
    if (err == JB_EEXIST) {
        fprintf(stderr, _("%s: there is a store already\n"), init->dir);
        return JB_EXIT_FAILED;
    }
    if (err)
        return jb_command_open_failed(init->dir, err);
    sodium_bin2hex(ret_id, 33, store_id, sizeof(store_id));
    return JB_EXIT_OK;
}

static void take_back(const struct init *init)
{
    if (init->made_key)
        jb_ignore(unlink(init->key_path) != 0);
    if (init->made_public)
        jb_ignore(unlink(init->public_path) != 0);
    if (init->made_recovery)
        jb_ignore(unlink(init->recovery_file) != 0);
}

static void tell(const struct init *init, const char *store_id)
{
    char server[JB_KEY_HEX_SIZE], public[JB_KEY_HEX_SIZE], seed_hex[JB_KEY_HEX_SIZE];
    uint8_t seed[JB_KEY_BYTES];
    jb_public_format(jb_identity_public(init->server), server);
    printf(_("%s: a new store, id %s\n"), init->dir, store_id);
    printf(_("server key: %s\nHand out %s: programs need it to know this server. Keep %s secret, "
             "with a copy elsewhere: no backup has it.\n"),
           server, init->public_path, init->key_path);
    if (init->recovery_file) {
        printf(_("recovery key: %s\nMove it off this machine now. It is for the day on which no "
                 "security key is left.\n"),
               init->recovery_file);
        return;
    }
    jb_identity_seed(init->recovery, seed);
    sodium_bin2hex(seed_hex, sizeof(seed_hex), seed, sizeof(seed));
    jb_public_format(jb_identity_public(init->recovery), public);
    printf(
        _("recovery key, shown once and kept nowhere: write it down and lock it away, for the day "
          "on which no security key is left. These lines in a file of mode 0400 are the key:\n"));
    printf("jibao-key: 1\nlabel: recovery\npublic: %s\nsecret: %s\n", public, seed_hex);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(seed_hex, sizeof(seed_hex));
}

int jb_command_init(int argc, char **argv)
{
    struct init init = {.dir = NULL};
    char store_id[33] = "";
    parse(argc, argv, &init);
    init.key_path = jb_xasprintf("%s/server.key", init.dir);
    init.public_path = jb_xasprintf("%s/server.pub", init.dir);
    int code = load_security(&init);
    if (code == JB_EXIT_OK)
        code = prepare_dir(&init);
    if (code == JB_EXIT_OK)
        code = make_keys(&init);
    if (code == JB_EXIT_OK)
        code = make_store(&init, store_id);
    if (code == JB_EXIT_OK)
        tell(&init, store_id);
    else
        take_back(&init);
    jb_identity_free(init.server);
    jb_identity_free(init.recovery);
    free(init.key_path);
    free(init.public_path);
    return code;
}
