/* Rows of 250 figures are 2,000 bytes, so that two fit a page and none needs an overflow page; keys
 * are integers, the journal is appended, rows are rewritten in place: LMDB as it likes it best. */
#include "bench/floor.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAP_BYTES (8ULL << 30)

struct floor {
    MDB_env *env;
    MDB_dbi journal, figures, sums;
    struct shape shape;
    uint64_t revision;
};

static void need(int rc, const char *what)
{
    if (rc)
        die("floor: %s: %s", what, mdb_strerror(rc));
}

struct floor *floor_open(const char *dir, const struct shape *shape)
{
    struct floor *floor = jb_xcalloc(1, sizeof(*floor));
    MDB_txn *txn = NULL;
    floor->shape = *shape;
    if (mkdir(dir, 0700))
        die("floor: cannot make %s", dir);
    need(mdb_env_create(&floor->env), "create");
    need(mdb_env_set_mapsize(floor->env, MAP_BYTES), "map size");
    need(mdb_env_set_maxdbs(floor->env, 3), "tables");
    need(mdb_env_open(floor->env, dir, 0, 0600), "open");
    need(mdb_txn_begin(floor->env, NULL, 0, &txn), "begin");
    need(mdb_dbi_open(txn, "journal", MDB_CREATE | MDB_INTEGERKEY, &floor->journal), "journal");
    need(mdb_dbi_open(txn, "figures", MDB_CREATE | MDB_INTEGERKEY, &floor->figures), "figures");
    need(mdb_dbi_open(txn, "sums", MDB_CREATE | MDB_INTEGERKEY, &floor->sums), "sums");
    need(mdb_txn_commit(txn), "commit");
    return floor;
}

void floor_close(struct floor *floor)
{
    if (!floor)
        return;
    mdb_env_close(floor->env);
    free(floor);
}

/* The row as it stands, or zeros, in `row`; the cursor is on it when *ret_found. */
static void row_read(MDB_cursor *cursor, uint64_t *key, int64_t row[INDICATORS], bool *ret_found)
{
    MDB_val k = {sizeof(*key), key}, v;
    int rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_KEY);
    *ret_found = rc == 0;
    if (rc == MDB_NOTFOUND) {
        memset(row, 0, INDICATORS * sizeof(*row));
        return;
    }
    need(rc, "get");
    memcpy(row, v.mv_data, INDICATORS * sizeof(*row));
}

static void row_write(MDB_cursor *cursor, uint64_t *key, int64_t row[INDICATORS], bool found)
{
    MDB_val k = {sizeof(*key), key}, v = {INDICATORS * sizeof(*row), row};
    need(mdb_cursor_put(cursor, &k, &v, found ? MDB_CURRENT : 0), "put");
}

struct cursors {
    MDB_cursor *journal, *figures, *sums;
};

static void apply(struct floor *floor, const struct cursors *c, const struct plan *plan,
                  const struct parcel *p)
{
    int64_t row[INDICATORS], deltas[FORM_ROWS];
    bool found = false;
    uint64_t revision = ++floor->revision;
    uint64_t key = (uint64_t)p->unit * floor->shape.quarters + p->quarter;
    MDB_val k = {sizeof(revision), &revision};
    MDB_val v = {p->payload_len, plan->bytes.ptr + p->payload_at};
    need(mdb_cursor_put(c->journal, &k, &v, MDB_APPEND), "journal");

    int64_t *cells = row + p->form * FORM_ROWS;
    row_read(c->figures, &key, row, &found);
    for (uint32_t r = 0; r < p->row_count; r++) {
        deltas[r] = p->values[r] - cells[r];
        cells[r] = p->values[r];
    }
    row_write(c->figures, &key, row, found);

    uint64_t ancestors[2] = {0, 1 + branch_of(p->unit)};
    for (int a = 0; a < 2; a++) {
        key = ancestors[a] * floor->shape.quarters + p->quarter;
        row_read(c->sums, &key, row, &found);
        for (uint32_t r = 0; r < p->row_count; r++)
            cells[r] += deltas[r];
        row_write(c->sums, &key, row, found);
    }
}

/* One commit; the figures in it, 0 when the plan is over. */
static uint64_t commit_batch(struct floor *floor, struct plan *plan, uint32_t batch, uint32_t *turn)
{
    MDB_txn *txn = NULL;
    struct cursors c;
    uint64_t figures = 0;
    need(mdb_txn_begin(floor->env, NULL, 0, &txn), "begin");
    need(mdb_cursor_open(txn, floor->journal, &c.journal), "cursor");
    need(mdb_cursor_open(txn, floor->figures, &c.figures), "cursor");
    need(mdb_cursor_open(txn, floor->sums, &c.sums), "cursor");
    for (uint32_t i = 0; i < batch; i++) {
        const struct parcel *p = plan_next(plan, turn);
        if (!p)
            break;
        apply(floor, &c, plan, p);
        figures += p->row_count;
    }
    need(mdb_txn_commit(txn), "commit"); /* closes the cursors of a write transaction */
    return figures;
}

struct tally floor_run(struct floor *floor, struct plan *plan, uint32_t batch, int64_t duration_ns,
                       struct samples *commits)
{
    uint32_t turn = 0;
    uint64_t figures = 0;
    int64_t start = now_ns(), last = start;
    while (last - start < duration_ns) {
        uint64_t added = commit_batch(floor, plan, batch, &turn);
        int64_t now = now_ns();
        if (!added)
            break;
        figures += added;
        samples_add(commits, now - last);
        last = now;
    }
    return (struct tally){figures, last - start};
}
