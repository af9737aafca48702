/* A catalogue has no cursor: its version is named from the second part on, so that one that is
 * loaded meanwhile does not mix in. */
#include "net/catalog_parts.h"

#include "base/limits.h"
#include "model/catalog_yaml.h"

void jb_catalog_parts_init(struct jb_catalog_parts *parts)
{
    *parts = (struct jb_catalog_parts){.version = 0};
    jb_buf_init(&parts->yaml, JB_CATALOG_BYTES_MAX);
}

void jb_catalog_parts_free(struct jb_catalog_parts *parts)
{
    jb_buf_free(&parts->yaml);
}

static bool fits(const struct jb_catalog_parts *parts, const struct jb_catalog_part *part)
{
    return part->offset == parts->yaml.len && part->size == parts->size &&
           part->version == parts->version && part->bytes.len > 0 &&
           part->bytes.len <= parts->size - parts->yaml.len;
}

jb_err jb_catalog_parts_take(struct jb_catalog_parts *parts, const struct jb_catalog_part *part,
                             struct jb_catalog_get *ret_next)
{
    if (!parts->begun) {
        parts->begun = true;
        parts->version = part->version;
        parts->revision = part->revision;
        parts->size = part->size;
        memcpy(parts->hash, part->hash, sizeof(parts->hash));
        if (parts->version == 0)
            return JB_OK;
    }
    if (!fits(parts, part))
        return JB_EDAMAGED;
    jb_buf_put(&parts->yaml, part->bytes.ptr, part->bytes.len);
    if (parts->yaml.failed)
        return JB_EDAMAGED;
    if (parts->yaml.len == parts->size)
        return JB_OK;
    *ret_next = (struct jb_catalog_get){.version = parts->version, .offset = parts->yaml.len};
    return JB_EAGAIN;
}

jb_err jb_catalog_parts_read(const struct jb_catalog_parts *parts, struct jb_findings *findings,
                             jb_catalog **ret)
{
    jb_catalog *catalog = NULL;
    jb_err err = jb_catalog_read_yaml(jb_buf_slice(&parts->yaml), "", findings, &catalog);
    if (!err && memcmp(jb_catalog_view(catalog)->hash, parts->hash, sizeof(parts->hash)) == 0) {
        *ret = catalog;
        return JB_OK;
    }
    jb_catalog_free(catalog);
    return err == JB_ENOMEM ? err : JB_EDAMAGED;
}
