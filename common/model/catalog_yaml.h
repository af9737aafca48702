/* Reads a catalogue from YAML (format: model/catalog.md) and checks it as a whole: every mistake
 * becomes a finding with line and column. Anchors and aliases of YAML are refused. */
#ifndef JB_CATALOG_YAML_H
#define JB_CATALOG_YAML_H

#include "model/catalog.h"
#include "model/finding.h"

/* JB_OK: *ret is the caller's until jb_catalog_free. JB_EINVAL: at least one error was added to
 * findings; *ret untouched. JB_ERANGE: larger than JB_CATALOG_BYTES_MAX (a finding too). file is
 * used in findings only. */
JB_MUST_USE jb_err jb_catalog_read_yaml(struct jb_slice yaml, const char *file,
                                        struct jb_findings *findings, jb_catalog **ret);

/* The same from a tree that came from elsewhere: findings have the places of its nodes. The
 * catalogue's hash is all zero. */
struct jb_yaml_node;
JB_MUST_USE jb_err jb_catalog_read_tree(const struct jb_yaml_node *root, const char *file,
                                        struct jb_findings *findings, jb_catalog **ret);

/* What changed from old to new, one line each for people ("+ indicator x", "~ unit y: parent a ->
 * b"). */
void jb_catalog_print_diff(const jb_catalog *old_catalog, const jb_catalog *new_catalog, FILE *out);

/* Whether `new_catalog` may follow `old_catalog` (additive rule): for each change of measure,
 * aggregation, unit of measure, decimals, basis, owners or parents that touches a period for which
 * has_figures says yes, adds an error. has_figures is asked with a unit or JB_NONE and an indicator
 * or JB_NONE (indexes of old_catalog) and gives the span of base periods that hold figures: true
 * and *ret set, or false. Removed units and indicators that have figures are errors too. */
typedef bool (*jb_catalog_has_figures)(void *ctx, uint32_t unit, uint32_t indicator,
                                       jb_date *ret_first, jb_date *ret_last);
JB_MUST_USE jb_err jb_catalog_check_change(const jb_catalog *old_catalog,
                                           const jb_catalog *new_catalog,
                                           jb_catalog_has_figures has_figures, void *ctx,
                                           struct jb_findings *findings);

#endif
