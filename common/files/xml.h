/* XML from inside a package, as events (expat), with limits: no document type and so no entities
 * of its own (a "billion laughs" is refused at its first line, nothing outside is ever read), depth
 * at most JB_XML_DEPTH_MAX, UTF-8 or UTF-16. Names are local ones: prefixes and the two families of
 * namespaces (transitional and strict) make no difference. */
#ifndef JB_XML_H
#define JB_XML_H

#include "base/base.h"
#include "files/fault.h"
#include "files/zip_read.h"

typedef struct jb_xml jb_xml;

struct jb_xml_events {
    /* attributes: name, value, ..., NULL; see jb_xml_attribute. */
    void (*start)(void *context, jb_xml *xml, const char *name, const char *const *attributes);
    void (*end)(void *context, jb_xml *xml, const char *name);
    /* A text comes in several pieces. May be NULL. */
    void (*text)(void *context, jb_xml *xml, struct jb_slice piece);
    void *context;
};

/* The value of the attribute with this local name, or NULL. */
const char *jb_xml_attribute(const char *const *attributes, const char *name);
/* True for the values "1" and "true". */
bool jb_xml_flag(const char *const *attributes, const char *name);
/* Ends the parsing with err, from within an event; later events do not come. */
void jb_xml_stop(jb_xml *xml, jb_err err);
/* Elements that are open around the event: 1 at the root's start and end. */
unsigned jb_xml_depth(const jb_xml *xml);

/* The bytes of the event in what is parsed: its first, and the one behind its last. Of an element
 * that is empty in one tag, the end is behind that tag. */
size_t jb_xml_from(const jb_xml *xml);
size_t jb_xml_till(const jb_xml *xml);

/* JB_EINVAL: not well formed, or refused; the errors of jb_zip_each; what jb_xml_stop was given
 * (who calls it fills the fault). */
JB_MUST_USE jb_err jb_xml_parse_entry(jb_zip *zip, const char *name,
                                      const struct jb_xml_events *events, struct jb_fault *fault);
/* The same from memory; name is for the fault. */
JB_MUST_USE jb_err jb_xml_parse(struct jb_slice bytes, const char *name,
                                const struct jb_xml_events *events, struct jb_fault *fault);

#endif
