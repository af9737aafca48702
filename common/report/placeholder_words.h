/* The words of templates, Chinese and English: inside of report/placeholder. */
#ifndef JB_REPORT_PLACEHOLDER_WORDS_H
#define JB_REPORT_PLACEHOLDER_WORDS_H

#include "report/placeholder.h"

struct jb_ph_word {
    const char *zh, *en;
    int value;
};

/* A word as it is written, and with full-width characters made plain. */
struct jb_ph_token {
    struct jb_slice raw, plain;
};
/* Words between blanks; quotes (" “ ”) keep blanks inside, comparisons (< > ≤ ...) are words of
 * their own. JB_EINVAL: not UTF-8; JB_ERANGE: more than max; JB_ENOMEM. (placeholder_split.c) */
JB_MUST_USE jb_err jb_ph_split(struct jb_slice text, struct jb_arena *arena,
                               struct jb_ph_token *tokens, uint32_t max, uint32_t *ret_count);
bool jb_ph_is_quote(uint32_t point);

enum jb_ph_key {
    JB_KEY_INDICATOR = 1,
    JB_KEY_UNIT,
    JB_KEY_UNDER,
    JB_KEY_GROUP,
    JB_KEY_SECTION,
    JB_KEY_PERIOD,
    JB_KEY_BASIS,
    JB_KEY_SHOW,
    JB_KEY_TITLE,
};
enum jb_rule_option {
    JB_OPT_YOY = 1,
    JB_OPT_QOQ,
    JB_OPT_COVERAGE,
    JB_OPT_STATUS,
    JB_OPT_ALL_LEVELS,
    JB_OPT_REPORTED,
    JB_OPT_BY_UNIT,
    JB_OPT_LINE,
};

/* Each ends with a word that has no zh. A table or each may be spelled in several rows. */
extern const struct jb_ph_word jb_ph_heads[];   /* jb_ph_kind of a placeholder by its first word */
extern const struct jb_ph_word jb_ph_eaches[];  /* jb_ph_each */
extern const struct jb_ph_word jb_ph_facts[];   /* jb_ph_fact */
extern const struct jb_ph_word jb_ph_shows[];   /* jb_ph_show */
extern const struct jb_ph_word jb_ph_tests[];   /* jb_ph_test */
extern const struct jb_ph_word jb_ph_ops[];     /* jb_rule_op */
extern const struct jb_ph_word jb_ph_keys[];    /* jb_ph_key */
extern const struct jb_ph_word jb_ph_options[]; /* jb_ph_option */
extern const struct jb_ph_word jb_ph_whens[];   /* jb_stretch_kind */

/* False: the list does not have the word. */
bool jb_ph_find(const struct jb_ph_word *words, struct jb_slice word, int *ret);

#endif
