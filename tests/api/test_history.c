/* The archive over HTTP: a small one whose every row is known, asked over real sockets. */
#include <ftw.h>
#include <math.h>
#include <zlib.h>

#include "archive_fixture.h"
#include "export/csv.h"
#include "server.h"

static char folder[] = "/tmp/vigia-history-XXXXXX";
static struct server *server;

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    archive_build(folder);
    struct vg_api_options o = server_options();
    o.archive_dir = folder;
    server = server_open(&o);
    return 0;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

/* ---- asking ---- */

/* A whole body, also of a chunked answer. */
static struct http *fetch(const char *target, const char *extra)
{
    struct http *h = calloc(1, sizeof *h);
    http_open(h, server->address, "GET", target, extra, 0);
    size_t cap = 1 << 16, length = h->length;
    h->body = malloc(cap + 1);
    while (h->chunked || h->body_len < length) {
        size_t n;
        if (cap - h->body_len < 65536)
            h->body = realloc(h->body, (cap *= 2) + 1);
        if (h->chunked) {
            n = http_read(h, h->body + h->body_len, cap - h->body_len);
        } else {
            if (h->raw_pos == h->raw_len && !http_more(h))
                fail_msg("the body ended early");
            n = h->raw_len - h->raw_pos;
            memcpy(h->body + h->body_len, h->raw + h->raw_pos, n);
            h->raw_pos += n;
        }
        if (!n)
            break;
        h->body_len += n;
    }
    h->body[h->body_len] = '\0';
    return h;
}

static void refused(const char *target, int status, const char *code, const char *part)
{
    json_t *json = server_json(server, target, status), *error = json_object_get(json, "error");
    assert_string_equal(text_of(error, "code"), code);
    if (!strstr(text_of(error, "message"), part))
        fail_msg("%s: %s", target, text_of(error, "message"));
    json_decref(json);
}

static json_t *vessel_in(json_t *page, uint32_t mmsi)
{
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(page, "vessels"), i,
                       v) if (json_integer_value(json_object_get(v, "mmsi")) == mmsi) return v;
    return NULL;
}

static int64_t integer(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

static double number(const json_t *json, const char *key)
{
    return json_number_value(json_object_get(json, key));
}

/* Prometheus' value of one of ours. */
static double metric(const char *name)
{
    char line[100];
    struct http *h = http_get(server->address, "/metrics");
    snprintf(line, sizeof line, "\nvigia_%s ", name);
    const char *at = strstr(h->body, line);
    assert_non_null(at);
    double value = strtod(at + strlen(line), NULL);
    http_close(h);
    return value;
}

static uint16_t u16(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return (uint16_t)(b[0] | b[1] << 8);
}
static uint32_t u32(const char *p)
{
    return u16(p) | (uint32_t)u16(p + 2) << 16;
}
static int64_t i64(const char *p)
{
    return (int64_t)(u32(p) | (uint64_t)u32(p + 4) << 32);
}

/* ---- tests ---- */

static void the_summary_tells_span_hours_and_what_is_final(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history", 200);
    assert_true(json_is_true(json_object_get(j, "archive")));
    assert_string_equal(text_of(j, "from"), BEGIN);
    assert_string_equal(text_of(j, "to"), "2023-11-15T02:00:00Z");
    assert_string_equal(text_of(j, "last"), "2023-11-15T01:59:50Z");
    assert_string_equal(text_of(j, "final"), "2023-11-15T00:50:00Z");
    json_t *hours = json_object_get(j, "hours");
    assert_int_equal(json_array_size(hours), HOURS);
    assert_int_equal(json_integer_value(json_array_get(json_array_get(hours, 1), 0)), BEGIN_US / VG_SECOND_US + 3600);
    assert_true(json_integer_value(json_array_get(json_array_get(hours, 1), 1)) > 100);
    json_decref(j);
}

static void a_block_has_every_row_of_its_box_and_time(void **state)
{
    (void)state;
    struct http *h = fetch("/api/v1/history/block?bbox=-81.4,-2.8,-80.1,-1.7&from=" BEGIN "&seconds=600", "");
    assert_int_equal(h->status, 200);
    assert_string_equal(http_header(h, "Content-Type"), "application/octet-stream");
    assert_memory_equal(h->body, "VGH2", 4);
    assert_int_equal(u16(h->body + 4), 2);
    size_t at = u16(h->body + 6), vessels = u32(h->body + 40), rows = u32(h->body + 44);
    assert_true(i64(h->body + 8) == BEGIN_US);
    assert_int_equal(u32(h->body + 16), 600000);
    assert_int_equal(vessels, 3);
    assert_int_equal(rows, 60 + 60 + 4);
    assert_int_equal(u32(h->body + 56), 1); /* final */
    assert_int_equal(u32(h->body + at), STILL);
    assert_int_equal((uint8_t)h->body[at + 8], VG_CLASS_SHIP_B);
    assert_int_equal(u32(h->body + at + 16), LEAVER);
    assert_int_equal(u32(h->body + at + 32), MOVER);
    assert_int_equal(u32(h->body + at + 36), 60);
    const char *column = h->body + at + 16 * vessels;
    uint32_t time = 0;
    int32_t lon = 0;
    for (size_t i = 0; i < 60; i++) { /* differences */
        time += u32(column + (64 + i) * 4);
        lon += (int32_t)u32(column + (rows + 64 + i) * 4);
        assert_int_equal(time, i * 10000);
        assert_true(lon == vg_pos_from_deg(mover_lon((int64_t)i * 10), -2).lon_e4min);
    }
    column += rows * 12;
    assert_int_equal(u16(column + 64 * 2), 120);           /* speed */
    assert_int_equal(u16(column + rows * 4 + 64 * 2), 91); /* heading */
    assert_int_equal(u16(column + rows * 4 + 65 * 2), 91); /* still known */
    assert_int_equal(u16(column + rows * 4), 0xFFFF);      /* never said */
    assert_int_equal(u16(column + rows * 8), 61);          /* minutes: class B at rest, heard again a minute later */
    assert_int_equal(u16(column + rows * 8 + 64 * 2), 30);
    column += rows * 10;
    assert_int_equal((int8_t)column[64], -10);
    assert_int_equal((uint8_t)column[rows], 255); /* class B has no status */
    assert_int_equal(column[rows * 2 + 64], 1);   /* message */
    assert_int_equal(column[rows * 3], VG_CONTACT_STILL);
    assert_int_equal(column[rows * 3 + 64], VG_CONTACT_ACCURATE);
    assert_int_equal(column[rows * 3 + 65], 0);
    assert_int_equal(column[rows * 4], VG_CLASS_SHIP_B);
    assert_int_equal(column[rows * 4 + 64], VG_CLASS_SHIP_A);
    assert_int_equal(column[rows * 5 + 64], 0); /* a position */
    column += rows * 6;
    assert_int_equal(u32(h->body + 48), 2);
    assert_memory_equal(column, "\x07unknown\x05Manta", 14);
    assert_int_equal(column + 14 - h->body, h->body_len);
    http_close(h);
}

static void thinning_keeps_one_in_each_step(void **state)
{
    (void)state;
    struct http *h = fetch("/api/v1/history/block?bbox=-81.4,-2.8,-80.1,-1.7&from=" BEGIN "&seconds=3600&step=60", "");
    assert_int_equal(u32(h->body + 20), 60);
    assert_int_equal(u32(h->body + 44), 60 + 60 + 20 + 1); /* one where the leaver crosses the border */
    http_close(h);
}

static void boxes_are_cut_outward_to_a_grid_and_stay_there(void **state)
{
    (void)state;
    struct http *h = fetch("/api/v1/history/block?bbox=-81.37,-2.81,-80.12,-1.71&from=" BEGIN "&seconds=600", "");
    double box[4];
    char target[256];
    for (int i = 0; i < 4; i++)
        box[i] = (int32_t)u32(h->body + 24 + 4 * i) / 600000.0;
    assert_true(box[0] <= -81.37 && box[1] <= -2.81 && box[2] >= -80.12 && box[3] >= -1.71);
    assert_true(box[2] - box[0] < 3 && box[3] - box[1] < 3);
    snprintf(target, sizeof target, "/api/v1/history/block?bbox=%.9f,%.9f,%.9f,%.9f&from=" BEGIN "&seconds=600", box[0],
             box[1], box[2], box[3]);
    struct http *again = fetch(target, "");
    assert_memory_equal(h->body + 24, again->body + 24, 16);
    assert_int_equal(h->body_len, again->body_len);
    http_close(again);
    http_close(h);
    h = fetch("/api/v1/history/block?bbox=179,-20,-179,-10&from=" BEGIN "&seconds=600", "");
    assert_int_equal(u32(h->body + 40), 1);
    assert_true((int32_t)u32(h->body + 24) > (int32_t)u32(h->body + 32)); /* still across the antimeridian */
    http_close(h);
}

static void final_blocks_may_be_kept_for_ever(void **state)
{
    (void)state;
    static const struct {
        const char *target, *cache;
    } rows[] = {
        {"/api/v1/history/block?bbox=-81,-3,-80,-1&from=" BEGIN "&seconds=600&rev=1",
         "public, max-age=31536000, immutable"},
        {"/api/v1/history/block?bbox=-81,-3,-80,-1&from=" BEGIN "&seconds=600", "public, max-age=3600"},
        {"/api/v1/history/block?bbox=-81,-3,-80,-1&from=2023-11-15T01:00:00Z&seconds=600&rev=1", "public, max-age=5"},
        {"/api/v1/history/block?bbox=-81,-3,-80,-1&from=2023-11-15T00:50:00Z&seconds=600&rev=1", "public, max-age=5"},
        {"/api/v1/history/block?bbox=-81,-3,-80,-1&from=2023-11-15T00:40:00Z&seconds=600&rev=1",
         "public, max-age=31536000, immutable"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char line[1200];
        struct http *h = fetch(rows[i].target, "");
        assert_string_equal(http_header(h, "Cache-Control"), rows[i].cache);
        snprintf(line, sizeof line, "If-None-Match: %s\r\n", http_header(h, "ETag"));
        struct http *again = http_ask(server->address, "GET", rows[i].target, line);
        assert_int_equal(again->status, 304);
        assert_string_equal(http_header(again, "Vary"), "Accept-Encoding");
        assert_string_equal(http_header(again, "Cache-Control"), rows[i].cache);
        http_close(again);
        http_close(h);
    }
    struct http *a = fetch(rows[0].target, ""), *b = fetch(rows[2].target, "");
    char tag[1100];
    snprintf(tag, sizeof tag, "%s", http_header(a, "ETag"));
    assert_string_not_equal(tag, http_header(b, "ETag"));
    http_close(a);
    http_close(b);
}

static void blocks_are_packed_if_asked(void **state)
{
    (void)state;
    const char *target = "/api/v1/history/block?bbox=-81.4,-2.8,-80.1,-1.7&from=" BEGIN "&seconds=3600";
    struct http *plain = fetch(target, ""), *h = fetch(target, "Accept-Encoding: gzip\r\n");
    assert_string_equal(http_header(h, "Content-Encoding"), "gzip");
    assert_true(h->body_len < plain->body_len / 3);
    char *text = malloc(plain->body_len + 1);
    z_stream z = {.next_in = (Bytef *)h->body,
                  .avail_in = (uInt)h->body_len,
                  .next_out = (Bytef *)text,
                  .avail_out = (uInt)plain->body_len + 1};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, plain->body_len);
    assert_memory_equal(text, plain->body, plain->body_len);
    inflateEnd(&z);
    free(text);
    http_close(h);
    http_close(plain);
}

static void a_region_is_as_it_was_at_the_moment(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/region?bbox=-82,-3,-79,-1&at=2023-11-14T22:30:05Z", 200);
    json_t *v = vessel_in(j, MOVER);
    assert_int_equal(integer(j, "total"), 3);
    assert_string_equal(text_of(j, "time"), "2023-11-14T22:30:05Z");
    assert_true(fabs(number(v, "lon") - mover_lon(1800)) < 2e-6);
    assert_string_equal(text_of(v, "time"), "2023-11-14T22:30:00Z");
    assert_string_equal(text_of(v, "name"), "MANTA EXPRESS");
    assert_string_equal(text_of(v, "source"), "Manta");
    assert_string_equal(text_of(v, "flag"), "EC");
    assert_string_equal(text_of(v, "class"), "a");
    assert_string_equal(text_of(vessel_in(j, STILL), "class"), "b");
    assert_true(number(v, "heading") == 91);
    json_decref(j);
    j = server_json(server, "/api/v1/history/region?bbox=-82,-3,-79,-1&at=2023-11-15T00:30:00Z&class=a", 200);
    assert_int_equal(integer(j, "total"), 1); /* the leaver has left and been silent for too long */
    assert_string_equal(text_of(vessel_in(j, MOVER), "name"), "RENAMED");
    json_decref(j);
}

static void who_has_left_the_box_is_not_shown_at_its_border(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/region?bbox=-81,-2.5,-80,-2.3&at=2023-11-14T22:20:00Z", 200);
    assert_null(vessel_in(j, LEAVER)); /* her newest position in the box is of 22:06 and younger than 30 min */
    json_decref(j);
    j = server_json(server, "/api/v1/history/region?bbox=-81,-2.5,-80,-2.3&at=2023-11-14T22:05:00Z", 200);
    assert_non_null(vessel_in(j, LEAVER));
    json_decref(j);
}

/* The header is that of the columns' table, which `vigia history --format csv` has, too. */
static void has_columns(const char *csv, bool contacts)
{
    char head[512];
    struct vg_out out = vg_out_fixed(head, sizeof head);
    if (contacts)
        vg_export_csv_contacts_head(&out);
    else
        vg_export_csv_positions_head(&out);
    assert_int_equal(out.err, VG_OK);
    assert_memory_equal(csv, head, out.len);
}

static void a_region_comes_in_four_forms(void **state)
{
    (void)state;
#define REGION "/api/v1/history/region?bbox=-82,-3,-79,-1&at=2023-11-14T22:30:00Z&format="
    json_t *j = server_json(server, REGION "geojson", 200);
    assert_int_equal(json_array_size(json_object_get(j, "features")), 3);
    json_decref(j);
    struct http *h = fetch(REGION "csv", "");
    has_columns(h->body, true);
    assert_non_null(strstr(h->body, "\r\n366000001,2023-11-14T22:30:00Z,-80.2,-2.2,0.0,90.0,,"));
    assert_non_null(strstr(h->body, ",'=EVIL(),,b,US,9000001,,"));
    http_close(h);
    h = fetch(REGION "binary", "");
    assert_memory_equal(h->body, "VGH2", 4);
    assert_int_equal(u32(h->body + 40), 3);
    assert_int_equal(u32(h->body + 44), 3);
    assert_true(i64(h->body + 8) == BEGIN_US + 30 * VG_MINUTE_US - VG_DAY_US);
    http_close(h);
}

/* The southern region at `minutes` after the beginning. */
static json_t *south_at(int64_t minutes)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1/history/region?bbox=-73,-22,-70,-19&at=%lld",
             (long long)(BEGIN_US / VG_SECOND_US + minutes * 60));
    return server_json(server, target, 200);
}

static void assert_there(int64_t minutes, uint32_t mmsi, bool there)
{
    json_t *j = south_at(minutes);
    if (!vessel_in(j, mmsi) == there)
        fail_msg("%u at %lld min: %s expected", (unsigned)mmsi, (long long)minutes, there ? "to be" : "not to be");
    json_decref(j);
}

static void everybody_stays_as_long_as_live(void **state)
{
    (void)state;
    static const struct {
        uint32_t mmsi;
        int64_t heard_min, silence_min;
    } rows[] = {{BASE, 10, 24 * 60},    {AID, 15, 24 * 60},      {CORRECTOR, 12, 24 * 60},
                {ODD_AID, 14, 24 * 60}, {SEEN_AFAR, 20, 6 * 60}, {JUMPER, 59, 30}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_there(rows[i].heard_min - 1, rows[i].mmsi, rows[i].mmsi == JUMPER); /* the others spoke once */
        assert_there(rows[i].heard_min, rows[i].mmsi, true);
        assert_there(rows[i].heard_min + rows[i].silence_min - 1, rows[i].mmsi, true);
        assert_there(rows[i].heard_min + rows[i].silence_min, rows[i].mmsi, false);
    }
    /* The device's last word, at 28 min 20 s, had no position. */
    assert_there(28 + 12 * 60, DEVICE, true);
    assert_there(29 + 12 * 60, DEVICE, false);
}

static void a_position_that_nothing_could_reach_is_held_apart(void **state)
{
    (void)state;
    json_t *j = south_at(21), *v = vessel_in(j, JUMPER);
    assert_true(fabs(number(v, "lon") + 71.5) < 1e-6);
    json_decref(j);
    j = server_json(server, "/api/v1/history/vessel?mmsi=725000001&at=2023-11-14T22:20:40Z", 200); /* as live */
    v = json_object_get(j, "held");
    assert_int_equal(integer(v, "count"), 1);
    assert_true(fabs(number(v, "lon") + 72.9) < 1e-6 && fabs(number(v, "lat") + 21) < 1e-6);
    assert_string_equal(text_of(v, "time"), "2023-11-14T22:20:30Z");
    json_decref(j);
    /* A box around the held place alone: nobody is there. */
    j = server_json(server, "/api/v1/history/region?bbox=-73,-21.5,-72.5,-20.5&at=2023-11-14T22:20:40Z", 200);
    assert_null(vessel_in(j, JUMPER));
    json_decref(j);
}

static void one_message_makes_no_other_class(void **state)
{
    (void)state;
    json_t *j = south_at(41), *v = vessel_in(j, JUMPER);
    assert_string_equal(text_of(v, "class"), "a");
    assert_true(fabs(number(v, "lat") + 20 + 41 * 60.0 / 18000) < 1e-6);
    json_decref(j);
    j = south_at(41);
    assert_string_equal(text_of(vessel_in(j, BASE), "class"), "base");
    assert_string_equal(text_of(vessel_in(j, AID), "class"), "aton");
    json_decref(j);
}

static void what_no_position_says_counts_too(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/vessel?mmsi=970010001&at=2023-11-14T22:27:00Z", 200);
    assert_string_equal(text_of(j, "distress"), "test");
    json_decref(j);
    j = server_json(server, "/api/v1/history/vessel?mmsi=970010001&at=2023-11-14T22:40:00Z", 200);
    assert_string_equal(text_of(j, "distress"), "active");
    json_t *text = json_object_get(json_object_get(j, "reported"), "text");
    assert_int_equal(integer(text, "message"), 14);
    assert_int_equal(integer(text, "place"), 17007);
    json_decref(j);
    j = server_json(server, "/api/v1/history/vessel?mmsi=997250001&at=2023-11-14T23:14:59Z", 200);
    assert_true(json_is_true(json_object_get(j, "off_position")));
    assert_string_equal(text_of(j, "name"), "BOYA");
    json_decref(j);
    j = server_json(server, "/api/v1/history/vessel?mmsi=997250001&at=2023-11-14T23:15:00Z", 200);
    assert_null(json_object_get(j, "off_position")); /* that was an hour ago */
    json_t *flags = json_object_get(json_object_get(j, "reported"), "aid_flags");
    assert_string_equal(text_of(flags, "age"), "expired");
    assert_true(json_is_true(json_object_get(json_object_get(flags, "value"), "off_position")));
    json_decref(j);
}

/* ---- blocks ---- */

/* Row i of vessel `mmsi` in a block; false: she has no such row. */
struct row {
    uint16_t sog;
    int64_t time_ms;
    int32_t lon, lat;
    uint16_t silence;
    uint8_t flags, class, kind;
};

static size_t rows_of(const struct http *h, uint32_t mmsi, struct row *ret, size_t cap)
{
    size_t vessels = u32(h->body + 40), rows = u32(h->body + 44), first = 0, count = 0;
    const char *vessel = h->body + u16(h->body + 6), *column = vessel + 16 * vessels;
    for (size_t v = 0; v < vessels && !count; v++, vessel += 16) {
        if (u32(vessel) == mmsi)
            count = u32(vessel + 4);
        else
            first += u32(vessel + 4);
    }
    struct row row = {0};
    for (size_t i = 0; i < count && i < cap; i++) {
        row.time_ms += (int32_t)u32(column + (first + i) * 4);
        row.lon += (int32_t)u32(column + (rows + first + i) * 4);
        row.lat += (int32_t)u32(column + (2 * rows + first + i) * 4);
        row.sog = u16(column + rows * 12 + (first + i) * 2);
        row.silence = u16(column + rows * 20 + (first + i) * 2);
        row.flags = (uint8_t)column[rows * 25 + first + i];
        row.class = (uint8_t)column[rows * 26 + first + i];
        row.kind = (uint8_t)column[rows * 27 + first + i];
        ret[i] = row;
    }
    return count;
}

static void who_speaks_in_a_block_has_a_row_in_it(void **state)
{
    (void)state;
    struct row row[4];
    struct http *h = fetch("/api/v1/history/block?bbox=-73,-22,-70,-19&from=2023-11-14T23:00:00Z&seconds=600", "");
    assert_int_equal(rows_of(h, RETURNER, row, 4), 1); /* her name, with the place that was believed before */
    assert_true(row[0].kind == 1 && row[0].time_ms == 5000 && row[0].silence == 30);
    assert_true(row[0].lon == vg_pos_from_deg(-70.5, -20.7).lon_e4min);
    assert_int_equal(rows_of(h, AID, row, 4), 0);
    http_close(h);
}

static void what_expires_in_a_block_has_a_row_though_nobody_speaks(void **state)
{
    (void)state;
    struct row row[4];
    struct http *h = fetch("/api/v1/history/block?bbox=-73,-22,-70,-19&from=2023-11-14T23:00:00Z&seconds=3600", "");
    assert_int_equal(rows_of(h, AID, row, 4), 1);
    assert_true(row[0].kind == 1 && row[0].time_ms == 900000 && row[0].flags == VG_CONTACT_STILL);
    assert_int_equal(row[0].silence, 23 * 60);
    const char *vessel = h->body + u16(h->body + 6);
    assert_true(u32(h->body + 40) > 1);
    for (uint32_t v = 1; v < u32(h->body + 40); v++)
        assert_true(u32(vessel + 16 * (v - 1)) < u32(vessel + 16 * v));
    http_close(h);
}

static void who_comes_back_is_known_by_name(void **state)
{
    (void)state;
    assert_there(40, RETURNER, false);
    assert_there(51, RETURNER, true);
    json_t *j = server_json(server, "/api/v1/history/vessel?mmsi=725000004&at=2023-11-14T22:51:00Z", 200);
    assert_string_equal(text_of(j, "name"), "AWAY");
    assert_string_equal(text_of(json_object_get(json_object_get(j, "reported"), "name"), "time"), BEGIN);
    json_decref(j);
}

static void what_is_held_apart_is_forgotten_after_half_an_hour(void **state)
{
    (void)state;
    struct row row[8];
    static const struct {
        int64_t minute;
        uint8_t flags;
    } moments[] = {{29, VG_CONTACT_STILL | VG_CONTACT_HELD}, {31, VG_CONTACT_STILL}};
    for (size_t i = 0; i < 2; i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/history/region?bbox=-73,-22,-70,-19&format=binary&at=%lld",
                 (long long)(BEGIN_US / VG_SECOND_US + moments[i].minute * 60));
        struct http *h = fetch(target, "");
        assert_int_equal(rows_of(h, RESTING, row, 8), 1);
        assert_int_equal(row[0].flags, moments[i].flags);
        http_close(h);
    }
    struct http *h = fetch("/api/v1/history/block?bbox=-73,-22,-70,-19&from=" BEGIN "&seconds=3600", "");
    assert_int_equal(rows_of(h, RESTING, row, 8), 6);
    assert_true(row[3].kind == 1 && row[3].time_ms == 30000 && row[3].flags == (VG_CONTACT_STILL | VG_CONTACT_HELD));
    assert_true(row[4].kind == 1 && row[4].time_ms == 1820000 && row[4].flags == row[3].flags); /* her speed expired */
    assert_int_equal(row[3].sog, 0);
    assert_int_equal(row[4].sog, UINT16_MAX);
    assert_true(row[5].kind == 1 && row[5].time_ms == 1830000 && row[5].flags == VG_CONTACT_STILL);
    assert_int_equal(row[5].silence, 30); /* an hour from her last word on */
    http_close(h);
}

static void a_block_says_what_changed_without_a_position(void **state)
{
    (void)state;
    struct row row[80];
    struct http *h = fetch("/api/v1/history/block?bbox=-73,-22,-70,-19&from=" BEGIN "&seconds=3600", "");
    assert_int_equal(rows_of(h, DEVICE, row, 80), 2);
    assert_true(row[0].kind == 0 && row[0].flags == VG_CONTACT_DISTRESS_TEST && row[0].silence == 15);
    assert_true(row[1].kind == 1 && row[1].flags == VG_CONTACT_DISTRESS && row[1].silence == 12 * 60);
    assert_int_equal(row[1].time_ms, 1700000);
    assert_true(row[1].lon == row[0].lon && row[1].lat == row[0].lat);
    assert_int_equal(row[1].class, VG_CLASS_SART);
    assert_int_equal(rows_of(h, BASE, row, 80), 1);
    assert_true(row[0].class == VG_CLASS_BASE && row[0].flags == VG_CONTACT_STILL && row[0].silence == 24 * 60);
    assert_int_equal(rows_of(h, AID, row, 80), 1);
    assert_true(row[0].class == VG_CLASS_ATON && row[0].flags == (VG_CONTACT_STILL | VG_CONTACT_OFF_POSITION));
    assert_int_equal(rows_of(h, SEEN_AFAR, row, 80), 1);
    assert_true(row[0].class == VG_CLASS_SHIP_A && row[0].silence == 6 * 60);
    /* 60 positions; one was held, and forgotten half an hour later. */
    size_t n = rows_of(h, JUMPER, row, 80), states = 0;
    assert_int_equal(n, 62);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(row[i].class, VG_CLASS_SHIP_A);
        assert_true(abs(row[i].lon - vg_pos_from_deg(-71.5, 0).lon_e4min) < 2);
        if (row[i].kind)
            assert_true(row[i].time_ms == (states ? 3030000 : 1230000) &&
                        (row[i].flags == (states ? 0 : VG_CONTACT_HELD)));
        states += row[i].kind;
    }
    assert_int_equal(states, 2);
    http_close(h);
    h = fetch("/api/v1/history/block?bbox=-73,-22,-70,-19&from=" BEGIN "&seconds=3600&step=600", "");
    n = rows_of(h, JUMPER, row, 80);
    assert_true(n >= 7 && n <= 9); /* six of her positions, and where the flags change */
    for (size_t i = 0, held = 0; i < n; i++) {
        held += row[i].kind == 1 && row[i].flags & VG_CONTACT_HELD;
        assert_true(i + 1 < n || held == 1);
    }
    http_close(h);
}

static void a_block_knows_who_may_be_silent_for_hours(void **state)
{
    (void)state;
    struct row row[4];
    struct http *h = fetch("/api/v1/history/block?bbox=9,69,11,71&from=2023-11-15T00:00:00Z&seconds=600", "");
    assert_int_equal(rows_of(h, CALLER, row, 4), 2); /* she called 95 minutes ago: three tests end it */
    assert_true(row[0].kind == 1 && row[0].time_ms == 100000 && (row[0].flags & 3) == 1);
    assert_true(row[1].kind == 1 && row[1].time_ms == 400000 && (row[1].flags & 3) == 2);
    assert_int_equal(rows_of(h, AFAR_B, row, 4), 1); /* by type 27: still class B */
    assert_int_equal(row[0].class, VG_CLASS_SHIP_B);
    http_close(h);
}

static void thinning_keeps_how_long_she_may_be_silent(void **state)
{
    (void)state;
    struct row row[4];
    struct http *h = fetch("/api/v1/history/block?bbox=9,69,11,71&from=" BEGIN "&seconds=3600&step=600", "");
    assert_int_equal(rows_of(h, NEARER, row, 4), 2);
    assert_int_equal(row[0].silence, 360); /* seen from afar */
    assert_int_equal(row[1].silence, 30);
    http_close(h);
}

static void a_block_ends_a_vessel_at_the_border(void **state)
{
    (void)state;
    struct row row[1000];
    /* The leaver goes north from 2.4° S at a degree an hour; the box is widened to a grid, whose north side it says. */
    struct http *h = fetch("/api/v1/history/block?bbox=-81,-2.5,-80,-2.3&from=" BEGIN "&seconds=3600", "");
    int32_t north = (int32_t)u32(h->body + 36);
    size_t n = rows_of(h, LEAVER, row, 1000);
    assert_true(n > 10 && n < 360);
    for (size_t i = 0; i + 1 < n; i++)
        assert_true(row[i].lat <= north && row[i].silence > 0);
    assert_true(row[n - 1].lat > north);
    assert_int_equal(row[n - 1].silence, 0);
    http_close(h);
}

static void vessels_of_an_hour_are_named(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/vessels?bbox=-82,-3,-79,-1&from=2023-11-14T23:00:00Z", 200);
    assert_int_equal(integer(j, "count"), 3);
    assert_string_equal(text_of(vessel_in(j, MOVER), "name"), "MANTA EXPRESS");
    assert_string_equal(text_of(vessel_in(j, STILL), "class"), "b");
    assert_null(json_object_get(vessel_in(j, MOVER), "lon"));
    json_decref(j);
}

/* Part A of type 24 was heard within the two hours that are read, part B hours before; the mother ship is a detail. */
static void who_says_it_in_two_parts_is_known_by_both(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/region?bbox=179,-20,-179,-10&at=2023-11-15T01:50:00Z", 200);
    json_t *v = vessel_in(j, FAR_AWAY);
    assert_string_equal(text_of(v, "name"), "VITI");
    assert_string_equal(text_of(v, "callsign"), "3DVB");
    assert_int_equal(integer(v, "mothership_mmsi"), 503000009);
    json_decref(j);
}

/* Of whom only rows are shown, class and kind follow from all that they sent. */
static void a_track_says_what_she_is(void **state)
{
    (void)state;
#define SPAN "&from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z"
    json_t *j = server_json(server, "/api/v1/history/track?mmsi=997250001" SPAN, 200);
    json_t *v = json_object_get(j, "vessel");
    assert_string_equal(text_of(v, "name"), "BOYA");
    assert_string_equal(text_of(v, "class"), "aton");
    assert_int_equal(integer(v, "aid_type"), 30);
    assert_null(json_object_get(v, "lon"));
    json_decref(j);
    j = server_json(server, "/api/v1/history/track?mmsi=412345678" SPAN, 200);
    assert_string_equal(text_of(json_object_get(j, "vessel"), "class"), "a"); /* she never said who she is */
    json_decref(j);
}

static void one_vessel_has_provenance_as_of_then(void **state)
{
    (void)state;
    json_t *j = server_json(server, "/api/v1/history/vessel?mmsi=735059037&at=2023-11-14T22:30:05Z&minutes=10", 200);
    json_t *reported = json_object_get(j, "reported");
    assert_string_equal(text_of(j, "name"), "MANTA EXPRESS");
    assert_string_equal(text_of(json_object_get(reported, "position"), "time"), "2023-11-14T22:30:00Z");
    assert_int_equal(integer(json_object_get(reported, "position"), "place"), 1801);
    assert_string_equal(text_of(json_object_get(reported, "heading"), "time"), "2023-11-14T22:30:00Z");
    assert_string_equal(text_of(json_object_get(reported, "name"), "time"), "2023-11-14T22:01:00Z");
    assert_string_equal(text_of(json_object_get(reported, "name"), "source"), "Manta");
    assert_int_equal(integer(json_object_get(reported, "name"), "message"), 5);
    json_t *trail = json_object_get(j, "trail");
    assert_int_equal(json_array_size(trail), 60);
    assert_true(json_number_value(json_array_get(json_array_get(trail, 59), 2)) == BEGIN_US / 1e6 + 1800);
    json_decref(j);
    j = server_json(server, "/api/v1/history/vessel?mmsi=735059037&at=2023-11-15T00:30:00Z", 200);
    assert_string_equal(text_of(j, "name"), "RENAMED");
    json_decref(j);
    refused("/api/v1/history/vessel?mmsi=735059037&at=2023-11-13x", 400, "bad_parameter", "at must be");
    refused("/api/v1/history/vessel?mmsi=735059037&at=2023-11-13T00:00:00Z", 404, "not_found", "24 hours");
}

static void a_track_is_in_the_order_of_time(void **state)
{
    (void)state;
#define TRACK "/api/v1/history/track?mmsi=735059037&from=2023-11-14T22:50:00Z&to=2023-11-14T23:10:00Z"
    json_t *j = server_json(server, TRACK, 200), *points = json_object_get(j, "points");
    assert_int_equal(json_array_size(points), 120);
    assert_int_equal(integer(j, "count"), 120);
    assert_string_equal(text_of(json_array_get(points, 0), "time"), "2023-11-14T22:50:00Z");
    assert_string_equal(text_of(json_array_get(points, 119), "time"), "2023-11-14T23:09:50Z");
    assert_true(number(json_array_get(points, 10), "heading") == 91);
    assert_true(number(json_array_get(points, 10), "turn") == -4.5);
    assert_int_equal(integer(json_array_get(points, 0), "place"), 3001);
    assert_string_equal(text_of(json_object_get(j, "vessel"), "name"), "MANTA EXPRESS");
    json_decref(j);
    j = server_json(server, TRACK "&step=60&format=geojson", 200);
    assert_int_equal(json_array_size(json_object_get(j, "features")), 20);
    json_decref(j);
    struct http *h = fetch(TRACK "&format=csv", "");
    has_columns(h->body, false);
    assert_non_null(strstr(h->body,
                           "\r\n735059037,2023-11-14T22:50:00Z,-80.833333,-2.0,12.0,90.0,91,-10,0,1,1,Manta,3001,"
                           "MANTA EXPRESS,\r\n"));
    http_close(h);
}

static size_t lines_of(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* An archive of its own: one vessel, a report each millisecond. */
static void a_track_has_at_most_300000_points_and_a_step_makes_fewer(void **state)
{
    (void)state;
    char large[] = "/tmp/vigia-large-XXXXXX";
    struct vg_sources sources;
    struct vg_store_writer *w;
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    uint64_t mark;
    const char *why;
    assert_non_null(mkdtemp(large));
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_store_open(large, &rules, &sources, &w, &mark, &why), VG_OK);
    for (int64_t i = 0; i <= 300000; i++) {
        struct vg_report r = at_position(MOVER, BEGIN_US + i * 1000, -81, -2);
        r.source = 0;
        r.fields = VG_FIELD_BIT(POS);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    vg_sources_free(&sources);
    struct server *kept = server;
    struct vg_api_options o = server_options();
    o.archive_dir = large;
    server = server_open(&o);
#define LARGE "/api/v1/history/track?mmsi=735059037&format=csv&from=" BEGIN "&to="
    refused(LARGE "2023-11-14T22:10:00Z", 413, "too_much", "more than 300000 positions");
    struct http *h = fetch(LARGE "2023-11-14T22:05:00Z", ""); /* one less */
    assert_int_equal(h->status, 200);
    assert_int_equal(lines_of(h->body), 1 + 300000);
    http_close(h);
    h = fetch(LARGE "2023-11-14T22:10:00Z&step=1", "");
    assert_int_equal(lines_of(h->body), 1 + 301);
    http_close(h);
    server_close(server);
    server = kept;
    nftw(large, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void an_export_has_every_row(void **state)
{
    (void)state;
    struct http *h = fetch("/api/v1/history/export?from=" BEGIN "&to=2023-11-15T02:00:00Z", "");
    assert_int_equal(h->status, 200);
    assert_true(h->chunked);
    assert_non_null(strstr(http_header(h, "Content-Disposition"), "vigia-positions.csv"));
    assert_int_equal(lines_of(h->body), 1 + 1440 + 540 + 80 + 80 + SOUTH + NUMBERLESS + NORTH + 2);
    has_columns(h->body, false);
    assert_non_null(strstr(h->body, "\r\n366000001,2023-11-14T22:03:00Z,-80.2,-2.2,"));
    for (const char *line = strchr(h->body, '\n') + 1; *line; line = strchr(line, '\n') + 1) /* each row has her name */
        if (strncmp(line, "366000001,", 10) == 0)
            assert_memory_equal(strchr(line, '\r') - 10, ",'=EVIL(),", 10);
    /* Each row has the name of its time: she said her new one in the third hour's second minute. */
    const char *named = strstr(h->body, "\r\n735059037,2023-11-15T00:00:50Z,");
    assert_non_null(named);
    assert_memory_equal(strchr(named + 2, '\r') - 15, ",MANTA EXPRESS,", 15);
    named = strstr(h->body, "\r\n735059037,2023-11-15T00:01:00Z,");
    assert_non_null(named);
    assert_memory_equal(strchr(named + 2, '\r') - 9, ",RENAMED,", 9);
    /* The MMSI 0 comes first in each hour: it has no name, not that of the last row before. */
    size_t numberless = 0;
    for (const char *line = strstr(h->body, "\r\n0,"); line; line = strstr(line + 2, "\r\n0,"), numberless++)
        assert_memory_equal(strchr(line + 2, '\r') - 2, ",,", 2);
    assert_int_equal(numberless, NUMBERLESS);
    http_close(h);
    h = fetch("/api/v1/history/export?from=" BEGIN "&to=2023-11-15T02:00:00Z&bbox=99,59,101,61&step=3600", "");
    assert_int_equal(lines_of(h->body), 1 + NUMBERLESS); /* each hour begins anew */
    http_close(h);
    h = fetch("/api/v1/history/export?from=" BEGIN
              "&to=2023-11-14T23:30:00Z&bbox=-82,-3,-79,-1.9&step=600&format=geojson",
              "");
    json_error_t error;
    json_t *j = json_loadb(h->body, h->body_len, 0, &error);
    assert_non_null(j);
    assert_int_equal(json_array_size(json_object_get(j, "features")), 9 + 3 + 9);
    json_decref(j);
    http_close(h);
}

static void density_counts_minutes_in_cells(void **state)
{
    (void)state;
#define DENSITY "/api/v1/history/density?bbox=-81,-2.5,-80,-1.5&from=" BEGIN "&to=2023-11-14T23:00:00Z&cell="
    json_t *j = server_json(server, DENSITY "0.1", 200);
    assert_int_equal(integer(j, "columns"), 10);
    assert_int_equal(integer(j, "rows"), 10);
    /* the mover and, until she reaches the north edge, the leaver each minute, the one at anchor every third; all stay
     * inside */
    assert_int_equal(integer(j, "minutes"), 60 + 55 + 20);
    size_t i;
    int64_t sum = 0, anchored = 0;
    json_t *cell;
    json_array_foreach(json_object_get(j, "cells"), i, cell)
    {
        int64_t n = json_integer_value(json_array_get(cell, 2));
        sum += n;
        if (json_integer_value(json_array_get(cell, 0)) == 8 && json_integer_value(json_array_get(cell, 1)) == 3)
            anchored = n;
    }
    assert_int_equal(sum, integer(j, "minutes"));
    assert_int_equal(anchored, 20);
    json_decref(j);
    struct http *h = fetch(DENSITY "0.1&format=binary&min_speed=1", "");
    assert_memory_equal(h->body, "VGD1", 4);
    assert_int_equal(i64(h->body + 48), 60 + 55);
    assert_int_equal(h->body_len, 64 + 8 * u32(h->body + 44));
    http_close(h);
    /* A base station and an aid alone: no vessel. */
    j = server_json(server,
                    "/api/v1/history/density?bbox=-71.35,-20.35,-71.15,-20.15&from=" BEGIN
                    "&to=2023-11-14T23:00:00Z&cell=0.1",
                    200);
    assert_int_equal(integer(j, "minutes"), 0);
    json_decref(j);
    refused(DENSITY "0.3", 400, "bad_parameter", "cell must be");
    refused("/api/v1/history/density?bbox=-90,-40,90,40&from=" BEGIN "&to=2023-11-14T23:00:00Z&cell=0.01", 413,
            "too_much", "cells");
}

static void bad_questions_get_helpful_answers(void **state)
{
    (void)state;
    refused("/api/v1/history/block?from=0&seconds=600", 400, "bad_parameter", "bbox is needed");
    refused("/api/v1/history/block?bbox=1,2,3,4&from=" BEGIN, 400, "bad_parameter", "seconds must be");
    refused("/api/v1/history/block?bbox=1,2,3,4&from=" BEGIN "&seconds=60", 400, "bad_parameter", "600 or 3600");
    refused("/api/v1/history/block?bbox=1,2,3,4&from=2023-11-14T22:05:00Z&seconds=600", 400, "bad_parameter",
            "multiple");
    refused("/api/v1/history/block?bbox=1,2,3,4&from=-600&seconds=600", 400, "bad_parameter", "from must be a time as");
    refused("/api/v1/history/vessels?bbox=1,2,3,4&from=-3600", 400, "bad_parameter", "from must be a time as");
    struct http *h = fetch("/api/v1/history/block?bbox=1,2,3,4&from=0&seconds=600", ""); /* the first one there is */
    assert_int_equal(h->status, 200);
    http_close(h);
    refused("/api/v1/history/block?bbox=1,2,3,4&from=" BEGIN "&seconds=600&step=-1", 400, "bad_parameter", "step");
    refused("/api/v1/history/region?bbox=1,2,3,4&at=soon", 400, "bad_parameter", "at must be");
    refused("/api/v1/history/region?bbox=1,2,3,4&at=0&format=xml", 400, "bad_parameter", "json geojson csv binary");
    refused("/api/v1/history/vessels?bbox=1,2,3,4&from=1", 400, "bad_parameter", "beginning of an hour");
    refused("/api/v1/history/track?from=0&to=1", 400, "bad_parameter", "mmsi");
    refused("/api/v1/history/track?mmsi=1&from=5&to=5", 400, "bad_parameter", "after from");
    refused("/api/v1/history/export?from=0&to=9999999", 400, "bad_parameter", "31 days");
    refused("/api/v1/history/export?from=0&to=1&box=1", 400, "bad_parameter", "unknown parameter 'box'");
    refused("/api/v1/history?at=1", 400, "bad_parameter", "takes none");
    refused("/api/v1/history/nothing", 404, "not_found", "openapi");
}

/* What is just allowed is answered (here: with 404, for MMSI 1 was never heard), one more is refused. */
static void the_edges_of_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int status;
        const char *part; /* of the refusal */
    } rows[] = {
        {"track?mmsi=735059037&from=0&to=2678400", 200, NULL}, /* 31 days */
        {"track?mmsi=735059037&from=0&to=2678401", 400, "31 days"},
        {"track?mmsi=735059037&from=1&to=2", 200, NULL},
        {"track?mmsi=735059037&from=2&to=1", 400, "after from"},
        {"track?mmsi=999999999&from=0&to=1", 200, NULL},
        {"track?mmsi=1073741823&from=0&to=1", 200, NULL},
        {"track?mmsi=1073741824&from=0&to=1", 400, "1 to 1073741823"},
        {"track?mmsi=0&from=0&to=1", 400, "1 to 1073741823"},
        {"track?mmsi=&from=0&to=1", 400, "1 to 1073741823"},
        {"track?mmsi=1&from=0&to=1&step=3600", 200, NULL},
        {"track?mmsi=1&from=0&to=1&step=3601", 400, "0 to 3600"},
        {"track?mmsi=1&from=0&to=1&step=0", 200, NULL},
        {"track?mmsi=1&from=0&to=1&format=binary", 400, "json geojson csv"},
        {"track?mmsi=1&to=1", 400, "from must be a time"},
        {"track?mmsi=1&from=0", 400, "to must be a time"},
        {"track?mmsi=1&from=yesterday&to=1", 400, "from must be a time"},
        {"vessel?mmsi=735059037&at=" BEGIN "&minutes=1", 200, NULL},
        {"vessel?mmsi=735059037&at=" BEGIN "&minutes=1440", 200, NULL},
        {"vessel?mmsi=735059037&at=" BEGIN "&minutes=1441", 400, "1 to 1440"},
        {"vessel?mmsi=735059037&at=" BEGIN "&minutes=0", 400, "1 to 1440"},
        {"vessel?mmsi=735059037", 400, "at must be"},
        {"block?bbox=1,2,3,4&from=0&seconds=600", 200, NULL},
        {"block?bbox=1,2,3,4&from=0&seconds=3600", 200, NULL},
        {"block?bbox=1,2,3,4&from=600&seconds=3600", 400, "multiple"},
        {"block?bbox=1,2,3,4&from=-600&seconds=600", 400, "from must be a time as"},
        {"block?bbox=1,2,3,4&from=0&seconds=601", 400, "600 or 3600"},
        {"vessels?bbox=1,2,3,4&from=0", 200, NULL},
        {"vessels?bbox=1,2,3,4&from=3600", 200, NULL},
        {"vessels?bbox=1,2,3,4&from=3601", 400, "beginning of an hour"},
        {"vessels?bbox=1,2,3,4&from=-3600", 400, "from must be a time as"},
        {"region?bbox=1,2,3,4&at=0&flag=NZ", 200, NULL},
        {"region?bbox=1,2,3,4&at=0&type=256", 400, "type must be"},
        {"density?bbox=0,0,0.1,0.1&from=0&to=1&cell=0.0005", 400, "cell must be"},
        {"density?bbox=0,0,0.1,0.1&from=0&to=1", 400, "cell must be"},
        {"density?bbox=0,0,0.1,0.1&from=0&to=1&cell=1&format=csv", 400, "json binary"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/history/%s", rows[i].target);
        struct http *h = fetch(target, "");
        if (h->status != rows[i].status || (rows[i].part && !strstr(h->body, rows[i].part)))
            fail_msg("%s: %d %.200s", target, h->status, h->body);
        http_close(h);
    }
    static const char *const cells[] = {"1", "0.5", "0.25", "0.1", "0.05", "0.025", "0.01", "0.005", "0.0025", "0.001"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/history/density?bbox=0,0,0.1,0.1&from=0&to=1&cell=%s", cells[i]);
        json_t *j = server_json(server, target, 200);
        assert_true(fabs(number(j, "cell") - strtod(cells[i], NULL)) < 1e-9);
        json_decref(j);
    }
}

/* An hour of more parts than are read together. Each question must say that it failed, none be empty. */
static void a_question_that_fails_is_no_empty_answer(void **state)
{
    (void)state;
    char broken[] = "/tmp/vigia-broken-XXXXXX", path[200];
    assert_non_null(mkdtemp(broken));
    snprintf(path, sizeof path, "%s/state.json", broken);
    FILE *f = fopen(path, "w");
    fputs("{\"format\": 2, \"commit\": 9999, \"mark\": 1}", f);
    fclose(f);
    static const char *const folders[] = {"positions", "positions/day=2023-11-14", "positions/day=2023-11-14/hour=22"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", broken, folders[i]);
        assert_int_equal(mkdir(path, 0755), 0);
    }
    for (int i = 1; i <= 513; i++) {
        snprintf(path, sizeof path, "%s/%s/part-%010d-%010d.parquet", broken, folders[2], i, i);
        f = fopen(path, "w");
        assert_non_null(f);
        fclose(f);
    }
    struct server *kept = server;
    struct vg_api_options o = server_options();
    o.archive_dir = broken;
    server = server_open(&o);
    static const char *const targets[] = {
        "block?bbox=1,2,3,4&from=" BEGIN "&seconds=600",
        "region?bbox=1,2,3,4&at=2023-11-14T22:30:00Z",
        "region?bbox=1,2,3,4&at=2023-11-14T22:30:00Z&format=binary",
        "vessels?bbox=1,2,3,4&from=" BEGIN,
        "vessel?mmsi=1&at=2023-11-14T22:30:00Z",
        "track?mmsi=1&from=" BEGIN "&to=2023-11-14T22:30:00Z",
        "density?bbox=1,2,3,4&from=" BEGIN "&to=2023-11-14T22:30:00Z&cell=0.1",
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/history/%s", targets[i]);
        refused(target, 413, "too_much", "");
    }
    server_close(server);
    server = kept;
    nftw(broken, drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* A part that can't be read: the answer says that it isn't whole, and nobody keeps it. */
static void an_answer_that_lacks_a_part_says_so(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/api/v1/history/block?bbox=-82,-3,-79,-1&from=2023-11-14T23:00:00Z&seconds=600&rev=1",
        "/api/v1/history/region?bbox=-82,-3,-79,-1&at=2023-11-14T23:30:00Z&rev=1",
        "/api/v1/history/track?mmsi=735059037&from=2023-11-14T23:00:00Z&to=2023-11-14T23:30:00Z",
    };
    char broken[] = "/tmp/vigia-broken-XXXXXX", path[200];
    assert_non_null(mkdtemp(broken));
    archive_build(broken);
    snprintf(path, sizeof path, "%s/positions/day=2023-11-14/hour=23/part-0000000002-0000000002.parquet", broken);
    struct server *kept = server;
    struct vg_api_options o = server_options();
    o.archive_dir = broken;
    for (int is_broken = 0; is_broken < 2; is_broken++) {
        if (is_broken)
            assert_int_equal(truncate(path, 1000), 0);
        server = server_open(&o);
        for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
            struct http *h = fetch(targets[i], "");
            assert_int_equal(h->status, 200);
            const char *unread = http_header(h, "X-Vigia-Unread-Parts");
            assert_int_equal(unread != NULL, is_broken);
            assert_int_equal(strcmp(http_header(h, "Cache-Control"), "no-store") == 0, is_broken);
            assert_int_equal(http_header(h, "ETag") == NULL, is_broken);
            http_close(h);
        }
        struct http *h =
            fetch("/api/v1/history/export?from=2023-11-14T23:00:00Z&to=2023-11-15T00:00:00Z&format=geojson", "");
        assert_int_equal(strstr(h->body, "],\"partial\":true,\"unread\":1}") != NULL, is_broken);
        assert_int_equal(http_header(h, "X-Vigia-Unread-Parts") != NULL, is_broken); /* before the first row */
        http_close(h);
        server_close(server);
    }
    server = kept;
    nftw(broken, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void without_an_archive_it_says_so(void **state)
{
    (void)state;
    char empty[] = "/tmp/vigia-empty-XXXXXX", none[64];
    assert_non_null(mkdtemp(empty));
    snprintf(none, sizeof none, "%s/none", empty);
    const char *const dirs[] = {NULL, none};
    struct server *kept = server;
    for (size_t i = 0; i < 2; i++) {
        struct vg_api_options o = server_options();
        o.archive_dir = dirs[i];
        server = server_open(&o);
        json_t *j = server_json(server, "/api/v1/history", 200);
        assert_true(json_is_false(json_object_get(j, "archive")));
        assert_true(json_is_null(json_object_get(j, "from")));
        json_decref(j);
        refused("/api/v1/history/region?bbox=1,2,3,4&at=0", 404, i ? "not_found" : "no_history", "archive");
        server_close(server);
    }
    server = kept;
    rmdir(empty);
}

/* ---- many at once, and readers that go ---- */

#define CROWD 60

static void past_the_limit_of_questions_it_says_busy(void **state)
{
    (void)state;
    int fd[CROWD], busy = 0, well = 0;
    for (int i = 0; i < CROWD; i++) {
        fd[i] = http_connect(server->address, 0);
        http_write(fd[i], "GET /api/v1/history/export?from=" BEGIN "&to=2023-11-15T02:00:00Z HTTP/1.1\r\n"
                          "Host: localhost\r\n\r\n");
    }
    for (int i = 0; i < CROWD; i++) {
        char head[64] = "";
        struct pollfd p = {.fd = fd[i], .events = POLLIN};
        assert_int_equal(poll(&p, 1, HTTP_WAIT_MS), 1);
        assert_true(recv(fd[i], head, sizeof head - 1, 0) > 12);
        busy += strncmp(head + 9, "503", 3) == 0;
        well += strncmp(head + 9, "200", 3) == 0;
        close(fd[i]);
    }
    assert_int_equal(busy + well, CROWD);
    assert_true(busy > 0 && well >= 2);
    assert_true(metric("history_refused_total") >= busy);
    json_decref(server_json(server, "/api/v1/status", 200));
}

static void wait_for_no_exports(void)
{
    for (int i = 0; metric("history_exports") > 0; i++) {
        assert_true(i < 400);
        usleep(50000);
    }
}

static void a_reader_that_goes_ends_the_work(void **state)
{
    (void)state;
    wait_for_no_exports(); /* of the test before */
    /* An export to a reader that takes nothing fills the buffers and waits; then the reader goes. */
    for (int i = 0; i < 2; i++) {
        struct http *h = calloc(1, sizeof *h);
        http_open(h, server->address, "GET",
                  "/api/v1/history/export?from=" BEGIN "&to=2023-11-15T02:00:00Z&format=geojson", "", 4096);
        assert_int_equal(h->status, 200);
        char some[100];
        assert_true(http_read(h, some, sizeof some) > 0);
        assert_true(metric("history_exports") <= 2);
        http_close(h);
    }
    wait_for_no_exports();
    struct http *h = fetch("/api/v1/history/export?from=" BEGIN "&to=2023-11-14T23:00:00Z", "");
    assert_int_equal(h->status, 200);
    http_close(h);
}

/* Threads ask all kinds of things while another goes on changing the picture; for the thread sanitizer. */
static void *ask_much(void *arg)
{
    static const char *const targets[] = {"/api/v1/history",
                                          "/api/v1/history/block?bbox=-81.4,-2.8,-80.1,-1.7&from=" BEGIN
                                          "&seconds=3600",
                                          REGION "json",
                                          DENSITY "0.1",
                                          TRACK,
                                          "/api/v1/vessels"};
    int *bad = arg;
    for (int i = 0; i < 30; i++) {
        struct http *h = fetch(targets[i % 6], i % 2 ? "Accept-Encoding: gzip\r\n" : "");
        *bad += h->status != 200 && h->status != 503;
        http_close(h);
    }
    return NULL;
}

static void many_ask_at_once(void **state)
{
    (void)state;
    pthread_t thread[6];
    int bad[6] = {0};
    for (int i = 0; i < 6; i++)
        pthread_create(&thread[i], NULL, ask_much, &bad[i]);
    for (int i = 0; i < 6; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(bad[i], 0);
    }
}

static void stopping_does_not_wait_for_a_slow_reader(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.archive_dir = folder;
    struct server *other = server_open(&o);
    struct http *h = calloc(1, sizeof *h);
    http_open(h, other->address, "GET", "/api/v1/history/export?from=" BEGIN "&to=2023-11-15T02:00:00Z&format=geojson",
              "", 4096);
    int fd = http_connect(other->address, 0);
    http_write(fd, "GET " TRACK " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int64_t begun_us = vg_clock_monotonic_us();
    server_close(other);
    assert_true(vg_clock_monotonic_us() - begun_us < 20 * VG_SECOND_US);
    close(fd);
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_summary_tells_span_hours_and_what_is_final),
        cmocka_unit_test(a_block_has_every_row_of_its_box_and_time),
        cmocka_unit_test(thinning_keeps_one_in_each_step),
        cmocka_unit_test(boxes_are_cut_outward_to_a_grid_and_stay_there),
        cmocka_unit_test(final_blocks_may_be_kept_for_ever),
        cmocka_unit_test(blocks_are_packed_if_asked),
        cmocka_unit_test(a_region_is_as_it_was_at_the_moment),
        cmocka_unit_test(who_has_left_the_box_is_not_shown_at_its_border),
        cmocka_unit_test(a_region_comes_in_four_forms),
        cmocka_unit_test(everybody_stays_as_long_as_live),
        cmocka_unit_test(a_position_that_nothing_could_reach_is_held_apart),
        cmocka_unit_test(one_message_makes_no_other_class),
        cmocka_unit_test(what_no_position_says_counts_too),
        cmocka_unit_test(who_speaks_in_a_block_has_a_row_in_it),
        cmocka_unit_test(what_expires_in_a_block_has_a_row_though_nobody_speaks),
        cmocka_unit_test(who_comes_back_is_known_by_name),
        cmocka_unit_test(what_is_held_apart_is_forgotten_after_half_an_hour),
        cmocka_unit_test(a_block_says_what_changed_without_a_position),
        cmocka_unit_test(a_block_knows_who_may_be_silent_for_hours),
        cmocka_unit_test(thinning_keeps_how_long_she_may_be_silent),
        cmocka_unit_test(a_block_ends_a_vessel_at_the_border),
        cmocka_unit_test(vessels_of_an_hour_are_named),
        cmocka_unit_test(who_says_it_in_two_parts_is_known_by_both),
        cmocka_unit_test(a_track_says_what_she_is),
        cmocka_unit_test(one_vessel_has_provenance_as_of_then),
        cmocka_unit_test(a_track_is_in_the_order_of_time),
        cmocka_unit_test(a_track_has_at_most_300000_points_and_a_step_makes_fewer),
        cmocka_unit_test(an_export_has_every_row),
        cmocka_unit_test(density_counts_minutes_in_cells),
        cmocka_unit_test(bad_questions_get_helpful_answers),
        cmocka_unit_test(the_edges_of_parameters),
        cmocka_unit_test(a_question_that_fails_is_no_empty_answer),
        cmocka_unit_test(an_answer_that_lacks_a_part_says_so),
        cmocka_unit_test(without_an_archive_it_says_so),
        cmocka_unit_test(past_the_limit_of_questions_it_says_busy),
        cmocka_unit_test(a_reader_that_goes_ends_the_work),
        cmocka_unit_test(many_ask_at_once),
        cmocka_unit_test(stopping_does_not_wait_for_a_slow_reader),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
