/*
 * What a position costs in the archive, and a view into its files for comparing with other readers.
 *
 *     vigia sim --hours 6 | bench_archive make FOLDER [ROWS [LEVEL]]   one file for every ROWS positions
 *     … | bench_archive rows FOLDER [ROWS [LEVEL]]    from lines of mmsi,time_us,lon_deg,lat_deg,sog,cog,heading,status
 *     bench_archive dump FILE [EVERY]       count and sums, then every EVERYth row as CSV
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/positions.h"
#include "sensor/ais/receiver.h"

struct making {
    struct vg_sources sources;
    uint16_t feed;
    struct vg_positions_writer *writer;
    const char *folder;
    int level, files;
    uint64_t rows, bytes, columns[VG_PARQUET_COLUMNS];
    double seconds;
};

static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void commit(struct making *m)
{
    char path[4096];
    uint64_t bytes = 0, columns[VG_PARQUET_COLUMNS] = {0};
    size_t rows = vg_positions_count(m->writer);
    snprintf(path, sizeof path, "%s/part-%04d.parquet", m->folder, m->files++);
    double from = cpu_s();
    enum vg_err err = vg_positions_commit(m->writer, path, m->level, &bytes, columns);
    if (err) {
        fprintf(stderr, "%s: %s\n", path, vg_err_text(err));
        exit(1);
    }
    m->seconds += cpu_s() - from;
    m->rows += rows;
    m->bytes += bytes;
    for (size_t c = 0; c < VG_PARQUET_COLUMNS; c++)
        m->columns[c] += columns[c];
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct making *m = arg;
    struct vg_report report;
    struct vg_position position;
    if (!vg_ais_report(msg, &report))
        return;
    report.time_us = payload->time_us;
    report.journal_offset = payload->journal_offset + 1; /* 0 would say "not kept" */
    report.source = *payload->station
                        ? vg_source_station(&m->sources, m->feed, payload->station, strlen(payload->station))
                        : m->feed;
    if (!vg_position_from_report(&report, &position))
        return;
    if (vg_positions_add(m->writer, &position) == VG_LIMIT) {
        commit(m);
        vg_positions_add(m->writer, &position);
    }
}

/* One line of a recording that isn't NMEA; an empty cell, or one of text, wasn't said. */
static void on_line(struct making *m, const char *line)
{
    double v[8];
    unsigned said = 0;
    for (unsigned i = 0; i < 8; i++) {
        char *end;
        v[i] = strtod(line, &end);
        said |= (unsigned)(end != line) << i;
        line += strcspn(line, ",");
        line += *line == ',';
    }
    struct vg_position p = {.time_us = (int64_t)v[1], .mmsi = (uint32_t)v[0], .pos = vg_pos_from_deg(v[2], v[3])};
    if ((said & 15) != 15)
        return;
    if (said & 16 && v[4] >= 0 && v[4] < 102.3) {
        p.fields |= VG_FIELD_BIT(SOG);
        p.sog_dkn = (uint16_t)(v[4] * 10 + 0.5);
    }
    if (said & 32 && v[5] >= 0 && v[5] < 360) {
        p.fields |= VG_FIELD_BIT(COG);
        p.cog_ddeg = (uint16_t)(v[5] * 10 + 0.5);
    }
    if (said & 64 && v[6] >= 0 && v[6] < 360) {
        p.fields |= VG_FIELD_BIT(HEADING);
        p.heading_deg = (uint16_t)v[6];
    }
    if (said & 128 && v[7] >= 0 && v[7] < 16) {
        p.fields |= VG_FIELD_BIT(STATUS);
        p.status = (uint8_t)v[7];
    }
    p.source = m->feed;
    if (vg_positions_add(m->writer, &p) == VG_LIMIT) {
        commit(m);
        vg_positions_add(m->writer, &p);
    }
}

static int make(const char *folder, size_t rows, int level, bool nmea)
{
    static char bytes[1 << 16];
    struct making m = {.folder = folder, .level = level};
    struct vg_receiver *receiver;
    size_t n, count;
    if (vg_sources_init(&m.sources) || vg_positions_writer_new(rows, &m.sources, &m.writer) ||
        vg_receiver_new(on_message, &m, &receiver))
        return 1;
    m.feed = vg_source_feed(&m.sources, "sim");
    while (!nmea && fgets(bytes, sizeof bytes, stdin))
        on_line(&m, bytes);
    while ((n = fread(bytes, 1, sizeof bytes, stdin)) > 0)
        vg_receiver_push(receiver, bytes, n, VG_TIME_NONE);
    vg_receiver_end(receiver);
    commit(&m);
    const struct vg_parquet_column *columns = vg_positions_columns(&count);
    printf("%" PRIu64 " positions, %d files, %" PRIu64 " bytes: %.2f bytes a position; written at %.0f positions/s\n",
           m.rows, m.files, m.bytes, (double)m.bytes / (double)m.rows, (double)m.rows / m.seconds);
    for (size_t c = 0; c < count; c++)
        printf("  %-9s %6.3f\n", columns[c].name, (double)m.columns[c] / (double)m.rows);
    vg_receiver_free(receiver);
    vg_positions_writer_free(m.writer);
    vg_sources_free(&m.sources);
    return 0;
}

struct dumping {
    uint64_t rows, every;
    uint64_t mmsi, journal_offset, message, sog, cog, heading, status, sog_said, turn_said, source_bytes;
    int64_t time_s, lon, lat, turn;
    bool print;
};

static void optional(const struct vg_position *p, enum vg_field field, int value)
{
    if (p->fields >> field & 1)
        printf("%d,", value);
    else
        printf(",");
}

static enum vg_err on_row(void *arg, const struct vg_position *p)
{
    struct dumping *d = arg;
    int32_t lon = vg_e6deg_from_e4min(p->pos.lon_e4min), lat = vg_e6deg_from_e4min(p->pos.lat_e4min);
    d->mmsi += p->mmsi;
    d->time_s += p->time_us / VG_SECOND_US;
    d->lon += lon;
    d->lat += lat;
    d->sog += p->sog_dkn;
    d->cog += p->cog_ddeg;
    d->heading += p->heading_deg;
    d->turn += p->turn_raw;
    d->status += p->status;
    d->message += p->message;
    d->journal_offset += p->journal_offset % 1000000;
    d->sog_said += p->fields >> VG_FIELD_SOG & 1;
    d->turn_said += p->fields >> VG_FIELD_TURN & 1;
    d->source_bytes += p->source_name.len;
    if (d->print && d->rows % d->every == 0) {
        printf("%" PRIu64 ",%" PRIu32 ",%" PRId64 ",%d,%d,", d->rows, p->mmsi, p->time_us, lon, lat);
        optional(p, VG_FIELD_SOG, p->sog_dkn);
        optional(p, VG_FIELD_COG, p->cog_ddeg);
        optional(p, VG_FIELD_HEADING, p->heading_deg);
        optional(p, VG_FIELD_TURN, p->turn_raw);
        optional(p, VG_FIELD_STATUS, p->status);
        printf("%d,%d,%.*s,%" PRIu64 "\n", p->message, p->accurate, (int)p->source_name.len, p->source_name.bytes,
               p->journal_offset);
    }
    d->rows++;
    return VG_OK;
}

static int dump(const char *path, uint64_t every)
{
    struct vg_positions_file *file;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct dumping d = {.every = every};
    enum vg_err err = vg_positions_open(path, &file);
    if (!err)
        err = vg_positions_read(file, &all, on_row, &d, NULL);
    if (err) {
        fprintf(stderr, "%s: %s\n", path, vg_err_text(err));
        return 1;
    }
    printf("rows=%" PRIu64 " mmsi=%" PRIu64 " time_s=%" PRId64 " lon=%" PRId64 " lat=%" PRId64 " sog=%" PRIu64
           " cog=%" PRIu64 " heading=%" PRIu64 " turn=%" PRId64 " status=%" PRIu64 " type=%" PRIu64 " place=%" PRIu64
           " sog_said=%" PRIu64 " turn_said=%" PRIu64 " source_bytes=%" PRIu64 "\n",
           d.rows, d.mmsi, d.time_s, d.lon, d.lat, d.sog, d.cog, d.heading, d.turn, d.status, d.message,
           d.journal_offset, d.sog_said, d.turn_said, d.source_bytes);
    d = (struct dumping){.every = every, .print = true};
    vg_positions_read(file, &all, on_row, &d, NULL);
    vg_positions_close(file);
    return 0;
}

int main(int argc, char **argv)
{
    bool nmea = argc > 1 && !strcmp(argv[1], "make");
    if (argc >= 3 && (nmea || !strcmp(argv[1], "rows")))
        return make(argv[2], argc > 3 ? (size_t)strtol(argv[3], NULL, 10) : 1000000,
                    argc > 4 ? (int)strtol(argv[4], NULL, 10) : 6, nmea);
    if (argc >= 3 && !strcmp(argv[1], "dump"))
        return dump(argv[2], argc > 3 ? (uint64_t)strtol(argv[3], NULL, 10) : 1000);
    fprintf(stderr, "usage: bench_archive make|rows FOLDER [ROWS [LEVEL]] < DATA | dump FILE [EVERY]\n");
    return 2;
}
