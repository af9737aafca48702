/* A submission 报送: some rows of one form of one unit for one period, all of it or none. Slices
 * are borrowed from the message, file or arena it was read from. */
#ifndef JB_SUBMISSION_H
#define JB_SUBMISSION_H

#include "base/base.h"
#include "base/uuid.h"
#include "model/decimal.h"
#include "model/figure.h"

struct jb_row {
    struct jb_slice indicator; /* code */
    struct jb_slice basis; /* "" = the indicator's default; "period" 本期, "ytd" 本年累计, or the
                              stretch's first period */
    enum jb_state state;  /* VALUE, NOT_APPLICABLE, WITHDRAWN */
    struct jb_dec number; /* state VALUE, not text */
    enum jb_mark mark;
    enum jb_status status;
    struct jb_slice text; /* text figures */
    struct jb_slice note; /* 说明 */
    uint32_t source_row;  /* line of the file it came from, 0 if none: findings quote it */
};

struct jb_attachment {
    struct jb_slice name;
    uint64_t size;
    uint8_t sha256[32];
};

struct jb_submission {
    struct jb_uuid id;
    struct jb_slice unit, form, period; /* codes; period as written by the sender */
    bool has_predecessor;
    struct jb_uuid predecessor; /* id of the last submission of this filing that its author knew */
    uint32_t catalog_version;
    struct jb_slice filled_by, checked_by, released_by; /* 填报人 审核人 单位负责人 */
    struct jb_slice on_behalf_of, ground; /* 代录: who entered it for the unit, and 依据 */
    struct jb_slice reason;               /* why this correction */
    struct jb_slice explanation;          /* 上报说明: of what the checks ask about the whole */
    struct jb_slice source;               /* file name, for the record */
    struct jb_slice signed_for; /* 代签: the person for whom a web key signs; else empty */
    const struct jb_attachment *attachments;
    uint32_t attachment_count;
    const struct jb_row *rows;
    uint32_t row_count;
};

#endif
