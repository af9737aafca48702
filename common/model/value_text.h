/* Reads a cell as people write it: 12402, 2,299.13, 461余, 500余人 is refused (the unit of measure
 * does not belong there; 万 is never multiplied silently), 90%以上 (only for indicators whose unit
 * of measure is %), 不低于20, 近20, ≥90, >=90, 约20, 0, 不涉及, 撤回, full-width digits. What is
 * ambiguous (1,23; 1.234,5; 12O4; 3万) is refused with a suggestion. */
#ifndef JB_VALUE_TEXT_H
#define JB_VALUE_TEXT_H

#include "model/figure.h"

struct jb_value_text {
    bool empty; /* an empty cell: changes nothing */
    enum jb_state state;
    enum jb_mark mark;
    bool has_mark;
    struct jb_dec number; /* state VALUE only */
};

/* text: UTF-8, any blanks around. percent: the indicator's unit of measure is a percentage, so '%'
 * is read. JB_EINVAL: not readable; why gets what is wrong, hint (may be empty) what was probably
 * meant, e.g. "12402". Both are translated sentences or literals. *ret is untouched then. */
JB_MUST_USE jb_err jb_value_text_parse(struct jb_slice text, bool percent,
                                       struct jb_value_text *ret, char *why, size_t why_size,
                                       char *hint, size_t hint_size);

#endif
