/*
 * What people are told as it happens: a feed's state changed, a distress device calls or fell silent, the data folder's
 * disk fails or takes it again. Plain values that own what they say, so that they may be kept and copied. Whoever tells
 * people (the log, HTTP's stream of notices) gets nothing else; the JSON of a notice is written in one place.
 *
 * The builders are pure. Nothing is allocated; texts are cut to their field. Any thread.
 */
#ifndef VG_SITUATION_NOTICE_H
#define VG_SITUATION_NOTICE_H

#include "base/geo.h"
#include "base/source.h"
#include "picture/picture.h"
#include "site/site.h"
#include "situation/status.h"

enum vg_notice_kind {
    VG_NOTICE_FEED,
    VG_NOTICE_DISTRESS,
    VG_NOTICE_STORAGE,
    VG_NOTICE_CLOCK,          /* of the host: it jumped, or is synchronised, or no more */
    VG_NOTICE_DISTRESS_GROUP, /* more distress than is told one by one: situation/notice_budget.h */
    VG_NOTICE_TRACK,          /* a track was bound to an identity, or parted; what sensors see and don't see of it */
    VG_NOTICE_ALERT,          /* an alert was opened, or what became of it */
    VG_NOTICE_KINDS
};

/* "feed", "distress", "storage", "distress_group", "clock", "track", "alert": the name of the event in /api/v1/notices.
 */
const char *vg_notice_kind_key(enum vg_notice_kind kind);

/* "active", "test", "ended"; "none" of what is no event. */
const char *vg_distress_change_key(enum vg_distress_change change);

/* The feed is in `state` since the event's time. */
struct vg_notice_feed {
    char name[VG_FEED_NAME];
    enum vg_feed_state state;
    char error[VG_STATUS_ERROR]; /* why, "": no reason */
    uint32_t changes;            /* more than 1: of its state, that this event stands for */
};

struct vg_notice_distress {
    uint64_t contact; /* id of the contact; written as 16 hexadecimal digits */
    uint32_t mmsi;    /* 0: none */
    enum vg_class class;
    enum vg_distress_change change;
    struct vg_pos pos;              /* VG_POS_NONE: not known */
    char source[VG_SOURCE_NAME];    /* who told the position, or, if that is not known, of it at all */
    char text[VG_REPORT_TEXT_SIZE]; /* "SART ACTIVE"; "": none */
    char name[VG_NAME_SIZE];        /* "": none */
};

struct vg_notice_storage {
    bool failing;
    char error[VG_STATUS_ERROR];         /* of the journal's disk; "": none */
    char archive_error[VG_STATUS_ERROR]; /* "": the archive is written */
    int64_t since_us;                    /* since when the journal's disk fails; VG_TIME_NONE: it does not */
    uint64_t lost_entries, lost_bytes;
    uint64_t damages; /* files that were found lost or damaged */
    struct vg_space_status disk;
};

#define VG_GROUP_SOURCES 8

/* Many events of distress as one. */
struct vg_notice_distress_group {
    int64_t since_us;             /* the first that it stands for */
    uint64_t active, test, ended; /* changes since then */
    uint32_t calling;             /* contacts that call at the event's time, all of them */
    uint32_t sources;             /* how many follow, those with most first */
    struct {
        char source[VG_SOURCE_NAME];
        uint64_t count;
    } source[VG_GROUP_SOURCES];
};

/* struct vg_track_event, with names. */
struct vg_notice_track {
    uint8_t what, ceased;      /* enum vg_track_event_kind */
    uint64_t contact, other;   /* ids; other 0: none */
    uint32_t mmsi, other_mmsi; /* 0: none */
    struct vg_pos pos;
    double existence, log_ratio, expected, had; /* the numbers that decided it */
    uint64_t journal_offset;                    /* of the report that decided it; 0: not kept */
    char site[VG_SITE_NAME];                    /* "": none */
};

/* What people look at, by its keys: the room of alerts stands above. */
struct vg_notice_alert {
    uint64_t id, event;
    char what[16], state[16], severity[16], kind[24], rule[48];
    uint32_t mmsi; /* 0: none */
    struct vg_pos pos;
    bool exercise;
};

struct vg_notice {
    enum vg_notice_kind kind;
    int64_t time_us; /* when it happened, UTC; VG_TIME_NONE: not known. STORAGE has none in JSON but `since` */
    union {
        struct vg_notice_feed feed;
        struct vg_notice_distress distress;
        struct vg_notice_storage storage;
        struct vg_host_clock_change clock;
        struct vg_notice_distress_group group;
        struct vg_notice_track track;
        struct vg_notice_alert alert;
    };
};

/* Takes events, in the thread of whoever finds them. It must not call back. The event is valid during the call. */
typedef void vg_notice_sink(void *arg, const struct vg_notice *event);

/* ---- builders: for what changes, and for what is so when a reader comes ---- */

/* status->error is copied; `error`, unless NULL, is said instead (a board keeps it apart). */
void vg_notice_of_feed(const char *name, const struct vg_feed_status *status, const char *error, struct vg_notice *ret);

/* The contact's `heard_us` is the time. `sources` must have its source. */
void vg_notice_of_distress(const struct vg_contact *contact, enum vg_distress_change change,
                           const struct vg_sources *sources, struct vg_notice *ret);

/* Who told where a distress device is, or, if that is not known, of it at all: the source that its event names. */
uint16_t vg_notice_source_of(const struct vg_contact *contact);

/* What a contact says at this moment. False, *ret untouched: it does not call. */
bool vg_notice_of_contact(const struct vg_contact *contact, const struct vg_sources *sources, struct vg_notice *ret);

void vg_notice_of_track(const struct vg_track_event *happened, const struct vg_sites *sites, struct vg_notice *ret);
void vg_notice_of_clock(const struct vg_host_clock_change *change, struct vg_notice *ret);
void vg_notice_of_storage(const struct vg_storage_status *storage, struct vg_notice *ret);

#endif
