/* Figures as a report writes them, in Chinese and English: 461余件, 90%以上, 近20万元, 2299.13万元,
 * 1个工作日以内; growth with its word: 增长13.29%, 下降5.00%, 提高1.50个百分点, 持平. Numbers come
 * as decimal text and are printed as they are: rounding is the aggregator's, by the rule that the
 * report names. */
#ifndef JB_REPORT_PHRASE_H
#define JB_REPORT_PHRASE_H

#include "base/buf.h"
#include "model/figure.h"
#include "model/period.h"

struct jb_phrase {
    struct jb_slice number; /* decimal text */
    enum jb_mark mark;
    struct jb_slice unit_of_measure; /* "": none; "%" stands behind the number at once */
};

/* 3 of 万人 with "more than" is 3万余人: the mark stands behind 万 and 亿; of 90 % it is 超90%. */
void jb_phrase_value(const struct jb_phrase *phrase, bool zh, struct jb_buf *out);

struct jb_phrase_growth {
    struct jb_slice value; /* percent, or percentage points; "-5.00" */
    struct jb_slice now, base;
    bool points;
    enum jb_mark mark;
};
enum jb_growth_word { JB_GROWTH_UP = 1, JB_GROWTH_DOWN, JB_GROWTH_EQUAL, JB_GROWTH_ABOUT_EQUAL };
/* EQUAL: now and base are the same number; ABOUT_EQUAL: they differ, and the rounded growth is 0.
 */
enum jb_growth_word jb_phrase_growth_word(const struct jb_phrase_growth *growth);
/* 增长, 下降, 提高 (points), 持平, 基本持平. */
void jb_phrase_growth_say(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out);
/* 13.29%, 1.50个百分点: without sign. */
void jb_phrase_growth_rate(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out);
/* Both: 增长13.29%; the word alone when it is 持平 or 基本持平. */
void jb_phrase_growth(const struct jb_phrase_growth *growth, bool zh, struct jb_buf *out);

/* 2023年6月30日, 30 June 2023. */
void jb_phrase_day(jb_date day, bool zh, struct jb_buf *out);
/* 一, 二 ... 十, 十一 ... 九十九; digits beyond. */
void jb_phrase_ordinal_zh(uint32_t number, struct jb_buf *out);

#endif
