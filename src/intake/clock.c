#include "intake/clock.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "journal/io.h"

#define TEXT_MAX 64

static int64_t by_wall(int64_t own_us, int64_t received_us)
{
    return own_us != VG_TIME_NONE && own_us <= received_us + VG_INTAKE_FUTURE_US ? own_us : received_us;
}

static int64_t by_data(struct vg_receive_time *t, int64_t own_us, int64_t received_us)
{
    if (own_us != VG_TIME_NONE)
        t->own_us = own_us;
    return t->own_us != VG_TIME_NONE ? t->own_us : received_us;
}

void vg_receive_time_set(struct vg_receive_time *t, struct vg_report *r, size_t count, int64_t received_us)
{
    switch (t->clock) {
    case VG_INTAKE_WALL:
        for (size_t i = 0; i < count; i++)
            r[i].time_us = by_wall(r[i].time_us, received_us);
        break;
    case VG_INTAKE_DATA:
        for (size_t i = 0; i < count; i++)
            r[i].time_us = by_data(t, r[i].time_us, received_us);
        break;
    case VG_INTAKE_RECORDING:
        for (size_t i = 0; i < count; i++)
            r[i].time_us = r[i].time_us != VG_TIME_NONE ? r[i].time_us : received_us;
        break;
    }
}

static const char *text_of(enum vg_intake_clock clock)
{
    return clock == VG_INTAKE_DATA ? "data\n" : "wall\n";
}

enum vg_err vg_intake_clock_save(const char *dir, enum vg_intake_clock clock)
{
    char path[VG_IO_PATH];
    const char *text = text_of(clock);
    if (!vg_io_path(path, "%s/clock", dir))
        return VG_LIMIT;
    if (vg_intake_clock_load(dir) == clock)
        return VG_OK;
    return vg_io_put(vg_io_posix(), path, text, strlen(text), 0644, true) ? VG_IO : VG_OK;
}

enum vg_intake_clock vg_intake_clock_load(const char *dir)
{
    char path[VG_IO_PATH], *text;
    size_t len;
    if (!vg_io_path(path, "%s/clock", dir) || vg_io_load(vg_io_posix(), path, TEXT_MAX, &text, &len))
        return VG_INTAKE_WALL;
    bool data = strcmp(text, text_of(VG_INTAKE_DATA)) == 0;
    free(text);
    return data ? VG_INTAKE_DATA : VG_INTAKE_WALL;
}
