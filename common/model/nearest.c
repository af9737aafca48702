/* Edit distance over characters, three rows at a time. Most candidates are turned away by their
 * length alone, so that a suggestion among 100,000 units stays a matter of milliseconds. */
#include "model/nearest.h"

/* Characters of UTF-8 text, ASCII letters made small; 0 when there are none or too many. */
static uint32_t decode(struct jb_slice text, uint32_t chars[JB_NEAREST_CHARS_MAX])
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];

        if ((byte & 0xc0) == 0x80) {
            if (count)
                chars[count - 1] = chars[count - 1] << 8 | byte;
            continue;
        }
        if (count == JB_NEAREST_CHARS_MAX)
            return 0;
        if (byte >= 'A' && byte <= 'Z')
            byte = (uint8_t)(byte - 'A' + 'a');
        chars[count++] = byte;
    }
    return count;
}

void jb_nearest_init(struct jb_nearest *nearest, struct jb_slice wanted)
{
    nearest->len = decode(wanted, nearest->wanted);
    nearest->found = "";
    nearest->best = 0;
    if (nearest->len > 1)
        nearest->best = 2 + nearest->len / 4;
    if (nearest->best > nearest->len)
        nearest->best = nearest->len;
    nearest->contained = nearest->best ? nearest->best - 1 : 0;
}

static uint32_t min3(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t least = a < b ? a : b;

    return least < c ? least : c;
}

static uint32_t distance(const uint32_t *a, uint32_t a_len, const uint32_t *b, uint32_t b_len)
{
    uint32_t rows[3][JB_NEAREST_CHARS_MAX + 1];

    for (uint32_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a_len; i++) {
        uint32_t *row = rows[i % 3];
        const uint32_t *above = rows[(i + 2) % 3];
        const uint32_t *above2 = rows[(i + 1) % 3];

        row[0] = i;
        for (uint32_t j = 1; j <= b_len; j++) {
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                above2[j - 2] + 1 < row[j])
                row[j] = above2[j - 2] + 1;
        }
    }
    return rows[a_len % 3][b_len];
}

static bool contains(const uint32_t *long_text, uint32_t long_len, const uint32_t *part,
                     uint32_t part_len)
{
    for (uint32_t i = 0; i + part_len <= long_len; i++) {
        if (memcmp(long_text + i, part, part_len * sizeof(*part)) == 0)
            return true;
    }
    return false;
}

void jb_nearest_offer(struct jb_nearest *nearest, const char *candidate)
{
    uint32_t chars[JB_NEAREST_CHARS_MAX];
    uint32_t len, apart, found;

    if (nearest->best == 0)
        return;
    len = decode(jb_slice_str(candidate), chars);
    if (len < 2)
        return;
    apart = len > nearest->len ? len - nearest->len : nearest->len - len;
    found = UINT32_MAX;
    if (apart < nearest->best)
        found = distance(nearest->wanted, nearest->len, chars, len);
    if (found > nearest->contained && nearest->len > 2 &&
        contains(chars, len, nearest->wanted, nearest->len))
        found = nearest->contained;
    if (found >= nearest->best)
        return;
    nearest->best = found;
    nearest->found = candidate;
}

const char *jb_nearest_result(const struct jb_nearest *nearest)
{
    return nearest->found;
}
