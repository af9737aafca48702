/* Catalogues on their way in: the parts of each, in order, per connection, until the whole is
 * there. In memory only; what is lost is sent again. */
#ifndef JB_UPLOAD_H
#define JB_UPLOAD_H

#include "base/buf.h"
#include "net/wire_catalog.h"

#define JB_UPLOADS_MAX 4
#define JB_UPLOAD_IDLE_US (60 * 1000000LL)

struct jb_upload {
    bool used;
    uint64_t connection;
    int64_t touched_us;
    uint8_t hash[32];
    uint64_t size;
    struct jb_buf bytes; /* as far as they came */
};
struct jb_uploads {
    struct jb_upload slots[JB_UPLOADS_MAX];
};

/* Takes one part. A first part begins anew on its connection. *ret_next is what the sender should
 * send next; a part that does not fit is no mistake, only not taken. *ret_whole is set when nothing
 * is missing and the hash is right: the caller drops the upload when it has decided.
 * JB_EINVAL: a finding says why the upload is over. */
JB_MUST_USE jb_err jb_uploads_take(struct jb_uploads *uploads, uint64_t connection,
                                   const struct jb_catalog_put *put, int64_t now_us,
                                   uint64_t *ret_next, struct jb_upload **ret_whole,
                                   struct jb_findings *findings);
/* Frees the upload's memory and its place. */
void jb_upload_drop(struct jb_upload *upload);
/* Drops those that nobody went on with. */
void jb_uploads_tidy(struct jb_uploads *uploads, int64_t now_us);
void jb_uploads_clear(struct jb_uploads *uploads);

#endif
