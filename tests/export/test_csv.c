/* Rows of CSV: one set of columns, harmless text, empty where nothing was said. */
#include "test.h"

#include "export/csv.h"

#define T0_US INT64_C(1763788800000000)

struct table {
    char text[8192];
    struct vg_out out;
};

static struct table *table(void)
{
    static struct table t;
    t.out = vg_out_fixed(t.text, sizeof t.text - 1);
    return &t;
}

static const char *text_of(struct table *t)
{
    assert_int_equal(t->out.err, VG_OK);
    t->text[t->out.len] = '\0';
    return t->text;
}

/* The cell of a column in a row that has no quoted commas; in static memory. */
static const char *cell(const char *row, const char *column)
{
    static char buf[256];
    size_t count, i = 0;
    const struct vg_export_column *c = vg_export_columns(&count);
    while (i < count && strcmp(c[i].name, column) != 0)
        i++;
    assert_true(i < count);
    if (!vg_export_column_is_of_contacts(i)) /* those follow on the columns that both have */
        for (size_t k = i; k--;)
            i -= !vg_export_column_is_of_positions(k);
    for (; i; i--)
        row = strchr(row, ',') + 1;
    snprintf(buf, sizeof buf, "%.*s", (int)strcspn(row, ",\r"), row);
    return buf;
}

static struct vg_position position(void)
{
    return (struct vg_position){.mmsi = 735000001,
                                .time_us = T0_US,
                                .pos = vg_pos_from_deg(-80.5, -2.25),
                                .turn_raw = -127,
                                .message = 1,
                                .fields = VG_FIELD_BIT(TURN),
                                .source_name = {"Manta", 5}};
}

static const char *position_row(const struct vg_position *p, const char *name)
{
    struct table *t = table();
    vg_export_csv_position(&t->out, p, name);
    return text_of(t);
}

static const char *contact_row_at(const struct vg_contact *c, int64_t now_us)
{
    struct table *t = table();
    struct vg_sources sources;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_source_feed(&sources, "=Manta"), 1);
    vg_export_csv_contact(&t->out, c, &sources, c->id ? "ais, \"North, \"" : NULL, now_us);
    vg_sources_free(&sources);
    return text_of(t);
}

static const char *contact_row(const struct vg_contact *c)
{
    return contact_row_at(c, T0_US);
}

static void the_first_columns_are_those_of_history_for_ever(void **state)
{
    (void)state;
    static const char shared[] = "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name";
    struct table *t = table();
    vg_export_csv_positions_head(&t->out);
    assert_string_equal(
        text_of(t), "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n");
    t = table();
    vg_export_csv_contacts_head(&t->out);
    assert_memory_equal(text_of(t), shared, sizeof shared - 1);
    assert_string_equal(t->text + sizeof shared - 1,
                        ",id,class,flag,imo,callsign,shiptype,destination,draught,length,beam,heard,seen_by\r\n");
}

static void every_text_of_a_position_is_guarded(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cell;
    } cases[] = {{"=cmd()", "'=cmd()"},
                 {"@x", "'@x"},
                 {"-x", "'-x"},
                 {"+x", "'+x"},
                 {"a\"b", "\"a\"\"b\""},
                 {"a\nb", "a\xEF\xBF\xBD"
                          "b"},
                 {"\x1B[2J", "\xEF\xBF\xBD[2J"},
                 {"\xE2\x80\xAE"
                  "x",
                  "\xEF\xBF\xBDx"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_position p = position();
        p.source_name = (struct vg_parquet_text){cases[i].text, (uint32_t)strlen(cases[i].text)};
        const char *row = position_row(&p, cases[i].text);
        assert_string_equal(cell(row, "source"), cases[i].cell);
        assert_string_equal(cell(row, "name"), cases[i].cell);
    }
}

static void every_text_of_a_contact_is_guarded(void **state)
{
    (void)state;
    struct vg_contact c = {.mmsi = 1,
                           .pos = vg_pos_from_deg(1, 2),
                           .name = "=n",
                           .callsign = "+c",
                           .destination = "@d",
                           .flag = {'-', 'f'},
                           .heard_us = T0_US};
    c.prov[VG_FIELD_POS] = vg_prov_of(T0_US, 1, 3, 0);
    c.prov[VG_FIELD_DESTINATION] = vg_prov_of(T0_US, 1, 5, 0);
    const char *row = contact_row(&c);
    assert_string_equal(cell(row, "name"), "'=n");
    assert_string_equal(cell(row, "callsign"), "'+c");
    assert_string_equal(cell(row, "destination"), "'@d");
    assert_string_equal(cell(row, "flag"), "'-f");
    assert_string_equal(cell(row, "source"), "'=Manta");
}

static void numbers_with_a_minus_are_numbers(void **state)
{
    (void)state;
    struct vg_position p = position();
    const char *row = position_row(&p, "");
    assert_string_equal(row, "735000001,2025-11-22T05:20:00Z,-80.5,-2.25,,,,-127,,1,0,Manta,,,\r\n");
}

/* Some transponders send the MMSI 0: it is what they said. */
static void the_mmsi_0_is_a_number_too(void **state)
{
    (void)state;
    struct vg_position p = position();
    p.mmsi = 0;
    assert_string_equal(cell(position_row(&p, ""), "mmsi"), "0");
    struct vg_contact c = {.pos = VG_POS_NONE, .claimed = vg_prov_of(T0_US, 1, 1, 0)};
    assert_string_equal(cell(contact_row(&c), "mmsi"), "0");
    c.claimed = (struct vg_prov){0};
    assert_string_equal(cell(contact_row(&c), "mmsi"), "");
}

static void what_has_expired_is_an_empty_cell(void **state)
{
    (void)state;
    static const struct {
        enum vg_field field;
        const char *column;
        int minutes;
    } cases[] = {{VG_FIELD_SOG, "sog", 30},
                 {VG_FIELD_COG, "cog", 30},
                 {VG_FIELD_HEADING, "heading", 30},
                 {VG_FIELD_TURN, "turn", 30},
                 {VG_FIELD_STATUS, "status", 60},
                 {VG_FIELD_DESTINATION, "destination", 24 * 60},
                 {VG_FIELD_DRAUGHT, "draught", 24 * 60}};
    struct vg_contact c = {.pos = VG_POS_NONE, .destination = "MANTA", .draught_dm = 55};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        c.prov[cases[i].field] = vg_prov_of(T0_US, 1, 3, 77);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t until_us = T0_US + cases[i].minutes * VG_MINUTE_US;
        assert_string_not_equal(cell(contact_row_at(&c, until_us - 1), cases[i].column), "");
        assert_string_equal(cell(contact_row_at(&c, until_us), cases[i].column), "");
    }
}

static void a_contact_has_all_that_was_said(void **state)
{
    (void)state;
    struct vg_contact c = {.id = 0x0123456789abcdef,
                           .mmsi = 735000001,
                           .class = VG_CLASS_SHIP_A,
                           .flags = VG_CONTACT_ACCURATE,
                           .flag = {'E', 'C'},
                           .pos = vg_pos_from_deg(-80.5, -2.25),
                           .sog_dkn = 75,
                           .cog_ddeg = 1234,
                           .heading_deg = 7,
                           .turn_raw = -5,
                           .status = 3,
                           .shiptype = 70,
                           .draught_dm = 55,
                           .to_bow_m = 100,
                           .to_stern_m = 20,
                           .to_port_m = 9,
                           .to_starboard_m = 10,
                           .imo = 9074729,
                           .heard_us = T0_US + VG_SECOND_US,
                           .name = "MARIA",
                           .callsign = "HC1",
                           .destination = "GUAYAQUIL"};
    static const enum vg_field said[] = {VG_FIELD_POS,  VG_FIELD_SOG,    VG_FIELD_COG,         VG_FIELD_HEADING,
                                         VG_FIELD_TURN, VG_FIELD_STATUS, VG_FIELD_DESTINATION, VG_FIELD_DRAUGHT};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        c.prov[said[i]] = vg_prov_of(T0_US, 1, 3, 77);
    assert_string_equal(contact_row(&c), "735000001,2025-11-22T05:20:00Z,-80.5,-2.25,7.5,123.4,7,-5,3,3,1,'=Manta,77,"
                                         "MARIA,0123456789abcdef,a,EC,9074729,HC1,70,GUAYAQUIL,5.5,120,19,"
                                         "2025-11-22T05:20:01Z,\"ais, \"\"North, \"\"\"\r\n");
}

static void what_was_not_said_is_an_empty_cell(void **state)
{
    (void)state;
    struct vg_contact c = {
        .mmsi = 735000001, .class = VG_CLASS_SHIP_B, .pos = vg_pos_from_deg(1, 1), .heard_us = VG_TIME_NONE};
    assert_string_equal(contact_row(&c), "735000001,,,,,,,,,,,,,,,b,,,,,,,,,,\r\n");
    c.mmsi = 0;
    assert_string_equal(contact_row(&c), ",,,,,,,,,,,,,,,b,,,,,,,,,,\r\n");
}

static void times_have_micros_only_if_they_need_them(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {{T0_US, "2025-11-22T05:20:00Z"},
                 {T0_US + 120000, "2025-11-22T05:20:00.120Z"},
                 {T0_US + 1, "2025-11-22T05:20:00.000001Z"},
                 {T0_US + 999, "2025-11-22T05:20:00.000999Z"},
                 {T0_US + 1000, "2025-11-22T05:20:00.001Z"},
                 {T0_US + 999999, "2025-11-22T05:20:00.999999Z"},
                 {0, "1970-01-01T00:00:00Z"},
                 {-1, "1969-12-31T23:59:59.999999Z"},
                 {-1000000, "1969-12-31T23:59:59Z"},
                 {-999000, "1969-12-31T23:59:59.001Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct table *t = table();
        vg_export_time(&t->out, cases[i].us);
        assert_string_equal(text_of(t), cases[i].text);
    }
}

/* docs/formats/csv.md has a row for each column, with its unit, in this order. */
static void the_page_about_it_names_every_column(void **state)
{
    (void)state;
    static char page[16384];
    char path[1024], row[256];
    snprintf(path, sizeof path, "%s/docs/formats/csv.md", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    size_t count;
    const struct vg_export_column *c = vg_export_columns(&count);
    const char *at = page;
    for (size_t i = 0; i < count; i++) {
        snprintf(row, sizeof row, "\n| `%s` | %s | ", c[i].name, c[i].unit);
        at = strstr(at, row);
        assert_non_null(at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_columns_are_those_of_history_for_ever),
        cmocka_unit_test(every_text_of_a_position_is_guarded),
        cmocka_unit_test(every_text_of_a_contact_is_guarded),
        cmocka_unit_test(numbers_with_a_minus_are_numbers),
        cmocka_unit_test(the_mmsi_0_is_a_number_too),
        cmocka_unit_test(a_contact_has_all_that_was_said),
        cmocka_unit_test(what_has_expired_is_an_empty_cell),
        cmocka_unit_test(what_was_not_said_is_an_empty_cell),
        cmocka_unit_test(the_page_about_it_names_every_column),
        cmocka_unit_test(times_have_micros_only_if_they_need_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
