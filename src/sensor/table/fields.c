#include "sensor/table/fields.h"

#include <string.h>

#include "base/time.h"
#include "base/time_text.h"
#include "report/mmsi.h"
#include "report/put.h"

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

static void note(struct vg_fields *f, enum vg_put put)
{
    if (put == VG_PUT_REFUSED)
        refuse(f, VG_CSV_REFUSAL_VALUE);
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
    enum vg_put put = vg_put_position(r, lon, lat);
    if (put == VG_PUT_REFUSED)
        refuse(f, VG_CSV_REFUSAL_POSITION);
    if (put == VG_PUT_DONE && number_in(f, VG_CELL_ACCURATE, 1, 0, 1, -1, &accurate))
        r->accurate = accurate == 1;
}

static void put_speed(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    if (!number(f, VG_CELL_SOG, 10, &v))
        return;
    if (v < 0 && f->layout->wraps)
        v += WRAP_SOG_DKN;
    note(f, vg_put_speed(r, v));
}

static void put_course(struct vg_fields *f, struct vg_report *r)
{
    int64_t v, fine;
    if (!number(f, VG_CELL_COG, 10, &v) || !number(f, VG_CELL_COG, 100000, &fine))
        return;
    if (v < 0 && f->layout->wraps) {
        v += WRAP_COG_DEG;
        fine += (int64_t)WRAP_COG_DEG * 10000;
    }
    if (!f->layout->wraps || fine < 36000000 || fine > 40960000) /* 360.0–409.5: none */
        note(f, vg_put_course(r, v, fine));
}

static void put_turn(struct vg_fields *f, struct vg_report *r)
{
    int64_t millis;
    if (number(f, VG_CELL_TURN, 1000, &millis))
        note(f, vg_put_turn_rate(r, millis));
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
    if (number(f, VG_CELL_HEADING, 1, &v))
        note(f, vg_put_heading(r, v));
    if (code_or_word(f, VG_CELL_STATUS, vg_word_status, 15, &v))
        vg_put_status(r, v);
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
    note(f, vg_put_imo(r, vg_decimal_times(d, 1, 1)));
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
    if (code_or_word(f, VG_CELL_SHIPTYPE, vg_word_shiptype, 255, &v))
        vg_put_shiptype(r, v);
    if (number(f, VG_CELL_DRAUGHT, 10, &v) && v != -1)
        note(f, vg_put_draught(r, v));
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
