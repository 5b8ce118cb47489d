#include "sensor/radar/nmea_radar_write.h"

#include <math.h>
#include <stdlib.h>

#include "base/geo.h"
#include "base/time.h"
#include "nmea/write.h"

#define SENTENCE_MAX 160 /* the standard's 82 characters, and room for numbers out of range */

static struct vg_out begin(char buf[static SENTENCE_MAX], const char *talker, const char *type)
{
    struct vg_out s = vg_out_fixed(buf, SENTENCE_MAX);
    vg_out_printf(&s, "%.2s%s", talker, type);
    return s;
}

/* Hands over the sentence with what frames it. A sentence that doesn't fit is not written: the numbers were absurd. */
static void end(struct vg_out *s, struct vg_out *out)
{
    vg_nmea_put_checksum(s, 0);
    if (s->err)
        return;
    vg_out_char(out, '$');
    vg_out_bytes(out, s->buf, s->len);
    vg_out_text(out, "\r\n");
}

static void number(struct vg_out *s, int decimals, double value)
{
    vg_out_char(s, ',');
    if (isfinite(value))
        vg_out_printf(s, "%.*f", decimals, value);
}

/* An angle that doesn't round up to 360. */
static void angle(struct vg_out *s, int decimals, double deg)
{
    double scale = pow(10, decimals);
    number(s, decimals, fmod(round(fmod(deg + 360, 360) * scale), 360 * scale) / scale);
}

/* hhmmss.ss, cut, so that a second doesn't become the sixtieth. */
static void time_of_day(struct vg_out *s, int64_t time_us)
{
    struct vg_civil c = vg_time_civil(time_us);
    vg_out_printf(s, ",%02u%02u%02u.%02d", c.hour, c.minute, c.second, c.us / 10000);
}

void vg_nmea_write_ttm(struct vg_out *out, const char *talker, const struct vg_ttm *ttm)
{
    char buf[SENTENCE_MAX];
    struct vg_out s = begin(buf, talker, "TTM");
    vg_out_printf(&s, ",%02u", ttm->number);
    number(&s, 3, ttm->range_m / VG_METRES_PER_NM);
    angle(&s, 2, ttm->bearing_deg);
    vg_out_text(&s, ",T");
    number(&s, 1, ttm->speed_kn);
    angle(&s, 1, ttm->course_deg);
    vg_out_text(&s, ",T");
    number(&s, 2, ttm->cpa_m / VG_METRES_PER_NM);
    number(&s, 1, ttm->tcpa_min);
    vg_out_printf(&s, ",N,%s,%c,", ttm->name, ttm->status);
    time_of_day(&s, ttm->time_us);
    vg_out_printf(&s, ",%c", ttm->by_hand ? 'M' : 'A');
    end(&s, out);
}

void vg_nmea_write_rsd(struct vg_out *out, const char *talker, double range_scale_m)
{
    char buf[SENTENCE_MAX];
    struct vg_out s = begin(buf, talker, "RSD");
    vg_out_text(&s, ",,,,,,,,,,"); /* no origin is shifted, no line or ring is set, the cursor is off */
    number(&s, 1, range_scale_m / VG_METRES_PER_NM);
    vg_out_text(&s, ",N,N");
    end(&s, out);
}

void vg_nmea_write_osd(struct vg_out *out, const char *talker, double heading_deg, double course_deg, double speed_kn)
{
    char buf[SENTENCE_MAX];
    struct vg_out s = begin(buf, talker, "OSD");
    angle(&s, 1, heading_deg);
    vg_out_text(&s, ",A");
    angle(&s, 1, course_deg);
    vg_out_text(&s, ",P"); /* by the positioning system */
    number(&s, 1, speed_kn);
    vg_out_text(&s, ",P,,,N");
    end(&s, out);
}

/* ddmm.mmmm,N */
static void put_angle(struct vg_out *s, double deg, int digits, char positive, char negative)
{
    int64_t e4min = llround(fabs(deg) * 60e4);
    vg_out_printf(s, ",%0*lld%02lld.%04lld,%c", digits, (long long)(e4min / 600000), (long long)(e4min / 10000 % 60),
                  (long long)(e4min % 10000), deg < 0 ? negative : positive);
}

void vg_nmea_write_gga(struct vg_out *out, const char *talker, int64_t time_us, double lat_deg, double lon_deg,
                       double antenna_m)
{
    char buf[SENTENCE_MAX];
    struct vg_out s = begin(buf, talker, "GGA");
    time_of_day(&s, time_us);
    put_angle(&s, lat_deg, 2, 'N', 'S');
    put_angle(&s, lon_deg, 3, 'E', 'W');
    vg_out_text(&s, ",1,09,0.9");
    number(&s, 1, antenna_m);
    vg_out_text(&s, ",M,,M,,");
    end(&s, out);
}

void vg_nmea_write_zda(struct vg_out *out, const char *talker, int64_t time_us)
{
    char buf[SENTENCE_MAX];
    struct vg_civil c = vg_time_civil(time_us);
    struct vg_out s = begin(buf, talker, "ZDA");
    time_of_day(&s, time_us);
    vg_out_printf(&s, ",%02u,%02u,%04d,00,00", c.day, c.month, c.year);
    end(&s, out);
}
