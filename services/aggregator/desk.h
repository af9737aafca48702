/* Where questions are answered: what one thread needs for it, and the answer of each kind. The
 * reader and its worker have a desk each and give the same answers; only the worker's is patient.
 *
 * Handlers (jb_answer_...) encode into desk->payload. They return JB_OK, or JB_EINVAL with findings
 * that say why the question is refused, or JB_EAGAIN when the question is too long for this desk,
 * or a failure of the store. Each answers only what desk->asker may see: what is named and lies
 * outside is refused, and what is asked for as a whole is narrowed, with a notice. */
#ifndef JB_DESK_H
#define JB_DESK_H

#include "asker.h"
#include "base/arena.h"
#include "model/finding.h"
#include "net/wire.h"
#include "pin.h"
#include "source.h"
#include "view.h"

#define JB_DESK_WORK_MAX 20000 /* what a question may cost where it holds up others */

struct jb_desk {
    struct jb_asker asker;     /* set by the desk's owner for each question */
    const jb_identity *server; /* signs heads; NULL where nobody asks for them */
    const jb_identity *next;   /* signs them too; NULL: there is no next key */
    struct jb_view view;
    jb_source *source; /* of the present, or of what a pin shows */
    struct jb_arena arena, plan_arena;
    struct jb_findings findings;
    struct jb_buf payload;
    int64_t now_us, mono_us;
    bool patient;
    /* Pages. The reader's desk has the table of pins; a worker is given the pin of a cursor, and
     * hands a new one back. */
    struct jb_pins *pins;
    struct jb_pin *pin;
    uint64_t pin_position;
};

void jb_desk_open(struct jb_desk *desk, jb_kv *kv, jb_shelf *shelf, struct jb_commits *commits,
                  bool patient);
void jb_desk_close(struct jb_desk *desk);

/* Answers one question of desk->asker; *ret_kind and desk->payload are the answer, refusals
 * included. JB_EAGAIN: it is a long one, for a patient desk. Other errors: the store failed. */
JB_MUST_USE jb_err jb_desk_answer(struct jb_desk *desk, const struct jb_envelope *question,
                                  uint32_t *ret_kind);
/* A refusal with one finding as the answer. */
void jb_desk_refuse(struct jb_desk *desk, enum jb_finding_code code, uint32_t *ret_kind);

/* Whether the asker may ask a question of this kind at all. False: findings say why not. */
bool jb_desk_admits(struct jb_desk *desk, uint32_t kind);
/* For handlers: a unit that was named must lie within the asker's reach, else JB_EINVAL with a
 * finding. */
JB_MUST_USE jb_err jb_desk_need_unit(struct jb_desk *desk, const struct jb_binding *binding,
                                     uint32_t unit);
/* For handlers: a catalogue must be loaded, else JB_EINVAL with a finding. */
JB_MUST_USE jb_err jb_desk_need_catalog(struct jb_desk *desk);
/* Sets the source and names the state: the present, or as_of with the catalogue of then, which is
 * held until jb_desk_release. JB_EINVAL: a finding says that the revision lies ahead, or that there
 * was no catalogue. */
struct jb_desk_scope {
    const struct jb_binding *binding;
    struct jb_snapshot snapshot;
    uint64_t as_of;
};
JB_MUST_USE jb_err jb_desk_scope(struct jb_desk *desk, uint64_t as_of, struct jb_desk_scope *ret);
/* Sets the source for a view of the scope. */
void jb_desk_look(struct jb_desk *desk, const struct jb_desk_scope *scope,
                  struct jb_viewpoint viewpoint);
void jb_desk_release(struct jb_desk *desk, struct jb_desk_scope *scope);
/* A question that costs so much may be answered at this desk. */
bool jb_desk_affords(const struct jb_desk *desk, uint64_t cost);

JB_MUST_USE jb_err jb_answer_hello(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_catalog(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_query(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_status(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_history(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_explain(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_filing(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_periods(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_releases(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_diff(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_notices(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_keys(struct jb_desk *desk, struct jb_slice payload);
JB_MUST_USE jb_err jb_answer_contacts(struct jb_desk *desk, struct jb_slice payload);

#endif
