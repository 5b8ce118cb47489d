/*
 * A time at the beginning of a text, in any form that programs and people write and that can be read in one way only.
 * Pure; any thread.
 *
 * Whole times: ISO 8601 and what looks like it (2024-11-22T05:20:00.123Z, 2024/11/22 05:20, 20241122T052000Z,
 * 20241122052000), counts since 1970 in s, ms, µs and ns (told apart by their size), 22 Nov 2024 05:20:00,
 * 22/Nov/2024:05:20:00, Nov 22 05:20:00 2024. A fraction may follow the seconds behind a point or a comma, AM or PM the
 * time, and a zone all of it: Z, UTC, GMT, +02, +02:00, +0200, "+0000 UTC". Without a zone a time is UTC.
 */
#ifndef VG_BASE_TIME_SCAN_H
#define VG_BASE_TIME_SCAN_H

#include <stdbool.h>
#include <stdint.h>

enum vg_time_kind {
    VG_TIME_KIND_NONE,
    VG_TIME_KIND_WHOLE,
    VG_TIME_KIND_OF_DAY,  /* 05:20:00: a date must come from elsewhere */
    VG_TIME_KIND_NO_YEAR, /* Nov 22 05:20:00, as syslog writes it */
    VG_TIME_KIND_ORDER,   /* 03/04/2024 05:20:00: whether day or month comes first can't be seen */
    VG_TIME_KIND_ZONE,    /* a time in a zone that has only letters (CET, PST): those have several meanings */
};

struct vg_time_found {
    enum vg_time_kind kind;
    int64_t time_us; /* WHOLE: UTC. OF_DAY: since midnight. NO_YEAR: as if in the year 2000, which has each day */
    bool zoned;      /* it said its zone */
    const char *end; /* behind it; of NONE: the beginning */
};

/*
 * The time at p. A number is a count since 1970 only if it has at least `digits` digits before its point: 10 where any
 * number may stand (an identity has nine), 1 where nothing but a time can. Digits must not go on behind it.
 */
struct vg_time_found vg_time_scan(const char *p, const char *end, unsigned digits);

/* The zone at p, blanks before it passed over: minutes east of UTC. False: there is none, *p is untouched. */
bool vg_time_scan_zone(const char **p, const char *end, int *ret_minutes);

/* The month whose first three letters stand at p, in English or Spanish, 1–12; 0: none. */
int vg_time_month(const char *p, const char *end);

/* The first time in a text, at the beginning of one of its words. ORDER and ZONE count, too. */
struct vg_time_found vg_time_find(const char *p, const char *end);

#endif
