/* The commands that work on a store's folder: backup, restore, verify, rebuild, dump. */
#include <argp.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/help.h"
#include "commands.h"
#include "engine.h"
#include "files/dir.h"
#include "rebuild.h"
#include "verify.h"
#include "verify_child.h"
#include "verify_process.h"

struct arguments {
    const char *dir;
    const char *other; /* the one positional argument */
    bool takes_other;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'd':
        arguments->dir = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (!arguments->takes_other || arguments->other)
            argp_error(state, _("too many arguments"));
        arguments->other = arg;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->dir)
            argp_error(state, _("--dir DIR is missing"));
        if (arguments->takes_other && !arguments->other)
            argp_error(state, _("an argument is missing"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse(int argc, char **argv, const char *other, const char *doc,
                  struct arguments *arguments)
{
    struct argp_option options[] = {
        {"dir", 'd', "DIR", 0, _("the store's folder"), 0},
        {0},
    };
    struct argp argp = {.options = options, .parser = parse_option, .args_doc = other, .doc = doc};
    arguments->takes_other = other != NULL;
    argp_err_exit_status = JB_EXIT_USAGE;
    jb_ignore(jb_help_parse(&argp, argc, argv, arguments) != 0);
    jb_command_expect_crash(other && strcmp(other, "BACKUP") == 0 ? arguments->other
                                                                  : arguments->dir);
}

static jb_err open_read_only(const char *dir, jb_kv **ret_kv, jb_kv_txn **ret_txn)
{
    jb_kv *kv = NULL;
    jb_err err = jb_store_open(dir, 0, 0, false, true, false, &kv);
    if (!err)
        err = jb_kv_begin_read(kv, ret_txn);
    if (err)
        jb_kv_close(kv);
    else
        *ret_kv = kv;
    return err;
}

/* Tells what a copy holds, read from the copy itself. */
static int tell_copy(const char *dir, const char *format)
{
    struct jb_store_head head;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    char hex[17];
    jb_err err = open_read_only(dir, &kv, &txn);
    if (!err)
        err = jb_store_head(txn, &head);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    if (err)
        return jb_command_open_failed(dir, err);
    sodium_bin2hex(hex, sizeof(hex), head.hash, 8);
    char *revision = jb_xasprintf("%" PRIu64, head.revision);
    printf("%s: %s %s (%s…)\n", dir, format, revision, hex);
    free(revision);
    return JB_EXIT_OK;
}

int jb_command_backup(int argc, char **argv)
{
    struct arguments arguments = {0};
    jb_kv *kv = NULL;
    parse(argc, argv, "DEST",
          _("Copies the store into the new folder DEST. The store may be served meanwhile; the "
            "copy is one moment of it. Secrets are not copied: keep the server's key "
            "elsewhere.\n\nExample: jibao-aggregator backup --dir /var/lib/jibao "
            "/backup/jibao-2023-Q2"),
          &arguments);
    jb_err err = jb_store_open(arguments.dir, 0, 0, false, true, false, &kv);
    if (err)
        return jb_command_open_failed(arguments.dir, err);
    err = jb_kv_copy(kv, arguments.other);
    jb_kv_close(kv);
    if (err == JB_EEXIST) {
        fprintf(stderr, _("%s: exists already; name a new folder\n"), arguments.other);
        return JB_EXIT_FAILED;
    }
    if (err)
        return jb_command_open_failed(arguments.other, err);
    return tell_copy(arguments.other, _("backup up to revision"));
}

/* A copy without the new epoch would be taken for the store that it was made of: watches would go
 * on, and agents would not offer again what is lost. So the copy has its name only with the epoch
 * in it. */
static jb_err restore_into(jb_kv *backup, const char *dir)
{
    struct jb_engine_config config = {0};
    struct stat info;
    jb_engine *engine = NULL;
    if (lstat(dir, &info) == 0)
        return JB_EEXIST;
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    char *dest = jb_xstrndup(dir, len);
    char *made = jb_xasprintf("%s.restoring", dest);
    jb_kv_remove(made); /* what a restore that was cut short left */
    jb_err err = jb_kv_copy(backup, made);
    if (!err)
        err = jb_engine_open(made, &config, &engine);
    if (!err)
        err = jb_engine_append_epoch(engine, jb_clock_now_us());
    jb_engine_close(engine);
    if (!err)
        err = jb_dir_rename_new(made, dest);
    if (err)
        jb_kv_remove(made);
    free(made);
    free(dest);
    return err;
}

int jb_command_restore(int argc, char **argv)
{
    struct arguments arguments = {0};
    jb_kv *kv = NULL;
    parse(argc, argv, "BACKUP",
          _("Makes the new store DIR from a backup and begins a new epoch in it, so that watches "
            "start afresh and agents offer again what is not in it.\n\nExample: jibao-aggregator "
            "restore /backup/jibao-2023-Q2 --dir /var/lib/jibao"),
          &arguments);
    jb_err err = jb_store_open(arguments.other, 0, 0, false, true, false, &kv);
    if (err)
        return jb_command_open_failed(arguments.other, err);
    err = restore_into(kv, arguments.dir);
    jb_kv_close(kv);
    if (err == JB_EEXIST) {
        fprintf(stderr, _("%s: exists already; name a new folder\n"), arguments.dir);
        return JB_EXIT_FAILED;
    }
    if (err)
        return jb_command_open_failed(arguments.dir, err);
    int code = tell_copy(arguments.dir, _("restored, now at revision"));
    printf(_("A backup has no secrets. Put the server's key back as %s/server.key, or name it with "
             "run --server-key FILE.\n"),
           arguments.dir);
    return code;
}

static void show_progress(void *ctx, uint64_t done, uint64_t total)
{
    int64_t *last_us = ctx;
    int64_t now_us = jb_clock_mono_us();
    if (!isatty(STDERR_FILENO) || (now_us - *last_us < 200000 && done < total))
        return;
    *last_us = now_us;
    fprintf(stderr, "\r%" PRIu64 " / %" PRIu64 "%s", done, total, done == total ? "\n" : "");
}

int jb_command_verify(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (argc == 4 && strcmp(argv[1], JB_VERIFY_CHILD_OPTION) == 0)
        return jb_verify_child(argv[2], argv[3]);
    parse(argc, argv, NULL,
          _("Checks the ledger's chain and that everything else follows from it. The store may be "
            "served meanwhile.\n\nExample: jibao-aggregator verify --dir /var/lib/jibao"),
          &arguments);
    return jb_verify_dir(arguments.dir);
}

int jb_command_rebuild(int argc, char **argv)
{
    struct arguments arguments = {0};
    int64_t last_us = 0;
    bool contacts_lost = false;
    parse(argc, argv, NULL,
          _("Makes every table that follows from the ledger anew, in a file of its own that then "
            "takes the old one's place. The store must not be served meanwhile.\n\nExample: "
            "jibao-aggregator rebuild --dir /var/lib/jibao"),
          &arguments);
    jb_err err = jb_rebuild(arguments.dir, show_progress, &last_us, &contacts_lost);
    if (err)
        return jb_command_open_failed(arguments.dir, err);
    if (contacts_lost)
        fprintf(stderr,
                _("%s: contacts were damaged, and those that could not be read are gone: compare "
                  "them (jibao contacts list) and load what is missing (jibao contacts load)\n"),
                arguments.dir);
    return tell_copy(arguments.dir, _("rebuilt up to revision"));
}

int jb_command_dump(int argc, char **argv)
{
    struct arguments arguments = {0};
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    parse(argc, argv, NULL,
          _("Prints every record of the ledger and of what follows from it, in order, as text. Two "
            "stores with one ledger print the same.\n\nExample: jibao-aggregator dump --dir "
            "/var/lib/jibao | sha256sum"),
          &arguments);
    jb_err err = open_read_only(arguments.dir, &kv, &txn);
    if (!err)
        err = jb_store_dump(txn, stdout);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    if (err)
        return jb_command_open_failed(arguments.dir, err);
    return fflush(stdout) == 0 ? JB_EXIT_OK : JB_EXIT_FAILED;
}
