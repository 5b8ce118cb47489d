#include "sensor/table/table.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/table/fields.h"

#define CARRY        (2 * VG_ROW_MAX)
#define HEADER_TRIES 16 /* rows before the header: remarks */
#define KNOWN        (1u << 16)

/* What a ship's last row said of herself; one place for each number of the hash. */
struct known {
    uint32_t mmsi, hash;
};

struct vg_csv {
    struct vg_layout layout;
    struct vg_columns columns;
    uint16_t source;
    bool begun;    /* the columns are known */
    bool skipping; /* a row that is too long: waiting for its end */
    unsigned tries;
    uint64_t offset, stretch;
    int64_t latest_us, clock_us;
    struct vg_seen_time seen;
    struct vg_csv_counters counters;
    struct vg_csv_refusals refusals;
    struct vg_row row;
    size_t header_len, carry_len;
    /* during a call */
    struct vg_report *ret;
    size_t count, cap;
    char header[VG_ROW_MAX];
    char carry[CARRY];
    struct known known[KNOWN];
};

/* ---- the header ---- */

static bool begin(struct vg_csv *t, const char *row, size_t len)
{
    if (!vg_layout_match(&t->layout, row, len, &t->columns))
        return false;
    memcpy(t->header, row, len);
    t->header_len = t->layout.headless ? 0 : len;
    t->begun = true;
    return true;
}

/* True if the row is used up: it was the header, or came before it. */
static bool take_header(struct vg_csv *t, const char *row, size_t len)
{
    if (t->begun) /* files that were put one behind the other have it again */
        return len && len == t->header_len && memcmp(row, t->header, len) == 0;
    if (begin(t, row, len))
        return !t->layout.headless;
    if (vg_row_is_remark(row, len) && t->tries == 0)
        return true;
    t->tries++;
    t->counters.rows++;
    vg_csv_refuse(&t->refusals, VG_CSV_REFUSAL_HEADER, row, len);
    return true;
}

/* ---- rows ---- */

/* True if the ship has said the same of herself before, in this stretch. */
static bool is_known(struct vg_csv *t, uint32_t mmsi, uint32_t hash)
{
    struct known *k = &t->known[(mmsi * 2654435761u) >> 16 & (KNOWN - 1)];
    if (k->mmsi == mmsi && k->hash == hash)
        return true;
    *k = (struct known){mmsi, hash};
    return false;
}

static void take_cells(struct vg_csv *t, const char *row, size_t len)
{
    struct vg_fields f = {.layout = &t->layout,
                          .columns = &t->columns,
                          .row = &t->row,
                          .latest_us = t->latest_us,
                          .seen = &t->seen,
                          .clock_us = &t->clock_us};
    struct vg_report *r = &t->ret[t->count];
    enum vg_csv_refusal refusal = vg_fields_begin(&f, r);
    if (refusal) {
        vg_csv_refuse(&t->refusals, refusal, row, len);
        return;
    }
    vg_fields_motion(&f, r);
    bool known = is_known(t, r->mmsi, vg_fields_particulars_hash(&f));
    if (!known)
        vg_fields_particulars(&f, r);
    if (f.refusal)
        vg_csv_refuse(&t->refusals, f.refusal, row, len);
    if (!r->fields && !f.refusal && !known)
        vg_csv_refuse(&t->refusals, VG_CSV_REFUSAL_EMPTY, row, len);
    if (!r->fields)
        return;
    r->journal_offset = t->offset;
    r->source = t->source;
    t->counters.reports++;
    t->count++;
}

static void take_row(struct vg_csv *t, const char *row, size_t len)
{
    len = vg_row_bare(&row, len);
    uint64_t stretch = t->offset / VG_CSV_SEGMENT;
    if (stretch != t->stretch) {
        memset(t->known, 0, sizeof t->known);
        t->stretch = stretch;
    }
    if (!len || take_header(t, row, len))
        return;
    t->counters.rows++;
    if (vg_row_split(row, len, t->columns.delimiter, t->layout.quote, &t->row))
        vg_csv_refuse(&t->refusals, VG_CSV_REFUSAL_QUOTES, row, len);
    else if (t->row.count != t->columns.count && !(t->layout.headless && t->row.count > t->columns.count))
        vg_csv_refuse(&t->refusals, VG_CSV_REFUSAL_CELLS, row, len);
    else
        take_cells(t, row, len);
}

static char delimiter_of(const struct vg_csv *t)
{
    return t->begun ? t->columns.delimiter : t->layout.delimiter ? t->layout.delimiter : ',';
}

/* The rest of a row that is too long: everything up to the line's end. Returns the bytes taken. */
static size_t skip(struct vg_csv *t, const char *p, size_t len)
{
    const char *lf = memchr(p, '\n', len);
    t->skipping = !lf;
    return lf ? (size_t)(lf - p) + 1 : len;
}

/* Takes one row, or the first line of what is no row. Returns the bytes taken; 0: more must come first. */
static size_t step(struct vg_csv *t, const char *p, size_t len, bool last)
{
    size_t n;
    if (t->skipping) {
        n = skip(t, p, len);
    } else {
        enum vg_row_end end = vg_row_end(p, len, delimiter_of(t), t->layout.quote, last, &n);
        if (end == VG_ROW_MORE)
            return 0;
        if (end == VG_ROW_WHOLE) {
            take_row(t, p, n);
        } else {
            t->counters.rows++;
            vg_csv_refuse(&t->refusals, VG_CSV_REFUSAL_TOO_LONG, p, n ? n : len);
            t->skipping = n == 0;
            n = n ? n : len;
        }
    }
    t->offset += n;
    return n;
}

/* ---- the way in ---- */

/* A row that came in pieces. Returns the bytes of p that were used. */
static size_t push_carried(struct vg_csv *t, const char *p, size_t len)
{
    size_t old = t->carry_len, add = CARRY - old < len ? CARRY - old : len;
    memcpy(t->carry + old, p, add);
    size_t n = step(t, t->carry, old + add, false);
    if (!n) {
        t->carry_len = old + add;
        return add;
    }
    if (n >= old) {
        t->carry_len = 0;
        return n - old;
    }
    t->carry_len = old - n;
    memmove(t->carry, t->carry + n, t->carry_len);
    return 0;
}

size_t vg_csv_push(struct vg_csv *t, const void *bytes, size_t len, struct vg_report *ret, size_t cap,
                   size_t *ret_taken)
{
    const char *p = bytes, *end = p + len;
    t->ret = ret;
    t->cap = cap;
    t->count = 0;
    while (p < end && t->count < cap) {
        if (t->carry_len) {
            p += push_carried(t, p, (size_t)(end - p));
            continue;
        }
        size_t n = step(t, p, (size_t)(end - p), false);
        if (!n) {
            t->carry_len = (size_t)(end - p);
            memcpy(t->carry, p, t->carry_len);
            n = t->carry_len;
        }
        p += n;
    }
    *ret_taken = (size_t)(p - (const char *)bytes);
    t->counters.bytes += *ret_taken;
    return t->count;
}

size_t vg_csv_end(struct vg_csv *t, struct vg_report *ret, size_t cap)
{
    t->ret = ret;
    t->cap = cap;
    t->count = 0;
    while (t->carry_len && t->count < cap) {
        size_t n = step(t, t->carry, t->carry_len, true);
        t->carry_len -= n;
        memmove(t->carry, t->carry + n, t->carry_len);
    }
    return t->count;
}

/* ---- from the begin ---- */

enum vg_err vg_csv_new(const struct vg_layout *layout, uint16_t source, struct vg_csv **ret_table)
{
    struct vg_csv *t = calloc(1, sizeof *t);
    if (!t)
        return VG_NOMEM;
    t->layout = *layout;
    t->source = source;
    t->latest_us = VG_CSV_LATEST_US;
    t->clock_us = VG_TIME_NONE;
    *ret_table = t;
    return VG_OK;
}

void vg_csv_free(struct vg_csv *t)
{
    free(t);
}

void vg_csv_bound(struct vg_csv *t, int64_t latest_us)
{
    t->latest_us = latest_us;
    t->seen.len = 0;
}

int64_t vg_csv_clock(const struct vg_csv *t)
{
    return t->clock_us;
}

void vg_csv_set_clock(struct vg_csv *t, int64_t time_us)
{
    t->clock_us = time_us;
}

bool vg_csv_resume(struct vg_csv *t, const char *header, size_t len, uint64_t offset)
{
    len = vg_row_bare(&header, len);
    if (len > VG_ROW_MAX || !begin(t, header, len))
        return false;
    t->offset = offset;
    t->stretch = offset / VG_CSV_SEGMENT;
    return true;
}

bool vg_csv_fits(const struct vg_csv *t)
{
    return t->begun || t->tries < HEADER_TRIES;
}

const struct vg_csv_counters *vg_csv_counters(const struct vg_csv *t)
{
    return &t->counters;
}

const struct vg_csv_refusals *vg_csv_refusals(const struct vg_csv *t)
{
    return &t->refusals;
}
