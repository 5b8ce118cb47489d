/*
 * The world's places as GeoJSON (RFC 7946) for map layers. Each feature has `kind` and `name`; zones have `name_es`
 * too.
 *
 * Zones are our own construction, approximate, for demonstration and not for navigation:
 *   - the Galapagos Marine Reserve reaches 40 nautical miles out from a baseline around the islands (Ecuador's Special
 *     Law of 1998). Here the baseline is the convex hull of the islands' outermost points, so the line is a little wide
 *     where the true one turns inward;
 *   - the outer limits of 200 nautical miles are drawn the same way from the islands and from the capes of the
 * mainland, the latter between the parallels agreed with Colombia (1°27.4' N) and Peru (3°23.6' S).
 */
#include <stdio.h>
#include <string.h>

#include "sim/places.h"
#include "sim/sim.h"
#include "sim/sphere.h"

struct cape {
    double lon_deg, lat_deg;
};

/* Darwin, Wolf, Pinta, Genovesa, San Cristobal, Espanola, Floreana, Isabela, Fernandina. */
static const struct cape galapagos[] = {
    {-92.01, 1.69},  {-91.82, 1.40},  {-90.75, 0.61},  {-89.93, 0.33},  {-89.24, -0.69},
    {-89.61, -1.40}, {-90.43, -1.36}, {-91.16, -1.04}, {-91.67, -0.30},
};
/* Santa Elena, La Plata, San Lorenzo, Pasado, Galera, and the borders. */
static const struct cape mainland[] = {
    {-80.33, -3.39}, {-81.01, -2.18}, {-81.09, -1.28}, {-80.92, -1.05}, {-80.50, -0.36}, {-80.06, 0.82}, {-78.95, 1.46},
};
#define MAINLAND_NORTH 1.457
#define MAINLAND_SOUTH -3.393

static void begin(struct vg_out *out, bool *first, const char *kind, const char *name)
{
    vg_out_text(out, *first ? "\n" : ",\n");
    *first = false;
    vg_out_printf(out, "{\"type\":\"Feature\",\"properties\":{\"kind\":\"%s\",\"name\":", kind);
    vg_out_json_string(out, name, strlen(name));
}

static void begin_zone(struct vg_out *out, bool *first, const char *kind, const char *name, const char *name_es)
{
    begin(out, first, kind, name);
    vg_out_text(out, ",\"name_es\":");
    vg_out_json_string(out, name_es, strlen(name_es));
    vg_out_text(out, ",\"approximate\":true,\"note\":\"own construction, not for navigation\"");
}

static void put_point(struct vg_out *out, double lon_deg, double lat_deg)
{
    vg_out_printf(out, "[%.5f,%.5f]", lon_deg, lat_deg);
}

static void end_point(struct vg_out *out, double lon_deg, double lat_deg)
{
    vg_out_text(out, "},\"geometry\":{\"type\":\"Point\",\"coordinates\":");
    put_point(out, lon_deg, lat_deg);
    vg_out_text(out, "}}");
}

static void begin_polygon(struct vg_out *out)
{
    vg_out_text(out, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
}

/* Counter-clockwise, closed. */
static void end_circle(struct vg_out *out, double lon_deg, double lat_deg, double radius_nm)
{
    begin_polygon(out);
    for (int i = 0; i <= 48; i++) {
        double lon = lon_deg, lat = lat_deg;
        vg_sphere_move(&lon, &lat, 360 - i % 48 * 7.5, radius_nm * VG_METRES_PER_NM);
        if (i)
            vg_out_char(out, ',');
        put_point(out, lon, lat);
    }
    vg_out_text(out, "]]}}");
}

/* The cape that lies farthest in a direction: with a disc around it, the hull's outline in that direction. */
static struct cape farthest(const struct cape *capes, size_t n, double bearing_deg)
{
    struct cape best = capes[0];
    double most = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        double reach = capes[i].lon_deg * sin(bearing_deg * VG_RAD) + capes[i].lat_deg * cos(bearing_deg * VG_RAD);
        if (reach > most) {
            most = reach;
            best = capes[i];
        }
    }
    return best;
}

static void hull_zone(struct vg_out *out, bool *first, const char *name, const char *name_es, double distance_nm)
{
    begin_zone(out, first, "zone", name, name_es);
    begin_polygon(out);
    for (int i = 0; i <= 180; i++) {
        double bearing = 360 - i % 180 * 2;
        struct cape c = farthest(galapagos, sizeof galapagos / sizeof *galapagos, bearing);
        vg_sphere_move(&c.lon_deg, &c.lat_deg, bearing, distance_nm * VG_METRES_PER_NM);
        if (i)
            vg_out_char(out, ',');
        put_point(out, c.lon_deg, c.lat_deg);
    }
    vg_out_text(out, "]]}}");
}

/* West of every cape by 200 nm, at each latitude. */
static void mainland_limit(struct vg_out *out, bool *first)
{
    begin_zone(out, first, "limit", "Ecuador, mainland: outer limit of 200 nm",
               "Ecuador continental: límite exterior de 200 M");
    vg_out_text(out, "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[");
    for (int i = 0; i <= 50; i++) {
        double lat = MAINLAND_SOUTH + (MAINLAND_NORTH - MAINLAND_SOUTH) * i / 50, west = 0;
        for (size_t k = 0; k < sizeof mainland / sizeof *mainland; k++) {
            double north_nm = (lat - mainland[k].lat_deg) * 60, reach = 200.0 * 200.0 - north_nm * north_nm;
            if (reach > 0)
                west = fmin(west, mainland[k].lon_deg - sqrt(reach) / 60);
        }
        if (i)
            vg_out_char(out, ',');
        put_point(out, west, lat);
    }
    vg_out_text(out, "]}}");
}

static void put_zones(struct vg_out *out, bool *first)
{
    hull_zone(out, first, "Galápagos Marine Reserve", "Reserva Marina de Galápagos", 40);
    hull_zone(out, first, "Ecuador, Galápagos: outer limit of 200 nm", "Ecuador, Galápagos: límite exterior de 200 M",
              200);
    mainland_limit(out, first);
}

static void put_grounds(struct vg_out *out, bool *first)
{
    for (size_t i = 0; i < GROUND_COUNT; i++) {
        const struct vg_sim_ground *g = &vg_sim_grounds[i];
        begin(out, first, "ground", g->name);
        end_circle(out, g->lon_deg, g->lat_deg, g->radius_nm);
    }
}

static void put_ports(struct vg_out *out, bool *first)
{
    for (size_t i = 0; i < vg_sim_terminal_count; i++) {
        const struct vg_sim_terminal *t = &vg_sim_terminals[i];
        begin(out, first, "port", t->name);
        vg_out_printf(out, ",\"code\":\"%s\",\"berths\":%u", t->code, (unsigned)t->berths);
        end_point(out, t->lon_deg, t->lat_deg);
    }
}

static void put_anchorages(struct vg_out *out, bool *first)
{
    for (size_t i = 0; i < vg_sim_roads_count; i++) {
        begin(out, first, "anchorage", vg_sim_roads[i].name);
        end_circle(out, vg_sim_roads[i].lon_deg, vg_sim_roads[i].lat_deg, vg_sim_roads[i].radius_nm);
    }
}

static void put_lanes(struct vg_out *out, bool *first)
{
    for (size_t i = 0; i < vg_sim_edge_count; i++) {
        const struct vg_sim_node *a = &vg_sim_nodes[vg_sim_edges[i].a], *b = &vg_sim_nodes[vg_sim_edges[i].b];
        char name[32];
        snprintf(name, sizeof name, "%.8s - %.8s", a->key, b->key);
        begin(out, first, "lane", name);
        vg_out_text(out, "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[");
        put_point(out, a->lon_deg, a->lat_deg);
        vg_out_char(out, ',');
        put_point(out, b->lon_deg, b->lat_deg);
        vg_out_text(out, "]}}");
    }
}

static void put_signals(struct vg_out *out, bool *first)
{
    for (size_t i = 0; i < vg_sim_station_count; i++) {
        const struct vg_sim_station *s = &vg_sim_stations[i];
        begin(out, first, "station", s->name);
        vg_out_printf(out, ",\"id\":\"%s\",\"mmsi\":%u,\"antenna_m\":%.0f", s->id, s->mmsi, s->antenna_m);
        end_point(out, s->lon_deg, s->lat_deg);
    }
    for (size_t i = 0; i < vg_sim_aid_count; i++) {
        const struct vg_sim_aid *a = &vg_sim_aids[i];
        begin(out, first, "aid", a->name);
        vg_out_printf(out, ",\"mmsi\":%u,\"virtual\":%s", a->mmsi, a->is_virtual ? "true" : "false");
        end_point(out, a->lon_deg, a->lat_deg);
    }
}

static const struct {
    const char *name;
    void (*put)(struct vg_out *out, bool *first);
} layers[] = {
    {"zones", put_zones},           {"grounds", put_grounds}, {"ports", put_ports},
    {"anchorages", put_anchorages}, {"lanes", put_lanes},     {"signals", put_signals},
};

const char *vg_sim_layer_name(size_t i)
{
    return i < sizeof layers / sizeof *layers ? layers[i].name : NULL;
}

void vg_sim_places_geojson(const char *layer, struct vg_out *out)
{
    bool first = true;
    vg_out_text(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (!layer || strcmp(layer, layers[i].name) == 0)
            layers[i].put(out, &first);
    vg_out_text(out, "\n]}\n");
}
