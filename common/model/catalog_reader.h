/* The state of one reading of a catalogue, and the small steps that all its parts share: fields of
 * a map, words, dates, names, references. Each step reports what it refuses with its place and goes
 * on, so that one reading finds every mistake. A step given NULL (a key that is left out) does
 * nothing and says false. */
#ifndef JB_CATALOG_READER_H
#define JB_CATALOG_READER_H

#include "model/catalog_parts.h"
#include "model/finding.h"
#include "model/yaml_tree.h"

typedef const struct jb_yaml_node *jb_yaml_ref;

struct jb_catread {
    jb_catalog *catalog;
    struct jb_findings *findings;
    const char *file;
    const char *unit, *indicator, *form; /* what is being read; findings name it */
    enum jb_freq freq;                   /* the catalogue's default */
    /* The map each object came from, by index; NULL where the item is not a map. */
    jb_yaml_ref *units, *groups, *sections, *indicators, *forms, *rules;
    unsigned suggestions_left; /* looking for the nearest of 100,000 codes costs milliseconds */
    bool forms_broken; /* a form's rows or units were refused, so what they lack says nothing */
    bool nomem;
};

/* got may be NULL: then the node itself is quoted. expected and hint may be NULL. */
void jb_catread_refuse(struct jb_catread *rd, jb_yaml_ref node, enum jb_finding_code code,
                       const char *got, const char *expected, const char *hint);
/* Refuses the node as a bad value. */
void jb_catread_expect(struct jb_catread *rd, jb_yaml_ref node, const char *expected);
/* Memory of the catalogue, zeroed; NULL also sets nomem. */
void *jb_catread_alloc(struct jb_catread *rd, size_t count, size_t size);
const char *jb_catread_copy(struct jb_catread *rd, struct jb_slice text);

struct jb_catread_key {
    const char *name;
    bool required;
};
/* values[i] becomes the value of keys[i] or NULL. Reports unknown, repeated and missing keys.
 * False: not a map. */
bool jb_catread_fields(struct jb_catread *rd, jb_yaml_ref node, const struct jb_catread_key *keys,
                       size_t count, jb_yaml_ref *values);
/* The value of a key of a map, or NULL; and item `index` of a list, or the list itself when it
 * cannot be found. */
jb_yaml_ref jb_catread_value(jb_yaml_ref map, const char *key);
jb_yaml_ref jb_catread_item(jb_yaml_ref list, uint32_t index);
bool jb_catread_list(struct jb_catread *rd, jb_yaml_ref node);

/* One line, not empty, at most JB_SHORT_TEXT_BYTES_MAX bytes, no control characters. */
bool jb_catread_text(struct jb_catread *rd, jb_yaml_ref node, const char **ret);
/* Like text, but may be empty and may have line breaks. */
bool jb_catread_note(struct jb_catread *rd, jb_yaml_ref node, const char **ret);
bool jb_catread_code(struct jb_catread *rd, jb_yaml_ref node, struct jb_slice *ret);
bool jb_catread_bool(struct jb_catread *rd, jb_yaml_ref node, bool *ret);
bool jb_catread_int(struct jb_catread *rd, jb_yaml_ref node, int min, int max, int *ret);
bool jb_catread_freq(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq *ret);
struct jb_catread_word {
    const char *word;
    unsigned value;
};
bool jb_catread_word(struct jb_catread *rd, jb_yaml_ref node, const struct jb_catread_word *words,
                     size_t count, unsigned *ret);
bool jb_catread_date(struct jb_catread *rd, jb_yaml_ref node, jb_date *ret);
/* Sets both (left out: ever); refuses from after until. */
void jb_catread_dates(struct jb_catread *rd, jb_yaml_ref from, jb_yaml_ref until, jb_date *ret_from,
                      jb_date *ret_until);
/* {zh, en}; aliases may be NULL. */
void jb_catread_names(struct jb_catread *rd, jb_yaml_ref name, jb_yaml_ref aliases,
                      struct jb_names *ret);
/* The index of the code that stands at node, or JB_NONE and a finding. */
uint32_t jb_catread_refer(struct jb_catread *rd, jb_yaml_ref node,
                          const struct jb_catalog_keys *keys);
/* A list of unit codes or {unit, from, until}. An item that is refused stays in place with unit
 * JB_NONE. */
void jb_catread_edges(struct jb_catread *rd, jb_yaml_ref node, struct jb_edge **ret,
                      uint32_t *ret_count);
struct jb_edge jb_catread_edge(struct jb_catread *rd, jb_yaml_ref node);

/* Public holidays and worked days; both nodes may be NULL. Before any schedule is read. */
void jb_catread_workdays(struct jb_catread *rd, jb_yaml_ref holidays, jb_yaml_ref worked);
/* *ret stays when the node is NULL. freq: of the given dates' periods; JB_FREQ_NONE: any. */
void jb_catread_schedule(struct jb_catread *rd, jb_yaml_ref node, enum jb_freq freq,
                         const struct jb_schedule **ret);
/* The parts, one a file. All codes are known by then. */
void jb_catread_units(struct jb_catread *rd);
void jb_catread_groups(struct jb_catread *rd);
void jb_catread_sections(struct jb_catread *rd);
void jb_catread_indicators(struct jb_catread *rd);
void jb_catread_forms(struct jb_catread *rd);
/* The checks of the whole, after the parts. verify_tree needs no index, verify_holders the holders,
 * verify_duties both. */
void jb_catread_verify_tree(struct jb_catread *rd);
void jb_catread_verify_holders(struct jb_catread *rd);
void jb_catread_verify_duties(struct jb_catread *rd);
/* Relations, written and made from parts 其中; rd->rules has the written ones. After the holders'
 * index. */
void jb_catread_rules(struct jb_catread *rd, uint32_t written);

#endif
