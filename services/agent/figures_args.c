/* Attachments travel as name, size and SHA-256; their bytes stay with the unit. */
#include "figures_args.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/fold.h"

#define ATTACHMENT_CHUNK 65536

enum {
    KEY_BEHALF = 0x500,
    KEY_GROUND,
    KEY_REASON,
    KEY_ATTACH,
    KEY_TEXT,
    KEY_ENCODING,
    KEY_FORM,
    KEY_EXPLANATION
};

static const struct argp_option options_table[] = {
    {"period", 'p', "PERIOD", 0, N_("the reporting period, where the file does not say"), 0},
    {"form", KEY_FORM, "FORM", 0, N_("put every row into this form"), 0},
    {"encoding", KEY_ENCODING, "NAME", 0, N_("utf-8 or gb18030, instead of a guess"), 0},
    {"text", KEY_TEXT, "INDICATOR=FILE", 0, N_("report FILE's content as this text figure"), 0},
    {"attach", KEY_ATTACH, "FILE", 0, N_("name FILE, with size and SHA-256, as an attachment"), 0},
    {"reason", KEY_REASON, "TEXT", 0, N_("why this correction"), 0},
    {"explanation", KEY_EXPLANATION, "TEXT", 0,
     N_("explain what the checks ask about a relation or the whole form; about one row, its note "
        "does"),
     0},
    {"on-behalf-of", KEY_BEHALF, "NAME", 0, N_("entered for the unit by NAME; needs --ground"), 0},
    {"ground", KEY_GROUND, "TEXT", 0, N_("on what ground it is entered for another"), 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_figures_args *args = state->input;
    const char **place = NULL;

    switch (key) {
    case 'p':
        place = &args->period;
        break;
    case KEY_FORM:
        place = &args->form;
        break;
    case KEY_ENCODING:
        place = &args->encoding;
        break;
    case KEY_REASON:
        place = &args->reason;
        break;
    case KEY_EXPLANATION:
        place = &args->explanation;
        break;
    case KEY_BEHALF:
        place = &args->on_behalf_of;
        break;
    case KEY_GROUND:
        place = &args->ground;
        break;
    case KEY_ATTACH:
        if (args->attach_count == JB_ATTACHMENTS_MAX)
            argp_error(state, _("at most %d attachments"), JB_ATTACHMENTS_MAX);
        place = &args->attach[args->attach_count++];
        break;
    case KEY_TEXT:
        if (args->text_count == JB_FIGURES_TEXTS_MAX || !strchr(arg, '='))
            argp_error(state, _("--text takes INDICATOR=FILE, at most %d times"),
                       JB_FIGURES_TEXTS_MAX);
        place = &args->texts[args->text_count++];
        break;
    case ARGP_KEY_END:
        if ((args->on_behalf_of != NULL) != (args->ground != NULL))
            argp_error(state, _("--on-behalf-of and --ground belong together"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    *place = arg;
    return 0;
}

const struct argp jb_figures_args_argp = {options_table, parse, NULL, NULL, NULL, NULL, NULL};

static bool hash_file(const char *path, struct jb_attachment *ret)
{
    crypto_hash_sha256_state state;
    uint8_t chunk[ATTACHMENT_CHUNK];
    size_t got;
    FILE *in = fopen(path, "rb");
    const char *slash = strrchr(path, '/');

    if (!in)
        return false;
    ret->size = 0;
    crypto_hash_sha256_init(&state);
    while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0) {
        crypto_hash_sha256_update(&state, chunk, got);
        ret->size += got;
    }
    crypto_hash_sha256_final(&state, ret->sha256);
    bool good = !ferror(in);
    fclose(in);
    ret->name = jb_slice_str(slash ? slash + 1 : path);
    return good;
}

static enum jb_exit read_text(struct jb_figures_args *args, uint32_t index,
                              enum jb_encoding encoding)
{
    const char *arg = args->texts[index], *equals = strchr(arg, '=');
    struct jb_figures_text *text = &args->text_figures[index];
    struct jb_decoded decoded = {0};
    uint8_t *bytes = NULL;
    size_t len = 0, offset;
    uint32_t line;

    jb_err err = jb_read_file(equals + 1, JB_FILE_BYTES_MAX, &bytes, &len);
    if (!err)
        err = jb_decode_text(jb_slice_of(bytes, len), encoding, &decoded, &offset, &line);
    free(bytes);
    if (err) {
        fprintf(stderr, _("jibao-agent: cannot read the text %s: %s\n"), equals + 1,
                jb_err_name(err));
        return JB_EXIT_USAGE;
    }
    args->text_bytes[index] = (uint8_t *)decoded.text;
    text->indicator = jb_slice_of(arg, (size_t)(equals - arg));
    text->text = jb_trim(jb_slice_of(decoded.text, decoded.len));
    return JB_EXIT_OK;
}

/* What the options say must be right even where the file says otherwise. */
static enum jb_exit check_given(const struct jb_figures_args *args, const char *unit,
                                const jb_catalog *catalog)
{
    struct jb_period period;
    uint32_t index;

    if (unit && jb_catalog_find_unit(catalog, jb_slice_str(unit), &index)) {
        fprintf(stderr, _("jibao-agent: the catalogue has no unit '%s'; did you mean '%s'?\n"),
                unit, jb_catalog_suggest_unit(catalog, jb_slice_str(unit)));
        return JB_EXIT_USAGE;
    }
    if (args->period && jb_period_parse(jb_slice_str(args->period), &period)) {
        fprintf(stderr, _("jibao-agent: '%s' is not a period; write it like 2023-Q2\n"),
                args->period);
        return JB_EXIT_USAGE;
    }
    return JB_EXIT_OK;
}

enum jb_exit jb_figures_args_settle(struct jb_figures_args *args, const struct jb_options *options,
                                    const struct jb_catalog_file *catalog,
                                    struct jb_figures_options *ret)
{
    const struct jb_agent_conf *conf = &options->conf;
    enum jb_encoding encoding = JB_ENC_GUESS;

    if (args->encoding && jb_encoding_parse(jb_slice_str(args->encoding), &encoding)) {
        fprintf(stderr, _("jibao-agent: unknown encoding '%s'; known are utf-8 and gb18030\n"),
                args->encoding);
        return JB_EXIT_USAGE;
    }
    enum jb_exit given = check_given(args, conf->unit, catalog->catalog);
    if (given != JB_EXIT_OK)
        return given;
    for (uint32_t i = 0; i < args->attach_count; i++) {
        if (!hash_file(args->attach[i], &args->attachments[i])) {
            fprintf(stderr, _("jibao-agent: cannot read the attachment %s\n"), args->attach[i]);
            return JB_EXIT_USAGE;
        }
    }
    for (uint32_t i = 0; i < args->text_count; i++) {
        enum jb_exit code = read_text(args, i, encoding);
        if (code != JB_EXIT_OK)
            return code;
    }
    *ret = (struct jb_figures_options){
        .catalog = catalog,
        .today =
            jb_date_at(jb_clock_now_us(), jb_catalog_view(catalog->catalog)->zone_offset_minutes),
        .encoding = encoding,
        .unit = conf->unit,
        .period = args->period,
        .form = args->form,
        .filled_by = conf->filled_by,
        .checked_by = conf->checked_by,
        .released_by = conf->released_by,
        .on_behalf_of = args->on_behalf_of,
        .ground = args->ground,
        .reason = args->reason,
        .explanation = args->explanation,
        .attachments = args->attachments,
        .attachment_count = args->attach_count,
        .texts = args->text_figures,
        .text_count = args->text_count,
    };
    return JB_EXIT_OK;
}

void jb_figures_args_free(struct jb_figures_args *args)
{
    for (uint32_t i = 0; i < args->text_count; i++)
        free(args->text_bytes[i]);
}
