/* What stands in the store in one filing, asked of the read door, and how a file differs from it.
 */
#ifndef JB_AGENT_STANDING_H
#define JB_AGENT_STANDING_H

#include "form/figures_file.h"
#include "files/print.h"
#include "net/client.h"
#include "net/wire_query.h"

struct jb_standing {
    jb_net *net;
    jb_client *client;
    struct jb_arena arena;
    struct jb_findings findings; /* of the last answer */
    int timeout_ms;
};

/* Connects; does not wait. */
JB_MUST_USE jb_err jb_standing_open(struct jb_standing *standing, const char *endpoint,
                                    const struct jb_who *who, int timeout_ms);
void jb_standing_close(struct jb_standing *standing);
/* *ret lives until the next ask. JB_EAGAIN: no answer in time. JB_EINVAL: standing->findings says
 * why not. */
JB_MUST_USE jb_err jb_standing_ask(struct jb_standing *standing, struct jb_slice unit,
                                   struct jb_slice form, struct jb_slice period,
                                   struct jb_filing_answer *ret);
/* Adds a withdrawal for each value that stands and that the file does not name; how many. A row
 * with an empty cell names its figure and leaves it as it is. */
uint32_t jb_standing_withdraw_rest(const struct jb_filing_answer *answer,
                                   const struct jb_catalog_file *catalog,
                                   struct jb_figures *figures, uint32_t filing);
/* A table of differences: columns unit, form, period, indicator, name, basis, stands, file, change.
 */
jb_table *jb_standing_table(void);
/* One line for each row of the filing. *ret_changes counts those that change something. */
void jb_standing_compare(const struct jb_filing_answer *answer,
                         const struct jb_catalog_file *catalog,
                         const struct jb_figures_filing *filing, jb_table *table,
                         uint32_t *ret_changes);
/* A row's value for people: "461余", "不涉及", the start of a text. Returns buf. */
const char *jb_standing_text(const struct jb_row *row, char *buf, size_t size);

#endif
