/* Density: which cells there are, which position counts in which, and how it is written. */
#include <math.h>

#include "parts.h"
#include "served_archive.h"

#define ALFA  UINT32_C(735000001)
#define BRAVO UINT32_C(735000002)

static void add_moving(uint32_t mmsi, int64_t s, double lon, double lat, uint16_t sog_dkn)
{
    struct vg_report r = seen_at(mmsi, s, 1, lon, lat);
    r.fields |= VG_FIELD_BIT(SOG);
    r.sog_dkn = sog_dkn;
    archive_add(&archive, r);
}

/* Near 10° N: who is at rest, slow and fast. Near 20° N: who is a vessel. Near 30° N: the edges of cells. */
static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Manta");
    add_moving(ALFA, 0, 10.5, 10.5, 49);
    add_moving(ALFA, 59, 11.5, 10.5, 50); /* the same minute: counted where she was first heard */
    add_moving(ALFA, 60, 11.5, 10.5, 51);
    archive_add(&archive, seen_at(BRAVO, 0, 1, 10.5, 11.5)); /* her speed is not known */
    add_moving(BRAVO, 61, 10.5, 11.5, 50);
    archive_add(&archive, seen_at(2735001, 0, 1, 10.5, 20.5)); /* base stations and aids by their numbers */
    archive_add(&archive, seen_at(997350001, 0, 1, 10.5, 20.5));
    archive_add(&archive, seen_at(735000003, 0, 4, 10.5, 20.5)); /* and by what they send */
    archive_add(&archive, seen_at(735000004, 0, 21, 10.5, 20.5));
    for (int i = 0; i < 4; i++) /* a ship that says once that she is a base station */
        archive_add(&archive, seen_at(735000005, 60 * i, i == 2 ? 4 : 1, 10.5, 20.5));
    archive_add(&archive, seen_at(735000006, 0, 1, 30, 30.5)); /* the west edge belongs to a cell */
    archive_add(&archive, seen_at(735000007, 0, 1, 31, 30.5));
    archive_add(&archive, seen_at(735000008, 0, 1, 30.5, 30)); /* the south edge, too */
    archive_add(&archive, seen_at(735000009, 0, 1, 30.5, 31));
    archive_add(&archive, seen_at(735000010, 0, 1, 30.5, 32)); /* and the north edge of all */
    archive_add(&archive, seen_at(735000011, 0, 1, 179.5, 40.5));
    archive_add(&archive, seen_at(735000012, 0, 1, -179.5, 40.5));
    return serve_archive();
}

#define SPAN "&from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z"
#define HEAD "{\"from\":\"2023-11-14T22:00:00Z\",\"to\":\"2023-11-14T23:00:00Z\","

static void says(const char *question, const char *text)
{
    char target[200];
    snprintf(target, sizeof target, "/density?%s" SPAN, question);
    struct http *h = history_ask(server, target, "");
    if (h->status != 200 || !strstr(h->body, text))
        fail_msg("%s: %d %.500s", question, h->status, h->body);
    http_close(h);
}

static void each_minute_counts_once_in_its_cell(void **state)
{
    (void)state;
    says("bbox=10,10,12,12&cell=1", HEAD
         "\"west\":10.0,\"south\":10.0,\"cell\":1.0,\"columns\":2,\"rows\":2,\"filled\":3,\"most\":2,\"minutes\":4,"
         "\"reports\":5,\"cells\":[[0,0,1],[1,0,1],[0,1,2]]}\n");
    says("bbox=10,10,12,12&cell=1&min_speed=5",
         "\"filled\":2,\"most\":2,\"minutes\":3,\"reports\":3,\"cells\":[[1,0,2],[0,1,1]]}\n");
    says("bbox=10,10,12,12&cell=1&min_speed=5.1", "\"minutes\":1,\"reports\":1,\"cells\":[[1,0,1]]}\n");
    says("bbox=10,10,12,12&cell=1&min_speed=0",
         "\"minutes\":3,\"reports\":4,\"cells\":[[0,0,1],[1,0,1],[0,1,1]]}\n"); /* without whose speed is not known */
    says("bbox=12,12,13,13&cell=1", "\"filled\":0,\"most\":0,\"minutes\":0,\"reports\":0,\"cells\":[]}\n");
}

static void what_stays_where_it_is_does_not_count(void **state)
{
    (void)state;
    says("bbox=10,20,11,21&cell=1", "\"filled\":1,\"most\":4,\"minutes\":4,\"reports\":4,\"cells\":[[0,0,4]]}\n");
}

static void an_edge_belongs_to_one_cell(void **state)
{
    (void)state;
    says("bbox=30,30,31,31&cell=1", "\"columns\":1,\"rows\":1,\"filled\":1,\"most\":3,\"minutes\":3,\"reports\":4,"
                                    "\"cells\":[[0,0,3]]}\n"); /* not the east edge */
    says("bbox=30,30,32,32&cell=1", "\"columns\":2,\"rows\":2,\"filled\":3,\"most\":2,\"minutes\":5,\"reports\":5,"
                                    "\"cells\":[[0,0,2],[1,0,1],[0,1,2]]}\n");
    says("bbox=179,40,-179,41&cell=1",
         "\"west\":179.0,\"south\":40.0,\"cell\":1.0,\"columns\":2,\"rows\":1,\"filled\":2,"
         "\"most\":1,\"minutes\":2,\"reports\":2,\"cells\":[[0,0,1],[1,0,1]]}\n");
    says("bbox=-180,40,180,41&cell=1", "\"columns\":360,\"rows\":1,\"filled\":2,\"most\":1,\"minutes\":2,\"reports\":2,"
                                       "\"cells\":[[0,0,1],[359,0,1]]}\n");
}

/* The box is widened to whole cells, which are counted from 180° W, 90° S. */
static void cells_are_laid_on_one_grid(void **state)
{
    (void)state;
    static const struct {
        const char *box, *cell;
        double west, south;
        int columns, rows;
    } cases[] = {
        {"0,0,0,0", "1", 0, 0, 1, 1}, /* a point has a cell */
        {"0.05,0.05,0.05,0.05", "0.1", 0, 0, 1, 1},
        {"0,0,1,1", "1", 0, 0, 1, 1},
        {"0,0,1.001,1", "1", 0, 0, 2, 1},
        {"-0.001,0,1,1.001", "1", -1, 0, 2, 2},
        {"-80.3,-2.5,-80.1,-2.4", "0.1", -80.3, -2.5, 2, 1}, /* borders up to rounding */
        {"0.07,0.007,0.08,0.009", "0.001", 0.07, 0.007, 10, 2},
        {"-180,-90,180,90", "0.5", -180, -90, 720, 360},
        {"170,0,-170,0.25", "0.25", 170, 0, 80, 1},
        {"-89.5,0,-90.5,1", "1", -90, 0, 360, 1},
        {"-89.5,0,-89.7,1", "1", -90, 0, 360, 1}, /* no cell is there twice */
        {"-180,89,-179,90", "1", -180, 89, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/history/density?bbox=%s&cell=%s" SPAN, cases[i].box, cases[i].cell);
        json_t *json = server_json(server, target, 200);
        double west = json_number_value(json_object_get(json, "west")),
               south = json_number_value(json_object_get(json, "south"));
        if (fabs(west - cases[i].west) > 1e-9 || fabs(south - cases[i].south) > 1e-9 ||
            json_integer_value(json_object_get(json, "columns")) != cases[i].columns ||
            json_integer_value(json_object_get(json, "rows")) != cases[i].rows)
            fail_msg("%s: %s", cases[i].box, json_dumps(json, JSON_COMPACT));
        json_decref(json);
    }
}

static void there_are_1048576_cells_and_65535_to_a_side_at_most(void **state)
{
    (void)state;
    static const struct {
        const char *box, *cell;
        int status;
    } cases[] = {
        {"-51.2,-51.2,51.2,51.2", "0.1", 200}, {"-51.2,-51.2,51.3,51.2", "0.1", 413},
        {"-51.2,-51.2,51.2,51.3", "0.1", 413}, {"0,0,65.535,0.001", "0.001", 200},
        {"0,0,65.536,0.001", "0.001", 413},    {"0,0,0.001,65.535", "0.001", 200},
        {"0,0,0.001,65.536", "0.001", 413},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[200];
        snprintf(target, sizeof target, "/density?bbox=%s&cell=%s" SPAN, cases[i].box, cases[i].cell);
        struct http *h = history_ask(server, target, "");
        if (h->status != cases[i].status)
            fail_msg("%s: %d", cases[i].box, h->status);
        assert_true(h->status == 200 ||
                    strstr(h->body, "more than 1048576 cells: ask for a smaller area or a larger cell"));
        http_close(h);
    }
}

static void the_binary_form_has_each_value_in_its_place(void **state)
{
    (void)state;
    static const struct part parts[] = {
        {4, 2, 1},
        {6, 2, 64},
        {8, 8, (uint64_t)BEGIN_US},
        {16, 8, (uint64_t)(BEGIN_US + VG_HOUR_US)},
        {24, 4, 9 * 600000},
        {28, 4, 10 * 600000},
        {32, 4, 600000},
        {36, 4, 3}, /* columns */
        {40, 4, 2},
        {44, 4, 3}, /* filled */
        {48, 8, 4},
        {56, 8, 5},
        {64, 2, 1}, /* column, row, minutes */
        {66, 2, 0},
        {68, 4, 1},
        {72, 2, 2},
        {74, 2, 0},
        {76, 4, 1},
        {80, 2, 1},
        {82, 2, 1},
        {84, 4, 2},
    };
    struct http *h = history_ask(server, "/density?bbox=9,10,12,12&cell=1&format=binary" SPAN, "");
    assert_string_equal(http_header(h, "Content-Type"), "application/octet-stream");
    assert_int_equal(h->body_len, 64 + 3 * 8);
    assert_memory_equal(h->body, "VGD1", 4);
    has_parts(h->body, parts, sizeof parts / sizeof *parts);
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_minute_counts_once_in_its_cell),
        cmocka_unit_test(what_stays_where_it_is_does_not_count),
        cmocka_unit_test(an_edge_belongs_to_one_cell),
        cmocka_unit_test(cells_are_laid_on_one_grid),
        cmocka_unit_test(there_are_1048576_cells_and_65535_to_a_side_at_most),
        cmocka_unit_test(the_binary_form_has_each_value_in_its_place),
    };
    return cmocka_run_group_tests(tests, set_up, drop_served_archive);
}
