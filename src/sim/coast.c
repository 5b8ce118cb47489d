#include "sim/coast.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/places.h"

#define COAST_RING(n, ...) n, __VA_ARGS__,
static const int32_t coast[] = {
#include "sim/coast.def"
    0};
#undef COAST_RING

/* Quarter degrees with some land in them: most questions end here. */
#define NEAR_ROW(hex) hex,
static const char *const near_rows[] = {
#include "sim/coast.def"
};
#undef NEAR_ROW

#define SEA_ROW(hex) hex,
static const char *const sea_rows[] = {
#include "sim/coast.def"
};
#undef SEA_ROW

/* Even-odd rule; `ring` is n pairs of 1/1000 degree. */
static bool ring_contains(const int32_t *ring, int n, double x, double y)
{
    bool odd = false;
    for (int i = 0, j = n - 1; i < n; j = i++) {
        double ay = ring[2 * i + 1], by = ring[2 * j + 1];
        if ((ay > y) == (by > y))
            continue;
        double ax = ring[2 * i], bx = ring[2 * j];
        if (x < (bx - ax) * (y - ay) / (by - ay) + ax)
            odd = !odd;
    }
    return odd;
}

/* Metres from a point to the segment a–b, on a plane that is good enough for a channel. */
static double segment_distance_m(double lon, double lat, double lon_a, double lat_a, double lon_b, double lat_b)
{
    const double m = 111195.0;
    double px = (lon - lon_a) * m, py = (lat - lat_a) * m, dx = (lon_b - lon_a) * m, dy = (lat_b - lat_a) * m;
    double along = (px * dx + py * dy) / fmax(dx * dx + dy * dy, 1e-9);
    along = fmin(1.0, fmax(0.0, along));
    return hypot(px - along * dx, py - along * dy);
}

static bool in_channel(double lon, double lat)
{
    for (size_t i = 0; i < vg_sim_channel_count; i++) {
        const struct vg_sim_channel *c = &vg_sim_channels[i];
        const struct vg_sim_node *a = &vg_sim_nodes[c->from], *b = &vg_sim_nodes[c->to];
        if (segment_distance_m(lon, lat, a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg) <= c->half_width_m)
            return true;
    }
    return false;
}

static bool bit_of(const char *row, int column)
{
    char c = row[column / 4];
    int nibble = c <= '9' ? c - '0' : c - 'a' + 10;
    return nibble >> (3 - column % 4) & 1;
}

bool vg_sim_is_land(double lon_deg, double lat_deg)
{
    if (lon_deg < -93.0 || lon_deg >= -76.0 || lat_deg < -20.0 || lat_deg >= 10.0)
        return false;
    if (!bit_of(near_rows[(int)((lat_deg + 20.0) * 4)], (int)((lon_deg + 93.0) * 4)))
        return false;
    double x = lon_deg * 1000, y = lat_deg * 1000;
    for (const int32_t *p = coast; *p; p += 1 + 2 * *p)
        if (ring_contains(p + 1, *p, x, y))
            return !in_channel(lon_deg, lat_deg);
    return false;
}

bool vg_sim_sea_between(double lon_a, double lat_a, double lon_b, double lat_b)
{
    int steps = (int)(hypot(lon_b - lon_a, lat_b - lat_a) * 111195.0 / 300.0) + 1;
    for (int i = 0; i <= steps; i++) {
        double t = (double)i / steps;
        if (vg_sim_is_land(lon_a + t * (lon_b - lon_a), lat_a + t * (lat_b - lat_a)))
            return false;
    }
    return true;
}

bool vg_sim_open_sea(double lon_deg, double lat_deg)
{
    int row = (int)floor(lat_deg) + 90, column = (int)floor(lon_deg) + 180;
    if (row < 0 || row >= 180 || column < 0 || column >= 360)
        return false;
    return bit_of(sea_rows[row], column);
}
