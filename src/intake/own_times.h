/*
 * By the data's clock a line without a time has the last one that its feed told itself, however long ago. Whoever goes
 * on behind an offset in the journal must know those times: this is the list of them, by the feeds' names, and its
 * text. One thread.
 */
#ifndef VG_INTAKE_OWN_TIMES_H
#define VG_INTAKE_OWN_TIMES_H

#include <stddef.h>

#include "base/source.h"

struct vg_own_time {
    char name[VG_SOURCE_NAME];
    int64_t own_us;
};

/* The feed that told its time last stands last. Begins with zeros. */
struct vg_own_times {
    struct vg_own_time *item;
    size_t count, room;
};

/* Sets a feed's time; VG_TIME_NONE: nothing to do. VG_NOMEM; VG_LIMIT: more than VG_SOURCE_MAX feeds. */
enum vg_err vg_own_times_set(struct vg_own_times *times, const char *name, int64_t own_us);

/* VG_TIME_NONE: it told none. NULL is an empty list. */
int64_t vg_own_times_get(const struct vg_own_times *times, const char *name);
void vg_own_times_free(struct vg_own_times *times);

/* One line a feed, microseconds and name. What doesn't fit is left out, those first that told theirs longest ago. */
void vg_own_times_put(const struct vg_own_times *times, char *text, size_t size);

/* Adds what a text says. Lines of another form are passed over. As vg_own_times_set(). */
enum vg_err vg_own_times_parse(struct vg_own_times *times, const char *text);

#endif
