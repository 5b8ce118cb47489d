/* From a record to a report: a table a category tells which item says what; scales and units are those of its
 * definition. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/asterix/asterix_inner.h"
#include "sensor/asterix/asterix_speech.h"

#define DAY_MS         (VG_DAY_US / 1000)
#define PART_OF_DAY_MS 512000 /* the time of 001 comes round after so long */
#define FEET_PER_FL    100
#define DM_MOST        65535
#define SOG_MOST_DKN   65535

/* An item, or a part of one. */
struct part {
    const struct vg_asterix_node *node;
    const uint8_t *p;
    size_t len;
};

/* ---- values ---- */

static double metres_of(const char *unit)
{
    return strcmp(unit, "NM") == 0 ? VG_METRES_PER_NM : strcmp(unit, "NM/s") == 0 ? VG_METRES_PER_NM : 1;
}

static double fixed_value(const struct vg_asterix_node *node, const uint8_t *p, size_t bit)
{
    uint64_t raw = vg_asterix_bits(p, bit, node->bits);
    bool is_signed = node->kind == VG_ASTERIX_SIGNED || node->kind == VG_ASTERIX_SIGNED_WHOLE;
    return (is_signed ? (double)vg_asterix_signed(raw, node->bits) : (double)raw) * node->lsb;
}

/* The node of a group, `from_end` before its last one, and its first bit; of an item without nodes below, itself. */
static const struct vg_asterix_node *member(const struct part *part, unsigned from_end, size_t *ret_bit)
{
    const struct vg_asterix_node *below = part->node + 1;
    *ret_bit = 0;
    if (part->node->shape == VG_ASTERIX_FIXED)
        return part->node;
    if (part->node->shape == VG_ASTERIX_EXTENDED) /* only their first value is asked for */
        return below;
    for (unsigned i = from_end + 1; i < part->node->count; i++, below += below->size)
        *ret_bit += below->bits;
    return below;
}

static double value(const struct part *part, unsigned from_end)
{
    size_t bit;
    const struct vg_asterix_node *node = member(part, from_end, &bit);
    return fixed_value(node, part->p, bit);
}

static double metres(const struct part *part, unsigned from_end)
{
    size_t bit;
    const struct vg_asterix_node *node = member(part, from_end, &bit);
    return fixed_value(node, part->p, bit) * metres_of(node->unit);
}

static uint64_t raw(const struct part *part, unsigned from_end)
{
    size_t bit;
    const struct vg_asterix_node *node = member(part, from_end, &bit);
    return vg_asterix_bits(part->p, bit, node->bits);
}

/* ---- what they become ---- */

static uint32_t bearing_mdeg(double deg)
{
    double turns = deg / 360;
    return (uint32_t)llround((turns - floor(turns)) * 360000) % 360000;
}

static void set_polar(struct vg_report *r, double range_m, double bearing_deg)
{
    r->measured = VG_MEASURED_RANGE_BEARING;
    r->polar.range_m = (uint32_t)llround(range_m);
    r->polar.bearing_mdeg = bearing_mdeg(bearing_deg);
}

/* A cartesian position from the sensor or a velocity: x to the east, y to the north. */
static double direction_deg(double x, double y)
{
    double deg = atan2(x, y) * (180 / M_PI);
    return deg < 0 ? deg + 360 : deg;
}

static void set_position(struct vg_report *r, const struct part *part)
{
    double lat = value(part, 1), lon = value(part, 0);
    if (!(lat >= -90 && lat <= 90))
        return;
    r->measured = VG_MEASURED_POSITION;
    r->pos = vg_pos_from_deg(lon, lat);
    r->fields |= VG_FIELD_BIT(POS);
}

/* A bearing of a direction finder: a position that came before it is the finder's. */
static void set_bearing(struct vg_report *r, double deg)
{
    if (r->measured == VG_MEASURED_POSITION) {
        r->radar.from = r->pos;
        r->fields &= ~VG_FIELD_BIT(POS);
    }
    bool ranged = r->measured == VG_MEASURED_RANGE_BEARING;
    r->measured = ranged ? VG_MEASURED_RANGE_BEARING : VG_MEASURED_BEARING;
    if (!ranged)
        r->polar.range_m = UINT32_MAX;
    r->polar.bearing_mdeg = bearing_mdeg(deg);
}

static void set_velocity(struct vg_report *r, double mps, double deg)
{
    double dkn = mps / VG_MPS_PER_KNOT * 10;
    r->sog_dkn = (uint16_t)lround(dkn < SOG_MOST_DKN ? dkn : SOG_MOST_DKN);
    r->cog_ddeg = (uint16_t)(lround(deg * 10) % 3600);
    r->fields |= VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
}

static void set_ellipse(struct vg_report *r, double east_m, double north_m)
{
    double major = fmax(east_m, north_m) * 10, minor = fmin(east_m, north_m) * 10;
    r->ellipse.major_dm = (uint16_t)lround(fmin(major, DM_MOST));
    r->ellipse.minor_dm = (uint16_t)lround(fmin(minor, DM_MOST));
    r->ellipse.direction_deg = east_m > north_m ? 90 : 0;
}

static void set_altitude(struct vg_report *r, const struct part *part)
{
    size_t bit;
    const struct vg_asterix_node *node = member(part, 0, &bit);
    double ft = fixed_value(node, part->p, bit) * (strcmp(node->unit, "FL") == 0 ? FEET_PER_FL : 1);
    bool garbled = part->node->shape == VG_ASTERIX_GROUP && part->p[0] & 0x40;
    if (garbled || r->radar.has_altitude)
        return;
    r->radar.has_altitude = true;
    r->radar.altitude_ft = (int32_t)lround(ft);
}

static void set_name(struct vg_report *r, const struct part *part)
{
    size_t bit, n = 0;
    const struct vg_asterix_node *node = member(part, 0, &bit);
    for (; n * 6 < node->bits; n++)
        r->radar.name[n] = vg_asterix_icao_char((unsigned)vg_asterix_bits(part->p, bit + n * 6, 6));
    while (n && r->radar.name[n - 1] == ' ')
        n--;
    r->radar.name[n] = '\0';
}

static uint32_t milliseconds(uint64_t ticks)
{
    uint64_t ms = (ticks * 1000 + 64) / 128;
    return ms < DAY_MS ? (uint32_t)ms : VG_TIME_OF_DAY_NONE;
}

/* The time of day that is nearest to `near_ms` of those that have this part; *ret_off_ms: how far it is. */
static int64_t nearest_time(int64_t part_ms, int64_t near_ms, int64_t *ret_off_ms)
{
    int64_t turns = (near_ms - part_ms + PART_OF_DAY_MS / 2) / PART_OF_DAY_MS;
    while (part_ms + turns * PART_OF_DAY_MS >= DAY_MS)
        turns--;
    turns = turns < 0 ? 0 : turns;
    *ret_off_ms = llabs(part_ms + turns * PART_OF_DAY_MS - near_ms);
    return part_ms + turns * PART_OF_DAY_MS;
}

/* A part of the time of day, by the newest whole one of the same source. The part begins anew at midnight, as the day
 * does: the day before and the one after are looked at as well. */
static uint32_t whole_time(uint64_t ticks, uint32_t whole_ms)
{
    int64_t best_ms = 0, best_off_ms = INT64_MAX, part_ms = (int64_t)((ticks * 1000 + 64) / 128), off_ms;
    if (whole_ms == VG_TIME_OF_DAY_NONE)
        return VG_TIME_OF_DAY_NONE;
    for (int day = -1; day <= 1; day++) {
        int64_t ms = nearest_time(part_ms, (int64_t)whole_ms + day * (int64_t)DAY_MS, &off_ms);
        best_ms = off_ms < best_off_ms ? ms : best_ms;
        best_off_ms = off_ms < best_off_ms ? off_ms : best_off_ms;
    }
    return (uint32_t)best_ms;
}

static void set_effect(struct vg_report *r, unsigned effect)
{
    switch ((enum vg_asterix_effect)effect) {
    case VG_ASTERIX_SIMULATED:
        r->radar.simulated = true;
        break;
    case VG_ASTERIX_IS_LOST:
        r->radar.says = VG_RADAR_LOST;
        break;
    case VG_ASTERIX_IS_ALIVE:
        r->radar.says = VG_RADAR_ALIVE;
        break;
    case VG_ASTERIX_NORTH:
    case VG_ASTERIX_SOUTH:
        r->radar.says = VG_RADAR_SCAN;
        set_bearing(r, effect == VG_ASTERIX_NORTH ? 0 : 180);
        break;
    case VG_ASTERIX_SECTOR:
        r->radar.says = VG_RADAR_SCAN;
        break;
    }
}

/* ---- the table ---- */

static bool find_part(const struct vg_asterix_record *record, const struct vg_asterix_says *row, struct part *ret)
{
    if (!(record->present >> row->slot & 1))
        return false;
    const struct vg_asterix_node *node = vg_asterix_slot_node(record->edition, record->variant, row->slot);
    const uint8_t *p = record->at + record->begin[row->slot];
    size_t len = record->octets[row->slot], head = 0;
    *ret = (struct part){node, p, len};
    if (row->part == 0)
        return true;
    do
        head++;
    while (p[head - 1] & 1);
    const struct vg_asterix_node *below = node + 1;
    for (unsigned i = 0, at = (unsigned)head; i < node->count && i < 7 * head; i++, below += below->size) {
        if (!(p[i / 7] & 0x80 >> i % 7))
            continue;
        bool reserved = false;
        size_t n = vg_asterix_node_octets(below, p + at, len - at, &reserved);
        if (i + 1 == row->part) {
            *ret = (struct part){below, p + at, n};
            return true;
        }
        at += (unsigned)n;
    }
    return false;
}

static void apply_measure(const struct vg_asterix_says *row, const struct part *part, struct vg_report *r)
{
    double x, y;
    switch ((enum vg_asterix_what)row->what) {
    case VG_ASTERIX_POLAR:
        set_polar(r, metres(part, 1), value(part, 0));
        break;
    case VG_ASTERIX_CARTESIAN:
        x = metres(part, 1);
        y = metres(part, 0);
        if (r->measured == VG_MEASURED_NOTHING)
            set_polar(r, hypot(x, y), direction_deg(x, y));
        break;
    case VG_ASTERIX_POSITION:
        if (r->measured == VG_MEASURED_NOTHING)
            set_position(r, part);
        break;
    case VG_ASTERIX_RANGE:
        if (r->measured == VG_MEASURED_NOTHING && metres(part, 0) >= 0)
            set_polar(r, metres(part, 0), 0);
        break;
    case VG_ASTERIX_BEARING:
        if (row->part == 0 || r->measured != VG_MEASURED_POSITION)
            set_bearing(r, value(part, 0));
        break;
    case VG_ASTERIX_AZIMUTH:
        if (r->radar.says == VG_RADAR_SCAN && r->measured == VG_MEASURED_NOTHING)
            set_bearing(r, value(part, row->octet));
        break;
    case VG_ASTERIX_ELLIPSE:
        set_ellipse(r, metres(part, part->node->count > 2 ? 2 : 1), metres(part, part->node->count > 2 ? 1 : 0));
        break;
    case VG_ASTERIX_RADIUS: /* "expected to be within": two standard deviations */
        set_ellipse(r, metres(part, 0) / 2, metres(part, 0) / 2);
        break;
    case VG_ASTERIX_VELOCITY_POLAR:
        set_velocity(r, metres(part, 1), value(part, 0));
        break;
    case VG_ASTERIX_VELOCITY_CARTESIAN:
        x = value(part, 1);
        y = value(part, 0);
        if (!(r->fields & VG_FIELD_BIT(SOG)))
            set_velocity(r, hypot(x, y), direction_deg(x, y));
        break;
    case VG_ASTERIX_LENGTH:
        r->length_m = (uint16_t)lround(metres(part, 0));
        break;
    default:
        break;
    }
}

static void apply_identity(const struct vg_asterix_says *row, const struct part *part, struct vg_asterix_source *source,
                           struct vg_report *r)
{
    switch ((enum vg_asterix_what)row->what) {
    case VG_ASTERIX_TIME:
        if (r->time_of_day_ms == VG_TIME_OF_DAY_NONE)
            r->time_of_day_ms = source->time_of_day_ms = milliseconds(raw(part, 0));
        break;
    case VG_ASTERIX_TIME_PART:
        r->time_of_day_ms = whole_time(raw(part, 0), source->time_of_day_ms);
        break;
    case VG_ASTERIX_NUMBER:
        r->track = raw(part, 0) ? (uint32_t)raw(part, 0) : VG_ASTERIX_NO_TRACK;
        r->radar.says = VG_RADAR_TRACK;
        break;
    case VG_ASTERIX_MODE_3A:
        if (!(part->p[0] & 0x40)) /* garbled */
            r->radar.mode_3a = (uint16_t)raw(part, 0);
        break;
    case VG_ASTERIX_ALTITUDE:
        set_altitude(r, part);
        break;
    case VG_ASTERIX_ADDRESS:
        r->radar.icao = (uint32_t)raw(part, 0);
        break;
    case VG_ASTERIX_TARGET_NAME:
        if (!r->radar.name[0])
            set_name(r, part);
        break;
    case VG_ASTERIX_ORIGIN:
        if (fabs(value(part, 1)) <= 90)
            r->radar.from = vg_pos_from_deg(value(part, 0), value(part, 1));
        break;
    case VG_ASTERIX_FLAG:
        if (row->octet < part->len && (part->p[row->octet] & row->mask) == row->equals)
            set_effect(r, row->effect);
        break;
    default:
        apply_measure(row, part, r);
    }
}

bool vg_asterix_report(struct vg_asterix *asterix, const struct vg_asterix_record *record, struct vg_report *ret)
{
    const struct vg_asterix_speech *speech =
        vg_asterix_speech_of(record->edition->category, record->edition->name, record->variant);
    struct vg_report r = {.time_us = VG_TIME_NONE, .measured_us = VG_TIME_NONE};
    struct part part;
    if (!speech)
        return false;
    struct vg_asterix_source *source = vg_asterix_source_of(asterix, record->sac, record->sic);
    r.journal_offset = record->block_offset;
    r.time_of_day_ms = VG_TIME_OF_DAY_NONE;
    r.sensor = speech->sensor;
    r.radar.says = speech->says;
    r.radar.airborne = speech->sensor == VG_SENSOR_AIR;
    r.radar.from = VG_POS_NONE;
    r.radar.mode_3a = VG_MODE_3A_NONE;
    r.radar.sac = record->present & 1 ? record->sac : -1;
    r.radar.sic = record->present & 1 ? record->sic : -1;
    for (size_t i = 0; i < speech->count; i++)
        if (find_part(record, &speech->row[i], &part))
            apply_identity(&speech->row[i], &part, source, &r);
    bool scan = r.radar.says == VG_RADAR_SCAN, thing = r.radar.says == VG_RADAR_PLOT || r.radar.says == VG_RADAR_TRACK;
    if (thing && r.measured == VG_MEASURED_NOTHING)
        return false;
    if (scan && r.measured == VG_MEASURED_NOTHING)
        r.radar.says = VG_RADAR_ALIVE;
    r.radar.airborne |= r.radar.has_altitude && (r.radar.icao || r.radar.mode_3a != VG_MODE_3A_NONE || r.radar.name[0]);
    vg_asterix_count_report(asterix);
    *ret = r;
    return true;
}
