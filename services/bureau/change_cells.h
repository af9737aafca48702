/* The cells of a change of one figure: of its history, and of what two views show differently. */
#ifndef JB_BUREAU_CHANGE_CELLS_H
#define JB_BUREAU_CHANGE_CELLS_H

#include "files/print.h"
#include "net/wire_query.h"

/* One cell each, for people. Before; after; "who filled it in; checked by ...; entered by ...
 * (ground)"; the reason, the row's note and the submission's explanation. */
void jb_change_put_before(jb_table *out, const struct jb_history_row *row);
void jb_change_put_after(jb_table *out, const struct jb_history_row *row);
void jb_change_put_who(jb_table *out, const struct jb_history_row *row);
void jb_change_put_why(jb_table *out, const struct jb_history_row *row);
/* Three cells for programs: state, precision, status. */
void jb_change_put_codes(jb_table *out, enum jb_state state, enum jb_mark mark,
                         enum jb_status status);
/* Three cells for programs: the key's label, the person it signed for, the hash of what was
 * signed. */
void jb_change_put_signing(jb_table *out, const struct jb_signing *signing);
/* "signed on the web for ...", or by its own key, which is the stronger way; nothing when it is not
 * known. Behind "; " unless it stands first. */
void jb_change_say_signing(struct jb_buf *out, const struct jb_signing *signing);
/* An empty cell for an empty text. */
void jb_change_put_text(jb_table *out, struct jb_slice text);

#endif
