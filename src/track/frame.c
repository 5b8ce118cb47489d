/* Metres about a point of the ellipsoid. Right to some centimetres within some kilometres. */
#include <math.h>

#include "track/inner.h"

#define DEGREE   (M_PI / 180)
#define WGS84_A  6378137.0
#define WGS84_F  (1 / 298.257223563)
#define WGS84_E2 (WGS84_F * (2 - WGS84_F))

struct frame vg_frame_at(double lat_deg, double lon_deg)
{
    const double lat = fmin(fmax(lat_deg, -89.9), 89.9) * DEGREE, s = sin(lat), c = cos(lat), w = 1 - WGS84_E2 * s * s;
    const double across = WGS84_A / sqrt(w), along = across * (1 - WGS84_E2) / w;
    return (struct frame){.lat_deg = lat_deg,
                          .lon_deg = lon_deg,
                          .metres_lat = along * DEGREE,
                          .metres_lon = across * c * DEGREE,
                          .bend = -along * s * DEGREE * DEGREE};
}

/* Parallels bend away from the straight line east: the second term of n. */
void vg_frame_local(const struct frame *f, double lat_deg, double lon_deg, double *ret_e, double *ret_n)
{
    double dlon = lon_deg - f->lon_deg;
    if (dlon > 180 || dlon < -180)
        dlon = remainder(dlon, 360);
    const double dlat = lat_deg - f->lat_deg;
    *ret_e = dlon * (f->metres_lon + f->bend * dlat);
    *ret_n = dlat * f->metres_lat - 0.5 * f->bend * dlon * dlon * f->metres_lon / f->metres_lat;
}

void vg_frame_place(const struct frame *f, double e, double n, double *ret_lat_deg, double *ret_lon_deg)
{
    double dlat = n / f->metres_lat, dlon = 0;
    for (int i = 0; i < 2; i++) {
        dlon = e / (f->metres_lon + f->bend * dlat);
        dlat = (n + 0.5 * f->bend * dlon * dlon * f->metres_lon / f->metres_lat) / f->metres_lat;
    }
    *ret_lat_deg = f->lat_deg + dlat;
    const double lon = f->lon_deg + dlon;
    *ret_lon_deg = lon > 180 || lon < -180 ? remainder(lon, 360) : lon;
}
