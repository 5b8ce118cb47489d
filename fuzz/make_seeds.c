/*
 * Seeds, made by our own encoders. make_seeds FOLDER [asterix|json_log|parquet_rows]
 *
 * Without a word, for fuzz_ais: an empty message of every layout and every application, with arrays of two elements and
 * every choice once. For fuzz_asterix: a record of every edition with all that its definition knows. For fuzz_json_log:
 * a record of each kind. For fuzz_parquet_rows: a table of each kind of column.
 */
#include <stdio.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/parquet_write.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

#include "../tests/sensor/asterix_full.h"

static const char *folder;

/* As fuzz_ais reads it: fill bits, then a byte for each six bits. */
static void write_seed(const struct vg_ais *msg, const char *name, unsigned variant)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s-%s-%u", folder, msg->layout->name, name, variant);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return;
    }
    unsigned chars = (msg->bits + 5u) / 6;
    fputc((int)(chars * 6 - msg->bits), file);
    for (unsigned i = 0; i < chars; i++)
        fputc((int)vg_ais_uint(msg, i * 6, 6), file);
    fclose(file);
}

/* The first choice there is, in the application or in an element of its array. */
static const struct vg_ais_field *find_choice(const struct vg_ais_layout *layout, char *prefix, size_t size)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        if (f->kind == VG_AIS_CHOICE)
            return f;
        if (f->kind == VG_AIS_REPEAT) {
            snprintf(prefix, size, "%s[0].", f->key);
            return find_choice(vg_ais_element(f), prefix + strlen(prefix), size - strlen(prefix));
        }
    }
    return NULL;
}

static void lengthen(struct vg_ais *msg, const struct vg_ais_layout *layout)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        char path[VG_AIS_PATH_SIZE];
        if (f->kind != VG_AIS_REPEAT)
            continue;
        snprintf(path, sizeof path, "%s[1].%s", f->key, vg_ais_element(f)->field[0].key);
        vg_ais_set_raw(msg, path, 1);
    }
}

static void application_seeds(unsigned dac, unsigned fid)
{
    struct vg_ais msg;
    char prefix[VG_AIS_PATH_SIZE] = "", path[2 * VG_AIS_PATH_SIZE];
    vg_ais_blank("8", 2573000, &msg);
    if (vg_ais_set_application(&msg, dac, fid))
        return;
    const struct vg_ais_field *choice = find_choice(msg.application, prefix, sizeof prefix);
    for (unsigned k = 0; k == 0 || (choice && k < choice->max); k++) {
        vg_ais_blank("8", 2573000, &msg);
        vg_ais_set_application(&msg, dac, fid);
        lengthen(&msg, msg.application);
        if (choice) {
            size_t count;
            snprintf(path, sizeof path, "%s%s", prefix, choice->key);
            vg_ais_set_raw(&msg, path, choice->first + (int)k);
            lengthen(&msg, &vg_ais_layouts(&count)[choice->sub_layout + k]);
        }
        write_seed(&msg, msg.application->name, k);
    }
}

static FILE *open_seed(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        perror(path);
    return file;
}

/* ---- fuzz_json_log ---- */

/* As fuzz_json_log reads it: the unit of angles, the size of pieces, then lines. */
static void json_seeds(void)
{
    static const struct {
        const char *name, *text;
    } seeds[] = {
        {"gpsd",
         "{\"class\":\"AIS\",\"type\":1,\"mmsi\":224999719,\"scaled\":true,\"status\":0,\"turn\":\"fastleft\","
         "\"speed\":6.5,\"accuracy\":true,\"lon\":-8.72,\"lat\":42.23,\"course\":90.0,\"heading\":91}\n"
         "{\"class\":\"TPV\",\"time\":\"2024-11-22T05:20:10.000Z\"}\n"
         "{\"class\":\"AIS\",\"type\":5,\"mmsi\":224999719,\"imo\":9074729,\"callsign\":\"EA1\",\"shipname\":\"A\","
         "\"shiptype\":70,\"to_bow\":100,\"to_stern\":80,\"to_port\":10,\"to_starboard\":22,"
         "\"eta\":\"05-14T20:10Z\",\"draught\":10.1,\"destination\":\"VIGO\"}\n"},
        {"ais-catcher", "1732252803.5: {\"class\":\"AIS\",\"rxtime\":\"20241122052000\",\"rxuxtime\":1732252800,"
                        "\"type\":21,\"mmsi\":992241001,\"aid_type\":14,\"name\":\"BOYA\",\"off_position\":true}\n"},
        {"aisstream", "[{\"MessageType\":\"ShipStaticData\",\"MetaData\":{\"time_utc\":\"2024-11-22T05:20:00Z\"},"
                      "\"Message\":{\"ShipStaticData\":{\"Valid\":true,\"MessageID\":5,\"UserID\":224999720,"
                      "\"Dimension\":{\"A\":1,\"B\":2,\"C\":3,\"D\":4},\"Eta\":{\"Month\":5,\"Day\":1,"
                      "\"Hour\":2,\"Minute\":3},\"Sog\":1.5,\"Cog\":360}}},\n]\n"},
        {"signalk",
         "{\"context\":\"vessels.urn:mrn:imo:mmsi:224999721\",\"updates\":[{\"timestamp\":\"2024-11-22T05:20:00Z\","
         "\"values\":[{\"path\":\"navigation.position\",\"value\":{\"longitude\":-8.72,\"latitude\":42.23}},"
         "{\"path\":\"\",\"value\":{\"name\":\"A\",\"registrations\":{\"imo\":\"IMO 1\"}}},"
         "{\"path\":\"navigation.state\",\"value\":\"moored\"},{\"path\":\"design.beam\",\"value\":5}]}]}\n"},
        {"canboat",
         "{\"version\":\"6.0.1\",\"units\":\"si\"}\n{\"timestamp\":\"2024-11-22T05:20:00.120Z\",\"pgn\":129794,"
         "\"fields\":{\"User ID\":{\"value\":\"224999722\"},\"Type of ship\":\"Tanker (hazard cat X)\","
         "\"ETA Date\":\"2024.05.14\",\"ETA Time\":\"20:10:00\",\"Length\":180.0,\"COG\":1.57}}\n"},
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        FILE *file = open_seed(seeds[i].name);
        if (!file)
            return;
        fprintf(file, "%c%c%s", i % 2 ? '1' : '0', '7', seeds[i].text);
        fclose(file);
    }
}

/* ---- fuzz_parquet_rows ---- */

static enum vg_err to_file(void *arg, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, arg) == len ? VG_OK : VG_IO;
}

static void parquet_seed(const char *name, uint8_t coding)
{
    static const struct vg_parquet_column columns[] = {
        {.name = "mmsi", .type = VG_PARQUET_INT32, .logical = VG_PARQUET_UINT, .bits = 32},
        {.name = "time", .type = VG_PARQUET_INT64, .logical = VG_PARQUET_TIME_US},
        {.name = "lon",
         .type = VG_PARQUET_INT32,
         .logical = VG_PARQUET_DECIMAL,
         .precision = 9,
         .scale = 6,
         .optional = true},
        {.name = "name", .type = VG_PARQUET_BYTES, .logical = VG_PARQUET_STRING, .optional = true},
    };
    static const int64_t mmsi[] = {224999719, 224999720, 224999719}, time[] = {0, 1000000, 1500000},
                         lon[] = {-8720000, 0, 1};
    static const struct vg_parquet_text names[] = {{"A, \"B\"", 6}, {"", 0}, {"C", 1}};
    static const uint8_t present[] = {1, 0, 1};
    const struct vg_parquet_cells cells[] = {
        {.ints = mmsi}, {.ints = time}, {.ints = lon, .present = present}, {.texts = names, .present = present}};
    uint8_t codings[] = {coding, coding, coding, coding};
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_parquet_writer *writer;
    FILE *file = open_seed(name);
    options.codings = codings;
    if (!file)
        return;
    if (!vg_parquet_writer_new(columns, 4, &options, to_file, file, &writer)) {
        vg_parquet_write(writer, cells, 3);
        vg_parquet_finish(writer);
        vg_parquet_writer_free(writer);
    }
    fclose(file);
}

/* ---- fuzz_ais ---- */

static void ais_seeds(void)
{
    size_t layouts, rows;
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && layout[i].type; i++) {
        struct vg_ais msg;
        if (vg_ais_blank(layout[i].name, 735000001, &msg) == VG_OK)
            write_seed(&msg, "blank", 0);
    }
    const struct vg_ais_application *row = vg_ais_applications(&rows);
    for (size_t i = 0; i < rows; i++)
        application_seeds(row[i].dac, row[i].fid);
}

/* As fuzz_asterix reads it: the length of pieces, then blocks. */
static void asterix_seeds(void)
{
    static struct full full;
    for (size_t i = 0; i < vg_asterix_edition_count; i++) {
        const struct vg_asterix_edition *e = &vg_asterix_editions[i];
        for (int variant = 0; variant < 2; variant++) {
            char path[1024];
            if (!full_block(&full, e, variant, UINT32_MAX))
                continue;
            snprintf(path, sizeof path, "%s/cat%03u-%s-%d", folder, e->category, e->name, variant);
            FILE *file = fopen(path, "wb");
            if (!file) {
                perror(path);
                continue;
            }
            fputc(7, file);
            fwrite(full.at, 1, full.len, file);
            fwrite(full.at, 1, full.len, file); /* in step */
            fclose(file);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fputs("usage: make_seeds FOLDER [asterix|json_log|parquet_rows]\n", stderr);
        return 2;
    }
    folder = argv[1];
    if (argc == 2) {
        ais_seeds();
    } else if (strcmp(argv[2], "asterix") == 0) {
        asterix_seeds();
    } else if (strcmp(argv[2], "json_log") == 0) {
        json_seeds();
    } else {
        parquet_seed("plain", VG_CODE_PLAIN);
        parquet_seed("dictionary", VG_CODE_DICT);
        parquet_seed("delta", VG_CODE_DELTA);
    }
    return 0;
}
