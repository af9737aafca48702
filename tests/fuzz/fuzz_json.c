/* JSON that a browser sends, read as a message; the first byte says which kind. What is accepted is
 * written, and what was written is read again as the same message. */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "net/wire_json.h"

static const enum jb_kind kinds[] = {JB_KIND_QUERY, JB_KIND_DIFF,   JB_KIND_WATCH_EVENT,
                                     JB_KIND_PROOF, JB_KIND_SUBMIT, JB_KIND_ACT};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_buf payload, text, again;
    struct jb_wire_json_why why;
    if (size == 0)
        return 0;
    enum jb_kind kind = kinds[data[0] % JB_COUNT(kinds)];
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&text, JB_WIRE_JSON_BYTES_MAX);
    jb_buf_init(&again, JB_MESSAGE_BYTES_MAX);
    if (jb_wire_json_decode(kind, jb_slice_of(data + 1, size - 1), &payload, &why) == JB_OK) {
        jb_assert(jb_wire_json_encode(kind, jb_buf_slice(&payload), &text) == JB_OK);
        jb_assert(jb_wire_json_decode(kind, jb_buf_slice(&text), &again, &why) == JB_OK);
        jb_assert(jb_slice_eq(jb_buf_slice(&payload), jb_buf_slice(&again)));
    }
    jb_buf_free(&payload);
    jb_buf_free(&text);
    jb_buf_free(&again);
    return 0;
}
