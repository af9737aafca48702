/* Every message names the program, as the others do. */
#include "print_out.h"

#include "base/text.h"
#include "catalog_show.h"
#include "files/pdf.h"
#include "paper/paper.h"

void jb_print_take_output(const char **ret, const char *arg, struct argp_state *state)
{
    enum jb_paper_kind kind;

    if (jb_paper_kind_of(arg, &kind))
        argp_error(state, _("-o takes a file that ends in .docx or .pdf, not '%s'"), arg);
    *ret = arg;
}

enum jb_exit jb_print_can(const char *path)
{
    enum jb_paper_kind kind = JB_PAPER_DOCX;
    const char *missing = NULL;

    if (!jb_paper_kind_of(path, &kind) && kind == JB_PAPER_PDF)
        missing = jb_pdf_missing();
    if (!missing)
        return JB_EXIT_OK;
    fprintf(stderr, "jibao: %s\n", missing);
    return JB_EXIT_FAILED;
}

enum jb_exit jb_print_catalog(struct jb_desk *desk, struct jb_fetched *ret)
{
    enum jb_exit code = jb_ask_catalog(desk, 0, ret);

    return code == JB_EXIT_OK && !ret->catalog ? jb_catalog_tell_none() : code;
}

static enum jb_exit tell_unknown(const char *what, struct jb_slice given, const char *nearest)
{
    fprintf(stderr, _("jibao print: there is no %s '%.*s'"), what, JB_ARG(given));
    if (nearest[0])
        fprintf(stderr, _("; did you mean %s?"), nearest);
    fputc('\n', stderr);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_print_find_unit(const jb_catalog *catalog, struct jb_slice name, uint32_t *ret)
{
    if (jb_catalog_find_unit(catalog, name, ret) == JB_OK)
        return JB_EXIT_OK;
    return tell_unknown(_("unit"), name, jb_catalog_suggest_unit(catalog, name));
}

enum jb_exit jb_print_find_form(const jb_catalog *catalog, struct jb_slice code, uint32_t *ret)
{
    *ret = jb_catalog_form(catalog, code);
    if (*ret != JB_NONE)
        return JB_EXIT_OK;
    return tell_unknown(_("form"), code, jb_catalog_suggest_form(catalog, code));
}

enum jb_exit jb_print_find_period(const char *text, struct jb_period *ret)
{
    if (jb_period_parse(jb_slice_str(text), ret) == JB_OK)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao print: '%s' is not a period; write it like 2023-Q2\n"), text);
    return JB_EXIT_USAGE;
}

enum jb_exit jb_print_save(jb_docx **doc, bool landscape, const char *path)
{
    char why[JB_PAPER_WHY_SIZE];

    if (!jb_paper_save(doc, landscape, path, why)) {
        fprintf(stderr, "jibao: %s\n", why);
        return JB_EXIT_FAILED;
    }
    fprintf(stderr, _("written: %s\n"), path);
    return JB_EXIT_OK;
}
