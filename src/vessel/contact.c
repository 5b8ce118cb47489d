#include "vessel/contact.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "report/mmsi.h"

/* ---- ids ---- */

/* Steele and others' finaliser (splitmix64): a bijection of 64-bit words, so different offsets give different ids. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

#define WITHOUT_JOURNAL (UINT64_C(1) << 63) /* journal offsets are below this: the two kinds never meet */
#define SOURCE_SHIFT    48

uint64_t vg_contact_id_of(const struct vg_report *report, const struct vg_contact_origin *origin, uint64_t arrival_no,
                          unsigned attempt)
{
    uint64_t key = report->journal_offset & ~WITHOUT_JOURNAL;
    if (!key)
        key = WITHOUT_JOURNAL | (uint64_t)(report->source & 0xFFF) << SOURCE_SHIFT |
              (arrival_no & ((UINT64_C(1) << SOURCE_SHIFT) - 1));
    uint64_t id = mix(key);
    if (origin->journal)
        id = mix(mix(id ^ origin->journal) ^ (uint64_t)origin->received_us);
    for (; attempt; attempt--)
        id = mix(id + attempt);
    return id ? id : 1;
}

void vg_contact_id_text(uint64_t id, char ret[static VG_CONTACT_ID_TEXT])
{
    snprintf(ret, VG_CONTACT_ID_TEXT, "%016llx", (unsigned long long)id);
}

bool vg_contact_id_parse(const char *text, uint64_t *ret)
{
    uint64_t id = 0;
    if (strnlen(text, VG_CONTACT_ID_TEXT) != VG_CONTACT_ID_TEXT - 1)
        return false;
    for (const char *c = text; *c; c++) {
        int digit = *c >= '0' && *c <= '9'   ? *c - '0'
                    : *c >= 'a' && *c <= 'f' ? *c - 'a' + 10
                    : *c >= 'A' && *c <= 'F' ? *c - 'A' + 10
                                             : -1;
        if (digit < 0)
            return false;
        id = id << 4 | (uint64_t)digit;
    }
    *ret = id;
    return true;
}

/* ---- claims ---- */

const char *vg_claim_key(enum vg_claim_kind kind)
{
    static const char *const keys[VG_CLAIM_KINDS] = {
#define X(name, key) key,
        VG_CLAIM_LIST(X)
#undef X
    };
    return (unsigned)kind < VG_CLAIM_KINDS ? keys[kind] : "unknown";
}

/*
 * How sure a claim is, in per cent. An MMSI is what the transponder sends in each message: 99. While positions are held
 * apart, two may be sending it, and either may be the one that owns it: 50. One that is no identity is nobody's: 5. An
 * IMO number is typed in by hand: with a right check digit a mistyped one passes in 1 of 10 cases, and few are
 * mistyped: 95; with a wrong one it is nobody's: 5. A radar's own tracker swaps two targets now and then: 95; once it
 * has lost the contact, its number may be another's: 50. An operator may mean another echo: 90.
 */
#define SURE_MMSI      99
#define SURE_MMSI_TWO  50
#define SURE_MMSI_NONE 5
#define SURE_IMO       95
#define SURE_IMO_WRONG 5
#define SURE_TRACK     95
#define SURE_TRACK_OLD 50
#define SURE_BY_HAND   90

/* Seven digits, the last of which is the last digit of the others' sum, weighted 7 to 2 (IMO resolution A.1117(30)). */
static bool imo_is_right(uint32_t imo)
{
    uint32_t sum = 0, rest = imo / 10;
    if (imo < 1000000 || imo > 9999999)
        return false;
    for (uint32_t weight = 2; weight <= 7; weight++, rest /= 10)
        sum += rest % 10 * weight;
    return sum % 10 == imo % 10;
}

static uint8_t sure_of_mmsi(const struct vg_contact *c)
{
    if (!vg_mmsi_has_digits(c->mmsi))
        return SURE_MMSI_NONE;
    return c->flags & VG_CONTACT_HELD ? SURE_MMSI_TWO : SURE_MMSI;
}

uint8_t vg_claim_sure_pct(enum vg_claim_kind kind, bool held)
{
    return kind != VG_CLAIM_SENSOR_TRACK ? SURE_BY_HAND : held ? SURE_TRACK : SURE_TRACK_OLD;
}

size_t vg_contact_claims(const struct vg_contact *c, struct vg_claim ret[static VG_CLAIM_KINDS])
{
    size_t n = 0;
    if (c->claimed.time_ms)
        ret[n++] = (struct vg_claim){
            .kind = VG_CLAIM_MMSI, .value = c->mmsi, .said = c->claimed, .probability_pct = sure_of_mmsi(c)};
    if (vg_contact_said(c, VG_FIELD_IMO))
        ret[n++] = (struct vg_claim){.kind = VG_CLAIM_IMO,
                                     .value = c->imo,
                                     .said = c->prov[VG_FIELD_IMO],
                                     .probability_pct = imo_is_right(c->imo) ? SURE_IMO : SURE_IMO_WRONG};
    return n;
}

/* ---- ages ---- */

const char *vg_age_key(enum vg_age age)
{
    static const char *const keys[] = {
        [VG_AGE_FRESH] = "fresh", [VG_AGE_STALE] = "stale", [VG_AGE_EXPIRED] = "expired"};
    return (unsigned)age < sizeof keys / sizeof *keys ? keys[age] : "unknown";
}

/*
 * Minutes until a field is stale, and until it is expired; 0: never. Positions are said every 3 min at the slowest
 * (ITU-R M.1371-5, table 1), static data every 6 min: two of those may be missed.
 */
#define LIFE_LIST(X)                                                                                                   \
    X(POS, 3, 6 * 60)                                                                                                  \
    X(SOG, 3, 30)                                                                                                      \
    X(COG, 3, 30)                                                                                                      \
    X(HEADING, 3, 30)                                                                                                  \
    X(TURN, 3, 30)                                                                                                     \
    X(STATUS, 3, 60)                                                                                                   \
    X(ALTITUDE, 3, 30)                                                                                                 \
    X(NAME, 12, 0)                                                                                                     \
    X(CALLSIGN, 12, 0)                                                                                                 \
    X(IMO, 12, 0)                                                                                                      \
    X(SHIPTYPE, 12, 0)                                                                                                 \
    X(DIMENSIONS, 12, 0)                                                                                               \
    X(DESTINATION, 12, 24 * 60)                                                                                        \
    X(ETA, 12, 24 * 60)                                                                                                \
    X(DRAUGHT, 12, 24 * 60)                                                                                            \
    X(AID_TYPE, 12, 0)                                                                                                 \
    X(AID_FLAGS, 12, 60)                                                                                               \
    X(TEXT, 12, 60)                                                                                                    \
    X(PARENT, 12, 0)

static const struct {
    uint16_t stale_min, expired_min;
} lives[VG_FIELD_COUNT] = {
#define X(field, stale, expired) [VG_FIELD_##field] = {stale, expired},
    LIFE_LIST(X)
#undef X
};

/* Those that expire while their contact is shown: not its position. */
#define EXPIRES(field, stale, expired) | ((expired) ? VG_FIELD_BIT(field) : 0)
#define EXPIRING                       (((uint32_t)0 LIFE_LIST(EXPIRES)) & ~VG_FIELD_BIT(POS))

enum vg_age vg_field_age(enum vg_field field, const struct vg_prov *said, int64_t now_us)
{
    int64_t age_us = now_us - (int64_t)said->time_ms * 1000;
    if (lives[field].expired_min && age_us >= lives[field].expired_min * VG_MINUTE_US)
        return VG_AGE_EXPIRED;
    return age_us >= lives[field].stale_min * VG_MINUTE_US ? VG_AGE_STALE : VG_AGE_FRESH;
}

uint32_t vg_contact_expired(const struct vg_contact *c, uint32_t among, int64_t now_us, int64_t *ret_next_us)
{
    uint32_t fields = 0;
    int64_t next_us = INT64_MAX;
    for (uint32_t left = among & EXPIRING; left; left &= left - 1) {
        unsigned f = (unsigned)__builtin_ctz(left);
        if (!vg_contact_said(c, (enum vg_field)f) || (f == VG_FIELD_AID_FLAGS && !(c->flags & VG_CONTACT_OFF_POSITION)))
            continue;
        int64_t until_us = (int64_t)c->prov[f].time_ms * 1000 + lives[f].expired_min * VG_MINUTE_US;
        if (until_us <= now_us)
            fields |= UINT32_C(1) << f;
        else if (until_us < next_us)
            next_us = until_us;
    }
    *ret_next_us = next_us;
    return fields;
}
