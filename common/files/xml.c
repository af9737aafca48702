#include "files/xml.h"

#include <expat.h>

#include "base/limits.h"
#include "base/text.h"

#define SEPARATOR '|' /* between a namespace and a name; no name has it */

struct jb_xml {
    XML_Parser parser;
    const struct jb_xml_events *events;
    const char *name;
    struct jb_fault *fault;
    unsigned depth;
    jb_err err;
};

static const char *local(const char *name)
{
    const char *behind = strrchr(name, SEPARATOR);

    return behind ? behind + 1 : name;
}

const char *jb_xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(local(attributes[i]), name) == 0)
            return attributes[i + 1];
    }
    return NULL;
}

bool jb_xml_flag(const char *const *attributes, const char *name)
{
    const char *value = jb_xml_attribute(attributes, name);

    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

void jb_xml_stop(jb_xml *xml, jb_err err)
{
    if (!xml->err)
        xml->err = err;
    jb_ignore(XML_StopParser(xml->parser, XML_FALSE) != XML_STATUS_OK);
}

unsigned jb_xml_depth(const jb_xml *xml)
{
    return xml->depth;
}

size_t jb_xml_from(const jb_xml *xml)
{
    return (size_t)XML_GetCurrentByteIndex(xml->parser);
}

size_t jb_xml_till(const jb_xml *xml)
{
    return jb_xml_from(xml) + (size_t)XML_GetCurrentByteCount(xml->parser);
}

static const char *save_again(void)
{
    return _("Open it in a spreadsheet or word processor and save it again.");
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    jb_xml *xml = context;

    if (xml->err)
        return;
    if (++xml->depth > JB_XML_DEPTH_MAX) {
        jb_xml_stop(xml, jb_fault_set(xml->fault, JB_ERANGE,
                                      _("a part of the file is nested too deeply"), save_again(),
                                      "%s", xml->name));
        return;
    }
    xml->events->start(xml->events->context, xml, local(name), (const char *const *)attributes);
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    jb_xml *xml = context;

    if (xml->err)
        return;
    xml->events->end(xml->events->context, xml, local(name));
    xml->depth--;
}

static void XMLCALL on_text(void *context, const XML_Char *text, int len)
{
    jb_xml *xml = context;

    if (!xml->err && xml->events->text)
        xml->events->text(xml->events->context, xml, jb_slice_of(text, (size_t)len));
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal)
{
    jb_xml *xml = context;

    (void)name, (void)system_id, (void)public_id, (void)has_internal;
    jb_xml_stop(xml, jb_fault_set(xml->fault, JB_EINVAL,
                                  _("a part of the file declares a document type, which no "
                                    "spreadsheet or word processor writes"),
                                  _("Do not use this file; make a new one from the template."),
                                  "%s", xml->name));
}

static jb_err feed(jb_xml *xml, struct jb_slice piece, bool last)
{
    if (xml->err)
        return xml->err;
    enum XML_Status status =
        XML_Parse(xml->parser, (const char *)piece.ptr, (int)piece.len, last ? 1 : 0);
    if (xml->err || status == XML_STATUS_OK)
        return xml->err;
    if (XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY)
        return xml->err =
                   jb_fault_set(xml->fault, JB_ENOMEM, _("out of memory"), "", "%s", xml->name);
    return xml->err = jb_fault_set(
               xml->fault, JB_EINVAL, _("a part of the file is not well-formed XML"), save_again(),
               "%s:%lu", xml->name, (unsigned long)XML_GetCurrentLineNumber(xml->parser));
}

static jb_err begin(jb_xml *xml, const char *name, const struct jb_xml_events *events,
                    struct jb_fault *fault)
{
    *xml = (jb_xml){.events = events, .name = name, .fault = fault};
    xml->parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (!xml->parser)
        return jb_fault_set(fault, JB_ENOMEM, _("out of memory"), "", "%s", name);
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    return JB_OK;
}

static jb_err feed_piece(void *context, struct jb_slice piece)
{
    return feed(context, piece, false);
}

jb_err jb_xml_parse_entry(jb_zip *zip, const char *name, const struct jb_xml_events *events,
                          struct jb_fault *fault)
{
    jb_xml xml;
    jb_err err = begin(&xml, name, events, fault);

    if (err)
        return err;
    err = jb_zip_each(zip, name, feed_piece, &xml, fault);
    if (!err)
        err = feed(&xml, jb_slice_of("", 0), true);
    XML_ParserFree(xml.parser);
    return err;
}

jb_err jb_xml_parse(struct jb_slice bytes, const char *name, const struct jb_xml_events *events,
                    struct jb_fault *fault)
{
    jb_xml xml;
    jb_err err = begin(&xml, name, events, fault);

    if (err)
        return err;
    if (bytes.len > JB_ZIP_ENTRY_BYTES_MAX)
        err = jb_fault_set(fault, JB_ERANGE, _("the file unpacks to more than may be read"), "",
                           "%s", name);
    else
        err = feed(&xml, bytes, true);
    XML_ParserFree(xml.parser);
    return err;
}
