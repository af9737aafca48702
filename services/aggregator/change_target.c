/* One after the other, each with the nodes that it is told of. */
#include "change_target.h"

#include "cell.h"
#include "model/decimal.h"

#define MISSED 1u

void jb_change_target_put(const struct jb_change_target *target, struct jb_buf *out)
{
    jb_buf_put_varint(out, target->indicator);
    jb_buf_put_varint(out, target->node_count);
    for (uint32_t i = 0; i < target->node_count; i++)
        jb_buf_put_varint(out, target->nodes[i]);
    jb_period_encode(target->span.first, out);
    jb_period_encode(target->span.last, out);
    jb_buf_put_u8(out, target->missed ? MISSED : 0);
    jb_buf_put_bytes(out, target->value);
    jb_buf_put_u8(out, (uint8_t)target->mark);
    jb_buf_put_bytes(out, target->target);
    jb_buf_put_u8(out, (uint8_t)target->target_mark);
}

bool jb_change_target_next(struct jb_reader *r, struct jb_change_target *ret)
{
    struct jb_change_target target = {0};
    if (jb_reader_left(r) == 0)
        return false;
    target.indicator = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    target.node_count = (uint32_t)jb_read_varint_max(r, JB_CATALOG_DEPTH_MAX);
    for (uint32_t i = 0; i < target.node_count && !r->failed; i++)
        target.nodes[i] = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    bool periods =
        jb_period_decode(r, &target.span.first) && jb_period_decode(r, &target.span.last);
    uint8_t missed = jb_read_u8(r);
    target.value = jb_read_bytes(r, JB_DEC_TEXT_SIZE);
    uint8_t mark = jb_read_u8(r);
    target.target = jb_read_bytes(r, JB_DEC_TEXT_SIZE);
    uint8_t target_mark = jb_read_u8(r);
    if (!periods || missed > MISSED || mark >= JB_MARKS || target_mark >= JB_MARKS)
        r->failed = true;
    if (r->failed)
        return false;
    target.missed = missed;
    target.mark = (enum jb_mark)mark;
    target.target_mark = (enum jb_mark)target_mark;
    *ret = target;
    return true;
}

bool jb_change_target_is_run(struct jb_slice run)
{
    struct jb_reader r = jb_reader_of(run);
    struct jb_change_target target;
    while (jb_change_target_next(&r, &target))
        ;
    return !r.failed;
}
