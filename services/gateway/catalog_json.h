/* The catalogue as JSON for pages: what is shown and searched, in the catalogue's order, referred
 * to by code. Described in openapi.json (Catalog). */
#ifndef JB_CATALOG_JSON_H
#define JB_CATALOG_JSON_H

#include "base/buf.h"
#include "model/catalog.h"

/* Appends one object. narrow: for public visitors, with public indicators only and without notes,
 * who owes what, and forms. */
void jb_catalog_json(const jb_catalog *catalog, uint32_t version, bool narrow, struct jb_buf *out);

#endif
