/* jibao key list: who may do what, as the aggregator says at this moment. One line a role; a holder
 * without roles has one line too. */
#include <stdlib.h>

#include "args.h"
#include "base/text.h"
#include "cmd_key_grant.h"
#include "desk.h"
#include "net/wire_keys.h"
#include "words.h"

enum { KEY_OWN = 0x200 };

static const struct argp_option table_options[] = {
    {"own", KEY_OWN, NULL, 0, N_("only your own key and its roles"), 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    bool *own = state->input;

    (void)arg;
    if (key != KEY_OWN)
        return ARGP_ERR_UNKNOWN;
    *own = true;
    return 0;
}

static const struct jb_args_spec spec = {
    .name = "key list",
    .options = table_options,
    .parser = parse,
    .doc = N_("Lists keys and enrolled persons with their roles. All of them for a key of role "
              "security or audit, else your own."),
    .examples = "  jibao key list\n"
                "  jibao key list --own\n"
                "  jibao key list -o csv\n",
};

static const char *state_code(enum jb_holder_state state)
{
    switch (state) {
    case JB_HOLDER_ACTIVE:
        return "active";
    case JB_HOLDER_SUSPENDED:
        return "suspended";
    case JB_HOLDER_REVOKED:
        return "revoked";
    }
    return "";
}

static const char *state_name(enum jb_holder_state state)
{
    switch (state) {
    case JB_HOLDER_ACTIVE:
        return _("active");
    case JB_HOLDER_SUSPENDED:
        return _("suspended");
    case JB_HOLDER_REVOKED:
        return _("revoked");
    }
    return "";
}

static jb_table *new_table(void)
{
    const struct jb_column columns[] = {
        {.key = "short", .title = _("key")},
        {.key = "public", .csv_only = true},
        {.key = "person", .csv_only = true},
        {.key = "label", .title = _("label")},
        {.key = "state", .title = _("state")},
        {.key = "recovery", .csv_only = true, .boolean_or_integer = true},
        {.key = "role", .title = _("role")},
        {.key = "units", .title = _("for units")},
        {.key = "from", .title = _("from")},
        {.key = "until", .title = _("until")},
        {.key = "ends", .title = _("key ends")},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

static void units_cell(jb_table *table, const struct jb_grant *grant, bool people)
{
    struct jb_buf text;

    jb_buf_init(&text, JB_MESSAGE_BYTES_MAX);
    if (grant->everywhere)
        jb_buf_put_str(&text, people ? _("everywhere") : "*");
    for (uint32_t i = 0; i < grant->unit_count; i++)
        jb_buf_printf(&text, "%s%.*s%s", i ? "," : "", JB_ARG(grant->units[i].unit),
                      grant->units[i].subtree ? "/" : "");
    jb_table_cellf(table, "%.*s", JB_ARG(jb_buf_slice(&text)));
    jb_buf_free(&text);
}

static void time_cell(jb_table *table, int64_t at_us, bool people)
{
    char text[JB_WORDS_SIZE];

    if (at_us == 0)
        jb_table_cell(table, "");
    else
        jb_table_cell(table, people ? jb_words_time(at_us, text) : jb_words_time_code(at_us, text));
}

/* A day belongs to a grant that ends with it: people see that day, as it was typed. */
static void end_cell(jb_table *table, int64_t at_us, bool people)
{
    bool over = at_us && at_us <= jb_clock_now_us();
    char text[JB_WORDS_SIZE];

    if (!people || !at_us) {
        time_cell(table, at_us, people);
        return;
    }
    jb_words_time(at_us, text);
    if (strcmp(text + 10, " 00:00:00") == 0) {
        jb_words_time(at_us - 1, text);
        text[10] = '\0';
    }
    jb_table_cellf(table, "%s%s", text, over ? _(" (over)") : "");
}

/* People see the role's name and, where it is another, the word that commands take. */
static void role_cell(jb_table *table, const struct jb_grant *grant, bool people)
{
    const char *code = grant ? jb_role_code(grant->role) : "";
    const char *name = grant ? _(jb_role_name(grant->role)) : "";

    if (!people || strcmp(name, code) == 0)
        jb_table_cell(table, code);
    else
        jb_table_cellf(table, "%s (%s)", code, name);
}

static void holder_cells(jb_table *table, const struct jb_holder *holder, bool people)
{
    char nick[JB_KEY_SHORT_SIZE] = "", hex[JB_KEY_HEX_SIZE] = "";
    struct jb_public_key key;

    if (!holder->is_person) {
        memcpy(key.bytes, holder->key, sizeof(key.bytes));
        jb_public_short(&key, nick);
        jb_public_format(&key, hex);
    }
    if (holder->is_person && people)
        jb_table_cellf(table, "person:%.*s", JB_ARG(holder->person_code));
    else
        jb_table_cell(table, nick);
    jb_table_cell(table, hex);
    jb_table_cellf(table, "%.*s", JB_ARG(holder->person_code));
    jb_table_cellf(table, "%.*s%s", JB_ARG(holder->label),
                   people && holder->recovery ? _(" (recovery)") : "");
    jb_table_cell(table, people ? state_name(holder->state) : state_code(holder->state));
    jb_table_cell(table, holder->recovery ? "true" : "false");
}

static void add_row(jb_table *table, const struct jb_holder *holder, const struct jb_grant *grant,
                    bool people)
{
    const struct jb_grant none = {.role = JB_ROLE_CONNECT};
    const struct jb_grant *shown = grant ? grant : &none;

    holder_cells(table, holder, people);
    role_cell(table, grant, people);
    units_cell(table, shown, people);
    time_cell(table, shown->from_us, people);
    end_cell(table, shown->until_us, people);
    end_cell(table, holder->ends_us, people);
    jb_table_cellf(table, "%llu", (unsigned long long)holder->revision);
    jb_table_end_row(table);
}

static void add_page(jb_table *table, const struct jb_keys_answer *page, bool people)
{
    for (uint32_t i = 0; i < page->holder_count; i++) {
        const struct jb_holder *holder = &page->holders[i];
        for (uint32_t g = 0; g < holder->grant_count; g++)
            add_row(table, holder, &holder->grants[g], people);
        if (holder->grant_count == 0)
            add_row(table, holder, NULL, people);
    }
}

/* Page after page; each is added to the table before the next is asked for. */
static enum jb_exit ask_all(struct jb_desk *desk, bool own, bool people, jb_table *table,
                            bool *ret_narrowed)
{
    struct jb_keys_ask ask = {.own = own};
    struct jb_buf after, buf;
    enum jb_exit code;

    jb_buf_init(&after, JB_SHORT_TEXT_BYTES_MAX);
    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    do {
        struct jb_keys_answer page = {0};
        struct jb_slice payload;
        ask.after = jb_buf_slice(&after);
        jb_buf_clear(&buf);
        jb_wire_keys_ask_encode(&ask, &buf);
        code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_KEYS, JB_LIT(""), jb_buf_slice(&buf),
                           JB_KIND_KEYS_ANSWER, &payload);
        if (code != JB_EXIT_OK)
            break;
        jb_arena_clear(&desk->arena);
        code = jb_desk_settle(desk, jb_wire_keys_answer_decode(payload, &desk->arena, &page));
        if (code != JB_EXIT_OK)
            break;
        add_page(table, &page, people);
        *ret_narrowed = *ret_narrowed || page.narrowed;
        jb_buf_clear(&after);
        jb_buf_put(&after, page.next.ptr, page.next.len);
    } while (after.len && !after.failed);
    jb_buf_free(&after);
    jb_buf_free(&buf);
    return code;
}

enum jb_exit jb_key_run_list(struct jb_options *options, int argc, char **argv)
{
    bool own = false, narrowed = false;
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &own, options);
    bool people = options->output == JB_OUT_TABLE;
    jb_table *table = new_table();
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask_all(&desk, own, people, table, &narrowed);
    if (code == JB_EXIT_OK)
        jb_table_print(table, options->output, NULL, stdout);
    if (code == JB_EXIT_OK && narrowed && !own)
        fputs(_("jibao: only your own key is shown; the roles security and audit see all\n"),
              stderr);
    jb_desk_free(&desk);
    jb_table_free(table);
    return code;
}
