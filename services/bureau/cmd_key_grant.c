/* jibao key allow, take, suspend, resume, revoke, rotate: one signed change of rights each. */
#include "cmd_key_grant.h"

#include <stdlib.h>

#include "base/text.h"
#include "desk.h"
#include "grant_args.h"
#include "words.h"

/* One signed change and its answer; what is refused stays in desk->findings. */
static enum jb_exit ask_change(struct jb_desk *desk, const struct jb_key_change *change,
                               const struct jb_welcome *welcome, struct jb_key_change_done *ret)
{
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_key_change_encode(change, &buf);
    enum jb_exit code = buf.failed
                            ? jb_desk_settle(desk, JB_ERANGE)
                            : jb_desk_ask(desk, JB_DOOR_WRITE, JB_KIND_KEY_CHANGE,
                                          jb_slice_of(welcome->store_id, sizeof(welcome->store_id)),
                                          jb_buf_slice(&buf), JB_KIND_KEY_CHANGE_DONE, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    jb_arena_clear(&desk->arena);
    jb_err err = jb_wire_key_change_done_decode(payload, &desk->arena, ret, &desk->findings);
    return err ? jb_desk_settle(desk, err) : JB_EXIT_OK;
}

/* The label that a key file carries is a proposal: who is known under another one stays so. */
static bool is_about_label(const struct jb_findings *findings)
{
    return findings->total == 1 && findings->items[0].code == JB_F_HOLDER_EXISTS;
}

static enum jb_exit change_rights(struct jb_desk *desk, struct jb_grant_args *args,
                                  struct jb_key_change_done *ret)
{
    struct jb_welcome welcome;
    enum jb_exit code = jb_desk_hello(desk, JB_DOOR_WRITE, &welcome);

    if (code != JB_EXIT_OK)
        return code;
    args->change.epoch = welcome.epoch;
    args->change.id = jb_uuid_new();
    code = ask_change(desk, &args->change, &welcome, ret);
    if (code == JB_EXIT_OK && args->label_of_file && is_about_label(&desk->findings)) {
        jb_findings_clear(&desk->findings);
        args->change.label = JB_LIT("");
        args->change.id = jb_uuid_new();
        code = ask_change(desk, &args->change, &welcome, ret);
    }
    return code == JB_EXIT_OK ? jb_desk_settle(desk, JB_OK) : code;
}

static const char *done_words(enum jb_key_action action)
{
    switch (action) {
    case JB_KEY_ALLOW:
        return _("allowed");
    case JB_KEY_TAKE:
        return _("role taken back");
    case JB_KEY_SUSPEND:
        return _("suspended");
    case JB_KEY_RESUME:
        return _("resumed");
    case JB_KEY_REVOKE:
        return _("revoked for ever");
    case JB_KEY_ROTATE:
        return _("rotated");
    }
    return "";
}

static void print_done(const struct jb_grant_args *args, const struct jb_key_change_done *done)
{
    const struct jb_key_change *change = &args->change;
    char nick[JB_KEY_SHORT_SIZE], next[JB_KEY_SHORT_SIZE], time[JB_WORDS_SIZE];

    if (change->is_person) {
        printf(_("%s: person %.*s"), done_words(change->action), JB_ARG(change->person_code));
    } else {
        jb_public_short(&change->key, nick);
        printf(_("%s: key %s"), done_words(change->action), nick);
    }
    if (change->label.len)
        printf(" (%.*s)", JB_ARG(change->label));
    if (change->has_grant)
        printf(", %s", _(jb_role_name(change->grant.role)));
    if (change->action == JB_KEY_ROTATE) {
        jb_public_short(&change->new_key, next);
        printf(_(" to %s"), next);
        if (change->overlap_until_us)
            printf(_(", the old one is good until %s"),
                   jb_words_time(change->overlap_until_us, time));
    }
    printf(_("; revision %llu\n"), (unsigned long long)done->revision);
}

static enum jb_exit run(enum jb_key_action action, struct jb_options *options, int argc,
                        char **argv)
{
    struct jb_grant_args *args = jb_xcalloc(1, sizeof(*args));
    struct jb_key_change_done done = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_grant_args_read(action, options, argc, argv, args);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = change_rights(&desk, args, &done);
    if (code == JB_EXIT_OK)
        print_done(args, &done);
    jb_desk_free(&desk);
    jb_grant_args_free(args);
    free(args);
    return code;
}

enum jb_exit jb_key_run_allow(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_ALLOW, options, argc, argv);
}

enum jb_exit jb_key_run_take(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_TAKE, options, argc, argv);
}

enum jb_exit jb_key_run_suspend(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_SUSPEND, options, argc, argv);
}

enum jb_exit jb_key_run_resume(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_RESUME, options, argc, argv);
}

enum jb_exit jb_key_run_revoke(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_REVOKE, options, argc, argv);
}

enum jb_exit jb_key_run_rotate(struct jb_options *options, int argc, char **argv)
{
    return run(JB_KEY_ROTATE, options, argc, argv);
}
