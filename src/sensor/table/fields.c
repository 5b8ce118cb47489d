#include "sensor/table/fields.h"

#include <string.h>

#include "base/time.h"
#include "report/mmsi.h"
#include "report/put.h"
#include "sensor/table/identity.h"
#include "sensor/table/place.h"
#include "sensor/table/row_time.h"

#define AVIS_MOST    1025 /* the last of MarineCadastre's types */
#define WRAP_SOG_DKN 1024
#define WRAP_COG_DEG 4096

static void note(struct vg_fields *f, enum vg_put put)
{
    if (put == VG_PUT_REFUSED)
        vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
}

/* ---- time and identity ---- */

enum vg_csv_refusal vg_fields_begin(struct vg_fields *f, struct vg_report *ret)
{
    const struct vg_row_cell *class;
    memset(ret, 0, sizeof *ret);
    ret->sensor = VG_SENSOR_TABLE;
    ret->time_source = VG_TIME_SOURCE_LINE;
    ret->pos = VG_POS_NONE;
    ret->time_of_day_ms = VG_TIME_OF_DAY_NONE;
    enum vg_csv_refusal refusal = vg_fields_time(f, &ret->time_us);
    if (!refusal)
        refusal = vg_fields_identity(f, ret);
    if (refusal)
        return refusal;
    int code = (class = vg_fields_said(f, VG_CELL_CLASS)) ? vg_word_class(class) : -1;
    ret->class = (uint8_t)(code >= 0 ? code : (int)vg_mmsi_class(ret->mmsi));
    int64_t message;
    if (vg_fields_number_in(f, VG_CELL_MESSAGE, 1, 1, 27, 0, &message))
        ret->message = (uint8_t)message;
    return VG_CSV_REFUSAL_NONE;
}

/* ---- motion ---- */

static void put_speed(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    if (!vg_fields_number(f, VG_CELL_SOG, 10, &v))
        return;
    if (v < 0 && f->layout->wraps)
        v += WRAP_SOG_DKN;
    note(f, vg_put_speed(r, v));
}

static void put_course(struct vg_fields *f, struct vg_report *r)
{
    struct vg_decimal d;
    if (!vg_fields_decimal(f, VG_CELL_COG, &d))
        return;
    int64_t v = vg_fields_scaled(f, VG_CELL_COG, d, 10), fine = vg_fields_scaled(f, VG_CELL_COG, d, 100000);
    if (v < 0 && f->layout->wraps) {
        v += WRAP_COG_DEG;
        fine += (int64_t)WRAP_COG_DEG * 10000;
    }
    if (!f->layout->wraps || fine < 36000000 || fine > 40960000) /* 360.0–409.5: none */
        note(f, vg_put_course(r, v, fine));
}

static void put_turn(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    if (vg_fields_number(f, VG_CELL_TURN, 1000, &v))
        note(f, vg_put_turn_rate(r, v));
    if (vg_fields_number(f, VG_CELL_TURN_AIS, 1, &v))
        note(f, vg_put_turn_raw(r, v));
}

/* A code, or one of the words that stand for codes. False: nothing was said, or (refused) neither. */
static bool code_or_word(struct vg_fields *f, enum vg_cell cell, int word(const struct vg_row_cell *), int64_t most,
                         int64_t *ret)
{
    const struct vg_row_cell *c = vg_fields_said(f, cell);
    if (c && (*c->at < '0' || *c->at > '9')) {
        int code = word(c);
        if (code < 0)
            vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
        *ret = code;
        return code >= 0;
    }
    return vg_fields_number_in(f, cell, 1, 0, most, -1, ret);
}

void vg_fields_motion(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    vg_fields_place(f, r);
    put_speed(f, r);
    put_course(f, r);
    put_turn(f, r);
    if (vg_fields_number(f, VG_CELL_HEADING, 1, &v))
        note(f, vg_put_heading(r, v));
    if (code_or_word(f, VG_CELL_STATUS, vg_word_status, 15, &v))
        vg_put_status(r, v);
}

/* ---- particulars ---- */

static void put_text(struct vg_fields *f, enum vg_cell cell, uint32_t bit, char *to, size_t size, struct vg_report *r)
{
    const struct vg_row_cell *c = vg_fields_said(f, cell);
    if (c && vg_cell_words(c, f->layout->quote, to, size))
        r->fields |= bit;
}

/* `IMO8207721` or the number alone. */
static void put_imo(struct vg_fields *f, struct vg_report *r)
{
    const struct vg_row_cell *c = vg_fields_said(f, VG_CELL_IMO);
    struct vg_decimal d;
    if (!c)
        return;
    unsigned letters = c->len > 3 && memcmp(c->at, "IMO", 3) == 0 ? 3 : 0;
    struct vg_row_cell number = {.at = c->at + letters, .len = c->len - letters};
    if (!vg_cell_decimal(&number, f->layout->decimal, &d)) {
        vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    note(f, vg_put_imo(r, vg_decimal_times(d, 1, 1)));
}

/* Of length and width alone, M.1371 says: the antenna's place isn't known, so all of it stands behind and to the
 * right. */
static void put_dimensions(struct vg_fields *f, struct vg_report *r)
{
    int64_t v;
    if (vg_fields_number_in(f, VG_CELL_TO_BOW, 1, 0, 511, -1, &v))
        r->to_bow_m = (uint16_t)v;
    if (vg_fields_number_in(f, VG_CELL_TO_STERN, 1, 0, 511, -1, &v))
        r->to_stern_m = (uint16_t)v;
    if (vg_fields_number_in(f, VG_CELL_TO_PORT, 1, 0, 63, -1, &v))
        r->to_port_m = (uint8_t)v;
    if (vg_fields_number_in(f, VG_CELL_TO_STARBOARD, 1, 0, 63, -1, &v))
        r->to_starboard_m = (uint8_t)v;
    if (!r->to_bow_m && !r->to_stern_m && vg_fields_number_in(f, VG_CELL_LENGTH, 1, 0, 1022, -1, &v))
        r->to_stern_m = (uint16_t)v;
    if (!r->to_port_m && !r->to_starboard_m && vg_fields_number_in(f, VG_CELL_WIDTH, 1, 0, 126, -1, &v))
        r->to_starboard_m = (uint8_t)v;
    if (r->to_bow_m || r->to_stern_m || r->to_port_m || r->to_starboard_m)
        r->fields |= VG_FIELD_BIT(DIMENSIONS);
}

static void put_eta(struct vg_fields *f, struct vg_report *r)
{
    const struct vg_row_cell *c = vg_fields_said(f, VG_CELL_ETA);
    const char *pattern = *f->layout->eta ? f->layout->eta : f->layout->time;
    int64_t time_us;
    if (!c || (c->len >= 5 && memcmp(c->at, "00-00", 5) == 0)) /* month and day are not available */
        return;
    if (!vg_time_by_pattern(pattern, c->at, c->len, &time_us)) {
        vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
        return;
    }
    struct vg_civil civil = vg_time_civil(time_us);
    r->eta_month = civil.month;
    r->eta_day = civil.day;
    r->eta_hour = civil.hour;
    r->eta_minute = civil.minute;
    r->fields |= VG_FIELD_BIT(ETA);
}

static void put_shiptype(struct vg_fields *f, struct vg_report *r, int64_t code)
{
    note(f, vg_put_shiptype(r, code > UINT8_MAX ? vg_avis_shiptype(code) : code));
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
    if (code_or_word(f, VG_CELL_SHIPTYPE, vg_word_shiptype, AVIS_MOST, &v))
        put_shiptype(f, r, v);
    if (vg_fields_number(f, VG_CELL_DRAUGHT, 10, &v) && v != -1)
        note(f, vg_put_draught(r, v));
}

/* Eight bytes at a time: this is done for every row. Multiplier: 2^64 divided by the golden ratio. */
static uint64_t mix(uint64_t h, const char *p, size_t len)
{
    while (len) {
        uint64_t word = 0;
        size_t n = len < sizeof word ? len : sizeof word;
        memcpy(&word, p, n);
        h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
        p += n;
        len -= n;
    }
    return h;
}

uint32_t vg_fields_particulars_hash(const struct vg_fields *f)
{
    uint64_t h = 1;
    for (enum vg_cell cell = VG_CELL_NAME; cell < VG_CELL_COUNT; cell++) {
        const struct vg_row_cell *c = vg_fields_cell(f, cell);
        const char kind = (char)cell; /* keeps a value apart from the same one elsewhere */
        if (c && c->len)
            h = mix(mix(h ^ c->len << 8, &kind, 1), c->at, c->len);
    }
    return (uint32_t)h;
}
