/* What a watch asks for, by the store's numbers, and the token that lets it go on after a break. */
#ifndef JB_WATCH_FILTER_H
#define JB_WATCH_FILTER_H

#include "binding.h"
#include "model/finding.h"
#include "net/wire_watch.h"
#include "rights.h"

#define JB_WATCH_FILTER_MAX 4096 /* names in one filter: what a watch may cost while it waits */

struct jb_watch_filter {
    uint32_t *nodes;      /* sorted numbers, groups with their bit; NULL: all */
    uint32_t *indicators; /* sorted numbers; NULL: all */
    uint32_t node_count, indicator_count;
    bool acts;
    uint64_t hash; /* of what was asked */
    /* What of it the watcher may read: a bit a unit's number, and no groups; NULL: everything. */
    uint8_t *allowed;
    uint32_t allowed_bits;
    uint64_t reach_hash;
    bool narrowed; /* less than what was asked */
};
void jb_watch_filter_free(struct jb_watch_filter *filter);
/* JB_EINVAL: a name is unknown (a finding says which); JB_ERANGE: more than JB_WATCH_FILTER_MAX
 * names. A name that the store has no number for yet matches nothing until the catalogue that
 * brings it resets the watch. */
JB_MUST_USE jb_err jb_watch_filter_make(const struct jb_binding *binding,
                                        const struct jb_watch_request *request,
                                        struct jb_watch_filter *ret, struct jb_findings *findings);
/* Sets what the watcher may read from now on, by a catalogue. False: nothing is left of what was
 * asked. */
bool jb_watch_filter_narrow(struct jb_watch_filter *filter, const struct jb_binding *binding,
                            const struct jb_reach *reach);
/* What was named must be within reach; false: findings say what is not. */
bool jb_watch_filter_check(const struct jb_watch_filter *filter, const struct jb_binding *binding,
                           const struct jb_reach *reach, struct jb_findings *findings);
bool jb_watch_filter_has_node(const struct jb_watch_filter *filter, uint32_t node);
bool jb_watch_filter_has_indicator(const struct jb_watch_filter *filter, uint32_t indicator);

/* store-epoch-revision-filter-catalogue-reach, printable. */
#define JB_WATCH_TOKEN_SIZE 112
struct jb_watch_token {
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t revision;
    uint64_t filter_hash;
    uint32_t catalog_version;
    uint64_t reach_hash; /* of what the watcher may read */
};
void jb_watch_token_format(const struct jb_watch_token *token, char text[JB_WATCH_TOKEN_SIZE]);
JB_MUST_USE jb_err jb_watch_token_parse(struct jb_slice text, struct jb_watch_token *ret);

#endif
