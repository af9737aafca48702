/* Words of people as XML: escaped, and always well-formed. A byte that is no UTF-8, a character
 * that XML 1.0 cannot write (§2.2: controls, U+FFFE, U+FFFF) and a character that turns the
 * direction of the writing around it (U+202A..202E, U+2066..2069: a name could show another figure
 * than the one that stands there) each become U+FFFD, so that it is seen that something was there.
 */
#ifndef JB_XML_TEXT_H
#define JB_XML_TEXT_H

#include "base/buf.h"

/* Between tags. A line end or tab stays as it is. */
void jb_xml_put_text(struct jb_buf *buf, struct jb_slice text);
/* Inside quotation marks ("): quotes, tabs and line ends are written as references. */
void jb_xml_put_attribute(struct jb_buf *buf, struct jb_slice text);

#endif
