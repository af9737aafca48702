/* The catalogue's parts on the wire. */
#include "net/wire_catalog.h"

#include <sodium.h>

#include "base/limits.h"
#include "jibao/v1/catalog.pb-c.h"
#include "net/wire_pb.h"

/* True when a part lies within the whole and is not larger than one may be. */
static bool part_fits(uint64_t size, uint64_t offset, size_t len)
{
    return size <= JB_CATALOG_BYTES_MAX && len <= JB_CATALOG_PART_BYTES_MAX && offset <= size &&
           len <= size - offset;
}

jb_err jb_wire_catalog_put_decode(struct jb_slice bytes, struct jb_arena *arena,
                                  struct jb_catalog_put *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__catalog_put__descriptor, bytes, &jb_wire_signed, arena, &base);
    if (err)
        return err;
    const Jibao__V1__CatalogPut *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_catalog_put got = {
        .size = pb->size,
        .offset = pb->offset,
        .bytes = jb_wire_get_bytes(pb->bytes),
        .reason = jb_wire_get_short(&in, pb->reason),
        .author = jb_wire_get_short(&in, pb->author),
        .replaces_version = pb->replaces_version,
        .epoch = pb->epoch,
    };
    bool has_hash = jb_wire_get_fixed(&in, pb->hash, got.hash, sizeof(got.hash));
    if (in.err)
        return in.err;
    if (!has_hash)
        return JB_EINVAL;
    if (!part_fits(got.size, got.offset, got.bytes.len))
        return JB_ERANGE;
    *ret = got;
    return JB_OK;
}

void jb_catalog_put_last(struct jb_slice yaml, struct jb_slice author, struct jb_slice reason,
                         uint32_t replaces_version, uint32_t epoch, struct jb_catalog_put *ret)
{
    size_t from = yaml.len == 0 ? 0 : (yaml.len - 1) / JB_CATALOG_PART_BYTES_MAX;
    from *= JB_CATALOG_PART_BYTES_MAX;
    *ret = (struct jb_catalog_put){.size = yaml.len,
                                   .offset = from,
                                   .bytes = jb_slice_of(yaml.ptr + from, yaml.len - from),
                                   .reason = reason,
                                   .author = author,
                                   .replaces_version = replaces_version,
                                   .epoch = epoch};
    int rc = crypto_generichash(ret->hash, sizeof(ret->hash), yaml.ptr, yaml.len, NULL, 0);
    jb_assert(rc == 0);
}

void jb_wire_catalog_put_encode(const struct jb_catalog_put *put, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__CatalogPut pb;
    jb_wire_out_init(&scratch);
    jibao__v1__catalog_put__init(&pb);
    pb.hash = jb_wire_put_bytes(put->hash, sizeof(put->hash));
    pb.size = put->size;
    pb.offset = put->offset;
    pb.bytes = jb_wire_put_bytes(put->bytes.ptr, put->bytes.len);
    pb.reason = jb_wire_put_text(&scratch, put->reason);
    pb.author = jb_wire_put_text(&scratch, put->author);
    pb.replaces_version = put->replaces_version;
    pb.epoch = put->epoch;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_catalog_put_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                       struct jb_catalog_put_done *ret,
                                       struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__catalog_put_done__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__CatalogPutDone *pb = base;
    struct jb_wire_in in = {.arena = arena};
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = (struct jb_catalog_put_done){
        .next_offset = pb->next_offset,
        .version = pb->version,
        .revision = pb->revision,
        .unchanged = pb->unchanged != 0,
    };
    return JB_OK;
}

void jb_wire_catalog_put_done_encode(const struct jb_catalog_put_done *done,
                                     const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__CatalogPutDone pb;
    jb_wire_out_init(&scratch);
    jibao__v1__catalog_put_done__init(&pb);
    pb.next_offset = done->next_offset;
    pb.version = done->version;
    pb.revision = done->revision;
    pb.unchanged = done->unchanged;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_catalog_get_decode(struct jb_slice bytes, struct jb_arena *arena,
                                  struct jb_catalog_get *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__catalog_get__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__CatalogGet *pb = base;
    *ret = (struct jb_catalog_get){.version = pb->version, .offset = pb->offset};
    return JB_OK;
}

void jb_wire_catalog_get_encode(const struct jb_catalog_get *get, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__CatalogGet pb;
    jb_wire_out_init(&scratch);
    jibao__v1__catalog_get__init(&pb);
    pb.version = get->version;
    pb.offset = get->offset;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_catalog_part_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_catalog_part *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__catalog_part__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__CatalogPart *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_catalog_part got = {
        .version = pb->version,
        .size = pb->size,
        .offset = pb->offset,
        .revision = pb->revision,
        .bytes = jb_wire_get_bytes(pb->bytes),
    };
    jb_wire_get_fixed(&in, pb->hash, got.hash, sizeof(got.hash));
    jb_wire_get_fixed(&in, pb->store_id, got.store_id, sizeof(got.store_id));
    if (in.err)
        return in.err;
    if (!part_fits(got.size, got.offset, got.bytes.len))
        return JB_ERANGE;
    *ret = got;
    return JB_OK;
}

void jb_wire_catalog_part_encode(const struct jb_catalog_part *part, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__CatalogPart pb;
    jb_wire_out_init(&scratch);
    jibao__v1__catalog_part__init(&pb);
    pb.version = part->version;
    pb.hash = jb_wire_put_hash(part->hash, sizeof(part->hash));
    pb.size = part->size;
    pb.offset = part->offset;
    pb.bytes = jb_wire_put_bytes(part->bytes.ptr, part->bytes.len);
    pb.revision = part->revision;
    pb.store_id = jb_wire_put_hash(part->store_id, sizeof(part->store_id));
    jb_wire_pack(&scratch, &pb.base, out);
}
