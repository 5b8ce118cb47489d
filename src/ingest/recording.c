#include "ingest/recording.h"

#include <stdlib.h>
#include <string.h>

/* Fragments wait for 1000 lines at most (nmea/nmea.h), and each of those may be an entry of its own. */
#define OFFSET_MAP_ROWS 4096

struct offset_map_row {
    uint64_t offset, journal_offset;
};

struct vg_recording {
    struct vg_batch *batch; /* one of the two */
    struct vg_csv *table;
    uint64_t base;   /* offset of the decoder's first byte in the file */
    uint64_t pushed; /* bytes that the decoder took */
    uint64_t added;  /* line ends among them that the file hasn't */
    int64_t time_us;
    struct vg_recording_counts before;
    size_t offsets; /* so many were ever set; the last OFFSET_MAP_ROWS are there */
    struct offset_map_row map[OFFSET_MAP_ROWS];
};

enum vg_err vg_recording_new(const struct vg_layout *layout, uint16_t source, struct vg_recording **ret_stream)
{
    struct vg_recording *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    enum vg_err err = layout ? vg_csv_new(layout, source, &s->table) : vg_batch_new(source, &s->batch);
    if (err) {
        free(s);
        return err;
    }
    *ret_stream = s;
    return VG_OK;
}

void vg_recording_free(struct vg_recording *s)
{
    if (!s)
        return;
    vg_batch_free(s->batch);
    vg_csv_free(s->table);
    free(s);
}

enum vg_err vg_recording_begin_at(struct vg_recording *s, uint64_t offset, const char *header)
{
    if (s->table && offset && !vg_csv_resume(s->table, header ? header : "", header ? strlen(header) : 0, offset))
        return VG_UNSUPPORTED;
    s->base = offset;
    return VG_OK;
}

bool vg_recording_is_table(const struct vg_recording *s)
{
    return s->table != NULL;
}

uint64_t vg_recording_offset(const struct vg_recording *s)
{
    return s->base + s->pushed - s->added;
}

void vg_recording_map_offset(struct vg_recording *s, uint64_t offset, uint64_t journal_offset)
{
    s->map[s->offsets++ % OFFSET_MAP_ROWS] = (struct offset_map_row){offset + s->added, journal_offset};
}

/* A batch counts its own bytes, from 0; a table was told where it begins. */
static void add_base(const struct vg_recording *s, struct vg_report *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        r[i].journal_offset += s->table ? 0 : s->base;
        if (r[i].time_us == VG_TIME_NONE)
            r[i].time_us = s->time_us;
    }
}

size_t vg_recording_decode(struct vg_recording *s, const void *bytes, size_t len, int64_t time_us,
                           struct vg_report *ret, size_t cap, size_t *ret_taken)
{
    s->time_us = time_us;
    size_t n = s->table ? vg_csv_push(s->table, bytes, len, ret, cap, ret_taken)
                        : vg_batch_push(s->batch, bytes, len, VG_TIME_NONE, ret, cap, ret_taken);
    s->pushed += *ret_taken;
    add_base(s, ret, n);
    return n;
}

void vg_recording_end_line(struct vg_recording *s, struct vg_report *ret, size_t cap, size_t *ret_count)
{
    size_t taken;
    *ret_count = s->table ? 0 : vg_batch_push(s->batch, "\n", 1, VG_TIME_NONE, ret, cap, &taken);
    if (!s->table)
        s->pushed++, s->added++;
    add_base(s, ret, *ret_count);
}

size_t vg_recording_end(struct vg_recording *s, struct vg_report *ret, size_t cap)
{
    size_t n = s->table ? vg_csv_end(s->table, ret, cap) : vg_batch_end(s->batch, ret, cap);
    add_base(s, ret, n);
    return n;
}

uint64_t vg_recording_journal_offset(const struct vg_recording *s, uint64_t offset)
{
    size_t least = s->offsets > OFFSET_MAP_ROWS ? s->offsets - OFFSET_MAP_ROWS : 0;
    for (size_t i = s->offsets; i > least; i--) { /* nearly always the last one */
        const struct offset_map_row *row = &s->map[(i - 1) % OFFSET_MAP_ROWS];
        if (row->offset <= offset)
            return row->journal_offset ? row->journal_offset + (offset - row->offset) : 0;
    }
    return 0;
}

void vg_recording_set_journal_offsets(const struct vg_recording *s, struct vg_report *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        r[i].journal_offset = vg_recording_journal_offset(s, r[i].journal_offset);
}

static void count_all(const struct vg_recording *s, struct vg_recording_counts *c)
{
    memset(c, 0, sizeof *c);
    if (s->table) {
        const struct vg_csv_counters *t = vg_csv_counters(s->table);
        c->bytes = t->bytes;
        c->lines = c->sentences = t->rows;
        c->messages = t->reports;
        memcpy(c->rows_refused, vg_csv_refusals(s->table)->count, sizeof c->rows_refused);
    } else {
        const struct vg_receiver_counters *b = vg_batch_counters(s->batch);
        c->bytes = b->bytes - s->added;
        c->lines = b->lines;
        c->sentences = b->sentences;
        c->messages = b->messages;
        memcpy(c->refused, vg_batch_refusals(s->batch)->count, sizeof c->refused);
    }
}

void vg_recording_counts(const struct vg_recording *s, struct vg_recording_counts *ret)
{
    count_all(s, ret);
    ret->bytes -= s->before.bytes;
    ret->lines -= s->before.lines;
    ret->sentences -= s->before.sentences;
    ret->messages -= s->before.messages;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        ret->refused[i] -= s->before.refused[i];
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        ret->rows_refused[i] -= s->before.rows_refused[i];
}

void vg_recording_forget(struct vg_recording *s)
{
    count_all(s, &s->before);
}

const struct vg_refusals *vg_recording_refusals(const struct vg_recording *s)
{
    return s->batch ? vg_batch_refusals(s->batch) : NULL;
}

const struct vg_csv_refusals *vg_recording_table_refusals(const struct vg_recording *s)
{
    return s->table ? vg_csv_refusals(s->table) : NULL;
}

bool vg_recording_fits(const struct vg_recording *s)
{
    return !s->table || vg_csv_fits(s->table);
}
