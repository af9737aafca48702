/* The code is printed here and kept nowhere: the store has its hash. The QR code (libqrencode)
 * holds the address of the pages with the code behind '#', which browsers do not send to any
 * server. */
#include "slip.h"

#include <stdio.h>
#include <stdlib.h>

#include <qrencode.h>

#include "base/buf.h"
#include "base/text.h"
#include "files/encoding.h"
#include "files/settings.h"
#include "people.h"

#define MODULE 4 /* millimetres are not needed: the drawing scales */
#define SVG_BYTES_MAX (256 * 1024)

struct slip_conf {
    char *state, *person, *name, *unit, *address, *svg;
    bool administrator;
};

#define STRING(field) JB_CONF_STRING, offsetof(struct slip_conf, field)
static const struct jb_conf_key keys[] = {
    {"state", STRING(state), NULL, 0, 0, N_("the gateway's folder, as in its settings")},
    {"person", STRING(person), NULL, 0, 0,
     N_("the person's code, as in jibao key allow person:CODE")},
    {"name", STRING(name), NULL, 0, 0, N_("the person's name")},
    {"unit", STRING(unit), NULL, 0, 0, N_("the unit's code")},
    {"administrator", JB_CONF_BOOL, offsetof(struct slip_conf, administrator), "no", 0, 0,
     N_("may invite others of the unit")},
    {"address", STRING(address), "http://127.0.0.1:5580", 0, 0,
     N_("where the pages are found, for the QR code")},
    {"svg", STRING(svg), NULL, 0, 0, N_("also write a slip with a QR code to this file")},
};

static void put_escaped(struct jb_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
            jb_buf_printf(out, "&#%d;", *text);
        else
            jb_buf_put(out, text, 1);
    }
}

static void draw(struct jb_buf *out, const QRcode *qr, const struct slip_conf *conf,
                 const char *code)
{
    int side = (qr->width + 8) * MODULE, height = side + 64;

    jb_buf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                  "width=\"%d\" height=\"%d\">\n<rect width=\"100%%\" height=\"100%%\" "
                  "fill=\"#fff\"/>\n<path d=\"",
                  side, height, 2 * side, 2 * height);
    for (int y = 0; y < qr->width; y++) {
        for (int x = 0; x < qr->width; x++) {
            if (qr->data[y * qr->width + x] & 1)
                jb_buf_printf(out, "M%d %dh%dv%dh-%dz", (x + 4) * MODULE, (y + 4) * MODULE, MODULE,
                              MODULE, MODULE);
        }
    }
    jb_buf_printf(out,
                  "\"/>\n<g font-family=\"sans-serif\" font-size=\"12\" "
                  "text-anchor=\"middle\">\n<text x=\"%d\" y=\"%d\">",
                  side / 2, side + 10);
    put_escaped(out, conf->name);
    jb_buf_put_str(out, " · ");
    put_escaped(out, conf->unit);
    jb_buf_printf(out,
                  "</text>\n<text x=\"%d\" y=\"%d\" font-family=\"monospace\" "
                  "font-size=\"14\">%s</text>\n<text x=\"%d\" y=\"%d\" font-size=\"9\">",
                  side / 2, side + 30, code, side / 2, side + 48);
    put_escaped(out, _("good once, for seven days"));
    jb_buf_put_str(out, "</text>\n</g>\n</svg>\n");
}

static bool write_svg(const struct slip_conf *conf, const char *code)
{
    char *address = jb_xasprintf("%s/#enrol=%s", conf->address, code);
    QRcode *qr = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_M);
    struct jb_buf out;

    jb_buf_init(&out, SVG_BYTES_MAX);
    if (qr)
        draw(&out, qr, conf, code);
    bool good = qr && !out.failed && jb_write_file(conf->svg, jb_buf_slice(&out)) == JB_OK;
    if (!good)
        fprintf(stderr, _("jibao-gateway: cannot write %s\n"), conf->svg);
    jb_buf_free(&out);
    QRcode_free(qr);
    free(address);
    return good;
}

static bool fill(struct jb_person *person, const struct slip_conf *conf)
{
    if (!conf->state || !conf->person || !conf->name || !conf->unit ||
        strlen(conf->person) >= sizeof(person->code) ||
        strlen(conf->unit) >= sizeof(person->unit) || strlen(conf->name) >= sizeof(person->name))
        return false;
    *person = (struct jb_person){.administrator = conf->administrator};
    memcpy(person->code, conf->person, strlen(conf->person));
    memcpy(person->unit, conf->unit, strlen(conf->unit));
    memcpy(person->name, conf->name, strlen(conf->name));
    return true;
}

static int invite(const struct slip_conf *conf)
{
    char code[JB_INVITATION_CODE_SIZE];
    struct jb_person person;
    jb_err err = fill(&person, conf)
                     ? jb_people_invite_beside(conf->state, &person, jb_clock_now_us(), code)
                     : JB_EINVAL;
    if (err == JB_EINVAL) {
        fputs(_("jibao-gateway invite: --state, --person, --name and --unit are needed; person and "
                "unit are codes\n"),
              stderr);
        return 2;
    }
    if (err) {
        fprintf(stderr, _("jibao-gateway: cannot write %s\n"), conf->state);
        return 1;
    }
    printf("%s\n  %s (%s), %s\n  %s\n", code, person.name, person.code, person.unit,
           _("good once, for seven days"));
    return !conf->svg || write_svg(conf, code) ? 0 : 1;
}

int jb_slip_command(int argc, char **argv)
{
    struct slip_conf conf = {0};
    const struct jb_settings settings = {
        .program = "jibao-gateway invite",
        .doc = _("Prints an invitation for one person of one unit: a code that enrols a device, "
                 "good once and for seven days. What the person may do is what was allowed with "
                 "jibao key allow person:CODE.\n\n"
                 "Examples:\n"
                 "  jibao-gateway invite --state /var/lib/jibao-gateway --person zhangsan "
                 "--name 张三 --unit justice --svg slip.svg"),
        .keys = keys,
        .count = JB_COUNT(keys),
    };
    int code = jb_settings_read(&settings, argc, argv, &conf) ? invite(&conf) : 2;
    jb_conf_free(keys, JB_COUNT(keys), &conf);
    return code;
}
