/* The tables' rows: each field on its own comes back as it was said and no other, and files with fewer, more or other
 * columns are read as far as they can be. */
#include <unistd.h>

#include "archive/details.h"
#include "archive/parquet_test.h"
#include "archive/positions.h"
#include "archive/statics.h"
#include "archive/table.h"

static const struct vg_table *const TABLES[] = {&vg_table_positions, &vg_table_statics, &vg_table_details};
enum { POSITIONS, STATICS, DETAILS };

#define ALL_FIELDS ((UINT32_C(1) << VG_FIELD_COUNT) - 1)

/* Every value is set, and no two are the same. */
static struct vg_report full_report(uint32_t fields)
{
    return (struct vg_report){.time_us = INT64_C(1795332891000001),
                              .journal_offset = UINT64_C(0xfedcba9876543210),
                              .fields = fields,
                              .mmsi = UINT32_C(4000000001),
                              .source = 1,
                              .sensor = VG_SENSOR_AIS,
                              .message = 5,
                              .class = VG_CLASS_AUX,
                              .measured = VG_MEASURED_POSITION,
                              .suspect = true,
                              .accurate = true,
                              .time_source = VG_TIME_SOURCE_NEIGHBOUR,
                              .pos = {-47999999, 53999998},
                              .sog_dkn = 1022,
                              .cog_ddeg = 3599,
                              .heading_deg = 358,
                              .altitude_m = -301,
                              .turn_raw = -127,
                              .status = 14,
                              .imo = UINT32_C(3999999999),
                              .shiptype = 255,
                              .draught_dm = 254,
                              .eta_month = 12,
                              .eta_day = 31,
                              .eta_hour = 24,
                              .eta_minute = 60,
                              .to_bow_m = 511,
                              .to_stern_m = 510,
                              .to_port_m = 63,
                              .to_starboard_m = 62,
                              .aid_type = 29,
                              .aid_virtual = true,
                              .aid_off_position = true,
                              .parent_mmsi = UINT32_C(3999999998),
                              .name = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678",
                              .callsign = "HC12345",
                              .destination = "PUERTO BAQUERIZO MOR",
                              .text = "THE WHOLE OF A SAFETY TEXT OF 39 LETTER"};
}

/* The same with nothing but what the fields say. */
static struct vg_report said_report(uint32_t fields)
{
    struct vg_report all = full_report(0), r = {.time_us = all.time_us,
                                                .journal_offset = all.journal_offset,
                                                .fields = fields,
                                                .mmsi = all.mmsi,
                                                .message = all.message,
                                                .class = all.class,
                                                .time_source = all.time_source,
                                                .pos = VG_POS_NONE};
#define SAYS(field, member)                                                                                            \
    if (fields & VG_FIELD_BIT(field))                                                                                  \
    memcpy(&r.member, &all.member, sizeof r.member)
    SAYS(POS, pos);
    SAYS(POS, measured);
    SAYS(POS, accurate);
    SAYS(SOG, sog_dkn);
    SAYS(COG, cog_ddeg);
    SAYS(HEADING, heading_deg);
    SAYS(TURN, turn_raw);
    SAYS(STATUS, status);
    SAYS(NAME, name);
    SAYS(CALLSIGN, callsign);
    SAYS(IMO, imo);
    SAYS(SHIPTYPE, shiptype);
    SAYS(DIMENSIONS, to_bow_m);
    SAYS(DIMENSIONS, to_stern_m);
    SAYS(DIMENSIONS, to_port_m);
    SAYS(DIMENSIONS, to_starboard_m);
    SAYS(DESTINATION, destination);
    SAYS(ETA, eta_month);
    SAYS(ETA, eta_day);
    SAYS(ETA, eta_hour);
    SAYS(ETA, eta_minute);
    SAYS(DRAUGHT, draught_dm);
    SAYS(ALTITUDE, altitude_m);
    SAYS(AID_TYPE, aid_type);
    SAYS(AID_FLAGS, aid_virtual);
    SAYS(AID_FLAGS, aid_off_position);
    SAYS(TEXT, text);
    SAYS(PARENT, parent_mmsi);
    return r;
}

/* ---- a file of rows ---- */

static char path[64];

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/vigia-rows-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd);
}

static int drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

union row {
    struct vg_table_key key;
    struct vg_position position;
    struct vg_static of_static;
    struct vg_detail detail;
};

static void write_rows(const struct vg_table *table, union row *rows, size_t count)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    assert_int_equal(vg_table_out_open(table, path, &options, &out), VG_OK);
    for (size_t i = 0; i < count; i++) {
        const struct vg_parquet_text name = {"Manta", 5};
        memcpy((char *)&rows[i] + table->source_name, &name, sizeof name);
        assert_int_equal(vg_table_out_row(out, &rows[i]), VG_OK);
    }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
}

static enum vg_err open_rows(const struct vg_table *table, struct vg_table_file *file)
{
    struct vg_parquet_file *parquet;
    assert_int_equal(vg_parquet_open(path, &parquet), VG_OK);
    return vg_table_file_init(file, table, parquet);
}

/* Reads a file of few rows; returns how many a query finds. */
static size_t read_rows(const struct vg_table *table, const struct vg_positions_query *query, union row *rows)
{
    struct vg_table_file file;
    struct vg_scan scan = {0};
    struct vg_positions_work work = {0};
    size_t count = 0;
    assert_int_equal(open_rows(table, &file), VG_OK);
    vg_scan_start(&scan, &file, query);
    assert_int_equal(vg_scan_next(&scan, &work, &count), VG_OK);
    for (size_t i = 0; i < count; i++)
        memcpy(&rows[i], (char *)scan.rows + i * table->row_size, table->row_size);
    vg_scan_free(&scan);
    vg_table_file_close(&file);
    return count;
}

/* ---- fields ---- */

/* What a table keeps of a report that says `fields`. */
static uint32_t kept(int table, uint32_t fields)
{
    const uint32_t motion =
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    const uint32_t who = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(SHIPTYPE) |
                         VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) |
                         VG_FIELD_BIT(DRAUGHT);
    const uint32_t more = VG_FIELD_BIT(ALTITUDE) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS) |
                          VG_FIELD_BIT(TEXT) | VG_FIELD_BIT(PARENT);
    bool placed = fields & VG_FIELD_BIT(POS);
    if (table == POSITIONS)
        return placed ? fields & (motion | VG_FIELD_BIT(POS)) : 0;
    if (table == STATICS)
        return fields & who;
    return fields & (placed ? more : more | motion);
}

static void check_fields(int t, uint32_t fields)
{
    const struct vg_table *table = TABLES[t];
    union row row = {0}, back = {0};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_report said = full_report(fields), want = said_report(kept(t, fields)), have = {0};
    said.suspect = t != STATICS;
    want.suspect = t != STATICS;
    assert_true(table->from_report(&said, &row));
    assert_int_equal(*((uint16_t *)(void *)((char *)&row + table->source)), 1);
    *((uint8_t *)&row + table->parts) = 5;
    write_rows(table, &row, 1);
    assert_int_equal(read_rows(table, &all, &back), 1);
    assert_int_equal(*((uint8_t *)&back + table->parts), 5);
    have.time_us = back.key.time_us;
    have.journal_offset = back.key.journal_offset;
    have.mmsi = back.key.mmsi;
    have.pos = VG_POS_NONE;
    table->to_report(&back, &have);
    if (memcmp(&have, &want, sizeof have))
        fail_msg("%s: fields %x", table->name, (unsigned)fields);
}

static void each_field_comes_back_alone_and_with_the_others(void **state)
{
    (void)state;
    for (int t = POSITIONS; t <= DETAILS; t++)
        for (unsigned field = 0; field <= VG_FIELD_COUNT; field++) {
            uint32_t alone = field < VG_FIELD_COUNT ? UINT32_C(1) << field : ALL_FIELDS;
            if (t == POSITIONS)
                alone |= VG_FIELD_BIT(POS);
            if (kept(t, alone))
                check_fields(t, alone);
            if (t != STATICS || kept(t, ALL_FIELDS & ~alone))
                check_fields(t, (ALL_FIELDS & ~alone) | (t == POSITIONS ? VG_FIELD_BIT(POS) : 0));
        }
}

/* Which tables have a row of a report. */
static void a_report_gives_rows_to_the_tables_that_keep_something_of_it(void **state)
{
    (void)state;
    const uint32_t pos = VG_FIELD_BIT(POS), name = VG_FIELD_BIT(NAME), sog = VG_FIELD_BIT(SOG),
                   text = VG_FIELD_BIT(TEXT);
    const struct {
        uint32_t fields;
        bool suspect;
        unsigned tables; /* bits */
    } cases[] = {
        {pos, false, 1},  {pos, true, 1},   {pos | sog, false, 1},  {pos | name, false, 3}, {pos | text, false, 5},
        {name, false, 2}, {name, true, 6},  {name | sog, false, 6}, {sog, false, 4},        {0, false, 4},
        {0, true, 4},     {text, false, 4}, {name | text, true, 6}, {pos | name, true, 3},  {ALL_FIELDS, false, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r = full_report(cases[i].fields);
        union row row;
        r.suspect = cases[i].suspect;
        for (unsigned t = 0; t < 3; t++) {
            memset(&row, 0x5a, sizeof row);
            if (TABLES[t]->from_report(&r, &row) != (cases[i].tables >> t & 1))
                fail_msg("case %zu, %s", i, TABLES[t]->name);
            if (!(cases[i].tables >> t & 1)) /* untouched */
                assert_int_equal(row.key.mmsi, 0x5a5a5a5a);
        }
        r.time_us = VG_TIME_NONE;
        for (unsigned t = 0; t < 3; t++)
            assert_false(TABLES[t]->from_report(&r, &row));
    }
    struct vg_report off = full_report(pos); /* a position that is none */
    union row row;
    off.pos.lat_e4min = 54000001;
    assert_false(vg_table_positions.from_report(&off, &row));
}

static void what_a_row_does_not_say_is_null_or_what_its_message_says(void **state)
{
    (void)state;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    for (int t = POSITIONS; t <= DETAILS; t++) {
        union row rows[2] = {0}, back[2];
        struct vg_report r = full_report(t == STATICS ? VG_FIELD_BIT(NAME) : t == DETAILS ? 0 : VG_FIELD_BIT(POS));
        struct vg_report first = {0}, second = {0};
        r.suspect = false;
        r.journal_offset = 0;
        r.class = (uint8_t)vg_message_class(r.message);
        assert_true(TABLES[t]->from_report(&r, &rows[0]));
        r.class = VG_CLASS_UNKNOWN;
        r.journal_offset = 1;
        assert_true(TABLES[t]->from_report(&r, &rows[1]));
        write_rows(TABLES[t], rows, 2);
        assert_int_equal(read_rows(TABLES[t], &all, back), 2);
        TABLES[t]->to_report(&back[0], &first);
        TABLES[t]->to_report(&back[1], &second);
        assert_int_equal(first.class, VG_CLASS_SHIP_A);
        assert_int_equal(second.class, VG_CLASS_UNKNOWN);
        assert_false(first.suspect);
        assert_int_equal(back[0].key.journal_offset, 0);
        assert_int_equal(back[1].key.journal_offset, 1);
        assert_int_equal(*((uint8_t *)&back[0] + TABLES[t]->parts), VG_PARTS_ALONE);
    }
}

static void senders_alone_have_nothing_else(void **state)
{
    (void)state;
    for (int t = POSITIONS; t <= DETAILS; t++) {
        union row row = {0}, back, want = {0};
        struct vg_report r = full_report(ALL_FIELDS);
        struct vg_positions_query q = VG_POSITIONS_ALL;
        q.senders_only = true;
        assert_true(TABLES[t]->from_report(&r, &row));
        write_rows(TABLES[t], &row, 1);
        assert_int_equal(read_rows(TABLES[t], &q, &back), 1);
        want.key.mmsi = r.mmsi;
        *((uint8_t *)&want + TABLES[t]->row_message) = 5;
        assert_memory_equal(&back, &want, TABLES[t]->row_size);
    }
}

/* ---- files of other columns ---- */

/* A file of one row: columns[0…count), each with the value that is given. */
static void write_columns(const struct vg_parquet_column *columns, size_t count, const int64_t *ints, const char *text)
{
    struct vg_parquet_cells cells[VG_TABLE_COLUMNS + 1];
    const struct vg_parquet_text words = {text, (uint32_t)strlen(text)};
    struct vg_parquet_writer *w;
    struct vg_atomic file;
    for (size_t c = 0; c < count; c++)
        cells[c] = (struct vg_parquet_cells){.ints = &ints[c], .texts = &words};
    assert_int_equal(vg_atomic_open(&file, path), VG_OK);
    assert_int_equal(vg_parquet_writer_new(columns, count, &VG_PARQUET_OPTIONS_DEFAULT, vg_atomic_write, &file, &w),
                     VG_OK);
    assert_int_equal(vg_parquet_write(w, cells, 1), VG_OK);
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    vg_parquet_writer_free(w);
    assert_int_equal(vg_atomic_commit(&file), VG_OK);
}

static void columns_may_be_missing_where_null_may_stand(void **state)
{
    (void)state;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    for (int t = POSITIONS; t <= DETAILS; t++) {
        struct vg_parquet_column columns[VG_TABLE_COLUMNS];
        int64_t ints[VG_TABLE_COLUMNS];
        size_t count = 0;
        union row back;
        struct vg_report r = {0};
        for (size_t c = TABLES[t]->count; c-- > 0;) /* backwards: the order does not matter */
            if (!TABLES[t]->columns[c].optional) {
                ints[count] = 1 + (int64_t)c;
                columns[count++] = TABLES[t]->columns[c];
            }
        columns[count] = (struct vg_parquet_column){"more", VG_PARQUET_INT64, VG_PARQUET_SIGNED, 64, 0, 0, true};
        ints[count++] = 77;
        write_columns(columns, count, ints, "a");
        assert_int_equal(read_rows(TABLES[t], &all, &back), 1);
        TABLES[t]->to_report(&back, &r);
        assert_int_equal(back.key.mmsi, 1);
        assert_int_equal(back.key.time_us, 2);
        assert_int_equal(back.key.journal_offset, 0);
        assert_int_equal(*((uint8_t *)&back + TABLES[t]->parts), VG_PARTS_UNKNOWN);
        assert_int_equal(r.fields, t == POSITIONS ? VG_FIELD_BIT(POS) : 0);
        assert_int_equal(r.message, TABLES[t]->message + 1);
        assert_int_equal(r.class, t == STATICS ? VG_CLASS_SHIP_A : vg_message_class(r.message));
        assert_false(r.suspect);
        assert_int_equal(r.time_source, VG_TIME_SOURCE_UNKNOWN);
    }
}

/* Each word of a time's source, as a reader of the file finds it. */
static void where_a_time_comes_from_is_a_word_and_unknown_is_null(void **state)
{
    (void)state;
    static const char *const words[] = {NULL, "received", "tag", "line", "neighbour", "given", "file"};
    assert_int_equal(sizeof words / sizeof *words, VG_TIME_SOURCE_COUNT);
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    for (int t = POSITIONS; t <= DETAILS; t++) {
        union row rows[VG_TIME_SOURCE_COUNT] = {0}, back[VG_TIME_SOURCE_COUNT];
        struct vg_report r = full_report(ALL_FIELDS);
        struct vg_parquet_file *file;
        struct vg_parquet_page page = {0};
        size_t column = TABLES[t]->count - 1;
        for (uint8_t s = 0; s < VG_TIME_SOURCE_COUNT; s++, r.time_us++) {
            r.time_source = s;
            assert_true(TABLES[t]->from_report(&r, &rows[s]));
        }
        write_rows(TABLES[t], rows, VG_TIME_SOURCE_COUNT);
        assert_int_equal(read_rows(TABLES[t], &all, back), VG_TIME_SOURCE_COUNT);
        assert_int_equal(vg_parquet_open(path, &file), VG_OK);
        assert_string_equal(vg_parquet_column(file, column)->name, "time_source");
        size_t pages;
        assert_int_equal(vg_parquet_pages(file, 0, column, &pages), VG_OK);
        assert_int_equal(vg_parquet_read_page(file, 0, column, 0, &page), VG_OK);
        for (uint8_t s = 0; s < VG_TIME_SOURCE_COUNT; s++) {
            struct vg_report said = {0};
            TABLES[t]->to_report(&back[s], &said);
            assert_int_equal(said.time_source, s);
            assert_int_equal(page.present[s], words[s] != NULL);
            if (words[s])
                assert_memory_equal(page.texts[s].bytes, words[s], strlen(words[s]));
        }
        vg_parquet_page_free(&page);
        vg_parquet_close(file);
    }
}

/* A word that a later version writes says nothing to this one. */
static void a_word_of_a_later_version_is_unknown(void **state)
{
    (void)state;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    static const char *const others[] = {"satellite", "", "fil", "files", "FILE", "unknown"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        int64_t ints[VG_TABLE_COLUMNS] = {1, 2};
        union row back;
        write_columns(vg_table_statics.columns, vg_table_statics.count, ints, others[i]);
        assert_int_equal(read_rows(&vg_table_statics, &all, &back), 1);
        assert_int_equal(back.of_static.time_source, VG_TIME_SOURCE_UNKNOWN);
    }
}

static void a_column_that_must_be_there_or_is_another_makes_a_foreign_file(void **state)
{
    (void)state;
    for (int t = POSITIONS; t <= DETAILS; t++)
        for (size_t c = 0; c < TABLES[t]->count; c++)
            for (int how = 0; how < 4; how++) {
                struct vg_parquet_column columns[VG_TABLE_COLUMNS], *one = &columns[c];
                static const int64_t ints[VG_TABLE_COLUMNS] = {0};
                struct vg_table_file file;
                memcpy(columns, TABLES[t]->columns, TABLES[t]->count * sizeof *columns);
                bool is_decimal = one->logical == VG_PARQUET_DECIMAL, is_text = one->type == VG_PARQUET_BYTES;
                if (how == 0)
                    one->name[0] = '_';
                else if (how == 1) /* of another type */
                    *one = (struct vg_parquet_column){.type = is_text ? VG_PARQUET_INT32 : VG_PARQUET_BYTES,
                                                      .logical = is_text ? VG_PARQUET_UINT : VG_PARQUET_STRING,
                                                      .bits = is_text ? 32 : 0};
                else if (how == 2 && is_decimal)
                    one->scale = one->scale ? 0 : 1;
                else if (how == 2 && one->type == VG_PARQUET_INT32)
                    one->bits = one->bits == 8 ? 16 : 8;
                else if (how == 3 && !is_decimal && one->type == VG_PARQUET_INT32)
                    one->logical = one->logical == VG_PARQUET_UINT ? VG_PARQUET_SIGNED : VG_PARQUET_UINT;
                else
                    continue;
                if (how)
                    memcpy(one->name, TABLES[t]->columns[c].name, sizeof one->name);
                write_columns(columns, TABLES[t]->count, ints, "a");
                enum vg_err err = open_rows(TABLES[t], &file);
                if (err != (how == 0 && TABLES[t]->columns[c].optional ? VG_OK : VG_UNSUPPORTED))
                    fail_msg("%s, %s, %d: %s", TABLES[t]->name, TABLES[t]->columns[c].name, how, vg_err_text(err));
                if (!err)
                    vg_table_file_close(&file);
            }
}

static void foreign_texts_are_cut_at_a_character_and_classes_known_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *text, *callsign; /* at most seven bytes */
        enum vg_class class;
    } cases[] = {
        {"1234567", "1234567", VG_CLASS_UNKNOWN},
        {"12345678", "1234567", VG_CLASS_UNKNOWN},
        {"123456ñ", "123456", VG_CLASS_UNKNOWN},
        {"12345ñx", "12345ñ", VG_CLASS_UNKNOWN},
        {"12345€", "12345", VG_CLASS_UNKNOWN},
        {"1234€ñ", "1234€", VG_CLASS_UNKNOWN},
        {"sart", "sart", VG_CLASS_SART},
        {"sar", "sar", VG_CLASS_SAR},
        {"sarts", "sarts", VG_CLASS_UNKNOWN},
        {"a", "a", VG_CLASS_SHIP_A},
        {"", "", VG_CLASS_UNKNOWN},
        {"handheld", "handhel", VG_CLASS_HANDHELD},
    };
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const int64_t ints[VG_TABLE_COLUMNS] = {[1] = 1};
        union row back;
        write_columns(vg_table_statics.columns, vg_table_statics.count, ints, cases[i].text);
        assert_int_equal(read_rows(&vg_table_statics, &all, &back), 1);
        assert_string_equal(back.of_static.callsign, cases[i].callsign);
        assert_string_equal(back.of_static.name, cases[i].text);
        assert_int_equal(back.of_static.class, cases[i].class);
    }
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, make_path, drop_path)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FILE(each_field_comes_back_alone_and_with_the_others),
        IN_FILE(a_report_gives_rows_to_the_tables_that_keep_something_of_it),
        IN_FILE(what_a_row_does_not_say_is_null_or_what_its_message_says),
        IN_FILE(senders_alone_have_nothing_else),
        IN_FILE(columns_may_be_missing_where_null_may_stand),
        IN_FILE(where_a_time_comes_from_is_a_word_and_unknown_is_null),
        IN_FILE(a_word_of_a_later_version_is_unknown),
        IN_FILE(a_column_that_must_be_there_or_is_another_makes_a_foreign_file),
        IN_FILE(foreign_texts_are_cut_at_a_character_and_classes_known_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
