#include "place/area.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "place/area_inner.h"

void vg_areas_free(struct vg_areas *areas)
{
    if (!areas)
        return;
    for (size_t i = 0; i < areas->count; i++) {
        struct shape *s = &areas->shape[i];
        if (s->prepared)
            GEOSPreparedGeom_destroy_r(areas->geos, s->prepared);
        if (s->polygon)
            GEOSGeom_destroy_r(areas->geos, s->polygon);
        free(s->point);
    }
    free(areas->shape);
    if (areas->geos)
        GEOS_finish_r(areas->geos);
    free(areas);
}

size_t vg_areas_count(const struct vg_areas *areas)
{
    return areas ? areas->count : 0;
}

const struct vg_area *vg_areas_get(const struct vg_areas *areas, size_t i)
{
    return &areas->shape[i].area;
}

uint64_t vg_areas_hash(const struct vg_areas *areas)
{
    return areas ? areas->hash : 0;
}

/* ---- where ---- */

static int cell_of(double lon_deg, double lat_deg)
{
    const int column = (int)floor(lon_deg - 360 * floor((lon_deg + 180) / 360) + 180) % AREA_COLUMNS;
    const int row = (int)fmin(fmax(floor(lat_deg + 90), 0), AREA_ROWS - 1);
    return row * AREA_COLUMNS + column;
}

void vg_areas_touch(struct vg_areas *areas, const struct vg_area *a)
{
    for (double lat = floor(a->south_deg); lat <= a->north_deg; lat++)
        for (double lon = floor(a->west_deg); lon <= a->east_deg && lon < a->west_deg + 361; lon++)
            areas->touched[cell_of(lon + 0.5, lat + 0.5)] = true;
}

static bool polygon_holds(struct vg_areas *areas, const struct shape *s, double lon_deg, double lat_deg)
{
    GEOSGeometry *p = GEOSGeom_createPointFromXY_r(areas->geos, lon_deg, lat_deg);
    const bool holds = p && GEOSPreparedIntersects_r(areas->geos, s->prepared, p) == 1;
    if (p)
        GEOSGeom_destroy_r(areas->geos, p);
    return holds;
}

size_t vg_areas_holding(struct vg_areas *areas, double lon_deg, double lat_deg, uint16_t *ret, size_t max)
{
    size_t n = 0;
    if (!areas || !areas->touched[cell_of(lon_deg, lat_deg)])
        return 0;
    for (size_t i = 0; i < areas->count; i++) {
        const struct shape *s = &areas->shape[i];
        if (!s->prepared || lat_deg < s->area.south_deg || lat_deg > s->area.north_deg)
            continue;
        for (int turn = -1; turn <= 1; turn++) { /* of what crosses 180° */
            const double lon = lon_deg + 360 * turn;
            if (lon >= s->area.west_deg && lon <= s->area.east_deg && polygon_holds(areas, s, lon, lat_deg)) {
                if (n < max)
                    ret[n] = (uint16_t)i;
                n++;
                break;
            }
        }
    }
    return n;
}

/* Twice the area of a triangle: over 0 if c is left of the way from a to b. */
static double side(const double a[2], const double b[2], const double c[2])
{
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/* The way a–b crosses g–h. A point on the line counts as left of it, so a way that ends there crosses once. */
static bool crosses(const double a[2], const double b[2], const double g[2], const double h[2], struct vg_crossing *ret)
{
    const double from = side(g, h, a), to = side(g, h, b);
    if ((from >= 0) == (to >= 0) || (side(a, b, g) >= 0) == (side(a, b, h) >= 0))
        return false;
    ret->to_left = to >= 0;
    ret->share = from / (from - to);
    ret->lon_deg = a[0] + (b[0] - a[0]) * ret->share;
    ret->lat_deg = a[1] + (b[1] - a[1]) * ret->share;
    return true;
}

size_t vg_areas_crossed(const struct vg_areas *areas, double lon_a, double lat_a, double lon_b, double lat_b,
                        struct vg_crossing *ret, size_t max)
{
    size_t n = 0;
    if (!areas || (!areas->touched[cell_of(lon_a, lat_a)] && !areas->touched[cell_of(lon_b, lat_b)]))
        return 0;
    lon_b -= 360 * round((lon_b - lon_a) / 360);
    for (size_t i = 0; i < areas->count; i++) {
        const struct shape *s = &areas->shape[i];
        if (!s->area.gate || fmax(lat_a, lat_b) < s->area.south_deg || fmin(lat_a, lat_b) > s->area.north_deg)
            continue;
        for (int turn = -360; turn <= 360; turn += 360) {
            const double a[2] = {lon_a + turn, lat_a}, b[2] = {lon_b + turn, lat_b};
            if (fmax(a[0], b[0]) < s->area.west_deg || fmin(a[0], b[0]) > s->area.east_deg)
                continue;
            for (size_t k = 0; k + 1 < s->points; k++) {
                struct vg_crossing c = {.gate = (uint16_t)i};
                if (!crosses(a, b, s->point[k], s->point[k + 1], &c))
                    continue;
                if (n < max)
                    ret[n] = c;
                n++;
            }
        }
    }
    return n;
}

/* ---- whom ---- */

static bool at_that_time(const struct vg_area_rule *r, int64_t time_us)
{
    if ((r->from_us != VG_TIME_NONE && time_us < r->from_us) || (r->to_us != VG_TIME_NONE && time_us >= r->to_us))
        return false;
    if (r->day_from_min < 0)
        return true;
    const int64_t day = (time_us % VG_DAY_US + VG_DAY_US) % VG_DAY_US;
    const int minute = (int)(day / VG_MINUTE_US);
    return r->day_from_min <= r->day_to_min ? minute >= r->day_from_min && minute < r->day_to_min
                                            : minute >= r->day_from_min || minute < r->day_to_min;
}

bool vg_area_means(const struct vg_area_rule *r, uint8_t shiptype, const char flag[static 2], int64_t time_us)
{
    const bool typed = r->types[0] | r->types[1] | r->types[2] | r->types[3];
    if (typed && !(r->types[shiptype / 64] >> shiptype % 64 & 1))
        return false;
    bool listed = false;
    for (int i = 0; i < r->flag_count; i++)
        listed |= memcmp(r->flags[i], flag, 2) == 0;
    if (r->flag_count && listed == r->flags_except)
        return false;
    return at_that_time(r, time_us);
}

bool vg_area_speed_breaks(const struct vg_area_rule *r, double sog_kn)
{
    const bool over = sog_kn > r->over_kn, under = sog_kn < r->under_kn;
    return r->over_kn < r->under_kn ? over && under : over || under; /* a band between them; or out of one */
}
