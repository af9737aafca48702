/* One conversion, one temporary folder: the profile, the fonts' configuration, the document and
 * what comes of it, all gone at the end. A profile of its own also means that a running office of
 * the user is not asked, and does not ask the user. */
#include "files/pdf.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/child.h"
#include "files/encoding.h"

#define OUTPUT_BYTES_MAX (256 * 1024)
#define FONT_SECONDS_MAX 30
#define OPEN_FOLDERS_MAX 16

/* PDF/A-2b (ISO 19005-2), which demands that all fonts are embedded, for who keeps it for years;
 * tagged, so that it can be read aloud. */
#define EXPORT_OPTIONS                                                                             \
    "{\"SelectPdfVersion\":{\"type\":\"long\",\"value\":\"2\"},"                                   \
    "\"UseTaggedPDF\":{\"type\":\"boolean\",\"value\":\"true\"},"                                  \
    "\"ExportBookmarks\":{\"type\":\"boolean\",\"value\":\"true\"}}"

static const char profile[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"DisableMacrosExecution\" oor:op=\"fuse\"><value>true</value></prop></item>"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"MacroSecurityLevel\" oor:op=\"fuse\"><value>3</value></prop></item>"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"BlockUntrustedRefererLinks\" oor:op=\"fuse\"><value>true</value></prop>"
    "</item></oor:items>\n";

/* A typeface that is installed is itself; these only stand in. */
static const struct {
    const char *wanted;
    const char *instead[6];
} stand_ins[] = {
    {"宋体", {"SimSun", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN", NULL}},
    {"仿宋_GB2312", {"FangSong_GB2312", "仿宋", "FangSong", "Noto Serif CJK SC", NULL}},
    {"楷体_GB2312", {"KaiTi_GB2312", "楷体", "KaiTi", "AR PL UKai CN", "Noto Serif CJK SC", NULL}},
    {"黑体", {"SimHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", NULL}},
    {"方正小标宋简体", {"FZXiaoBiaoSong-B05S", "Noto Serif CJK SC", "SimSun", NULL}},
    {"Times New Roman", {"Liberation Serif", "Tinos", "Noto Serif CJK SC", "DejaVu Serif", NULL}},
};

static void put_fonts(struct jb_buf *xml, const char *folder)
{
    jb_buf_printf(xml,
                  "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n"
                  "<fontconfig><include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include>"
                  "<cachedir prefix=\"xdg\">fontconfig</cachedir><cachedir>%s/fonts</cachedir>",
                  folder);
    for (size_t i = 0; i < JB_COUNT(stand_ins); i++) {
        jb_buf_printf(xml, "<alias binding=\"same\"><family>%s</family><accept>",
                      stand_ins[i].wanted);
        for (size_t n = 0; stand_ins[i].instead[n]; n++)
            jb_buf_printf(xml, "<family>%s</family>", stand_ins[i].instead[n]);
        jb_buf_put_str(xml, "</accept></alias>");
    }
    jb_buf_put_str(xml, "</fontconfig>\n");
}

static char *converter(void)
{
    char *found = jb_child_find("soffice");
    return found ? found : jb_child_find("libreoffice");
}

/* fontconfig's own program comes with LibreOffice. When it is not there we cannot know. */
static bool has_chinese_font(void)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "HOME=/nonexistent", NULL};
    char *program = jb_child_find("fc-list");
    const char *const arguments[] = {program, ":lang=zh-cn", "family", NULL};
    const struct jb_child child = {arguments, environment, FONT_SECONDS_MAX, false, false};
    struct jb_buf output;
    int status = 0;

    jb_buf_init(&output, OUTPUT_BYTES_MAX);
    jb_err err = program ? jb_child_run(&child, &output, &status) : JB_ENOTFOUND;
    bool has = err || status != 0 || output.len > 0;
    jb_buf_free(&output);
    free(program);
    return has;
}

const char *jb_pdf_missing(void)
{
    char *program = converter();

    if (!program)
        return _("PDF is made by LibreOffice, which is not installed. Install it (Debian: apt-get "
                 "install libreoffice-writer libreoffice-calc fonts-noto-cjk), or ask for -o "
                 "FILE.docx, which needs nothing.");
    free(program);
    if (!has_chinese_font())
        return _("There is no Chinese font on this machine, so that a PDF would show boxes. "
                 "Install one (Debian: apt-get install fonts-noto-cjk), or ask for -o FILE.docx.");
    return NULL;
}

/* The name goes into a URL and into XML: an odd one is not worth quoting. */
static const char *temporary_base(void)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    const char *base = getenv("TMPDIR");

    return base && base[0] == '/' && !base[strspn(base, plain)] ? base : "/tmp";
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    jb_ignore(remove(path) != 0);
    return 0;
}

static void remove_folder(const char *folder)
{
    jb_ignore(nftw(folder, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS) != 0);
}

static jb_err write_in(const char *folder, const char *name, struct jb_slice bytes)
{
    char *path = jb_xasprintf("%s/%s", folder, name);
    FILE *file = fopen(path, "wbe");
    jb_err err = file ? JB_OK : JB_EIO;

    if (file && fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len)
        err = JB_EIO;
    if (file && fclose(file) != 0)
        err = JB_EIO;
    free(path);
    return err;
}

static jb_err furnish(const char *folder, const char *name, struct jb_slice document)
{
    static const char *const folders[] = {"profile", "profile/user", "fonts", "out"};
    struct jb_buf fonts;
    jb_err err = JB_OK;

    for (size_t i = 0; !err && i < JB_COUNT(folders); i++) {
        char *path = jb_xasprintf("%s/%s", folder, folders[i]);
        if (mkdir(path, 0700) != 0)
            err = JB_EIO;
        free(path);
    }
    jb_buf_init(&fonts, OUTPUT_BYTES_MAX);
    put_fonts(&fonts, folder);
    err = err ? err : write_in(folder, "fonts.conf", jb_buf_slice(&fonts));
    jb_buf_free(&fonts);
    err = err ? err : write_in(folder, "profile/user/registrymodifications.xcu", JB_LIT(profile));
    return err ? err : write_in(folder, name, document);
}

static jb_err convert(const char *folder, const char *name, const char *filter,
                      uint32_t seconds_max)
{
    char *program = converter();
    char *profile_option = jb_xasprintf("-env:UserInstallation=file://%s/profile", folder);
    char *target = jb_xasprintf("pdf:%s:%s", filter, EXPORT_OPTIONS);
    char *out = jb_xasprintf("%s/out", folder), *document = jb_xasprintf("%s/%s", folder, name);
    char *home = jb_xasprintf("HOME=%s", folder), *tmp = jb_xasprintf("TMPDIR=%s", folder);
    char *fonts = jb_xasprintf("FONTCONFIG_FILE=%s/fonts.conf", folder);
    const char *const arguments[] = {program,
                                     profile_option,
                                     "--headless",
                                     "--norestore",
                                     "--nodefault",
                                     "--nolockcheck",
                                     "--nofirststartwizard",
                                     "--convert-to",
                                     target,
                                     "--outdir",
                                     out,
                                     document,
                                     NULL};
    const char *const environment[] = {
        home, tmp, fonts, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp", NULL};
    const struct jb_child child = {arguments, environment, seconds_max, true, true};
    struct jb_buf output;
    int status = 0;

    jb_buf_init(&output, OUTPUT_BYTES_MAX);
    jb_err err = program ? jb_child_run(&child, &output, &status) : JB_ENOTFOUND;
    if (!err && status != 0)
        err = JB_EIO;
    jb_buf_free(&output);
    free(program);
    free(profile_option);
    free(target);
    free(out);
    free(document);
    free(home);
    free(tmp);
    free(fonts);
    return err;
}

/* The converter's exit code is 0 also when it could not read the document. */
static jb_err take_result(const char *folder, struct jb_buf *ret)
{
    char *path = jb_xasprintf("%s/out/document.pdf", folder);
    uint8_t *bytes = NULL;
    size_t len = 0;
    jb_err err = jb_read_file(path, ret->bytes_max - ret->len, &bytes, &len);

    if (err && err != JB_ERANGE)
        err = JB_EIO;
    if (!err && (len < 5 || memcmp(bytes, "%PDF-", 5) != 0))
        err = JB_EIO;
    if (!err)
        jb_buf_put(ret, bytes, len);
    free(bytes);
    free(path);
    return err ? err : ret->failed ? JB_ERANGE : JB_OK;
}

jb_err jb_pdf_convert(enum jb_pdf_source source, struct jb_slice document, uint32_t seconds_max,
                      struct jb_buf *ret)
{
    bool docx = source == JB_PDF_OF_DOCX;
    const char *name = docx ? "document.docx" : "document.xlsx";

    if (jb_pdf_missing())
        return JB_ENOTFOUND;
    char *folder = jb_xasprintf("%s/jibao-pdf-XXXXXX", temporary_base());
    if (!mkdtemp(folder)) {
        free(folder);
        return JB_EIO;
    }
    jb_err err = furnish(folder, name, document);
    err = err ? err
              : convert(folder, name, docx ? "writer_pdf_Export" : "calc_pdf_Export", seconds_max);
    err = err ? err : take_result(folder, ret);
    remove_folder(folder);
    free(folder);
    return err;
}
