#include "intake/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/time.h"
#include "journal/io.h"

#define TEXT_MAX 4096

static void set(struct vg_report *r, int64_t time_us, enum vg_time_source from)
{
    r->time_us = time_us;
    r->time_source = (uint8_t)from;
}

static void by_wall(struct vg_report *r, int64_t received_us)
{
    if (r->time_us == VG_TIME_NONE || r->time_us > received_us + VG_INTAKE_FUTURE_US)
        set(r, received_us, VG_TIME_SOURCE_RECEIVED);
}

/* Nobody sends the day after tomorrow, but a simulation that runs fast gets there little by little. */
static bool is_believed(const struct vg_receive_time *t, int64_t time_us, int64_t received_us)
{
    return time_us != VG_TIME_NONE && (time_us - VG_INTAKE_DATA_FUTURE_US <= received_us ||
                                       (t->own_us != VG_TIME_NONE && time_us - VG_INTAKE_DATA_FUTURE_US <= t->own_us));
}

/* A sensor that tells the time of day alone is dated by it: on the day of what it said before, or of its bytes. */
static void by_data(struct vg_receive_time *t, struct vg_report *r, int64_t received_us)
{
    if (r->time_us == VG_TIME_NONE && r->time_of_day_ms != VG_TIME_OF_DAY_NONE &&
        (r->sensor == VG_SENSOR_RADAR || r->sensor == VG_SENSOR_AIR))
        set(r, vg_measured_us(t->own_us != VG_TIME_NONE ? t->own_us : received_us, r->time_of_day_ms),
            VG_TIME_SOURCE_LINE);
    if (is_believed(t, r->time_us, received_us)) {
        t->own_us = r->time_us;
    } else if (t->own_us != VG_TIME_NONE) {
        set(r, t->own_us, VG_TIME_SOURCE_NEIGHBOUR);
    } else {
        set(r, received_us, VG_TIME_SOURCE_RECEIVED);
    }
}

/* The line's time was decided when it was taken; what was taken before that was decided says it itself. */
static void by_recording(const struct vg_receive_time *t, struct vg_report *r, int64_t received_us)
{
    if (t->from)
        r->time_source = (uint8_t)t->from;
    if (r->time_us == VG_TIME_NONE)
        set(r, received_us, t->from);
}

void vg_receive_time_set(struct vg_receive_time *t, struct vg_report *r, size_t count, int64_t received_us)
{
    switch (t->clock) {
    case VG_INTAKE_WALL:
        for (size_t i = 0; i < count; i++)
            by_wall(&r[i], received_us);
        break;
    case VG_INTAKE_DATA:
        for (size_t i = 0; i < count; i++)
            by_data(t, &r[i], received_us);
        break;
    case VG_INTAKE_RECORDING:
        for (size_t i = 0; i < count; i++)
            by_recording(t, &r[i], received_us);
        break;
    }
}

/* ---- the clocks of a data folder ---- */

static const struct {
    const char *name;
    enum vg_intake_clock clock;
} names[] = {{"wall", VG_INTAKE_WALL}, {"data", VG_INTAKE_DATA}};

static bool clock_of(const char *name, size_t len, enum vg_intake_clock *ret)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (len == strlen(names[i].name) && memcmp(name, names[i].name, len) == 0) {
            *ret = names[i].clock;
            return true;
        }
    return false;
}

/* A line each: a clock, and but for the first the offset from which on. */
static enum vg_err parse(const char *text, struct vg_clock_turns *ret)
{
    struct vg_clock_turns t = {0};
    for (const char *lf; (lf = strchr(text, '\n')); text = lf + 1, t.count++) {
        size_t len = strcspn(text, " \n");
        char *end = NULL;
        if (t.count == VG_CLOCK_TURNS || !clock_of(text, len, &t.turn[t.count].clock) ||
            (text[len] == ' ') != !!t.count)
            return VG_CORRUPT;
        if (t.count && (t.turn[t.count].from = strtoull(text + len + 1, &end, 10)) <= t.turn[t.count - 1].from)
            return VG_CORRUPT;
        if (t.count && end != lf)
            return VG_CORRUPT;
    }
    if (*text || !t.count)
        return VG_CORRUPT;
    *ret = t;
    return VG_OK;
}

enum vg_err vg_clock_turns_load(const char *dir, struct vg_clock_turns *ret_turns)
{
    char path[VG_IO_PATH], *text;
    size_t len;
    if (!vg_io_path(path, "%s/clock", dir))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(vg_io_posix(), path, TEXT_MAX, &text, &len);
    if (err == VG_NOT_FOUND) {
        *ret_turns = (struct vg_clock_turns){0};
        return VG_OK;
    }
    if (err)
        return err == VG_LIMIT ? VG_CORRUPT : err;
    err = parse(text, ret_turns);
    free(text);
    return err;
}

static enum vg_err write(const char *dir, const struct vg_clock_turns *t)
{
    char path[VG_IO_PATH], text[TEXT_MAX];
    struct vg_out out = vg_out_fixed(text, sizeof text);
    for (size_t i = 0; i < t->count; i++) {
        vg_out_text(&out, t->turn[i].clock == VG_INTAKE_DATA ? "data" : "wall");
        if (i)
            vg_out_printf(&out, " %" PRIu64, t->turn[i].from);
        vg_out_char(&out, '\n');
    }
    if (out.err || !vg_io_path(path, "%s/clock", dir))
        return VG_LIMIT;
    return vg_io_put(vg_io_posix(), path, text, out.len, 0644, true) ? VG_IO : VG_OK;
}

enum vg_err vg_clock_turns_save(const char *dir, enum vg_intake_clock clock, uint64_t from,
                                struct vg_clock_turns *ret_turns)
{
    struct vg_clock_turns t;
    enum vg_err err = vg_clock_turns_load(dir, &t);
    if (err)
        return err;
    size_t had = t.count;
    while (t.count && t.turn[t.count - 1].from >= from)
        t.count--;
    bool turns = vg_clock_turns_at(&t, from) != clock;
    if (turns && !t.count && from) /* what is there came by the wall clock */
        t.turn[t.count++].clock = VG_INTAKE_WALL;
    if (turns && t.count == VG_CLOCK_TURNS) {
        memmove(t.turn, t.turn + 1, (VG_CLOCK_TURNS - 1) * sizeof t.turn[0]);
        t.turn[0].from = 0;
        t.count--;
    }
    if (turns) {
        t.turn[t.count].from = t.count ? from : 0;
        t.turn[t.count++].clock = clock;
    }
    if (!t.count && had)
        t.turn[t.count++].clock = clock;
    if (turns || t.count != had)
        err = write(dir, &t);
    if (!err)
        *ret_turns = t;
    return err;
}

enum vg_intake_clock vg_clock_turns_at(const struct vg_clock_turns *t, uint64_t journal_offset)
{
    size_t i = t->count;
    while (i && t->turn[i - 1].from > journal_offset)
        i--;
    return i ? t->turn[i - 1].clock : VG_INTAKE_WALL;
}
