/* Names in questions: what is not known becomes a finding that says what was probably meant. */
#ifndef JB_LOOKUP_H
#define JB_LOOKUP_H

#include "model/finding.h"
#include "source.h"

/* Code, else name or alias. False: a finding was added. */
bool jb_lookup_unit(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                    struct jb_findings *findings);
bool jb_lookup_group(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                     struct jb_findings *findings);
bool jb_lookup_indicator(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                         struct jb_findings *findings);
bool jb_lookup_section(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                       struct jb_findings *findings);
bool jb_lookup_form(const struct jb_binding *binding, struct jb_slice name, uint32_t *ret,
                    struct jb_findings *findings);
bool jb_lookup_span(struct jb_slice text, struct jb_span *ret, struct jb_findings *findings);
/* A unit, else a group of that name. */
bool jb_lookup_node(const struct jb_binding *binding, struct jb_slice name, struct jb_node *ret,
                    struct jb_findings *findings);
/* The base period of the frequency that the text names; a coarser or finer one is a finding. */
bool jb_lookup_base_period(enum jb_freq freq, struct jb_slice text, struct jb_period *ret,
                           struct jb_findings *findings);
/* An error without a place: code, what was got, what was expected ("" if nothing fits). */
void jb_lookup_refuse(struct jb_findings *findings, enum jb_finding_code code, struct jb_slice got,
                      const char *expected);

/* Copies into the arena; {NULL, 0} for "". JB_ENOMEM sets *failed. */
struct jb_slice jb_lookup_text(struct jb_arena *arena, const char *text, bool *failed);

#endif
