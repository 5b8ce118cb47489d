/* The list of parts, read: lines to parts, and parts compared with what lies there. */
#include "archive/store_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define FOOT_PIECE ((size_t)1 << 16)

enum vg_err vg_store_list_path(const char *dir, uint64_t number, char ret_path[static VG_ATOMIC_PATH])
{
    int n = snprintf(ret_path, VG_ATOMIC_PATH, "%s/parts-%010" PRIu64 ".list", dir, number);
    return n > 0 && n < VG_ATOMIC_PATH ? VG_OK : VG_RANGE;
}

void vg_store_list_free(struct vg_store_list *list)
{
    free(list->items);
    *list = (struct vg_store_list){0};
}

/* ---- lines ---- */

/* A number, or "-": not known, `none`. */
static bool number(char **p, int base, uint64_t none, uint64_t *ret)
{
    char *end;
    while (**p == ' ')
        ++*p;
    if (**p == '-') {
        *ret = none;
        ++*p;
        return true;
    }
    if (**p == '+' || !**p)
        return false;
    errno = 0;
    *ret = strtoull(*p, &end, base);
    bool good = end != *p && !errno;
    *p = end;
    return good;
}

/* "+ PATH BYTES ROWS FIRST LAST FOOT CRC" or "- PATH". */
static bool parse_line(char *line, struct vg_store_listed *ret)
{
    struct vg_store_listed l = {.gone = *line == '-'};
    uint64_t crc;
    if ((*line != '+' && *line != '-') || line[1] != ' ')
        return false;
    char *path = line + 2, *p = path + strcspn(path, " ");
    bool more = *p == ' ';
    *p = 0;
    if (!vg_store_path_parse(path, &l.table, &l.hour_us, &l.part))
        return false;
    if (more == l.gone)
        return false;
    if (!l.gone) {
        p++;
        if (!number(&p, 10, 0, &l.file.bytes) || !number(&p, 10, VG_STORE_ROWS_UNKNOWN, &l.file.rows) ||
            !number(&p, 10, 0, &l.file.place_first) || !number(&p, 10, 0, &l.file.place_last) ||
            !number(&p, 10, 0, &l.file.foot.at) || !number(&p, 16, 0, &crc) || *p || crc > UINT32_MAX ||
            l.file.foot.at > l.file.bytes || l.file.place_first > l.file.place_last)
            return false;
        l.file.foot.crc = (uint32_t)crc;
    }
    *ret = l;
    return true;
}

static enum vg_err push(struct vg_store_list *list, const struct vg_store_listed *listed)
{
    if (list->count == list->room) {
        size_t room = 2 * list->room + 64;
        struct vg_store_listed *more = realloc(list->items, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        list->items = more;
        list->room = room;
    }
    list->items[list->count] = *listed;
    list->items[list->count++].line = list->lines++;
    return VG_OK;
}

static int by_place(const struct vg_store_listed *x, const struct vg_store_listed *y)
{
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    if (x->hour_us != y->hour_us)
        return x->hour_us < y->hour_us ? -1 : 1;
    if (x->part.first != y->part.first)
        return x->part.first < y->part.first ? -1 : 1;
    return x->part.last < y->part.last ? -1 : x->part.last > y->part.last;
}

static int by_place_and_line(const void *a, const void *b)
{
    const struct vg_store_listed *x = a, *y = b;
    int order = by_place(x, y);
    return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* Of the lines of one part the last one holds. */
static void settle(struct vg_store_list *list)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_place_and_line);
    for (size_t i = 0; i < list->count; i++) {
        bool last = i + 1 == list->count || by_place(&list->items[i], &list->items[i + 1]) != 0;
        if (last && !list->items[i].gone)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

/* `bytes` are text with a NUL behind it. */
static enum vg_err take_lines(struct vg_store_list *list, char *bytes, size_t len)
{
    struct vg_store_listed listed;
    enum vg_err err = VG_OK;
    for (size_t at = 0; at < len && !err;) {
        char *end = memchr(bytes + at, '\n', len - at);
        if (!end)
            return VG_CORRUPT;
        *end = 0;
        err = strlen(bytes + at) == (size_t)(end - bytes) - at && parse_line(bytes + at, &listed) ? push(list, &listed)
                                                                                                  : VG_CORRUPT;
        at = (size_t)(end - bytes) + 1;
    }
    return err;
}

/* ---- reading ---- */

static enum vg_err read_exactly(int fd, void *to, size_t len, uint64_t at)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(fd, (char *)to + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? VG_IO : VG_CORRUPT; /* shorter than it must be */
        done += (size_t)n;
    }
    return VG_OK;
}

static void forget(struct vg_store_list *list)
{
    list->count = list->lines = 0;
    list->crc = 0;
    list->at = (struct vg_store_list_at){0, 0};
}

/* All that counts, as text: what was read before is only compared. */
static enum vg_err take_bytes(struct vg_store_list *list, const struct vg_store_list_at *at, char *bytes)
{
    size_t before = (size_t)list->at.bytes, len = (size_t)at->bytes;
    bool same = at->number == list->at.number && before <= len &&
                (uint32_t)crc32(0, (const Bytef *)bytes, (uInt)before) == list->crc;
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)bytes, (uInt)len);
    if (!same) {
        forget(list);
        before = 0;
    }
    enum vg_err err = take_lines(list, bytes + before, len - before);
    if (!err) {
        settle(list);
        list->crc = crc;
    }
    return err;
}

static enum vg_err read_file(const char *path, const struct vg_store_list_at *at, struct vg_store_list *list)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    char *bytes = malloc((size_t)at->bytes + 1);
    enum vg_err err = fstat(fd, &st) ? VG_IO : bytes ? read_exactly(fd, bytes, (size_t)at->bytes, 0) : VG_NOMEM;
    close(fd);
    if (!err)
        err = take_bytes(list, at, bytes);
    free(bytes);
    if (!err) {
        list->inode = st.st_ino;
        list->changed = st.st_mtim;
    }
    return err;
}

/* It is as it was when it was read. */
static bool is_read(const struct vg_store_list *list, const struct vg_store_list_at *at, const char *path)
{
    struct stat st;
    return at->number == list->at.number && at->bytes == list->at.bytes && !stat(path, &st) &&
           st.st_ino == list->inode && st.st_mtim.tv_sec == list->changed.tv_sec &&
           st.st_mtim.tv_nsec == list->changed.tv_nsec;
}

enum vg_err vg_store_list_read(const char *dir, const struct vg_store_list_at *at, struct vg_store_list *list)
{
    char path[VG_ATOMIC_PATH];
    if (!at->number) {
        forget(list);
        return VG_OK;
    }
    enum vg_err err = vg_store_list_path(dir, at->number, path);
    if (!err && is_read(list, at, path))
        return VG_OK;
    if (!err)
        err = at->bytes > VG_STORE_LIST_BYTES ? VG_CORRUPT : read_file(path, at, list);
    if (err)
        forget(list);
    else
        list->at = *at;
    return err;
}

/* ---- asking ---- */

/* The first that doesn't stand before `key`. */
static size_t lower_bound(const struct vg_store_list *list, const struct vg_store_listed *key)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (by_place(&list->items[mid], key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const struct vg_store_listed *vg_store_list_hour(const struct vg_store_list *list, enum vg_store_table table,
                                                 int64_t hour_us, size_t *ret_count)
{
    const struct vg_store_listed key = {.table = table, .hour_us = hour_us};
    size_t first = lower_bound(list, &key), end = first;
    while (end < list->count && list->items[end].table == table && list->items[end].hour_us == hour_us)
        end++;
    *ret_count = end - first;
    return list->items + first;
}

const struct vg_store_listed *vg_store_list_find(const struct vg_store_list *list, enum vg_store_table table,
                                                 int64_t hour_us, const struct vg_store_part *part)
{
    const struct vg_store_listed key = {.table = table, .hour_us = hour_us, .part = *part};
    size_t at = lower_bound(list, &key);
    return at < list->count && by_place(&list->items[at], &key) == 0 ? &list->items[at] : NULL;
}

enum vg_err vg_store_list_hours_of(const struct vg_store_list *list, enum vg_store_table table, int64_t from_us,
                                   int64_t to_us, struct vg_store_hours *hours)
{
    int64_t since_us = from_us < INT64_MIN + VG_HOUR_US ? INT64_MIN : from_us - VG_HOUR_US + 1;
    const struct vg_store_listed key = {.table = table, .hour_us = since_us};
    enum vg_err err = VG_OK;
    for (size_t i = lower_bound(list, &key); i < list->count && !err; i++) {
        const struct vg_store_listed *l = &list->items[i];
        if (l->table != table || l->hour_us >= to_us)
            break;
        err = vg_store_hours_add(hours, l->hour_us);
    }
    return err;
}

/* ---- a part and its file ---- */

static enum vg_err check_foot(const struct vg_table_written *file, int fd)
{
    char *piece = malloc(FOOT_PIECE);
    uLong crc = crc32(0, NULL, 0);
    enum vg_err err = piece ? VG_OK : VG_NOMEM;
    for (uint64_t at = file->foot.at; at < file->bytes && !err;) {
        size_t n = file->bytes - at < FOOT_PIECE ? (size_t)(file->bytes - at) : FOOT_PIECE;
        err = read_exactly(fd, piece, n, at);
        if (!err)
            crc = crc32(crc, (const Bytef *)piece, (uInt)n);
        at += n;
    }
    free(piece);
    return err ? err : (uint32_t)crc == file->foot.crc ? VG_OK : VG_CORRUPT;
}

enum vg_err vg_store_listed_check(const struct vg_store_listed *listed, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    enum vg_err err = fstat(fd, &st) ? VG_IO : VG_OK;
    if (!err && (!S_ISREG(st.st_mode) || (listed->file.bytes && (uint64_t)st.st_size != listed->file.bytes)))
        err = VG_CORRUPT;
    if (!err && listed->file.foot.at)
        err = check_foot(&listed->file, fd);
    close(fd);
    return err;
}
