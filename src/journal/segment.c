#include "journal/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LEN 20 /* 16 digits and ".vgj" */

enum vg_err vg_journal_number_load(const struct vg_io *io, const char *dir, const char *name, uint64_t *ret)
{
    char path[VG_IO_PATH], *text, *end;
    size_t len;
    if (!vg_io_path(path, "%s/%s", dir, name))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(io, path, 32, &text, &len);
    if (err)
        return err == VG_LIMIT ? VG_CORRUPT : err;
    bool good = len > 1 && text[0] >= '0' && text[0] <= '9' && text[len - 1] == '\n';
    uint64_t first = 0;
    if (good) {
        text[len - 1] = '\0';
        first = strtoull(text, &end, 10);
        good = end == text + len - 1 && first < VG_FRAME_NUMBER_END;
    }
    free(text);
    if (!good)
        return VG_CORRUPT;
    *ret = first;
    return VG_OK;
}

enum vg_err vg_journal_first_load(const struct vg_io *io, const char *dir, uint64_t *ret_first)
{
    enum vg_err err = vg_journal_number_load(io, dir, "first", ret_first);
    if (err == VG_NOT_FOUND)
        *ret_first = 0;
    return err == VG_NOT_FOUND ? VG_OK : err;
}

bool vg_segment_path(char out[static VG_IO_PATH], const char *dir, uint64_t first)
{
    return vg_io_path(out, "%s/segments/%016llx.vgj", dir, (unsigned long long)first);
}

struct listing {
    const struct vg_io *io;
    uint64_t *firsts;
    size_t count, cap, strange;
    enum vg_err err;
};

static bool read_name(const char *name, uint64_t *ret)
{
    uint64_t v = 0;
    if (strlen(name) != NAME_LEN || strcmp(name + 16, ".vgj") != 0)
        return false;
    for (int i = 0; i < 16; i++) {
        const char *hex = "0123456789abcdef", *digit = strchr(hex, name[i]);
        if (!digit || !*digit)
            return false;
        v = v << 4 | (uint64_t)(digit - hex);
    }
    *ret = v;
    return v < VG_FRAME_NUMBERS;
}

static void take_name(void *arg, const char *name)
{
    struct listing *l = arg;
    uint64_t first;
    if (l->err)
        return;
    if (!read_name(name, &first)) {
        l->strange++;
        return;
    }
    if (l->count == VG_SEGMENTS_MAX) {
        l->err = VG_LIMIT;
        return;
    }
    if (l->count == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;
        uint64_t *firsts = l->io->alloc(l->io->arg, cap * sizeof *firsts);
        if (!firsts) {
            l->err = VG_NOMEM;
            return;
        }
        if (l->count)
            memcpy(firsts, l->firsts, l->count * sizeof *firsts);
        free(l->firsts);
        l->firsts = firsts;
        l->cap = cap;
    }
    l->firsts[l->count++] = first;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

enum vg_err vg_segments_list(const struct vg_io *io, const char *dir, uint64_t **ret_firsts, size_t *ret_count,
                             size_t *ret_strange)
{
    char path[VG_IO_PATH];
    struct listing l = {.io = io};
    if (!vg_io_path(path, "%s/segments", dir))
        return VG_LIMIT;
    int result = io->list(io->arg, path, take_name, &l);
    if (result)
        l.err = result == -ENOENT ? VG_NOT_FOUND : VG_IO;
    if (l.err) {
        free(l.firsts);
        return l.err;
    }
    if (l.count)
        qsort(l.firsts, l.count, sizeof *l.firsts, by_number);
    *ret_firsts = l.firsts;
    *ret_count = l.count;
    *ret_strange = l.strange;
    return VG_OK;
}

static enum vg_err read_footer(struct vg_segment *s)
{
    uint8_t end[VG_FOOTER_END];
    if (s->size < VG_SEGMENT_HEAD + VG_FOOTER_END)
        return VG_OK;
    if (vg_io_read(s->io, s->fd, end, sizeof end, s->size - VG_FOOTER_END) != VG_FOOTER_END)
        return VG_IO;
    size_t len = vg_footer_length(end);
    if (!len || (int64_t)len > s->size - VG_SEGMENT_HEAD)
        return VG_OK;
    uint8_t *footer = s->io->alloc(s->io->arg, len);
    s->row = s->io->alloc(s->io->arg, len);
    if (!footer || !s->row) {
        free(footer);
        return VG_NOMEM;
    }
    ssize_t n = vg_io_read(s->io, s->fd, footer, len, s->size - (int64_t)len);
    if (n == (ssize_t)len) {
        s->closed = vg_footer_get(footer, len, s->row, &s->rows) == VG_OK;
        s->foot_bad = !s->closed;
        s->end = s->size - (int64_t)len;
    }
    free(footer);
    return n < 0 ? VG_IO : VG_OK;
}

enum vg_err vg_segment_open(const struct vg_io *io, const char *dir, uint64_t first, struct vg_segment *ret)
{
    char path[VG_IO_PATH];
    uint8_t head[VG_SEGMENT_HEAD];
    uint64_t says;
    const char *why;
    struct vg_segment s = {.io = io, .first = first};
    if (!vg_segment_path(path, dir, first))
        return VG_LIMIT;
    s.fd = io->open(io->arg, path, O_RDONLY, 0);
    if (s.fd < 0)
        return s.fd == -ENOENT ? VG_NOT_FOUND : VG_IO;
    s.size = s.end = io->size(io->arg, s.fd);
    ssize_t n = vg_io_read(io, s.fd, head, sizeof head, 0);
    enum vg_err err = s.size < 0 || n < 0 ? VG_IO : VG_OK;
    if (n == VG_SEGMENT_HEAD)
        s.head_good = vg_segment_head_get(head, &says, &why) == VG_OK && says == first;
    if (!err)
        err = read_footer(&s);
    if (err) {
        vg_segment_close(&s);
        return err;
    }
    *ret = s;
    return VG_OK;
}

void vg_segment_close(struct vg_segment *s)
{
    s->io->close(s->io->arg, s->fd);
    free(s->row);
    s->row = NULL;
    s->fd = -1;
}

enum vg_err vg_segment_frame(const struct vg_segment *s, int64_t at, struct vg_frame_head *ret_head,
                             uint8_t raw_head[static VG_FRAME_HEAD], uint8_t *stored, const char **ret_why)
{
    struct vg_frame_head head;
    if (at >= s->end)
        return VG_EOF;
    *ret_why = "a frame's head is torn off";
    if (s->end - at < VG_FRAME_HEAD)
        return VG_CORRUPT;
    if (vg_io_read(s->io, s->fd, raw_head, VG_FRAME_HEAD, at) != VG_FRAME_HEAD)
        return VG_IO;
    enum vg_err err = vg_frame_head_get(raw_head, &head, ret_why);
    if (err)
        return err;
    *ret_why = "a frame's payload is torn off";
    if (vg_frame_size(&head) > s->end - at)
        return VG_CORRUPT;
    if (stored) {
        if (vg_io_read(s->io, s->fd, stored, head.stored_len, at + VG_FRAME_HEAD) != (ssize_t)head.stored_len)
            return VG_IO;
        *ret_why = "a frame's payload is damaged";
        if (!vg_frame_payload_fits(&head, stored))
            return VG_CORRUPT;
    }
    *ret_head = head;
    return VG_OK;
}

enum vg_err vg_segment_resync(const struct vg_segment *s, int64_t from, int64_t *ret_at)
{
    uint8_t window[16384];
    struct vg_frame_head head;
    const char *why;
    while (from + VG_FRAME_HEAD <= s->end) {
        int64_t left = s->end - from, want = left < (int64_t)sizeof window ? left : (int64_t)sizeof window;
        if (vg_io_read(s->io, s->fd, window, (size_t)want, from) != want)
            return VG_IO;
        for (int64_t i = 0; i + VG_FRAME_HEAD <= want; i++)
            if (window[i] == 'V' && vg_frame_head_get(window + i, &head, &why) == VG_OK) {
                *ret_at = from + i;
                return VG_OK;
            }
        from += want - VG_FRAME_HEAD + 1;
    }
    *ret_at = s->end;
    return VG_OK;
}
