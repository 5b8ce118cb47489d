/* Lines, whose record each is, and who waits for a time. */
#include "sensor/json/log.h"

#include <stdlib.h>
#include <string.h>

#include "base/time_scan.h"
#include "base/time_text.h"
#include "sensor/ais/batch.h"
#include "sensor/json/record.h"

#define HEAD_LINES 64 /* that are looked at to see what a file is */

_Static_assert(VG_JSON_WAITING + VG_JSON_RECORDS < VG_BATCH_LINE_MAX, "a line and those who waited for it fit");

struct vg_json_log {
    bool si;
    uint16_t source;
    bool skipping; /* the rest of a line that is too long */
    bool gave_up;  /* of this stretch: nobody waits for a time any more */
    uint64_t offset, stretch;
    int64_t latest_us;
    int64_t last_us; /* the last time a record told in this stretch */
    struct vg_csv_counters counters;
    struct vg_csv_refusals refusals;
    struct vg_log_record record;
    size_t waiting, carry_len;
    /* during a call */
    struct vg_report *ret;
    size_t count;
    struct vg_report wait[VG_JSON_WAITING];
    char carry[VG_JSON_LINE];
};

/* ---- whose record it is ---- */

static vg_log_reader *reader_of(const json_t *object)
{
    if (json_is_string(json_object_get(object, "class")))
        return vg_log_read_gpsd;
    if (json_is_string(json_object_get(object, "MessageType")))
        return vg_log_read_aisstream;
    if (json_is_array(json_object_get(object, "updates")))
        return vg_log_read_signalk;
    if (json_is_integer(json_object_get(object, "pgn")))
        return vg_log_read_canboat;
    return NULL;
}

/* A server's greeting, or the analyzer's first line: they say nothing of ships. */
static bool is_greeting(const json_t *object)
{
    return json_is_string(json_object_get(object, "version")) &&
           (json_object_get(object, "self") || json_object_get(object, "units"));
}

/* The next object of the line from *p on, which moves behind it. NULL: none, or (*ret_damaged) a damaged one. */
static json_t *next_object(const char **p, const char *end, bool *ret_damaged)
{
    json_error_t error;
    const char *at = memchr(*p, '{', (size_t)(end - *p));
    *ret_damaged = false;
    if (!at)
        return NULL;
    json_t *object = json_loadb(at, (size_t)(end - at), JSON_DISABLE_EOF_CHECK, &error);
    *ret_damaged = !object;
    *p = object ? at + error.position : end;
    return object;
}

/* ---- what a file is ---- */

static enum vg_json_head head_of_object(const json_t *object)
{
    const char *units = json_string_value(json_object_get(object, "units"));
    if (json_object_get(object, "nmea"))
        return VG_JSON_NONE;
    if (units && is_greeting(object) && strcmp(units, "si") == 0)
        return VG_JSON_LOG_SI;
    return reader_of(object) || is_greeting(object) ? VG_JSON_LOG : VG_JSON_STRANGE;
}

/* Of the first line that has an object; SPREAD: none has a whole one. */
static enum vg_json_head head_of_lines(const char *p, const char *end, bool last)
{
    enum vg_json_head found = VG_JSON_SPREAD;
    for (unsigned lines = 0; p < end && lines < HEAD_LINES; lines++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        bool damaged;
        if (!lf && !last)
            break;
        const char *stop = lf ? lf : end;
        json_t *object = next_object(&p, stop, &damaged);
        if (object) {
            enum vg_json_head head = head_of_object(object);
            json_decref(object);
            if (head != VG_JSON_STRANGE)
                return head;
            found = VG_JSON_STRANGE;
        }
        p = lf ? lf + 1 : end;
    }
    return found;
}

enum vg_json_head vg_json_log_head(const char *p, size_t len, bool last)
{
    const char *end = p + len;
    if (len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        p += 3;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
        p++;
    bool begins = p < end && (*p == '{' || *p == '[');
    enum vg_json_head head = head_of_lines(p, end, last);
    bool known = head == VG_JSON_LOG || head == VG_JSON_LOG_SI;
    return begins || known ? head : VG_JSON_NONE;
}

size_t vg_json_log_unfinished(const char *bytes, size_t len)
{
    const char *lf = memrchr(bytes, '\n', len), *begin = lf ? lf + 1 : bytes, *end = bytes + len, *p = begin;
    bool damaged;
    for (json_t *object; (object = next_object(&p, end, &damaged));)
        json_decref(object);
    return damaged ? (size_t)(end - begin) : 0;
}

/* ---- reports ---- */

static void emit(struct vg_json_log *l, const struct vg_report *report)
{
    l->ret[l->count++] = *report;
    l->counters.reports++;
}

/* Those who waited come, with this time or none. */
static void end_waiting(struct vg_json_log *l, int64_t time_us)
{
    for (size_t i = 0; i < l->waiting; i++) {
        l->wait[i].time_us = time_us;
        l->wait[i].time_source = time_us == VG_TIME_NONE ? VG_TIME_SOURCE_UNKNOWN : VG_TIME_SOURCE_NEIGHBOUR;
        emit(l, &l->wait[i]);
    }
    l->waiting = 0;
}

static void note_time(struct vg_json_log *l, int64_t time_us)
{
    if (time_us == VG_TIME_NONE)
        return;
    end_waiting(l, time_us);
    l->last_us = time_us;
}

static void take_report(struct vg_json_log *l, struct vg_report *r)
{
    r->source = l->source;
    r->journal_offset = l->offset;
    if (r->time_us != VG_TIME_NONE) {
        r->time_source = VG_TIME_SOURCE_LINE;
        note_time(l, r->time_us);
        emit(l, r);
        return;
    }
    r->time_us = l->last_us;
    r->time_source = l->last_us == VG_TIME_NONE ? VG_TIME_SOURCE_UNKNOWN : VG_TIME_SOURCE_NEIGHBOUR;
    if (l->last_us != VG_TIME_NONE || l->gave_up) {
        emit(l, r);
    } else if (l->waiting < VG_JSON_WAITING) {
        l->wait[l->waiting++] = *r;
    } else {
        l->gave_up = true;
        end_waiting(l, VG_TIME_NONE);
        emit(l, r);
    }
}

/* ---- lines ---- */

static enum vg_csv_refusal read_object(struct vg_json_log *l, const json_t *object)
{
    vg_log_reader *read = reader_of(object);
    struct vg_log_record *r = &l->record;
    r->object = object;
    r->si = l->si;
    r->count = 0;
    r->time_us = VG_TIME_NONE;
    r->refusal = VG_CSV_REFUSAL_NONE;
    if (!read)
        return is_greeting(object) ? VG_CSV_REFUSAL_JSON_OTHER : VG_CSV_REFUSAL_JSON_KIND;
    return read(r);
}

static bool is_within(const struct vg_json_log *l, int64_t time_us)
{
    return vg_time_text_is_within(time_us) && time_us <= l->latest_us;
}

/* What stands in front of the first object of a line: nothing, an array's bracket, or a time of a logger's. */
struct front {
    int64_t time_us; /* VG_TIME_NONE: none */
    bool strange;    /* something else: it may be a time, so that records without one of their own aren't dated */
};

static struct front read_front(const struct vg_json_log *l, const char *line, size_t len)
{
    struct front f = {VG_TIME_NONE, false};
    const char *brace = memchr(line, '{', len), *p = line, *end = brace ? brace : line;
    while (p < end && (*p == ' ' || *p == '\t' || *p == ',' || *p == '['))
        p++;
    if (p == end)
        return f;
    struct vg_time_found found = vg_time_find(p, end);
    f.strange = found.kind != VG_TIME_KIND_WHOLE || !is_within(l, found.time_us);
    f.time_us = f.strange ? VG_TIME_NONE : found.time_us;
    return f;
}

static void take_reports(struct vg_json_log *l, size_t count, const struct front *front)
{
    struct vg_log_record *r = &l->record;
    for (size_t i = 0; i < count; i++) {
        struct vg_report *report = &r->report[i];
        bool told = report->time_us != VG_TIME_NONE;
        if (!told)
            report->time_us = front->time_us;
        if (!report->fields)
            vg_log_refuse(r, VG_CSV_REFUSAL_EMPTY);
        else if (told ? !is_within(l, report->time_us) : front->strange)
            vg_log_refuse(r, VG_CSV_REFUSAL_TIME);
        else
            take_report(l, report);
    }
}

/* `room`: so many reports may come of the line's rest. */
static void take_object(struct vg_json_log *l, const json_t *object, const struct front *front, size_t *room,
                        const char *line, size_t len)
{
    struct vg_log_record *r = &l->record;
    enum vg_csv_refusal refusal = read_object(l, object);
    size_t count = r->count < *room ? r->count : *room;
    if (r->count > *room)
        refusal = VG_CSV_REFUSAL_JSON_MANY;
    *room -= count;
    take_reports(l, count, front);
    note_time(l, is_within(l, r->time_us) ? r->time_us : front->time_us);
    if (refusal)
        vg_csv_refuse(&l->refusals, refusal, line, len);
    if (r->refusal)
        vg_csv_refuse(&l->refusals, r->refusal, line, len);
}

static bool is_bracket(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t,[]", line[i]) || !line[i])
            return false;
    return true;
}

static void take_objects(struct vg_json_log *l, const char *line, size_t len)
{
    const char *p = line, *end = line + len;
    size_t room = VG_JSON_RECORDS;
    const struct front front = read_front(l, line, len);
    bool damaged = false;
    json_t *object;
    while (p < end && (object = next_object(&p, end, &damaged))) {
        take_object(l, object, &front, &room, line, len);
        json_decref(object);
    }
    if (damaged || p == line)
        vg_csv_refuse(&l->refusals, VG_CSV_REFUSAL_JSON_SYNTAX, line, len);
}

static void take_line(struct vg_json_log *l, const char *line, size_t len)
{
    uint64_t stretch = l->offset / VG_CSV_SEGMENT;
    if (stretch != l->stretch) {
        end_waiting(l, VG_TIME_NONE);
        l->stretch = stretch;
        l->last_us = VG_TIME_NONE;
        l->gave_up = false;
    }
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
        line += 3, len -= 3;
    if (is_bracket(line, len))
        return;
    l->counters.rows++;
    take_objects(l, line, len);
}

/* Takes one line. Returns its bytes; 0: more must come first. */
static size_t step(struct vg_json_log *l, const char *p, size_t len, bool last)
{
    const char *lf = memchr(p, '\n', len);
    size_t n = lf ? (size_t)(lf - p) + 1 : len;
    if (!l->skipping && !lf && !last && len < VG_JSON_LINE)
        return 0;
    if (!l->skipping && n <= VG_JSON_LINE && (lf || last)) {
        take_line(l, p, n);
    } else {
        if (!l->skipping) {
            l->counters.rows++;
            vg_csv_refuse(&l->refusals, VG_CSV_REFUSAL_JSON_LONG, p, n);
        }
        l->skipping = !lf;
    }
    l->offset += n;
    return n;
}

/* ---- the way in ---- */

/* A line that came in pieces. Returns the bytes of p that were used. */
static size_t push_carried(struct vg_json_log *l, const char *p, size_t len)
{
    size_t old = l->carry_len, add = VG_JSON_LINE - old < len ? VG_JSON_LINE - old : len;
    memcpy(l->carry + old, p, add);
    size_t n = step(l, l->carry, old + add, false);
    l->carry_len = n ? 0 : old + add;
    return n ? n - old : add;
}

size_t vg_json_log_push(struct vg_json_log *l, const void *bytes, size_t len, struct vg_report *ret, size_t cap,
                        size_t *ret_taken)
{
    const char *p = bytes, *end = p + len;
    l->ret = ret;
    l->count = 0;
    while (p < end && cap - l->count >= VG_BATCH_LINE_MAX) {
        if (l->carry_len) {
            p += push_carried(l, p, (size_t)(end - p));
            continue;
        }
        size_t n = step(l, p, (size_t)(end - p), false);
        if (!n) {
            l->carry_len = n = (size_t)(end - p);
            memcpy(l->carry, p, n);
        }
        p += n;
    }
    *ret_taken = (size_t)(p - (const char *)bytes);
    l->counters.bytes += *ret_taken;
    return l->count;
}

size_t vg_json_log_end(struct vg_json_log *l, struct vg_report *ret, size_t cap)
{
    l->ret = ret;
    l->count = 0;
    if (cap < VG_BATCH_LINE_MAX)
        return 0;
    if (l->carry_len)
        step(l, l->carry, l->carry_len, true);
    l->carry_len = 0;
    end_waiting(l, VG_TIME_NONE);
    return l->count;
}

enum vg_err vg_json_log_new(bool si, uint16_t source, struct vg_json_log **ret_log)
{
    struct vg_json_log *l = calloc(1, sizeof *l);
    if (!l)
        return VG_NOMEM;
    l->si = si;
    l->source = source;
    l->last_us = VG_TIME_NONE;
    l->latest_us = VG_TIME_TEXT_LATEST_US - 1;
    *ret_log = l;
    return VG_OK;
}

void vg_json_log_free(struct vg_json_log *l)
{
    free(l);
}

void vg_json_log_bound(struct vg_json_log *l, int64_t latest_us)
{
    l->latest_us = latest_us;
}

void vg_json_log_resume(struct vg_json_log *l, uint64_t offset)
{
    l->offset = offset;
    l->stretch = offset / VG_CSV_SEGMENT;
}

const struct vg_csv_counters *vg_json_log_counters(const struct vg_json_log *l)
{
    return &l->counters;
}

const struct vg_csv_refusals *vg_json_log_refusals(const struct vg_json_log *l)
{
    return &l->refusals;
}
