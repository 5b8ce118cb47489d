#include "intake/recording.h"

#include <stdlib.h>
#include <string.h>

#include "nmea/line_end.h"

/* A chunk of a table has rows of so many seconds at most, each an entry of its own; a row lies in two chunks at most.
 */
#define OFFSET_MAP_ROWS 4096

struct offset_map_row {
    uint64_t offset, journal_offset;
};

struct vg_recording {
    struct vg_intake *sentences;  /* one of the three */
    struct vg_sameness *sameness; /* of the sentences */
    struct vg_csv *table;
    struct vg_json_log *log;
    enum vg_time_source undated;        /* where the time of its records comes from that have none */
    uint64_t begin;                     /* offset of the first byte in the file */
    uint64_t pushed;                    /* bytes taken since */
    bool within_line;                   /* the last of them is no line's end */
    int64_t time_us;                    /* of the last bytes … */
    enum vg_time_source from;           /* … and where that comes from */
    struct vg_intake_counters counters; /* as they were last asked for, with examples */
    struct vg_recording_counts before;
    size_t offsets; /* of a table: so many were ever mapped; the last OFFSET_MAP_ROWS are there */
    struct offset_map_row *map;
};

static enum vg_err new_sentences(struct vg_recording *r, struct vg_sources *sources, uint16_t source)
{
    enum vg_err err = vg_sameness_new(VG_SAMENESS_RECORDING, &r->sameness);
    const struct vg_intake_options options = {
        .sources = sources, .source = source, .clock = VG_INTAKE_RECORDING, .sameness = r->sameness};
    return err ? err : vg_intake_new(&options, &r->sentences);
}

static enum vg_err new_table(struct vg_recording *r, const struct vg_layout *layout, uint16_t source)
{
    r->map = calloc(OFFSET_MAP_ROWS, sizeof *r->map);
    if (!r->map)
        return VG_NOMEM;
    return layout->json ? vg_json_log_new(layout->si, source, &r->log) : vg_csv_new(layout, source, &r->table);
}

enum vg_err vg_recording_new(const struct vg_layout *layout, struct vg_sources *sources, uint16_t source,
                             struct vg_recording **ret_recording)
{
    struct vg_recording *r = calloc(1, sizeof *r);
    if (!r)
        return VG_NOMEM;
    enum vg_err err = layout ? new_table(r, layout, source) : new_sentences(r, sources, source);
    if (err) {
        vg_recording_free(r);
        return err;
    }
    r->time_us = VG_TIME_NONE;
    *ret_recording = r;
    return VG_OK;
}

void vg_recording_bound(struct vg_recording *r, int64_t latest_us, enum vg_time_source undated)
{
    r->undated = undated;
    if (r->log)
        vg_json_log_bound(r->log, latest_us);
    if (r->table)
        vg_csv_bound(r->table, latest_us);
}

void vg_recording_free(struct vg_recording *r)
{
    if (!r)
        return;
    vg_intake_free(r->sentences);
    vg_sameness_free(r->sameness);
    vg_csv_free(r->table);
    vg_json_log_free(r->log);
    free(r->map);
    free(r);
}

enum vg_err vg_recording_begin_at(struct vg_recording *r, uint64_t offset, const char *header)
{
    if (r->table && offset && !vg_csv_resume(r->table, header ? header : "", header ? strlen(header) : 0, offset))
        return VG_UNSUPPORTED;
    if (r->log)
        vg_json_log_resume(r->log, offset);
    r->begin = offset;
    return VG_OK;
}

void vg_recording_set_clock(struct vg_recording *r, int64_t time_us)
{
    if (r->table)
        vg_csv_set_clock(r->table, time_us);
}

bool vg_recording_is_table(const struct vg_recording *r)
{
    return !r->sentences;
}

uint64_t vg_recording_offset(const struct vg_recording *r)
{
    return r->begin + r->pushed;
}

bool vg_recording_is_within_line(const struct vg_recording *r)
{
    return r->within_line;
}

/* ---- offsets ---- */

void vg_recording_map_offset(struct vg_recording *r, uint64_t offset, uint64_t journal_offset)
{
    if (r->sentences)
        vg_intake_set_journal_offset(r->sentences, journal_offset);
    else
        r->map[r->offsets++ % OFFSET_MAP_ROWS] = (struct offset_map_row){offset, journal_offset};
}

static uint64_t journal_offset_of(const struct vg_recording *r, uint64_t offset)
{
    size_t least = r->offsets > OFFSET_MAP_ROWS ? r->offsets - OFFSET_MAP_ROWS : 0;
    for (size_t i = r->offsets; i > least; i--) { /* nearly always the last one */
        const struct offset_map_row *row = &r->map[(i - 1) % OFFSET_MAP_ROWS];
        if (row->offset <= offset)
            return row->journal_offset ? row->journal_offset + (offset - row->offset) : 0;
    }
    return 0;
}

void vg_recording_set_journal_offsets(const struct vg_recording *r, struct vg_report *report, size_t count)
{
    for (size_t i = 0; !r->sentences && i < count; i++)
        report[i].journal_offset = journal_offset_of(r, report[i].journal_offset);
}

/* ---- decoding ---- */

/* A record of a log that tells no time at all has the one that was told for it. */
static void set_times(const struct vg_recording *r, struct vg_report *report, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (report[i].time_us == VG_TIME_NONE) {
            report[i].time_us = r->time_us;
            report[i].time_source = (uint8_t)r->undated;
        }
        report[i].measured_us = vg_measured_us(report[i].time_us, report[i].time_of_day_ms);
    }
}

size_t vg_recording_decode(struct vg_recording *r, const void *bytes, size_t len, int64_t time_us,
                           enum vg_time_source from, struct vg_report *ret, size_t cap, size_t *ret_taken)
{
    r->time_us = time_us;
    r->from = from;
    size_t n;
    if (r->table) {
        n = vg_csv_push(r->table, bytes, len, ret, cap, ret_taken);
        set_times(r, ret, n);
    } else if (r->log) {
        n = vg_json_log_push(r->log, bytes, len, ret, cap, ret_taken);
        set_times(r, ret, n);
    } else {
        n = vg_intake_push(r->sentences, bytes, len, time_us, from, ret, cap, ret_taken);
        vg_intake_name(r->sentences, 0, ret, n);
    }
    r->pushed += *ret_taken;
    if (*ret_taken)
        r->within_line = !vg_line_ends_with(((const char *)bytes)[*ret_taken - 1]);
    return n;
}

size_t vg_recording_end(struct vg_recording *r, struct vg_report *ret, size_t cap)
{
    if (r->table || r->log) {
        size_t late = r->table ? vg_csv_end(r->table, ret, cap) : vg_json_log_end(r->log, ret, cap);
        set_times(r, ret, late);
        return late;
    }
    size_t n = vg_intake_end(r->sentences, r->time_us, r->from, ret, cap);
    vg_intake_name(r->sentences, 0, ret, n);
    return n;
}

/* ---- counts ---- */

static void count_all(struct vg_recording *r, struct vg_recording_counts *c)
{
    memset(c, 0, sizeof *c);
    if (!r->sentences) {
        const struct vg_csv_counters *t = r->log ? vg_json_log_counters(r->log) : vg_csv_counters(r->table);
        const struct vg_csv_refusals *refused = r->log ? vg_json_log_refusals(r->log) : vg_csv_refusals(r->table);
        c->bytes = t->bytes;
        c->lines = c->sentences = t->rows;
        c->messages = t->reports;
        memcpy(c->rows_refused, refused->count, sizeof c->rows_refused);
        c->row_example = refused->example;
    } else {
        vg_intake_counters(r->sentences, &r->counters);
        c->bytes = r->counters.bytes;
        c->lines = r->counters.lines;
        c->sentences = r->counters.sentences;
        c->messages = r->counters.messages;
        c->duplicates = r->counters.duplicates;
        memcpy(c->refused, r->counters.refusals.count, sizeof c->refused);
        c->example = r->counters.refusals.example;
    }
}

void vg_recording_counts(struct vg_recording *r, struct vg_recording_counts *ret)
{
    count_all(r, ret);
    ret->bytes -= r->before.bytes;
    ret->lines -= r->before.lines;
    ret->sentences -= r->before.sentences;
    ret->messages -= r->before.messages;
    ret->duplicates -= r->before.duplicates;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        ret->refused[i] -= r->before.refused[i];
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        ret->rows_refused[i] -= r->before.rows_refused[i];
}

void vg_recording_forget(struct vg_recording *r)
{
    count_all(r, &r->before);
}
