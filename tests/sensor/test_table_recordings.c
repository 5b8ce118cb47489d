/* Recordings that people published, by the layouts that are shipped, to the last row. */
#include "sensor/table_test.h"

#include <dirent.h>
#include <unistd.h>

#include "base/out.h"
#include "feed/file_reader.h"

static void load_text(const char *path, char text[static VG_LAYOUT_FILE])
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, VG_LAYOUT_FILE - 1, f)] = '\0';
    fclose(f);
}

/* The lines of the remark that begin with three spaces are a table, and each of its rows says a position. */
static void check_example(const char *name, const struct vg_layout *l, const char *text)
{
    struct vg_out table = vg_out_growing(VG_LAYOUT_FILE);
    size_t rows = 0;
    for (const char *p = text; (p = strstr(p, "#   ")); p++) {
        vg_out_bytes(&table, p + 4, strcspn(p + 4, "\n") + 1);
        rows++;
    }
    struct read r = read_pieces(l, table.buf, table.len, table.len);
    if (r.count != rows - !l->headless || !(r.report->fields & VG_FIELD_BIT(POS)))
        fail_msg("%s: its example is not read", name);
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        if (r.refusals.count[i])
            fail_msg("%s: %s", name, vg_csv_refusal_text((enum vg_csv_refusal)i));
    free(r.report);
    vg_out_free(&table);
}

/* The files that are shipped are good ones, and read the rows that they show. */
static void shipped_layouts_are_read(void **state)
{
    (void)state;
    char path[512], text[VG_LAYOUT_FILE];
    snprintf(path, sizeof path, "%s/share/layouts", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    DIR *dir = opendir(path);
    assert_non_null(dir);
    unsigned files = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (!strstr(e->d_name, ".yaml"))
            continue;
        snprintf(path, sizeof path, "%s/share/layouts/%s", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".",
                 e->d_name);
        load_text(path, text);
        struct vg_layout l = layout_of(text);
        assert_int_equal(strncmp(l.name, e->d_name, strlen(l.name)), 0);
        check_example(l.name, &l, text);
        files++;
    }
    closedir(dir);
    assert_true(files >= 5);
}

static struct read read_recording(const char *name, const char *layout, size_t piece)
{
    struct vg_out out = vg_out_growing(1 << 28);
    char path[512];
    struct vg_file_reader *reader;
    const char *why;
    const void *bytes;
    size_t len;
    snprintf(path, sizeof path, "%s/data/csv/%s.csv.gz", shared_dir() ? shared_dir() : "../shared", name);
    if (access(path, R_OK)) {
        print_message("%s is absent: recordings are not part of the project\n", path);
        skip();
    }
    assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
    while (vg_file_reader_next(reader, &bytes, &len, &why) == VG_OK)
        vg_out_bytes(&out, bytes, len);
    vg_file_reader_close(reader);
    const struct vg_layout *known = vg_csv_known(out.buf, out.len);
    assert_non_null(known);
    assert_string_equal(known->name, layout);
    struct read r = read_pieces(known, out.buf, out.len, piece);
    vg_out_free(&out);
    return r;
}

/* Layout and numbers as they are known from the files; the layouts that the last ones had before they were known. */
static const struct {
    const char *name, *layout;
    size_t rows, positions, ships;
    uint32_t also; /* fields that some row has */
} recordings[] = {
    {"noaa_marinecadastre_20220103", "noaa", 99999, 99999, 10631, VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DRAUGHT)},
    {"world_20190701_5min", "plain", 42625, 42625, 18275, 0},
    {"solent_20160112", "solent", 18623, 18623, 91, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG)},
    {"suez_20210320_24", "suez", 22287, 22287, 256, 0},
    {"baltic_20180401", "baltic", 19999, 19999, 387, VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS)},
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static size_t count_ships(const struct read *r)
{
    uint32_t *mmsi = malloc(r->count * sizeof *mmsi);
    size_t ships = 0;
    assert_non_null(mmsi);
    for (size_t i = 0; i < r->count; i++)
        mmsi[i] = r->report[i].mmsi;
    qsort(mmsi, r->count, sizeof *mmsi, by_number);
    for (size_t i = 0; i < r->count; i++)
        ships += !i || mmsi[i] != mmsi[i - 1];
    free(mmsi);
    return ships;
}

static void recordings_are_read_to_the_last_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
        struct read r = read_recording(recordings[i].name, recordings[i].layout, 65536);
        size_t positions = 0;
        uint32_t fields = 0;
        for (size_t k = 0; k < r.count; k++) {
            positions += r.report[k].fields & VG_FIELD_BIT(POS);
            fields |= r.report[k].fields;
            assert_int_equal(r.report[k].time_source, VG_TIME_SOURCE_LINE);
        }
        for (int k = 0; k < VG_CSV_REFUSAL_COUNT; k++)
            if (r.refusals.count[k])
                print_message("%s: %llu %s, e.g. %s\n", recordings[i].name, (unsigned long long)r.refusals.count[k],
                              vg_csv_refusal_key((enum vg_csv_refusal)k), r.refusals.example[k]);
        assert_int_equal(r.counters.rows, recordings[i].rows);
        assert_int_equal(positions, recordings[i].positions);
        assert_int_equal(count_ships(&r), recordings[i].ships);
        assert_int_equal(fields & recordings[i].also, recordings[i].also);
        struct read again = read_recording(recordings[i].name, recordings[i].layout, 7777);
        assert_int_equal(again.count, r.count);
        assert_memory_equal(again.report, r.report, r.count * sizeof *r.report);
        free(again.report);
        free(r.report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_layouts_are_read),
        cmocka_unit_test(recordings_are_read_to_the_last_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
