/*
 * A saved state of any bytes: refused with a sentence, or all that must hold of it holds and it is written as it was
 * read. The first byte says whether the rest is a file (compressed, with a checksum) or what stands in it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "service/saved.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

struct memory {
    const uint8_t *at;
    size_t len, taken;
};

static enum vg_err give(void *arg, void *bytes, size_t len)
{
    struct memory *m = arg;
    if (m->len - m->taken < len)
        return VG_EOF;
    memcpy(bytes, m->at + m->taken, len);
    m->taken += len;
    return VG_OK;
}

/* A file system of one file. */
static int memory_open(void *arg, const char *path, int flags, unsigned mode)
{
    (void)arg, (void)path, (void)mode;
    require((flags & O_ACCMODE) == O_RDONLY);
    return 3;
}

static int memory_close(void *arg, int fd)
{
    (void)arg, (void)fd;
    return 0;
}

static ssize_t memory_pread(void *arg, int fd, void *buf, size_t len, int64_t at)
{
    const struct memory *m = arg;
    (void)fd;
    size_t left = (size_t)at < m->len ? m->len - (size_t)at : 0;
    len = len < left ? len : left;
    memcpy(buf, m->at + at, len);
    return (ssize_t)len;
}

static void hold(struct vg_saved *saved)
{
    struct vg_state_section sections[VG_SAVED_SECTIONS];
    require(vg_picture_check(vg_situation_picture(saved->situation)));
    vg_saved_sections(saved, sections);
    for (size_t i = 0; i < VG_SAVED_SECTIONS; i++) {
        struct vg_out out = vg_out_growing((size_t)64 << 20);
        require(sections[i].write(sections[i].of, &out) == VG_OK);
        require(out.len == sections[i].size(sections[i].of));
        vg_out_free(&out);
    }
    struct vg_report report = {.time_us = VG_DAY_US, .mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1};
    vg_situation_take(saved->situation, VG_DAY_US, &report, 1);
    require(vg_picture_check(vg_situation_picture(saved->situation)));
    (void)vg_situation_hash(saved->situation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct vg_picture_limits small = {.vessels = 20, .trail_bytes = 20 * 512, .trail_points = 40};
    char why[VG_STATE_WHY] = "";
    struct vg_saved saved = {0};
    enum vg_err err;
    if (!size)
        return 0;
    struct memory memory = {data + 1, size - 1, 0};
    if (data[0] & 1) {
        const struct vg_io io = {.arg = &memory, .open = memory_open, .close = memory_close, .pread = memory_pread};
        err = vg_saved_read(&io, "state", &small, data[0] & 2, NULL, &saved, why);
    } else {
        struct vg_state_section sections[VG_SAVED_SECTIONS];
        require(vg_situation_new(&small, data[0] & 2, &saved.situation) == VG_OK);
        vg_saved_sections(&saved, sections);
        err = vg_state_read(give, &memory, sections, VG_SAVED_SECTIONS, why);
    }
    require(!err || *why);
    if (!err)
        hold(&saved);
    if (!err || !(data[0] & 1)) {
        vg_situation_free(saved.situation);
        free(saved.feed);
    }
    return 0;
}
