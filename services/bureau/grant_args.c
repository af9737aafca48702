/* Who is a public key file, a public key, or an enrolled person. What the wire would refuse is said
 * here already, in the words of the option that is wrong. */
#include "grant_args.h"

#include "base/text.h"
#include "moment.h"

#define WHY_BYTES 1024

enum {
    KEY_ROLE = 0x200,
    KEY_UNITS,
    KEY_EVERYWHERE,
    KEY_FROM,
    KEY_UNTIL,
    KEY_LABEL,
    KEY_REASON,
    KEY_TO,
    KEY_OVERLAP,
};

#define ROLE_OPTION                                                                                \
    {                                                                                              \
        "role", KEY_ROLE, "ROLE", 0,                                                               \
            N_("connect, web, report, enter, review, periods, read, catalog, security or audit"),  \
            1                                                                                      \
    }
#define REASON_OPTION                                                                              \
    {                                                                                              \
        "reason", KEY_REASON, "TEXT", 0, N_("why; kept in the ledger"), 3                          \
    }

static const struct argp_option allow_options[] = {
    ROLE_OPTION,
    {"units", KEY_UNITS, "UNIT,...", 0,
     N_("for these units; UNIT/ or UNIT+ means with everything below it"), 1},
    {"everywhere", KEY_EVERYWHERE, NULL, 0, N_("for all units and groups (role read)"), 1},
    {"from", KEY_FROM, "TIME", 0, N_("not before: 2026-01-01, 2026-01-01T08:00:00, +12h"), 2},
    {"until", KEY_UNTIL, "TIME", 0, N_("ends then; a date belongs to it"), 2},
    {"label", KEY_LABEL, "TEXT", 0,
     N_("the person or device that holds it (a key file says it by itself)"), 3},
    REASON_OPTION,
    {0},
};
static const struct argp_option take_options[] = {ROLE_OPTION, REASON_OPTION, {0}};
static const struct argp_option plain_options[] = {REASON_OPTION, {0}};
static const struct argp_option rotate_options[] = {
    {"to", KEY_TO, "FILE.pub", 0, N_("the new key: its public file, or 64 hexadecimal digits"), 1},
    {"overlap-until", KEY_OVERLAP, "TIME", 0,
     N_("until when the old key is good too, such as +7d; not given: it ends at once"), 1},
    REASON_OPTION,
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_grant_args *args = state->input;

    switch (key) {
    case KEY_ROLE:
        if (jb_role_parse(jb_slice_str(arg), &args->change.grant.role))
            argp_error(state, _("there is no role '%s'"), arg);
        args->has_role = true;
        return 0;
    case KEY_UNITS:
        jb_list_add_split(&args->units, arg);
        return 0;
    case KEY_EVERYWHERE:
        args->change.grant.everywhere = true;
        return 0;
    case KEY_FROM:
        args->from = arg;
        return 0;
    case KEY_UNTIL:
        args->until = arg;
        return 0;
    case KEY_LABEL:
        args->label = arg;
        return 0;
    case KEY_REASON:
        args->reason = arg;
        return 0;
    case KEY_TO:
        args->to = arg;
        return 0;
    case KEY_OVERLAP:
        args->overlap_until = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (args->who)
            argp_error(state, _("name one holder only"));
        args->who = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec specs[] = {
    [JB_KEY_ALLOW] =
        {.name = "key allow",
         .options = allow_options,
         .parser = parse,
         .arguments = "WHO",
         .doc = N_("Gives a key, or an enrolled person, a role; a role that it has already is "
                   "replaced. WHO is a public key file, 64 hexadecimal digits, or person:CODE. "
                   "Your key needs the role security. It takes effect within a second, also on "
                   "connections that are open."),
         .examples = "  jibao key allow agent.key.pub --role report --units justice\n"
                     "  jibao key allow me.key.pub --role read --units suixi/ --until 2026-12-31\n"
                     "  jibao key allow office.key.pub --role read --everywhere\n"
                     "  jibao key allow person:zhangsan --label \"张三\" --role enter "
                     "--units court\n"},
    [JB_KEY_TAKE] = {.name = "key take",
                     .options = take_options,
                     .parser = parse,
                     .arguments = "WHO",
                     .doc = N_("Takes a role back. WHO is a public key file, 64 hexadecimal "
                               "digits, or person:CODE."),
                     .examples = "  jibao key take me.key.pub --role read\n"},
    [JB_KEY_SUSPEND] = {.name = "key suspend",
                        .options = plain_options,
                        .parser = parse,
                        .arguments = "WHO",
                        .doc = N_("Keeps a key or a person out until jibao key resume."),
                        .examples = "  jibao key suspend me.key.pub --reason \"on leave\"\n"},
    [JB_KEY_RESUME] = {.name = "key resume",
                       .options = plain_options,
                       .parser = parse,
                       .arguments = "WHO",
                       .doc = N_("Lets a suspended key or person in again, with the same roles."),
                       .examples = "  jibao key resume me.key.pub\n"},
    [JB_KEY_REVOKE] = {.name = "key revoke",
                       .options = plain_options,
                       .parser = parse,
                       .arguments = "WHO",
                       .doc = N_("Keeps a key or a person out for ever. What it signed before "
                                 "stays as it is."),
                       .examples = "  jibao key revoke me.key.pub --reason \"lost\"\n"},
    [JB_KEY_ROTATE] = {.name = "key rotate",
                       .options = rotate_options,
                       .parser = parse,
                       .arguments = "WHO",
                       .doc = N_("Puts a new key in the place of an old one, with its label and "
                                 "its roles."),
                       .examples = "  jibao key rotate old.key.pub --to new.key.pub "
                                   "--overlap-until +7d\n"},
};

const struct jb_args_spec *jb_grant_args_spec(enum jb_key_action action)
{
    return &specs[action];
}

static enum jb_exit usage(enum jb_key_action action, const char *what)
{
    fprintf(stderr, _("jibao %s: %s; see jibao %s --help\n"), specs[action].name, what,
            specs[action].name);
    return JB_EXIT_USAGE;
}

/* The file's label is taken over when the user gives none. */
static enum jb_exit read_key(const char *text, struct jb_public_key *ret, char *ret_label)
{
    char why[WHY_BYTES] = "";

    if (strlen(text) == JB_KEY_HEX_SIZE - 1 && !jb_public_parse(jb_slice_str(text), ret)) {
        ret_label[0] = '\0';
        return JB_EXIT_OK;
    }
    if (!jb_public_load(text, ret, ret_label, why, sizeof(why)))
        return JB_EXIT_OK;
    fprintf(stderr, "jibao: %s\n", why);
    return JB_EXIT_FAILED;
}

static enum jb_exit settle_who(enum jb_key_action action, struct jb_grant_args *args)
{
    struct jb_key_change *change = &args->change;

    if (!args->who)
        return usage(action, _("say whose key: a public key file, a key, or person:CODE"));
    if (args->label)
        change->label = jb_slice_str(args->label);
    if (strncmp(args->who, "person:", 7) == 0) {
        change->is_person = true;
        change->person_code = jb_slice_str(args->who + 7);
        if (!jb_code_valid(change->person_code))
            return usage(action, _("a person's code is of a-z, 0-9, '.', '_' and '-'"));
        return JB_EXIT_OK;
    }
    enum jb_exit code = read_key(args->who, &change->key, args->file_label);
    if (code == JB_EXIT_OK && action == JB_KEY_ALLOW && !args->label && args->file_label[0]) {
        change->label = jb_slice_str(args->file_label);
        args->label_of_file = true;
    }
    return code;
}

static enum jb_exit settle_moment(enum jb_key_action action, const char *text, bool end,
                                  int64_t *ret)
{
    if (!text || !jb_moment_parse(text, end, jb_clock_now_us(), ret))
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao: '%s' is not a time such as 2026-12-31, 2026-12-31T18:00:00 or +7d\n"),
            text);
    return usage(action, _("the time cannot be read"));
}

static enum jb_exit settle_units(enum jb_key_action action, struct jb_grant_args *args)
{
    struct jb_grant *grant = &args->change.grant;

    if (args->units.count > JB_GRANT_SCOPES_MAX)
        return usage(action, _("a grant names at most 256 units; name what is above them"));
    for (uint32_t i = 0; i < args->units.count; i++) {
        struct jb_slice unit = args->units.items[i];
        bool subtree = unit.len && (unit.ptr[unit.len - 1] == '/' || unit.ptr[unit.len - 1] == '+');
        unit.len -= subtree;
        if (!jb_code_valid(unit)) {
            fprintf(stderr, _("jibao: '%.*s' is not a unit's code\n"), JB_ARG(unit));
            return JB_EXIT_USAGE;
        }
        args->scope[i] = (struct jb_scope_unit){unit, subtree};
    }
    grant->units = args->scope;
    grant->unit_count = args->units.count;
    return JB_EXIT_OK;
}

/* What the role needs beside itself. */
static enum jb_exit settle_grant(enum jb_key_action action, struct jb_grant_args *args)
{
    struct jb_grant *grant = &args->change.grant;
    bool scope = args->units.count || grant->everywhere;

    if (!args->has_role) {
        if (scope || args->from || args->until)
            return usage(action, _("say which role it is: --role"));
        if (!args->label) /* what a file says is no reason for an entry */
            return usage(action, _("give a role (--role), or enrol with a label alone (--label)"));
        return JB_EXIT_OK;
    }
    args->change.has_grant = true;
    if (!jb_role_has_scope(grant->role) && scope)
        return usage(action, _("this role is not for single units"));
    if (jb_role_has_scope(grant->role) && !scope)
        return usage(action, _("this role is for units: name them with --units"));
    if (grant->everywhere && (grant->role != JB_ROLE_READ || args->units.count))
        return usage(action, _("--everywhere is for the role read, without --units"));
    enum jb_exit code = settle_units(action, args);
    if (code == JB_EXIT_OK)
        code = settle_moment(action, args->from, false, &grant->from_us);
    if (code == JB_EXIT_OK)
        code = settle_moment(action, args->until, true, &grant->until_us);
    return code;
}

static enum jb_exit settle_rotation(struct jb_grant_args *args)
{
    char label[JB_KEY_LABEL_BYTES_MAX + 1];

    if (!args->to || args->change.is_person)
        return usage(JB_KEY_ROTATE, _("name a key, and the new one with --to"));
    enum jb_exit code = read_key(args->to, &args->change.new_key, label);
    if (code == JB_EXIT_OK && jb_public_eq(&args->change.new_key, &args->change.key))
        return usage(JB_KEY_ROTATE, _("the new key is the old one"));
    if (code == JB_EXIT_OK)
        code =
            settle_moment(JB_KEY_ROTATE, args->overlap_until, true, &args->change.overlap_until_us);
    return code;
}

enum jb_exit jb_grant_args_read(enum jb_key_action action, struct jb_options *options, int argc,
                                char **argv, struct jb_grant_args *ret)
{
    enum jb_exit code = jb_args_parse(&specs[action], argc, argv, ret, options);

    if (code == JB_EXIT_OK)
        code = settle_who(action, ret);
    if (code != JB_EXIT_OK)
        return code;
    ret->change.action = action;
    if (ret->reason)
        ret->change.reason = jb_slice_str(ret->reason);
    if (action == JB_KEY_ALLOW)
        return settle_grant(action, ret);
    if (action == JB_KEY_ROTATE)
        return settle_rotation(ret);
    if (action == JB_KEY_TAKE && !ret->has_role)
        return usage(action, _("say which role it is: --role"));
    ret->change.has_grant = action == JB_KEY_TAKE;
    return JB_EXIT_OK;
}

void jb_grant_args_free(struct jb_grant_args *args)
{
    jb_list_free(&args->units);
}
