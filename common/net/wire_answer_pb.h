/* The parts that several answers share: snapshot, names, one row. For the wire files only, like
 * wire_pb.h. */
#ifndef JB_WIRE_ANSWER_PB_H
#define JB_WIRE_ANSWER_PB_H

#include "net/wire_pb.h"
#include "net/wire_query.h"

struct Jibao__V1__AnswerRow;
struct Jibao__V1__HistoryRow;
struct Jibao__V1__Name;
struct Jibao__V1__Release;
struct Jibao__V1__Snapshot;

/* NULL: all zero. */
struct jb_snapshot jb_wire_get_snapshot(struct jb_wire_in *in,
                                        const struct Jibao__V1__Snapshot *pb);
/* NULL when out has failed. */
struct Jibao__V1__Snapshot *jb_wire_put_snapshot(struct jb_wire_out *out,
                                                 const struct jb_snapshot *snapshot);
const struct jb_name *jb_wire_get_names(struct jb_wire_in *in, size_t count,
                                        struct Jibao__V1__Name *const *items);
struct Jibao__V1__Name **jb_wire_put_names(struct jb_wire_out *out, const struct jb_name *names,
                                           uint32_t count);
void jb_wire_get_answer_row(struct jb_wire_in *in, const struct Jibao__V1__AnswerRow *pb,
                            struct jb_answer_row *ret);
void jb_wire_put_answer_row(struct jb_wire_out *out, const struct jb_answer_row *row,
                            struct Jibao__V1__AnswerRow *pb);
void jb_wire_get_history_row(struct jb_wire_in *in, const struct Jibao__V1__HistoryRow *pb,
                             struct jb_history_row *ret);
void jb_wire_put_history_row(struct jb_wire_out *out, const struct jb_history_row *row,
                             struct Jibao__V1__HistoryRow *pb);
const struct jb_release *jb_wire_get_releases(struct jb_wire_in *in, size_t count,
                                              struct Jibao__V1__Release *const *items);
struct Jibao__V1__Release **jb_wire_put_releases(struct jb_wire_out *out,
                                                 const struct jb_release *releases, uint32_t count);
/* A submission's id: empty when there is none. */
ProtobufCBinaryData jb_wire_put_id(bool has, const struct jb_uuid *id);

#endif
