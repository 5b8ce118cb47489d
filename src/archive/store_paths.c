#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store_inner.h"

#define PART_NAME   48
#define TABLES_PATH (VG_ATOMIC_PATH - 96) /* room for what follows DIR */

const struct vg_table *const vg_store_tables[VG_STORE_TABLES] = {
    [VG_STORE_POSITIONS] = &vg_table_positions, [VG_STORE_STATICS] = &vg_table_statics,
    [VG_STORE_DETAILS] = &vg_table_details,     [VG_STORE_DETECTIONS] = &vg_table_detections,
    [VG_STORE_TRACKS] = &vg_table_tracks,
};

/* Exactly `count` digits. */
static bool digits(const char **p, size_t count, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(unsigned char)(*p)[i] - '0';
        if (digit > 9)
            return false;
        value = 10 * value + digit;
    }
    *p += count;
    *ret_value = value;
    return true;
}

static const char *prefix_of(int64_t hour_us)
{
    return hour_us == VG_STORE_MIXED ? "mixed-" : "part-";
}

bool vg_store_part_of(int64_t hour_us, const char *name, struct vg_store_part *ret_part)
{
    struct vg_store_part part;
    const char *prefix = prefix_of(hour_us);
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return false;
    name += strlen(prefix);
    if (!digits(&name, 10, &part.first) || *name++ != '-' || !digits(&name, 10, &part.last) ||
        strcmp(name, ".parquet") || !part.first || part.first > part.last)
        return false;
    *ret_part = part;
    return true;
}

bool vg_store_part_parse(const char *name, struct vg_store_part *ret_part)
{
    return vg_store_part_of(0, name, ret_part);
}

enum vg_err vg_store_path(const char *dir, enum vg_store_table table, int64_t hour_us, const struct vg_store_part *part,
                          char ret_path[static VG_ATOMIC_PATH])
{
    struct vg_civil c = vg_time_civil(hour_us == VG_STORE_MIXED ? VG_STORE_MIXED_FOLDER : hour_us);
    char name[PART_NAME] = "";
    if (strlen(dir) > TABLES_PATH || c.year < 0 || c.year > 9999)
        return VG_RANGE;
    if (part)
        snprintf(name, sizeof name, "/%s%010" PRIu64 "-%010" PRIu64 ".parquet", prefix_of(hour_us),
                 part->first % (VG_STORE_NUMBER_MAX + 1), part->last % (VG_STORE_NUMBER_MAX + 1));
    snprintf(ret_path, VG_ATOMIC_PATH, "%s/%s/day=%04u-%02u-%02u/hour=%02u%s", dir, vg_store_table(table)->folder,
             (unsigned)c.year % 10000u, c.month % 100u, c.day % 100u, c.hour % 100u, name);
    return VG_OK;
}

static enum vg_err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return VG_IO;
    enum vg_err err = fsync(fd) ? VG_IO : VG_OK;
    close(fd);
    return err;
}

/*
 * Makes a folder if it isn't there, and syncs the one it stands in: also if it is there, for who made it may have been
 * stopped before.
 */
static enum vg_err make(char *path, size_t parent_len)
{
    if (mkdir(path, 0755) && errno != EEXIST)
        return VG_IO;
    char was = path[parent_len];
    path[parent_len] = 0;
    enum vg_err err = sync_folder(path);
    path[parent_len] = was;
    return err;
}

enum vg_err vg_store_make_folder(const char *dir, enum vg_store_table table, int64_t hour_us)
{
    char path[VG_ATOMIC_PATH];
    size_t ends[4] = {strlen(dir)};
    enum vg_err err = vg_store_path(dir, table, hour_us, NULL, path);
    for (size_t i = 1; i < 4 && !err; i++)
        ends[i] = ends[i - 1] + 1 + strcspn(path + ends[i - 1] + 1, "/");
    for (size_t i = 1; i < 4 && !err; i++) {
        char was = path[ends[i]];
        path[ends[i]] = 0;
        err = make(path, ends[i - 1]);
        path[ends[i]] = was;
    }
    return err;
}

bool vg_store_remove_part(const char *dir, enum vg_store_table table, int64_t hour_us, const struct vg_store_part *part)
{
    char path[VG_ATOMIC_PATH];
    return vg_store_path(dir, table, hour_us, part, path) || !unlink(path) || errno == ENOENT || errno == ENOTDIR;
}

/* ---- listings ---- */

static int by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static enum vg_err push_hour(struct vg_store_hours *hours, int64_t hour_us)
{
    if (hours->count == hours->room) {
        size_t room = 2 * hours->room + 64;
        int64_t *more = realloc(hours->items, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        hours->items = more;
        hours->room = room;
    }
    hours->items[hours->count++] = hour_us;
    return VG_OK;
}

/* Inserts it where it belongs: most come in order. */
static void move_back(struct vg_store_hours *hours)
{
    size_t at = hours->count - 1;
    int64_t hour_us = hours->items[at];
    for (; at && hours->items[at - 1] > hour_us; at--)
        hours->items[at] = hours->items[at - 1];
    hours->items[at] = hour_us;
}

bool vg_store_hours_have(const struct vg_store_hours *hours, int64_t hour_us)
{
    return hours->count && bsearch(&hour_us, hours->items, hours->count, sizeof *hours->items, by_time);
}

enum vg_err vg_store_hours_add(struct vg_store_hours *hours, int64_t hour_us)
{
    if (vg_store_hours_have(hours, hour_us))
        return VG_OK;
    enum vg_err err = push_hour(hours, hour_us);
    if (!err)
        move_back(hours);
    return err;
}

/* `day=2026-11-22` → when it begins. */
static bool parse_day(const char *name, int64_t *ret_day_us)
{
    uint64_t year, month, day;
    if (strncmp(name, "day=", 4))
        return false;
    name += 4;
    if (!digits(&name, 4, &year) || *name++ != '-' || !digits(&name, 2, &month) || *name++ != '-' ||
        !digits(&name, 2, &day) || *name || !vg_time_has_day((int64_t)year, (int64_t)month, (int64_t)day))
        return false;
    *ret_day_us = vg_time_from_civil(&(struct vg_civil){(int32_t)year, (uint8_t)month, (uint8_t)day, 0, 0, 0, 0});
    return true;
}

static bool parse_hour(const char *name, int64_t *ret_us)
{
    uint64_t hour;
    if (strncmp(name, "hour=", 5))
        return false;
    name += 5;
    if (!digits(&name, 2, &hour) || *name || hour > 23)
        return false;
    *ret_us = (int64_t)hour * VG_HOUR_US;
    return true;
}

bool vg_store_path_parse(const char *path, enum vg_store_table *ret_table, int64_t *ret_hour_us,
                         struct vg_store_part *ret_part)
{
    char name[4][PART_NAME];
    int64_t day_us, hour_us;
    for (size_t i = 0; i < 4; i++) {
        size_t len = strcspn(path, "/");
        if (len >= PART_NAME || (i < 3) != (path[len] == '/'))
            return false;
        memcpy(name[i], path, len);
        name[i][len] = 0;
        path += len + (i < 3);
    }
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        if (!strcmp(name[0], vg_store_table(t)->folder) && parse_day(name[1], &day_us) &&
            parse_hour(name[2], &hour_us)) {
            bool mixed =
                day_us + hour_us == VG_STORE_MIXED_FOLDER && vg_store_part_of(VG_STORE_MIXED, name[3], ret_part);
            *ret_table = t;
            *ret_hour_us = mixed ? VG_STORE_MIXED : day_us + hour_us;
            return mixed || vg_store_part_parse(name[3], ret_part);
        }
    return false;
}

/* The numbers that parse() finds in a folder's names and that, with `base`, meet [from, to) for `length` each. */
static enum vg_err list(const char *path, bool (*parse)(const char *, int64_t *), int64_t base, int64_t length,
                        int64_t from, int64_t to, struct vg_store_hours *found)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    enum vg_err err = VG_OK;
    int64_t at;
    if (!folder)
        return errno == ENOENT || errno == ENOTDIR ? VG_OK : VG_IO;
    while (!err && (entry = readdir(folder)))
        if (parse(entry->d_name, &at) && base + at < to && base + at + length > from)
            err = push_hour(found, base + at);
    closedir(folder);
    return err;
}

enum vg_err vg_store_list_hours(const char *dir, enum vg_store_table table, int64_t from_us, int64_t to_us,
                                struct vg_store_hours *hours)
{
    struct vg_store_hours days = {0};
    char path[VG_ATOMIC_PATH];
    if (strlen(dir) > TABLES_PATH)
        return VG_RANGE;
    snprintf(path, sizeof path, "%s/%s", dir, vg_store_table(table)->folder);
    enum vg_err err = list(path, parse_day, 0, VG_DAY_US, from_us, to_us, &days);
    for (size_t i = 0; i < days.count && (!err || err == VG_IO); i++) {
        enum vg_err bad = vg_store_path(dir, table, days.items[i], NULL, path);
        if (!bad) {
            *strrchr(path, '/') = 0; /* the day's folder */
            bad = list(path, parse_hour, days.items[i], VG_HOUR_US, from_us, to_us, hours);
        }
        err = bad ? bad : err;
    }
    if (hours->count)
        qsort(hours->items, hours->count, sizeof *hours->items, by_time);
    size_t kept = 0; /* folders of days that don't exist may name an hour twice */
    for (size_t i = 0; i < hours->count; i++)
        if (!kept || hours->items[kept - 1] != hours->items[i])
            hours->items[kept++] = hours->items[i];
    hours->count = kept;
    free(days.items);
    if ((!err || err == VG_IO) && from_us == INT64_MIN && vg_store_hours_have(hours, VG_STORE_MIXED_FOLDER) &&
        vg_store_hours_add(hours, VG_STORE_MIXED))
        err = VG_NOMEM;
    return err;
}

/* By first, the widest before those within it. */
static int by_number(const void *a, const void *b)
{
    const struct vg_store_part *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last > y->last ? -1 : x->last < y->last;
}

static enum vg_err push_part(struct vg_store_parts *parts, struct vg_store_part part)
{
    if (parts->count == parts->room) {
        size_t room = 2 * parts->room + 16;
        struct vg_store_part *more = realloc(parts->items, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        parts->items = more;
        parts->room = room;
    }
    parts->items[parts->count++] = part;
    return VG_OK;
}

static void drop_covered(const char *dir, enum vg_store_table table, int64_t hour_us, bool clean,
                         struct vg_store_parts *parts)
{
    char path[VG_ATOMIC_PATH];
    size_t kept = 0;
    if (parts->count)
        qsort(parts->items, parts->count, sizeof *parts->items, by_number);
    for (size_t i = 0; i < parts->count; i++) {
        if (kept && parts->items[i].last <= parts->items[kept - 1].last) {
            if (clean && !vg_store_path(dir, table, hour_us, &parts->items[i], path))
                unlink(path);
        } else {
            parts->items[kept++] = parts->items[i];
        }
    }
    parts->count = kept;
}

enum vg_err vg_store_list_parts(const char *dir, enum vg_store_table table, int64_t hour_us, uint64_t commit,
                                bool clean, struct vg_store_parts *ret_parts)
{
    char path[VG_ATOMIC_PATH];
    struct vg_store_part part;
    struct dirent *entry;
    enum vg_err err = vg_store_path(dir, table, hour_us, NULL, path);
    if (err)
        return err;
    DIR *folder = opendir(path);
    ret_parts->count = 0;
    if (!folder)
        return errno == ENOENT || errno == ENOTDIR ? VG_OK : VG_IO;
    while (!err && (entry = readdir(folder))) {
        const char *name = entry->d_name, *dot = strrchr(name, '.');
        if (vg_store_part_of(hour_us, name, &part) && part.last <= commit)
            err = push_part(ret_parts, part);
        else if (clean && !strncmp(name, prefix_of(hour_us), strlen(prefix_of(hour_us))) &&
                 (vg_store_part_of(hour_us, name, &part) || (dot && !strcmp(dot, ".tmp"))))
            unlinkat(dirfd(folder), name, 0);
    }
    closedir(folder);
    if (!err)
        drop_covered(dir, table, hour_us, clean, ret_parts);
    return err;
}

/* True if a part that lies within this one is there. */
static bool stands_for_one(const char *dir, enum vg_store_table table, int64_t hour_us,
                           const struct vg_store_part *part)
{
    struct vg_store_parts older = {0};
    bool found = vg_store_list_parts(dir, table, hour_us, part->last - 1, false, &older) != VG_OK;
    for (size_t i = 0; i < older.count && !found; i++)
        found = older.items[i].first >= part->first;
    free(older.items);
    return found;
}

bool vg_store_remove_empty(const char *dir, enum vg_store_table table, int64_t hour_us,
                           const struct vg_store_part *part)
{
    char path[VG_ATOMIC_PATH];
    if (vg_store_path(dir, table, hour_us, NULL, path))
        return true; /* there is none */
    /* A power cut must not bring back the parts that it stands for when it has gone itself. */
    if (stands_for_one(dir, table, hour_us, part) || sync_folder(path) ||
        !vg_store_remove_part(dir, table, hour_us, part))
        return false;
    if (!rmdir(path)) { /* no more than tidy: a folder that isn't empty stays */
        *strrchr(path, '/') = 0;
        rmdir(path);
    }
    return true;
}
