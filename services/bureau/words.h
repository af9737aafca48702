/* What codes and stored times say to people: reasons, spans, moments, values with their marks. */
#ifndef JB_BUREAU_WORDS_H
#define JB_BUREAU_WORDS_H

#include "model/figure.h"
#include "model/period.h"
#include "net/wire_query.h"

#define JB_WORDS_SIZE 256

/* Moments are printed for this zone: the one of every county (China has no other). */
#define JB_ZONE_MINUTES 480

/* Why something is not computable; the code itself when it is a newer one. */
const char *jb_words_reason(struct jb_slice code);
/* A period or span for the user's language: "2023年第二季度", "2023-Q2". Returns buf. */
const char *jb_words_period(struct jb_slice code, char buf[JB_WORDS_SIZE]);
/* Who signed: "Chief", or "Li Lei (signed on the web by Gateway)" for whom a web key signed.
 * Returns buf. */
#define JB_WORDS_SIGNER_SIZE 512
const char *jb_words_signer(struct jb_slice by, struct jb_slice signed_for_name,
                            char buf[JB_WORDS_SIGNER_SIZE]);
/* "2023-06-30 12:00:00", at JB_ZONE_MINUTES; "" for 0. Returns buf. */
const char *jb_words_time(int64_t at_us, char buf[JB_WORDS_SIZE]);
/* With its offset, for programs: "2023-06-30T12:00:00.000000+08:00". Returns buf. */
const char *jb_words_time_code(int64_t at_us, char buf[JB_WORDS_SIZE]);
/* A figure as a report writes it: 461余, 90%以上, 未报. Returns buf. */
const char *jb_words_value(enum jb_state state, struct jb_slice value, enum jb_mark mark,
                           bool percent, char buf[JB_WORDS_SIZE]);
/* The basis of an answer, a stretch: "cumulative over 2022"; "" for the period itself. Returns
 * buf. */
const char *jb_words_basis(struct jb_slice basis, char buf[JB_WORDS_SIZE]);
/* "year", "half-year", "quarter", "month", in the user's language. */
const char *jb_words_freq(enum jb_freq freq);
/* "store 0192... epoch 1, revision 312, ..." one line with its end. */
void jb_words_footer(const struct jb_snapshot *snapshot, FILE *out);
/* The pairs that every JSON answer ends with: store, epoch, revision, at, catalog_version. Returns
 * words->pairs. */
struct jb_snapshot_words {
    char store[33], epoch[24], revision[24], at[JB_WORDS_SIZE], catalog_version[24];
    const char *pairs[12];
};
const char *const *jb_words_snapshot(const struct jb_snapshot *snapshot,
                                     struct jb_snapshot_words *words);
/* Two hexadecimal digits a byte, and NUL. Returns buf. */
const char *jb_words_hex(const uint8_t *bytes, size_t len, char *buf);

#endif
