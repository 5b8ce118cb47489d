#include "sensor/table/fields.h"

#include <math.h>
#include <string.h>

#include "base/time.h"
#include "base/time_text.h"
#include "report/mmsi.h"

#define ROT_FACTOR   4.733 /* ITU-R M.1371-5, table 45 */
#define ROT_MOST     126   /* 127 would say "more than 5° in 30 s" */
#define SPEED_NONE   1023
#define WRAP_SOG_DKN 1024
#define WRAP_COG_DEG 4096

static const struct vg_row_cell *cell_of(const struct vg_fields *f, enum vg_cell cell)
{
    unsigned at = f->columns->cell[cell].at;
    return at < f->row->count && at < VG_ROW_CELLS ? &f->row->cell[at] : NULL;
}

/* The cell if something was said in it. */
static const struct vg_row_cell *said(const struct vg_fields *f, enum vg_cell cell)
{
    const struct vg_row_cell *c = cell_of(f, cell);
    return c && !vg_cell_is_absent(c) ? c : NULL;
}

static void refuse(struct vg_fields *f, enum vg_csv_refusal refusal)
{
    if (!f->refusal)
        f->refusal = refusal;
}

/* What statisticians write for a number that is missing; as a name it would be one. */
static bool is_na(const struct vg_row_cell *c)
{
    return (c->len == 2 && memcmp(c->at, "NA", 2) == 0) || (c->len == 3 && memcmp(c->at, "N/A", 3) == 0);
}

/* The cell's number times `scale`, in the cell's own unit. False: nothing was said, or (refused) no number. */
static bool number(struct vg_fields *f, enum vg_cell cell, int64_t scale, int64_t *ret)
{
    const struct vg_row_cell *c = said(f, cell);
    struct vg_decimal d;
    int64_t num, den;
    if (!c || is_na(c))
        return false;
    if (!vg_decimal_read(c->at, c->len, f->layout->decimal, &d)) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return false;
    }
    vg_unit_factor((enum vg_unit)f->columns->cell[cell].unit, &num, &den);
    *ret = vg_decimal_times(d, num * scale, den);
    return true;
}

/* A number that must lie in [least, most]; `none` and zero, if they are out of it, say nothing. */
static bool number_in(struct vg_fields *f, enum vg_cell cell, int64_t scale, int64_t least, int64_t most, int64_t none,
                      int64_t *ret)
{
    int64_t v;
    if (!number(f, cell, scale, &v) || v == none || (v == 0 && least > 0))
        return false;
    if (v < least || v > most) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return false;
    }
    *ret = v;
    return true;
}

/* ---- time and identity ---- */

enum vg_csv_refusal vg_fields_begin(struct vg_fields *f, struct vg_report *ret)
{
    const struct vg_row_cell *time = cell_of(f, VG_CELL_TIME), *mmsi = cell_of(f, VG_CELL_MMSI), *class;
    memset(ret, 0, sizeof *ret);
    ret->sensor = VG_SENSOR_TABLE;
    ret->pos = VG_POS_NONE;
    if (!time || !vg_time_by_pattern(f->layout->time, time->at, time->len, &ret->time_us) ||
        !vg_time_text_is_within(ret->time_us))
        return VG_CSV_REFUSAL_TIME;
    if (!mmsi || !vg_mmsi_parse(mmsi->at, mmsi->len, &ret->mmsi) || !ret->mmsi)
        return VG_CSV_REFUSAL_MMSI;
    int code = (class = said(f, VG_CELL_CLASS)) ? vg_word_class(class) : -1;
    ret->class = (uint8_t)(code >= 0 ? code : (int)vg_mmsi_class(ret->mmsi));
    int64_t message;
    if (number_in(f, VG_CELL_MESSAGE, 1, 1, 27, 0, &message))
        ret->message = (uint8_t)message;
    return VG_CSV_REFUSAL_NONE;
}

/* ---- motion ---- */

static void put_position(struct vg_fields *f, struct vg_report *r)
{
    int64_t lon, lat, accurate;
    enum vg_csv_refusal before = f->refusal;
    bool two = number(f, VG_CELL_LON, VG_E4MIN_PER_DEGREE, &lon) & number(f, VG_CELL_LAT, VG_E4MIN_PER_DEGREE, &lat);
    if (!two) {
        if (f->refusal != before)
            f->refusal = VG_CSV_REFUSAL_POSITION;
        return;
    }
    if (lat == 91 * VG_E4MIN_PER_DEGREE || lon == 181 * VG_E4MIN_PER_DEGREE)
        return;
    if (lon < -180 * VG_E4MIN_PER_DEGREE || lon > 180 * VG_E4MIN_PER_DEGREE || lat < -90 * VG_E4MIN_PER_DEGREE ||
        lat > 90 * VG_E4MIN_PER_DEGREE) {
        refuse(f, VG_CSV_REFUSAL_POSITION);
        return;
    }
    r->pos = (struct vg_pos){(int32_t)lon, (int32_t)lat};
    r->fields |= VG_FIELD_BIT(POS);
    if (number_in(f, VG_CELL_ACCURATE, 1, 0, 1, -1, &accurate))
        r->accurate = accurate == 1;
}

static void put_speed(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    int64_t most = r->class == VG_CLASS_SAR ? 10220 : SPEED_NONE - 1;
    if (!number(f, VG_CELL_SOG, 10, &v))
        return;
    if (v < 0 && f->layout->wraps)
        v += WRAP_SOG_DKN;
    if (v == SPEED_NONE)
        return;
    if (v < 0 || v > most) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    r->sog_dkn = (uint16_t)v;
    r->fields |= VG_FIELD_BIT(SOG);
}

/* 359.96 is a course of 0.0; 360 is none. So it is looked at before it is rounded. */
static void put_course(struct vg_fields *f, struct vg_report *r)
{
    int64_t v, fine;
    if (!number(f, VG_CELL_COG, 10, &v) || !number(f, VG_CELL_COG, 100000, &fine))
        return;
    if (v < 0 && f->layout->wraps) {
        v += WRAP_COG_DEG;
        fine += (int64_t)WRAP_COG_DEG * 10000;
    }
    if (fine == 36000000 || (f->layout->wraps && fine >= 36000000 && fine <= 40960000)) /* 360.0–409.5: none */
        return;
    if (fine < 0 || fine > 36000000) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    r->cog_ddeg = (uint16_t)(v % 3600);
    r->fields |= VG_FIELD_BIT(COG);
}

static void put_turn(struct vg_fields *f, struct vg_report *r)
{
    int64_t millis;
    if (!number_in(f, VG_CELL_TURN, 1000, -720000, 720000, INT64_MIN, &millis))
        return;
    double raw = ROT_FACTOR * sqrt(fabs((double)millis / 1000));
    int n = raw > ROT_MOST ? ROT_MOST : (int)(raw + 0.5);
    r->turn_raw = (int8_t)(millis < 0 ? -n : n);
    r->fields |= VG_FIELD_BIT(TURN);
}

/* A code, or one of the words that stand for codes. False: nothing was said, or (refused) neither. */
static bool code_or_word(struct vg_fields *f, enum vg_cell cell, int word(const struct vg_row_cell *), int64_t most,
                         int64_t *ret)
{
    const struct vg_row_cell *c = said(f, cell);
    if (c && (*c->at < '0' || *c->at > '9')) {
        int code = word(c);
        if (code < 0)
            refuse(f, VG_CSV_REFUSAL_VALUE);
        *ret = code;
        return code >= 0;
    }
    return number_in(f, cell, 1, 0, most, -1, ret);
}

void vg_fields_motion(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    put_position(f, r);
    put_speed(f, r);
    put_course(f, r);
    put_turn(f, r);
    if (number_in(f, VG_CELL_HEADING, 1, 0, 359, 511, &v)) {
        r->heading_deg = (uint16_t)v;
        r->fields |= VG_FIELD_BIT(HEADING);
    }
    if (code_or_word(f, VG_CELL_STATUS, vg_word_status, 15, &v)) {
        r->status = (uint8_t)v;
        r->fields |= VG_FIELD_BIT(STATUS);
    }
}

/* ---- particulars ---- */

static void put_text(struct vg_fields *f, enum vg_cell cell, uint32_t bit, char *to, size_t size, struct vg_report *r)
{
    const struct vg_row_cell *c = said(f, cell);
    if (c && vg_cell_words(c, f->layout->quote, to, size))
        r->fields |= bit;
}

/* `IMO8207721` or the number alone. */
static void put_imo(struct vg_fields *f, struct vg_report *r)
{
    const struct vg_row_cell *c = said(f, VG_CELL_IMO);
    struct vg_decimal d;
    if (!c)
        return;
    unsigned letters = c->len > 3 && memcmp(c->at, "IMO", 3) == 0 ? 3 : 0;
    if (!vg_decimal_read(c->at + letters, c->len - letters, f->layout->decimal, &d)) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    int64_t v = vg_decimal_times(d, 1, 1);
    if (v < 0 || v > 0x3FFFFFFF) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
    } else if (v) {
        r->imo = (uint32_t)v;
        r->fields |= VG_FIELD_BIT(IMO);
    }
}

/* Of length and width alone, M.1371 says: the antenna's place isn't known, so all of it stands behind and to the
 * right. */
static void put_dimensions(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    if (number_in(f, VG_CELL_TO_BOW, 1, 0, 511, -1, &v))
        r->to_bow_m = (uint16_t)v;
    if (number_in(f, VG_CELL_TO_STERN, 1, 0, 511, -1, &v))
        r->to_stern_m = (uint16_t)v;
    if (number_in(f, VG_CELL_TO_PORT, 1, 0, 63, -1, &v))
        r->to_port_m = (uint8_t)v;
    if (number_in(f, VG_CELL_TO_STARBOARD, 1, 0, 63, -1, &v))
        r->to_starboard_m = (uint8_t)v;
    if (!r->to_bow_m && !r->to_stern_m && number_in(f, VG_CELL_LENGTH, 1, 0, 1022, -1, &v))
        r->to_stern_m = (uint16_t)v;
    if (!r->to_port_m && !r->to_starboard_m && number_in(f, VG_CELL_WIDTH, 1, 0, 126, -1, &v))
        r->to_starboard_m = (uint8_t)v;
    if (r->to_bow_m || r->to_stern_m || r->to_port_m || r->to_starboard_m)
        r->fields |= VG_FIELD_BIT(DIMENSIONS);
}

static void put_eta(struct vg_fields *f, struct vg_report *r)
{
    const struct vg_row_cell *c = said(f, VG_CELL_ETA);
    int64_t time_us;
    if (!c)
        return;
    if (!vg_time_by_pattern(f->layout->time, c->at, c->len, &time_us)) {
        refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    struct vg_civil civil = vg_time_civil(time_us);
    r->eta_month = civil.month;
    r->eta_day = civil.day;
    r->eta_hour = civil.hour;
    r->eta_minute = civil.minute;
    r->fields |= VG_FIELD_BIT(ETA);
}

void vg_fields_particulars(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    put_text(f, VG_CELL_NAME, VG_FIELD_BIT(NAME), r->name, sizeof r->name, r);
    put_text(f, VG_CELL_CALLSIGN, VG_FIELD_BIT(CALLSIGN), r->callsign, sizeof r->callsign, r);
    put_text(f, VG_CELL_DESTINATION, VG_FIELD_BIT(DESTINATION), r->destination, sizeof r->destination, r);
    put_imo(f, r);
    put_dimensions(f, r);
    put_eta(f, r);
    if (code_or_word(f, VG_CELL_SHIPTYPE, vg_word_shiptype, 255, &v) && v) {
        r->shiptype = (uint8_t)v;
        r->fields |= VG_FIELD_BIT(SHIPTYPE);
    }
    if (number_in(f, VG_CELL_DRAUGHT, 10, 0, 255, -1, &v) && v) {
        r->draught_dm = (uint8_t)v;
        r->fields |= VG_FIELD_BIT(DRAUGHT);
    }
}

uint32_t vg_fields_particulars_hash(const struct vg_fields *f)
{
    uint32_t h = 2166136261u; /* FNV-1a; the cell's number keeps a value apart from the same one elsewhere */
    for (enum vg_cell cell = VG_CELL_NAME; cell < VG_CELL_COUNT; cell++) {
        const struct vg_row_cell *c = cell_of(f, cell);
        if (!c || !c->len)
            continue;
        h = (h ^ (uint8_t)cell) * 16777619u;
        for (uint32_t i = 0; i < c->len; i++)
            h = (h ^ (uint8_t)c->at[i]) * 16777619u;
    }
    return h;
}
