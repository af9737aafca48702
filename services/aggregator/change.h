/* A change record: what one revision changed, per node, as new sum cells (own and below together:
 * what a query would answer). The watches' log. */
#ifndef JB_CHANGE_H
#define JB_CHANGE_H

#include "cell.h"
#include "change_target.h"
#include "model/act.h"
#include "model/period.h"

/* An act, for the watches that ask for acts. */
struct jb_change_act {
    enum jb_act_kind kind; /* 0: the change is no act */
    uint32_t unit, form;   /* numbers; of acts on filings and PERIOD_AMEND */
    uint32_t release;      /* PUBLISH */
};
struct jb_change_cell {
    uint32_t indicator;      /* number */
    struct jb_sum_cell cell; /* slot unused (0 when read); stretch is the cell's */
    bool is_text;
};
/* Writer: begin, then each node with its cells in turn. */
void jb_change_encode_head(int64_t at_us, bool catalog, struct jb_period period,
                           uint32_t node_count, struct jb_buf *out);
/* The same of figures by which targets are missed, or met again: a run of jb_change_target. */
void jb_change_encode_targets(int64_t at_us, struct jb_period period, struct jb_slice targets,
                              uint32_t node_count, struct jb_buf *out);
/* A whole record: an act changes no cell. */
void jb_change_encode_act(int64_t at_us, struct jb_period period, const struct jb_change_act *act,
                          struct jb_buf *out);
/* A whole record: what the days say of filings (jb_entry_due_put), changes no cell. */
void jb_change_encode_due(int64_t at_us, struct jb_period period, struct jb_slice due,
                          struct jb_buf *out);
void jb_change_encode_node(uint32_t node, uint32_t cell_count, struct jb_buf *out);
void jb_change_encode_cell(const struct jb_change_cell *cell, struct jb_buf *out);
/* The same for a plain sum. False, and out as it was: take the way of every cell. */
JB_MUST_USE bool jb_change_encode_plain(uint32_t indicator, struct jb_plain_sum sum,
                                        struct jb_buf *out);

/* The same for a cell that was just encoded for a record: its bytes behind the slot. */
void jb_change_encode_spelt(uint32_t indicator, struct jb_slice cell, struct jb_buf *out);

/* Reader: a cursor over a record; no allocation. The next_ functions return false at the end, and
 * when the record is damaged: then r.failed is set. */
struct jb_change_reader {
    struct jb_reader r;
    int64_t at_us;
    bool catalog;
    struct jb_change_act act;
    struct jb_slice targets; /* a run of jb_change_target, likewise */
    struct jb_slice due;     /* a run of jb_entry_due, of the record's life; empty: it is none */
    struct jb_period period;
    uint32_t nodes_left;
    uint32_t node;
    uint32_t cells_left;
};
JB_MUST_USE jb_err jb_change_read(struct jb_slice record, struct jb_change_reader *ret);
/* The next node (skips what is left of the current one). */
bool jb_change_next_node(struct jb_change_reader *reader);
bool jb_change_next_cell(struct jb_change_reader *reader, struct jb_change_cell *ret);

#endif
