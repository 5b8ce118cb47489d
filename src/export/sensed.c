#include "export/sensed.h"

#include <string.h>

#include "export/csv.h"
#include "vessel/contact.h"

#define SAID(field) (r->fields >> VG_FIELD_##field & 1)

/* name, whether it was said, how it is written */
#define DETECTION_COLUMNS(X)                                                                                           \
    X(time, true, vg_export_time(out, r->time_us))                                                                     \
    X(measured, r->measured_us != VG_TIME_NONE, vg_export_time(out, r->measured_us))                                   \
    X(sensor, true, put_text(out, r->sensor_name))                                                                     \
    X(says, true, vg_out_text(out, vg_detection_word(r->says)))                                                        \
    X(sensor_track, r->sensor_track, vg_out_scaled(out, r->sensor_track, 0))                                           \
    X(range_m, r->range_m != UINT32_MAX, vg_out_scaled(out, r->range_m, 0))                                            \
    X(bearing, r->bearing_mdeg != UINT32_MAX, vg_out_scaled(out, r->bearing_mdeg, 3))                                  \
    X(lon, vg_pos_valid(r->pos), vg_out_e4min_deg(out, r->pos.lon_e4min))                                              \
    X(lat, vg_pos_valid(r->pos), vg_out_e4min_deg(out, r->pos.lat_e4min))                                              \
    X(from_lon, vg_pos_valid(r->from), vg_out_e4min_deg(out, r->from.lon_e4min))                                       \
    X(from_lat, vg_pos_valid(r->from), vg_out_e4min_deg(out, r->from.lat_e4min))                                       \
    X(sigma_major_m, r->major_dm, vg_out_scaled(out, r->major_dm, 1))                                                  \
    X(sigma_minor_m, r->major_dm, vg_out_scaled(out, r->minor_dm, 1))                                                  \
    X(orientation, r->major_dm, vg_out_scaled(out, r->direction_deg, 0))                                               \
    X(sog, SAID(SOG), vg_out_scaled(out, r->sog_dkn, 1))                                                               \
    X(cog, SAID(COG), vg_out_scaled(out, r->cog_ddeg, 1))                                                              \
    X(heading, SAID(HEADING), vg_out_scaled(out, r->heading_deg, 0))                                                   \
    X(length_m, r->length_m, vg_out_scaled(out, r->length_m, 0))                                                       \
    X(altitude_ft, r->has_altitude, vg_out_scaled(out, r->altitude_ft, 0))                                             \
    X(icao, r->icao, vg_out_printf(out, "%06x", r->icao))                                                              \
    X(mode_3a, r->mode_3a != VG_MODE_3A_NONE, vg_out_printf(out, "%04o", r->mode_3a))                                  \
    X(name, true, vg_out_csv_string(out, r->name, strlen(r->name)))                                                    \
    X(sac, r->sac >= 0, vg_out_scaled(out, r->sac, 0))                                                                 \
    X(sic, r->sic >= 0, vg_out_scaled(out, r->sic, 0))                                                                 \
    X(simulated, r->simulated, vg_out_char(out, '1'))                                                                  \
    X(airborne, r->airborne, vg_out_char(out, '1'))                                                                    \
    X(source, true, put_text(out, r->source_name))                                                                     \
    X(place, r->journal_offset, vg_out_scaled(out, (int64_t)r->journal_offset, 0))

#define TRACK_COLUMNS(X)                                                                                               \
    X(time, true, vg_export_time(out, r->time_us))                                                                     \
    X(contact, true, put_id(out, r->contact))                                                                          \
    X(track, true, put_id(out, r->track))                                                                              \
    X(mmsi, r->mmsi, vg_out_scaled(out, r->mmsi, 0))                                                                   \
    X(lon, true, vg_out_e4min_deg(out, r->pos.lon_e4min))                                                              \
    X(lat, true, vg_out_e4min_deg(out, r->pos.lat_e4min))                                                              \
    X(sog, true, vg_out_scaled(out, r->sog_dkn, 1))                                                                    \
    X(cog, true, vg_out_scaled(out, r->cog_ddeg, 1))                                                                   \
    X(sigma_major_m, true, vg_out_scaled(out, r->major_dm, 1))                                                         \
    X(sigma_minor_m, true, vg_out_scaled(out, r->minor_dm, 1))                                                         \
    X(orientation, true, vg_out_scaled(out, r->direction_deg, 0))                                                      \
    X(existence, true, vg_out_scaled(out, r->existence_permille, 3))                                                   \
    X(sensors, true, put_text(out, r->sensors))                                                                        \
    X(facts, true, put_text(out, r->facts))                                                                            \
    X(length_m, r->length_m, vg_out_scaled(out, r->length_m, 0))                                                       \
    X(airborne, r->airborne, vg_out_char(out, '1'))                                                                    \
    X(place, r->journal_offset, vg_out_scaled(out, (int64_t)r->journal_offset, 0))

static void put_id(struct vg_out *out, uint64_t id)
{
    char text[VG_CONTACT_ID_TEXT];
    vg_contact_id_text(id, text);
    vg_out_text(out, text);
}

static void put_text(struct vg_out *out, struct vg_parquet_text text)
{
    if (text.len)
        vg_out_csv_string(out, text.bytes, text.len);
}

/* The commas stand before all cells but the first. */
static void put_head(struct vg_out *out, const char *names)
{
    vg_out_text(out, names + 1);
    vg_out_char(out, '\n');
}

#define NAME(name, said, written) "," #name
#define CELL(name, said, written)                                                                                      \
    if (cell++)                                                                                                        \
        vg_out_char(out, ',');                                                                                         \
    if (said)                                                                                                          \
        written;

void vg_export_detections_head(struct vg_out *out)
{
    put_head(out, DETECTION_COLUMNS(NAME));
}

void vg_export_detection(struct vg_out *out, const struct vg_detection *r)
{
    int cell = 0;
    DETECTION_COLUMNS(CELL)
    vg_out_char(out, '\n');
}

void vg_export_tracks_head(struct vg_out *out)
{
    put_head(out, TRACK_COLUMNS(NAME));
}

void vg_export_track_point(struct vg_out *out, const struct vg_track_point *r)
{
    int cell = 0;
    TRACK_COLUMNS(CELL)
    vg_out_char(out, '\n');
}
