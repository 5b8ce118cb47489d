/* JSON logs and Parquet tables taken into a folder: known by their bytes, row for row, once, and out of the journal. */
#include "archive/any_file.h"
#include "journal/room.h"

#include "archive/store.h"
#include "base/time.h"
#include "ingest/inner.h"

#define SHIP(lat)   "{\"class\":\"AIS\",\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":" lat "}\n"
#define TPV(second) "{\"class\":\"TPV\",\"time\":\"2024-11-22T05:20:" second ".000Z\"}\n"
#define TODAY_US    (INT64_C(1800000000) * VG_SECOND_US)

struct told {
    enum vg_err err;
    char why[512], note[512];
};

static void on_progress(void *arg, const struct vg_ingest_progress *p)
{
    struct told *t = arg;
    if (!p->ended)
        return;
    t->err = p->err;
    snprintf(t->why, sizeof t->why, "%s", p->why ? p->why : "");
    snprintf(t->note, sizeof t->note, "%s", p->note ? p->note : "");
}

/* Takes one file into the folder; the counts of this run. */
static struct vg_ingest_counts take(const char *dir, const char *path, const char *layout, struct told *told)
{
    struct vg_ingest_options o = {.threads = 1,
                                  .journal_level = 1,
                                  .archive_level = 1,
                                  .fresh_level = 1,
                                  .most_rows = 1 << 16,
                                  .monotonic_us = vg_clock_monotonic_us,
                                  .dice = fixed_dice,
                                  .on_progress = on_progress,
                                  .arg = told};
    const struct vg_ingest_job job = {.path = path, .name = "log", .layout = layout, .time_us = TODAY_US};
    struct vg_ingest *ingest = NULL;
    const char *why;
    *told = (struct told){0};
    if (vg_ingest_open(dir, &o, &ingest, &why))
        fail_msg("%s", why);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    struct vg_ingest_counts counts = *vg_ingest_counts(ingest);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    return counts;
}

static struct vg_ingest_counts take_text(const char *dir, const char *text, struct told *told)
{
    spill(in(dir, "file"), text, strlen(text));
    char path[512];
    snprintf(path, sizeof path, "%.500s", in(dir, "file"));
    return take(in(dir, "data"), path, NULL, told);
}

/* ---- rows ---- */

struct rows {
    struct vg_journal_reader *journal;
    const char *begin; /* of the line that each row points at; NULL: not looked at */
    size_t count;
    struct vg_position row[64];
};

static enum vg_err add_row(void *arg, const struct vg_position *row)
{
    struct rows *r = arg;
    struct vg_record record;
    size_t at;
    assert_true(r->count < 64);
    r->row[r->count++] = *row;
    assert_int_equal(vg_journal_reader_at(r->journal, row->journal_offset, &record, &at), VG_OK);
    if (r->begin && (record.len - at < strlen(r->begin) ||
                     memcmp((const char *)record.bytes + at, r->begin, strlen(r->begin)) != 0))
        fail_msg("a row points at %.30s", (const char *)record.bytes + at);
    return VG_OK;
}

static struct rows rows_of(const char *dir, const char *begin)
{
    struct rows r = {.begin = begin};
    struct vg_store *store;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    const char *why;
    char data[512];
    snprintf(data, sizeof data, "%.500s", in(dir, "data"));
    assert_int_equal(vg_journal_reader_open(in(data, "journal"), NULL, NULL, NULL, &r.journal, &why), VG_OK);
    assert_int_equal(vg_store_reader_open(in(data, "archive"), &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, add_row, NULL, &r, NULL), VG_OK);
    vg_store_reader_close(store);
    vg_journal_reader_close(r.journal);
    return r;
}

/* ---- JSON ---- */

static void a_json_log_is_taken_once_and_each_row_leads_to_its_line(void **state)
{
    const char *dir = *state;
    struct told told;
    static const char text[] = SHIP("42.1") TPV("10") SHIP("42.2") "rubbish\n" TPV("11") SHIP("42.3");
    struct vg_ingest_counts n = take_text(dir, text, &told);
    assert_int_equal(n.files, 1);
    assert_int_equal(n.lines, 6);
    assert_int_equal(n.messages, 3);
    assert_int_equal(n.positions, 3);
    assert_int_equal(n.rows_refused[VG_CSV_REFUSAL_JSON_OTHER], 2);
    assert_int_equal(n.rows_refused[VG_CSV_REFUSAL_JSON_SYNTAX], 1);
    assert_string_equal(n.row_example[VG_CSV_REFUSAL_JSON_SYNTAX], "rubbish");
    struct rows r = rows_of(dir, "{\"class\":\"AIS\"");
    static const int seconds[] = {10, 10, 11};
    assert_int_equal(r.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(r.row[i].time_us == INT64_C(1732252800) * VG_SECOND_US + seconds[i] * VG_SECOND_US);
    n = take_text(dir, text, &told);
    assert_int_equal(n.known, 1);
    assert_int_equal(told.err, VG_EXISTS);
    assert_int_equal(rows_of(dir, NULL).count, 3);
}

static void a_json_log_that_grew_goes_on(void **state)
{
    const char *dir = *state;
    struct told told;
    take_text(dir, TPV("10") SHIP("42.1"), &told);
    struct vg_ingest_counts n = take_text(dir, TPV("10") SHIP("42.1") SHIP("42.2") TPV("12") SHIP("42.3"), &told);
    assert_int_equal(n.files, 1);
    assert_int_equal(n.positions, 2);
    struct rows r = rows_of(dir, "{\"class\":\"AIS\"");
    static const int seconds[] = {10, 10, 12}; /* the second one's neighbour was taken before */
    assert_int_equal(r.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(r.row[i].time_us == INT64_C(1732252800) * VG_SECOND_US + seconds[i] * VG_SECOND_US);
}

static void an_unfinished_last_record_waits_for_its_rest(void **state)
{
    const char *dir = *state;
    struct told told;
    static const char text[] = TPV("10") SHIP("42.1") SHIP("42.2");
    char cut[sizeof text];
    snprintf(cut, sizeof cut, "%.*s", (int)sizeof text - 20, text);
    struct vg_ingest_counts n = take_text(dir, cut, &told);
    assert_int_equal(n.positions, 1);
    assert_int_equal(n.waiting, 1);
    n = take_text(dir, text, &told);
    assert_int_equal(n.positions, 1);
    assert_int_equal(n.rows_refused[VG_CSV_REFUSAL_JSON_SYNTAX], 0);
    assert_int_equal(rows_of(dir, "{\"class\":\"AIS\"").count, 2);
}

static void a_log_without_a_time_has_the_files(void **state)
{
    const char *dir = *state;
    struct told told;
    take_text(dir, SHIP("42.1") SHIP("42.2"), &told);
    struct rows r = rows_of(dir, "{\"class\":\"AIS\"");
    assert_int_equal(r.count, 2);
    assert_true(r.row[0].time_us == TODAY_US && r.row[1].time_us == TODAY_US);
}

/* An archive that is lost is made again from the journal: the same rows. */
static void a_log_is_archived_again_from_the_journal(void **state)
{
    const char *dir = *state;
    struct told told;
    char data[512];
    take_text(dir, SHIP("42.1") TPV("10") SHIP("42.2") SHIP("42.4") TPV("11") SHIP("42.3"), &told);
    struct rows before = rows_of(dir, "{\"class\":\"AIS\"");
    snprintf(data, sizeof data, "%.500s", in(dir, "data"));
    remove_tree(in(data, "archive"));
    spill(in(dir, "empty"), "", 0);
    char path[512];
    snprintf(path, sizeof path, "%.500s", in(dir, "empty"));
    struct vg_ingest_counts n = take(data, path, NULL, &told);
    assert_int_equal(n.caught_up, 4);
    struct rows after = rows_of(dir, "{\"class\":\"AIS\"");
    assert_int_equal(after.count, before.count);
    for (size_t i = 0; i < after.count; i++)
        assert_true(after.row[i].time_us == before.row[i].time_us &&
                    after.row[i].pos.lat_e4min == before.row[i].pos.lat_e4min &&
                    after.row[i].journal_offset == before.row[i].journal_offset);
}

static void json_that_is_no_log_is_told(void **state)
{
    const char *dir = *state;
    struct told told;
    static const struct {
        const char *text, *why;
    } cases[] = {{"{\"a\":1}\n{\"a\":2}\n", "JSON of no known form"},
                 {"{\"type\":\"FeatureCollection\",\"features\":[]}\n", "JSON of no known form"},
                 {"{\n \"class\": \"AIS\",\n \"type\": 1\n}\n", "not on lines of their own"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_ingest_counts n = take_text(dir, cases[i].text, &told);
        assert_int_equal(n.failed, 1);
        assert_int_equal(told.err, VG_UNSUPPORTED);
        if (!strstr(told.why, cases[i].why))
            fail_msg("%s", told.why);
    }
    struct vg_ingest_counts n =
        take_text(dir, "{\"class\":\"AIS\",\"nmea\":[\"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\"]}\n", &told);
    assert_int_equal(n.sentences, 1); /* sentences in JSON are sentences */
}

/* ---- Parquet ---- */

#define TEXTS(b)                                                                                                       \
    {                                                                                                                  \
        {                                                                                                              \
            .values = 2, .body = ANY_BYTES_OF(b)                                                                       \
        }                                                                                                              \
    }

/* As MarineCadastre publishes them: two ships, one of them without a name. */
static const struct any_column cadastre[] = {
    {.name = "mmsi",
     .type = 1,
     .codec = 1,
     .page = {{.kind = 2, .values = 2, .body = ANY_BYTES_OF("\xa5\x7d\xdf\x15\xa6\x7d\xdf\x15")},
              {.encoding = 8, .values = 2, .body = ANY_BYTES_OF("\1\3\2")}}},
    {.name = "base_date_time",
     .type = 2,
     .logical = 8,
     .unit = 2,
     .codec = 1,
     .page = TEXTS("\x00\x70\x64\x09\x40\x2f\x06\0\x40\xb2\x73\x09\x40\x2f\x06\0")},
    {.name = "longitude", .type = 5, .codec = 1, .page = TEXTS("\0\0\0\0\0\0\x54\xc0\0\0\0\0\0\x10\x54\xc0")},
    {.name = "latitude", .type = 5, .codec = 1, .page = TEXTS("\0\0\0\0\0\xc0\x39\x40\0\0\0\0\0\x80\x39\x40")},
    {.name = "sog",
     .type = 4,
     .codec = 1,
     .repetition = 1,
     .page = {{.values = 2, .body = ANY_BYTES_OF("\2\0\0\0\3\1\x66\x66\xe6\x40")}}},
    {.name = "cog", .type = 4, .codec = 6, .page = TEXTS("\0\0\xb4\x43\x33\x33\xb0\x42")},
    {.name = "heading", .type = 1, .logical = 10, .one = 16, .two = 1, .page = TEXTS("\xff\1\0\0\x58\0\0\0")},
    {.name = "vessel_name",
     .type = 6,
     .logical = 1,
     .repetition = 1,
     .codec = 1,
     .page = {{.kind = 2, .values = 1, .body = ANY_BYTES_OF("\x0b\0\0\0O\"BRIEN, T.")},
              {.kind = 3, .encoding = 8, .values = 2, .levels = ANY_BYTES_OF("\3\2"), .body = ANY_BYTES_OF("\1\2\0")}}},
    {.name = "imo", .type = 6, .logical = 1, .page = TEXTS("\x0a\0\0\0IMO9074729\0\0\0\0")},
    {.name = "call_sign", .type = 6, .logical = 1, .page = TEXTS("\0\0\0\0\3\0\0\0WDX")},
    {.name = "vessel_type", .type = 1, .page = TEXTS("\x1f\0\0\0\x46\0\0\0")},
    {.name = "status", .type = 1, .page = TEXTS("\x0f\0\0\0\0\0\0\0")},
    {.name = "length", .type = 4, .page = TEXTS("\0\0\xf0\x41\0\0\x34\x43")},
    {.name = "width", .type = 1, .page = TEXTS("\x0a\0\0\0\x1e\0\0\0")},
    {.name = "draft", .type = 4, .page = TEXTS("\0\0\0\0\x9a\x99\x21\x41")},
    {.name = "cargo", .type = 1, .page = TEXTS("\x39\0\0\0\x46\0\0\0")},
    {.name = "transceiver", .type = 6, .logical = 1, .page = TEXTS("\1\0\0\0A\1\0\0\0B")},
    {.name = "geometry", .type = 6, .codec = 1, .page = TEXTS("\1\0\0\0x\1\0\0\0y")},
};

static const char *spill_table(const char *dir, const struct any_column *columns, size_t count, bool packed)
{
    static char path[512];
    const struct any_file f = {.column = columns, .columns = count, .group_rows = 2};
    struct vg_out out = any_make(&f);
    snprintf(path, sizeof path, "%.500s", in(dir, packed ? "t.gz" : "t.parquet"));
    if (packed) {
        gzFile z = gzopen(path, "wb");
        assert_int_equal(gzwrite(z, out.buf, (unsigned)out.len), (int)out.len);
        gzclose(z);
    } else {
        spill(path, out.buf, out.len);
    }
    vg_out_free(&out);
    return path;
}

static void marine_cadastres_table_is_taken_as_published(void **state)
{
    const char *dir = *state;
    struct told told;
    char data[512];
    snprintf(data, sizeof data, "%.500s", in(dir, "data"));
    const char *path = spill_table(dir, cadastre, sizeof cadastre / sizeof *cadastre, false);
    struct vg_ingest_counts n = take(data, path, NULL, &told);
    assert_int_equal(n.files, 1);
    assert_int_equal(n.messages, 2);
    assert_int_equal(n.statics, 2);
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        assert_int_equal(n.rows_refused[i], 0);
    assert_non_null(strstr(told.note, "1 of its 18 columns"));
    struct rows r = rows_of(dir, "366968");
    assert_int_equal(r.count, 2);
    assert_int_equal(r.row[0].mmsi, 366968229);
    assert_int_equal(r.row[0].pos.lon_e4min, -80 * 600000);
    assert_int_equal(r.row[1].pos.lat_e4min, 255 * 60000);
    assert_true(r.row[1].time_us - r.row[0].time_us == VG_SECOND_US);
    n = take(data, path, NULL, &told);
    assert_int_equal(n.known, 1);
    assert_int_equal(rows_of(dir, NULL).count, 2);
}

static void a_table_by_a_layout_file_is_taken(void **state)
{
    const char *dir = *state;
    struct told told;
    static const struct any_column c[] = {
        {.name = "ship", .type = 1, .page = TEXTS("\xa5\x7d\xdf\x15\xa6\x7d\xdf\x15")},
        {.name = "when", .type = 3, .page = TEXTS("\0\0\0\0\0\0\0\0\x8c\x8d\x25\0\0\0\0\0\0\0\0\0\x8d\x8d\x25\0")},
        {.name = "geometry",
         .type = 6,
         .page = TEXTS("\x15\0\0\0\1\1\0\0\0\0\0\0\0\0\0\x54\xc0\0\0\0\0\0\xc0\x39\x40\x15\0\0\0\1\1\0\0\0\0\0\0\0\0\0"
                       "\x54\xc0\0\0\0\0\0\xc0\x39\x40")}};
    static const char layout[] =
        "name: points\ncolumns:\n  - {column: ship, field: mmsi}\n  - {column: when, field: time}\n"
        "  - {column: longitude, field: longitude}\n  - {column: latitude, field: latitude}\n";
    char data[512];
    snprintf(data, sizeof data, "%.500s", in(dir, "data"));
    struct vg_ingest_counts n = take(data, spill_table(dir, c, 3, false), layout, &told);
    assert_int_equal(n.positions, 2);
    n = take(in(dir, "other"), spill_table(dir, c, 3, false), NULL, &told);
    assert_int_equal(n.failed, 1);
    assert_non_null(strstr(told.why, "a table of no known layout"));
}

static void what_is_no_table_of_its_own_is_told(void **state)
{
    const char *dir = *state;
    struct told told;
    char data[512], bytes[524];
    snprintf(data, sizeof data, "%.500s", in(dir, "data"));
    struct vg_ingest_counts n =
        take(data, spill_table(dir, cadastre, sizeof cadastre / sizeof *cadastre, true), NULL, &told);
    assert_int_equal(n.failed, 1);
    assert_non_null(strstr(told.why, "give the file itself"));
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    memcpy(bytes, "PAR1", 4);
    memcpy(bytes + sizeof bytes - 4, "PAR1", 4);
    spill(in(dir, "t.parquet"), bytes, sizeof bytes);
    char path[512];
    snprintf(path, sizeof path, "%.500s", in(dir, "t.parquet"));
    n = take(data, path, NULL, &told);
    assert_int_equal(n.failed, 1);
    assert_int_equal(n.lines, 0);
    if (!strstr(told.why, "metadata"))
        fail_msg("%s", told.why);
    n = take(data, path, NULL, &told); /* and again */
    assert_int_equal(n.failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_json_log_is_taken_once_and_each_row_leads_to_its_line, make_room_,
                                        clear_room_),
        in_a_room(a_json_log_that_grew_goes_on),
        in_a_room(an_unfinished_last_record_waits_for_its_rest),
        in_a_room(a_log_without_a_time_has_the_files),
        in_a_room(a_log_is_archived_again_from_the_journal),
        in_a_room(json_that_is_no_log_is_told),
        in_a_room(marine_cadastres_table_is_taken_as_published),
        in_a_room(a_table_by_a_layout_file_is_taken),
        in_a_room(what_is_no_table_of_its_own_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
