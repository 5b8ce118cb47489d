/*
 * A contact: what we believe about one thing at sea, field by field, and for each field the very report that said it.
 *
 * A plain value. The id is ours and lasts for the contact's life; what a sensor calls it (an MMSI, an IMO number, a
 * radar's track number) is a claim that the contact carries. Pure functions, any thread, nothing is allocated.
 */
#ifndef VG_VESSEL_CONTACT_H
#define VG_VESSEL_CONTACT_H

#include <stddef.h>

#include "base/source.h"
#include "report/report.h"

/* The report that said a field: when, from whom, which message, and where its first sentence stands. 16 bytes. */
struct vg_prov {
    uint64_t time_ms : 44;        /* since 1970; 0: never said */
    uint64_t source : 12;         /* base/source.h */
    uint64_t message : 8;         /* AIS message type; 0: another sensor */
    uint64_t suspect : 1;         /* its form was more like noise than like a message */
    uint64_t journal_offset : 63; /* 0: not kept */
};
_Static_assert(sizeof(struct vg_prov) == 16, "19 of them in each contact");

#define VG_PROV_TIME_MS_MAX ((INT64_C(1) << 44) - 1) /* the year 2527 */

static inline struct vg_prov vg_prov_of(int64_t time_us, uint16_t source, uint8_t message, uint64_t journal_offset)
{
    return (struct vg_prov){.time_ms = (uint64_t)(time_us / 1000),
                            .source = source & 0xFFF,
                            .message = message,
                            .journal_offset = journal_offset & (UINT64_MAX >> 1)};
}

/* State bits of a contact; the first byte is what the stream sends. */
enum vg_contact_flag {
    VG_CONTACT_DISTRESS = 1,
    VG_CONTACT_DISTRESS_TEST = 2,
    VG_CONTACT_HELD = 4,  /* an implausible position is held apart */
    VG_CONTACT_STILL = 8, /* anchored, moored, aground, or simply not moving */
    VG_CONTACT_OFF_POSITION = 16,
    VG_CONTACT_VIRTUAL = 32,
    VG_CONTACT_ACCURATE = 64,
};

/*
 * A field was said if its prov has a time. What moves stands first: most reports change nothing else, and the picture
 * copies no more than that (VG_CONTACT_MOVING_SIZE).
 */
struct vg_contact {
    uint64_t id;         /* never given twice; see vg_contact_id_of(). 0: of the past, where it isn't known */
    uint32_t mmsi;       /* the claim that it is found by; 0: none */
    uint32_t slot;       /* in the picture */
    uint64_t move_seq;   /* sequence number of the last change of what the stream's MOVE row says */
    uint64_t static_seq; /* the same for STATIC */
    int64_t heard_us;    /* time of the newest report */
    uint64_t reports;    /* applied in all */
    struct vg_pos pos;   /* VG_POS_NONE until one is believed */
    struct vg_pos held_pos;
    int64_t held_us;
    uint32_t held_count; /* positions held apart in all */
    uint8_t class;       /* enum vg_class */
    uint8_t flags;       /* enum vg_contact_flag */
    char flag[2];        /* country of the MMSI, ISO 3166-1 alpha-2, or two zero bytes */
    uint16_t sog_dkn, cog_ddeg, heading_deg;
    int8_t turn_raw;
    uint8_t status;
    uint8_t shiptype, aid_type;
    bool from_track;        /* no one claims it: a track of sensors that measure is all that is known of it */
    struct vg_prov claimed; /* the newest report that claimed the MMSI */
    struct vg_prov prov[VG_FIELD_COUNT];
    int16_t altitude_m;
    uint8_t draught_dm;
    uint8_t eta_month, eta_day, eta_hour, eta_minute;
    uint16_t to_bow_m, to_stern_m;
    uint8_t to_port_m, to_starboard_m;
    uint32_t imo;
    uint32_t parent_mmsi;
    char name[VG_NAME_SIZE];
    char callsign[VG_CALLSIGN_SIZE];
    char destination[VG_DESTINATION_SIZE];
    char text[VG_REPORT_TEXT_SIZE]; /* distress devices: "SART ACTIVE", … */
};

/* Position, speed, course, heading, turn, status: a report of these alone changes only the first bytes of a contact. */
#define VG_CONTACT_MOVING_FIELDS ((VG_FIELD_BIT(STATUS) << 1) - 1)
#define VG_CONTACT_MOVING_SIZE   offsetof(struct vg_contact, prov[VG_FIELD_STATUS + 1])

static inline bool vg_contact_said(const struct vg_contact *c, enum vg_field field)
{
    return c->prov[field].time_ms != 0;
}

/* What the journal tells of a report's bytes besides their offset. */
struct vg_contact_origin {
    uint64_t journal;    /* which one it is, journal/name.h; 0: there is none */
    int64_t received_us; /* when they were received */
};

/*
 * The id of a contact that begins with a report. It is made of what the journal holds, so every replay gives the same:
 * which journal it is, where the report stands in it, and when its bytes were received. Another journal counts its
 * offsets from 0 again; and offsets that were given out and never reached the disk (a crash, a full disk) are given out
 * again, later. Of bytes that the journal has not (offset 0) source and number of the arrival stand for the offset.
 *
 * Without a journal (origin->journal 0) it is a bijection of the offset, or of source and arrival. With one it is a
 * hash of 64 bits: two of a hundred million contacts share one with a chance of 1 in 4000. `attempt` counts up while an
 * id belongs to a contact that is there (two sentences in one line). Never 0.
 */
uint64_t vg_contact_id_of(const struct vg_report *report, const struct vg_contact_origin *origin, uint64_t arrival_no,
                          unsigned attempt);

#define VG_CONTACT_ID_TEXT 17 /* 16 hexadecimal digits and the terminator: JSON numbers lose such ids */
void vg_contact_id_text(uint64_t id, char ret[static VG_CONTACT_ID_TEXT]);
/* False, *ret untouched, unless `text` is 16 hexadecimal digits. */
bool vg_contact_id_parse(const char *text, uint64_t *ret);

/* ---- claims ---- */

#define VG_CLAIM_LIST(X)                                                                                               \
    X(MMSI, "mmsi")                                                                                                    \
    X(IMO, "imo")                                                                                                      \
    X(SENSOR_TRACK, "sensor-track") /* the number that a radar gives it */                                             \
    X(NAME, "name")                 /* by an operator, as … */                                                       \
    X(THING, "kind")                /* … what it is */

enum vg_claim_kind {
#define X(name, key) VG_CLAIM_##name,
    VG_CLAIM_LIST(X)
#undef X
        VG_CLAIM_KINDS
};
const char *vg_claim_key(enum vg_claim_kind kind);

struct vg_claim {
    enum vg_claim_kind kind;
    uint64_t value;
    struct vg_prov said;
    uint8_t probability_pct; /* that the claim is true of this contact; the rules stand in contact.c */
};

/* How sure a claim of SENSOR_TRACK, NAME or THING is; `held`: the one who made it has the contact in view now. */
uint8_t vg_claim_sure_pct(enum vg_claim_kind kind, bool held);

/* The claims of MMSI and IMO number that a contact carries, the newest word of each. Returns how many. The others stand
 * with its track (picture/picture.h) and with what operators did (situation/hand.h). */
size_t vg_contact_claims(const struct vg_contact *contact, struct vg_claim ret[static VG_CLAIM_KINDS]);

/* ---- the age of a field ---- */

/* FRESH: as good as new. STALE: a worse source may replace it. EXPIRED: it says nothing about the present any more. */
enum vg_age { VG_AGE_FRESH, VG_AGE_STALE, VG_AGE_EXPIRED };
const char *vg_age_key(enum vg_age age); /* "fresh", "stale", "expired" */

/* The age of a field that was said, at a moment. */
enum vg_age vg_field_age(enum vg_field field, const struct vg_prov *said, int64_t now_us);

/*
 * True if a field was said and is not expired at a moment: who shows a contact shows these fields only. A position
 * holds as long as its contact is shown: it is the last place known, and it stands with its time (vessel/rules.h has
 * how long a contact may be silent).
 */
static inline bool vg_contact_holds(const struct vg_contact *c, enum vg_field field, int64_t now_us)
{
    return vg_contact_said(c, field) &&
           (field == VG_FIELD_POS || vg_field_age(field, &c->prov[field], now_us) != VG_AGE_EXPIRED);
}

/* The fields among some (VG_FIELD_BIT) that were said and don't hold any more; in *ret_next_us when the next will not,
 * INT64_MAX: none. Of the aids' flags only a flag that is shown counts. */
uint32_t vg_contact_expired(const struct vg_contact *contact, uint32_t among, int64_t now_us, int64_t *ret_next_us);

#endif
