/* One cell at a time: what each kind of cell takes, refuses and leaves out, at its edges; units, words, times, headers.
 */
#include "test.h"

#include "base/time.h"
#include "sensor/table/cell.h"
#include "sensor/table/table.h"

static struct vg_layout layout;

/* A layout in which each column has the name of its field. */
static void read_layout(const char *more)
{
    char text[4096], why[512];
    size_t n = (size_t)snprintf(text, sizeof text, "name: all\n%scolumns:\n", more);
    for (enum vg_cell c = VG_CELL_TIME; c < VG_CELL_COUNT; c++)
        n += (size_t)snprintf(text + n, sizeof text - n, "  - {column: %s, field: %s}\n", vg_cell_key(c),
                              vg_cell_key(c));
    assert_true(n < sizeof text);
    if (vg_layout_read(text, n, &layout, why, sizeof why))
        fail_msg("%s", why);
}

/* Reads a table of one row. *ret: its report, zero if there is none. Returns the reason of a refusal, or NONE. */
static enum vg_csv_refusal read_row(const char *header, const char *row, struct vg_report *ret)
{
    struct vg_csv *t;
    char text[2048];
    size_t taken, n = (size_t)snprintf(text, sizeof text, "%s\n%s\n", header, row);
    memset(ret, 0, sizeof *ret);
    assert_int_equal(vg_csv_new(&layout, 3, &t), VG_OK);
    vg_csv_push(t, text, n, ret, 1, &taken);
    enum vg_csv_refusal refusal = VG_CSV_REFUSAL_NONE;
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        if (vg_csv_refusals(t)->count[i])
            refusal = (enum vg_csv_refusal)i;
    vg_csv_free(t);
    return refusal;
}

static enum vg_csv_refusal read_cell(const char *column, const char *value, struct vg_report *ret)
{
    char header[256], row[1024];
    snprintf(header, sizeof header, "time,mmsi,longitude,latitude,%s", column);
    snprintf(row, sizeof row, "2022-01-03T00:00:00Z,735000001,-80,-2,%s", value);
    return read_row(header, row, ret);
}

/* What a number in a column becomes: `said` 0: nothing; −1: refused. */
struct number_case {
    const char *column, *value;
    int said;
    int64_t want;
};

static int64_t value_of(const struct vg_report *r, const char *column, uint32_t *ret_bit)
{
    static const struct {
        const char *column;
        uint32_t bit;
    } bits[] = {{"speed", VG_FIELD_BIT(SOG)},         {"course", VG_FIELD_BIT(COG)},
                {"heading", VG_FIELD_BIT(HEADING)},   {"turn", VG_FIELD_BIT(TURN)},
                {"status", VG_FIELD_BIT(STATUS)},     {"imo", VG_FIELD_BIT(IMO)},
                {"shiptype", VG_FIELD_BIT(SHIPTYPE)}, {"draught", VG_FIELD_BIT(DRAUGHT)}};
    *ret_bit = VG_FIELD_BIT(DIMENSIONS);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (strcmp(bits[i].column, column) == 0)
            *ret_bit = bits[i].bit;
    switch (column[0] == 't' && column[1] == 'o' ? column[3] : column[0]) {
    case 's':
        return column[0] == 't'   ? (column[5] == 'e' ? r->to_stern_m : r->to_starboard_m)
               : column[1] == 'p' ? r->sog_dkn
               : column[1] == 't' ? r->status
                                  : r->shiptype;
    case 'c':
        return r->cog_ddeg;
    case 'h':
        return r->heading_deg;
    case 't':
        return r->turn_raw;
    case 'i':
        return r->imo;
    case 'd':
        return r->draught_dm;
    case 'b':
        return r->to_bow_m;
    case 'p':
        return r->to_port_m;
    case 'l':
        return r->to_stern_m;
    default: /* width */
        return r->to_starboard_m;
    }
}

static void check_numbers(const struct number_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct vg_report r;
        uint32_t bit;
        enum vg_csv_refusal refusal = read_cell(cases[i].column, cases[i].value, &r);
        int64_t value = value_of(&r, cases[i].column, &bit);
        if ((refusal == VG_CSV_REFUSAL_VALUE) != (cases[i].said < 0) || (refusal && cases[i].said >= 0) ||
            ((r.fields & bit) != 0) != (cases[i].said > 0) || (cases[i].said > 0 && value != cases[i].want))
            fail_msg("%s of '%s': refusal %d, fields %x, %lld", cases[i].column, cases[i].value, (int)refusal, r.fields,
                     (long long)value);
        assert_true(r.fields & VG_FIELD_BIT(POS)); /* one bad cell costs the row nothing else */
    }
}

static void numbers_are_taken_up_to_their_edges(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"speed", "0", 1, 0},
        {"speed", "12.34", 1, 123},
        {"speed", "12.35", 1, 124},
        {"speed", "102.2", 1, 1022},
        {"speed", "102.3", 0, 0},
        {"speed", "102.4", -1, 0},
        {"speed", "-0.1", -1, 0},
        {"speed", "", 0, 0},
        {"speed", "NA", 0, 0},
        {"speed", "N/A", 0, 0},
        {"speed", "unknown", 0, 0},
        {"speed", "\\N", 0, 0},
        {"speed", "fast", -1, 0},
        {"course", "0", 1, 0},
        {"course", "359.94", 1, 3599},
        {"course", "359.96", 1, 0},
        {"course", "360", 0, 0},
        {"course", "360.1", -1, 0},
        {"course", "-1", -1, 0},
        {"heading", "359", 1, 359},
        {"heading", "360", -1, 0},
        {"heading", "511", 0, 0},
        {"heading", "0", 1, 0},
        {"heading", "-1", -1, 0},
        {"turn", "0", 1, 0},
        {"turn", "17.857", 1, 20},
        {"turn", "-17.857", 1, -20},
        {"turn", "720", 1, 126},
        {"turn", "-720", 1, -126},
        {"turn", "720.1", -1, 0},
        {"turn", "-720.1", -1, 0},
        {"status", "0", 1, 0},
        {"status", "15", 1, 15},
        {"status", "16", -1, 0},
        {"status", "Moored", 1, 5},
        {"status", "Under way sailing", 1, 8},
        {"status", "asleep", -1, 0},
        {"status", "Unknown value", 1, 15},
        {"imo", "8207721", 1, 8207721},
        {"imo", "IMO8207721", 1, 8207721},
        {"imo", "0", 0, 0},
        {"imo", "1073741823", 1, 1073741823},
        {"imo", "1073741824", -1, 0},
        {"imo", "-1", -1, 0},
        {"imo", "IMO", -1, 0},
        {"imo", "IMO1", 1, 1},
        {"shiptype", "255", 1, 255},
        {"shiptype", "256", -1, 0},
        {"shiptype", "0", 0, 0},
        {"shiptype", "Tanker", 1, 80},
        {"shiptype", "WIG", 1, 20},
        {"draught", "25.5", 1, 255},
        {"draught", "25.6", -1, 0},
        {"draught", "0", 0, 0},
        {"draught", "-1", -1, 0},
        {"to_bow", "511", 1, 511},
        {"to_bow", "512", -1, 0},
        {"to_bow", "0", 0, 0},
        {"to_stern", "511", 1, 511},
        {"to_stern", "512", -1, 0},
        {"to_port", "63", 1, 63},
        {"to_port", "64", -1, 0},
        {"to_starboard", "63", 1, 63},
        {"to_starboard", "64", -1, 0},
        {"length", "1022", 1, 1022},
        {"length", "1023", -1, 0},
        {"width", "126", 1, 126},
        {"width", "127", -1, 0},
        {"length", "-1", 0, 0},
    };
    read_layout("");
    check_numbers(cases, sizeof cases / sizeof *cases);
}

static void numbers_that_wrapped_are_unwrapped(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"speed", "-0.1", 0, 0},      {"speed", "-0.2", 1, 1022},  {"speed", "-102.4", 1, 0},
        {"speed", "-102.5", -1, 0},   {"course", "-49.6", 0, 0},   {"course", "-49.7", 1, 3599},
        {"course", "-409.6", 1, 0},   {"course", "-409.7", -1, 0}, {"course", "360.1", -1, 0},
        {"course", "359.9", 1, 3599},
    };
    read_layout("wraps: yes\n");
    struct vg_report r;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(cases[i].value, "360.1") != 0) /* a layout that wraps takes what the book calls "none" */
            check_numbers(&cases[i], 1);
    assert_int_equal(read_cell("course", "409.6", &r), VG_CSV_REFUSAL_NONE);
    assert_false(r.fields & VG_FIELD_BIT(COG));
    assert_int_equal(read_cell("course", "409.7", &r), VG_CSV_REFUSAL_VALUE);
}

static void positions_are_on_the_globe_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *lon, *lat;
        enum vg_csv_refusal refusal;
        bool there;
    } cases[] = {
        {"180", "90", VG_CSV_REFUSAL_NONE, true},
        {"-180", "-90", VG_CSV_REFUSAL_NONE, true},
        {"180.00001", "0", VG_CSV_REFUSAL_NONE, true}, /* -179.99999 */
        {"360.00001", "0", VG_CSV_REFUSAL_POSITION, false},
        {"-180.00001", "0", VG_CSV_REFUSAL_POSITION, false},
        {"0", "90.00001", VG_CSV_REFUSAL_POSITION, false},
        {"0", "-90.00001", VG_CSV_REFUSAL_POSITION, false},
        {"181", "91", VG_CSV_REFUSAL_NONE, false},
        {"181", "5", VG_CSV_REFUSAL_NONE, false},
        {"5", "91", VG_CSV_REFUSAL_NONE, false},
        {"", "", VG_CSV_REFUSAL_NONE, false},
        {"5", "", VG_CSV_REFUSAL_NONE, false},
        {"x", "5", VG_CSV_REFUSAL_POSITION, false},
        {"5", "x", VG_CSV_REFUSAL_POSITION, false},
    };
    read_layout("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r;
        char row[256];
        snprintf(row, sizeof row, "2022-01-03T00:00:00Z,735000001,%s,%s,5", cases[i].lon, cases[i].lat);
        enum vg_csv_refusal refusal = read_row("time,mmsi,longitude,latitude,speed", row, &r);
        if (refusal != cases[i].refusal || ((r.fields & VG_FIELD_BIT(POS)) != 0) != cases[i].there)
            fail_msg("%s, %s: refusal %d, fields %x", cases[i].lon, cases[i].lat, (int)refusal, r.fields);
        assert_true(r.fields & VG_FIELD_BIT(SOG));
        assert_true(cases[i].there ||
                    (r.pos.lon_e4min == VG_POS_NONE.lon_e4min && r.pos.lat_e4min == VG_POS_NONE.lat_e4min));
    }
    struct vg_report r;
    assert_int_equal(read_cell("accurate", "1", &r), VG_CSV_REFUSAL_NONE);
    assert_true(r.accurate);
    assert_int_equal(read_cell("accurate", "0", &r), VG_CSV_REFUSAL_NONE);
    assert_false(r.accurate);
    assert_int_equal(read_cell("accurate", "2", &r), VG_CSV_REFUSAL_VALUE);
}

static void who_and_when_are_needed(void **state)
{
    (void)state;
    static const struct {
        const char *time, *mmsi;
        enum vg_csv_refusal refusal;
    } cases[] = {
        {"1990-01-01T00:00:00Z", "1", VG_CSV_REFUSAL_NONE},
        {"1989-12-31T23:59:59Z", "1", VG_CSV_REFUSAL_BOUNDS},
        {"2099-12-31T23:59:59Z", "1", VG_CSV_REFUSAL_NONE},
        {"2100-01-01T00:00:00Z", "1", VG_CSV_REFUSAL_BOUNDS},
        {"", "1", VG_CSV_REFUSAL_TIME},
        {"2022-01-03T00:00:00Z", "1073741823", VG_CSV_REFUSAL_NONE},
        {"2022-01-03T00:00:00Z", "1073741824", VG_CSV_REFUSAL_ANONYMOUS},
        {"2022-01-03T00:00:00Z", "0", VG_CSV_REFUSAL_MMSI},
        {"2022-01-03T00:00:00Z", "", VG_CSV_REFUSAL_MMSI},
        {"2022-01-03T00:00:00Z", "12a", VG_CSV_REFUSAL_MMSI},
        {"2022-01-03T00:00:00Z", "00000000001", VG_CSV_REFUSAL_MMSI},
    };
    read_layout("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r;
        char row[256];
        snprintf(row, sizeof row, "%s,%s,1,2", cases[i].time, cases[i].mmsi);
        if (read_row("time,mmsi,longitude,latitude", row, &r) != cases[i].refusal)
            fail_msg("%s of %s", cases[i].time, cases[i].mmsi);
    }
    static const struct {
        const char *word;
        enum vg_class class;
    } classes[] = {{"A", VG_CLASS_SHIP_A},   {"class b", VG_CLASS_SHIP_B},   {"Base Station", VG_CLASS_BASE},
                   {"AtoN", VG_CLASS_ATON},  {"SAR Airborne", VG_CLASS_SAR}, {"", VG_CLASS_SHIP_A},
                   {"kite", VG_CLASS_SHIP_A}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct vg_report r;
        assert_int_equal(read_cell("class", classes[i].word, &r), VG_CSV_REFUSAL_NONE);
        if (*classes[i].word && strcmp(classes[i].word, "kite") != 0)
            assert_int_equal(r.class, classes[i].class);
    }
    struct vg_report r;
    static const struct {
        const char *text;
        int message;
        enum vg_csv_refusal refusal;
    } messages[] = {{"1", 1, VG_CSV_REFUSAL_NONE},
                    {"27", 27, VG_CSV_REFUSAL_NONE},
                    {"28", 0, VG_CSV_REFUSAL_VALUE},
                    {"0", 0, VG_CSV_REFUSAL_NONE},
                    {"-1", 0, VG_CSV_REFUSAL_VALUE}};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(read_cell("message", messages[i].text, &r), messages[i].refusal);
        assert_int_equal(r.message, messages[i].message);
    }
}

static void particulars_are_read(void **state)
{
    (void)state;
    struct vg_report r;
    read_layout("");
    assert_int_equal(read_cell("name,callsign,destination,eta,length,width",
                               " LA NI\xC3\x91"
                               "A ,HC1234,GYE,2022-01-04T05:06:07Z,100,20",
                               &r),
                     VG_CSV_REFUSAL_NONE);
    assert_string_equal(r.name, "LA NI\xC3\x91"
                                "A");
    assert_string_equal(r.callsign, "HC1234");
    assert_string_equal(r.destination, "GYE");
    assert_int_equal(r.eta_month, 1);
    assert_int_equal(r.eta_day, 4);
    assert_int_equal(r.eta_hour, 5);
    assert_int_equal(r.eta_minute, 6);
    assert_int_equal(r.to_stern_m, 100);
    assert_int_equal(r.to_starboard_m, 20);
    assert_int_equal(r.to_bow_m + r.to_port_m, 0);
    assert_int_equal(r.fields, VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) |
                                   VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DIMENSIONS));
    /* Where the antenna is known, length and width tell nothing more. */
    assert_int_equal(read_cell("to_bow,to_port,length,width", "30,4,100,20", &r), VG_CSV_REFUSAL_NONE);
    assert_int_equal(r.to_bow_m, 30);
    assert_int_equal(r.to_stern_m, 0);
    assert_int_equal(r.to_port_m, 4);
    assert_int_equal(r.to_starboard_m, 0);
    assert_int_equal(read_cell("eta", "soon", &r), VG_CSV_REFUSAL_VALUE);
    assert_false(r.fields & VG_FIELD_BIT(ETA));
    assert_int_equal(read_cell("name", "undefined", &r), VG_CSV_REFUSAL_NONE);
    assert_false(r.fields & VG_FIELD_BIT(NAME));
    assert_int_equal(read_cell("name", "NULLARBOR", &r), VG_CSV_REFUSAL_NONE);
    assert_string_equal(r.name, "NULLARBOR");
}

static size_t words_of(const char *text, size_t len, char quote, bool doubled, char *ret, size_t size)
{
    const struct vg_row_cell c = {.at = text, .len = (uint32_t)len, .doubled = doubled};
    return vg_cell_words(&c, quote, ret, size);
}

static void words_are_whole_characters(void **state)
{
    (void)state;
    char text[16];
    assert_int_equal(words_of("a\x01\x1F\x7F\xFF"
                              "b",
                              6, '"', false, text, sizeof text),
                     6);
    assert_string_equal(text, "a????b");
    assert_int_equal(words_of("say \"\"so\"\"", 10, '"', true, text, sizeof text), 8);
    assert_string_equal(text, "say \"so\"");
    assert_int_equal(words_of("say \"\"so\"\"", 10, '"', false, text, sizeof text), 10);
    assert_int_equal(words_of("ab\xC3\xB1", 4, '"', false, text, 5), 4);
    assert_int_equal(words_of("ab\xC3\xB1", 4, '"', false, text, 4), 2); /* no half of a character */
    assert_string_equal(text, "ab");
    assert_int_equal(words_of("ab   ", 5, '"', false, text, sizeof text), 2);
    assert_int_equal(words_of("   ", 3, '"', false, text, sizeof text), 0);
    assert_string_equal(text, "");
}

static void absent_cells_are_those_of_the_list(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool absent;
    } cases[] = {{"", true},          {"unknown", true},     {"Undefined", true}, {"NULL", true}, {"NaN", true},
                 {"n.a.n", true},     {"\\N", true},         {"N", false},        {"\\M", false}, {"0", false},
                 {"unknowns", false}, {"unknown???", false}, {"9unknown", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct vg_row_cell c = {.at = cases[i].text, .len = (uint32_t)strlen(cases[i].text)};
        if (vg_cell_is_absent(&c) != cases[i].absent)
            fail_msg("'%s'", cases[i].text);
    }
}

static void units_are_those_of_their_cells(void **state)
{
    (void)state;
    static const struct {
        enum vg_unit unit;
        enum vg_cell cell;
        bool fits;
    } cases[] = {
        {VG_UNIT_KNOTS, VG_CELL_SOG, true},           {VG_UNIT_KMH, VG_CELL_SOG, true},
        {VG_UNIT_KNOTS, VG_CELL_COG, false},          {VG_UNIT_DEGREES, VG_CELL_LON, true},
        {VG_UNIT_DEGREES, VG_CELL_LAT, true},         {VG_UNIT_DEGREES, VG_CELL_COG, true},
        {VG_UNIT_DEGREES, VG_CELL_HEADING, true},     {VG_UNIT_DEGREES, VG_CELL_SOG, false},
        {VG_UNIT_METRES, VG_CELL_LENGTH, true},       {VG_UNIT_METRES, VG_CELL_DRAUGHT, true},
        {VG_UNIT_FEET, VG_CELL_TO_STARBOARD, true},   {VG_UNIT_METRES, VG_CELL_SHIPTYPE, false},
        {VG_UNIT_METRES, VG_CELL_DESTINATION, false}, {VG_UNIT_NONE, VG_CELL_NAME, true},
        {VG_UNIT_DEGREES, VG_CELL_TURN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(vg_unit_fits(cases[i].unit, cases[i].cell), cases[i].fits);
    static const struct {
        enum vg_unit unit;
        int64_t value, scale, want;
    } factors[] = {{VG_UNIT_KNOTS, 10, 10, 100},       {VG_UNIT_TENTHS_KNOT, 10, 10, 10},
                   {VG_UNIT_MPS, 10, 10, 194},         {VG_UNIT_KMH, 100, 10, 540},
                   {VG_UNIT_MINUTES_E4, 600000, 1, 1}, {VG_UNIT_DEGREES_E7, 10000000, 1, 1},
                   {VG_UNIT_DECIMETRES, 100, 1, 10},   {VG_UNIT_FEET, 100, 10, 305}};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        int64_t num, den;
        vg_unit_factor(factors[i].unit, &num, &den);
        assert_int_equal(vg_decimal_times((struct vg_decimal){factors[i].value, 0}, num * factors[i].scale, den),
                         factors[i].want);
    }
}

static void decimals_have_limits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t times; /* × 1000 */
    } cases[] = {
        {"1e3", true, 1000000},
        {"1e+3", true, 1000000},
        {"1E-3", true, 1},
        {"1e-4", true, 0},
        {"5e-4", true, 1},
        {"-5e-4", true, -1},
        {"1e0003", true, 1000000},
        {"1e999", false, 0},
        {"0e399", true, 0},
        {"1e400", true, INT64_MAX},
        {"1e401", false, 0},
        {"1e-400", true, 0},
        {"1e-401", false, 0},
        {"-1e400", true, -INT64_MAX},
        {".5", true, 500},
        {"5.", true, 5000},
        {"+5", true, 5000},
        {"123456789012345678", true, INT64_MAX},
        {"0.00000000000000000000012e23", true, 12000},
        {"1000000000000000000000e-21", true, 1000},
        {"9999999999999999999e-19", true, 1000},
        {"e5", false, 0},
        {"1e+", false, 0},
        {"1,5", false, 0},
        {" 1", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_decimal d;
        bool good = vg_decimal_read(cases[i].text, strlen(cases[i].text), '.', &d);
        if (good != cases[i].good || (good && vg_decimal_times(d, 1000, 1) != cases[i].times))
            fail_msg("%s: %d, %lld", cases[i].text, good, good ? (long long)vg_decimal_times(d, 1000, 1) : 0);
    }
    char zeros[256];
    struct vg_decimal d;
    memset(zeros, '0', sizeof zeros);
    assert_true(vg_decimal_read(zeros, 200, '.', &d));
    assert_false(vg_decimal_read(zeros, 201, '.', &d));
    assert_true(vg_decimal_read("1,5", 3, ',', &d));
    assert_int_equal(vg_decimal_times(d, 1000, 1), 1500);
}

static void times_by_pattern_have_limits(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *utc; /* NULL: refused */
    } cases[] = {
        {"DD/MM/YYYY hh:mm:ss", "29/02/2024 23:59:59", "2024-02-29T23:59:59Z"},
        {"DD/MM/YYYY hh:mm:ss", "29/02/2023 23:59:59", NULL},
        {"DD/MM/YYYY hh:mm:ss", "01/01/2023 24:00:00", NULL},
        {"DD/MM/YYYY hh:mm:ss", "01/01/2023 00:60:00", NULL},
        {"DD/MM/YYYY hh:mm:ss", "01/01/2023 00:00:61", NULL},
        {"DD/MM/YYYY hh:mm:ss", "00/01/2023 00:00:00", NULL},
        {"DD/MM/YYYY hh:mm:ss", "01/00/2023 00:00:00", NULL},
        {"DD/MM/YYYY hh:mm:ss", "32/01/2023 00:00:00", NULL},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0", "2023-01-01T00:00:00Z"},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:", NULL},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0Z", "2023-01-01T00:00:00Z"},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0ZZ", NULL},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0,123456789", "2023-01-01T00:00:00.123456Z"},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0.", NULL},
        {"DD/MM/YYYY hh:mm:ss", "1/1/2023 0:0:0.x", NULL},
        {"DD/MM/YYYY hh:mm:ss", "1-1-2023 0:0:0", NULL},
        {"DD/MM/YYYY", "1/1/2023", "2023-01-01T00:00:00Z"},
        {"YYYY-MM-DD M", "2023-05-06 M", "2023-05-06T00:00:00Z"}, /* one letter stands for itself */
        {"YYYY-MM-DD", "202-05-06", NULL},
        {"hh:mm:ss", "01:02:03", "1970-01-01T01:02:03Z"}, /* what is not said is the first */
        {"YYYY", "2024", "2024-01-01T00:00:00Z"},
        {"DD.MM.", "31.12.", "1970-12-31T00:00:00Z"},
        {"YYYY-MM-DD", "9999-12-31", "9999-12-31T00:00:00Z"},
        {"YYYY-MM-DD", "0000-12-31", NULL},
        {"YYYY-MM-DD", "0001-13-01", NULL},
        {"hh:mm:ss", "23:59:60", "1970-01-02T00:00:00Z"},
        {"YYYY-MM-DD hh:mm:ss", "2026-02-30 23:59:60", NULL},
        {"YYYY-MM-DD", "2024-02-29", "2024-02-29T00:00:00Z"},
        {"", "2026-02-30T07:08:09Z", NULL},
        {"epoch_ms", "1.5e+12", "2017-07-14T02:40:00Z"},
        {"epoch_us", "x", NULL},
        {"", "2023-05-06T07:08:09Z", "2023-05-06T07:08:09Z"},
        {"DD MMM YYYY", "06 Jan 2023", "2023-01-06T00:00:00Z"},
        {"DD MMM YYYY", "06 dec 2023", "2023-12-06T00:00:00Z"},
        {"DD MMM YYYY", "06 ene 2023", "2023-01-06T00:00:00Z"}, /* Spanish ones are the same months */
        {"DD MMM YYYY", "06 abr 2023", "2023-04-06T00:00:00Z"},
        {"DD MMM YYYY", "06 ago 2023", "2023-08-06T00:00:00Z"},
        {"DD MMM YYYY", "06 set 2023", "2023-09-06T00:00:00Z"},
        {"DD MMM YYYY", "06 DIC 2023", "2023-12-06T00:00:00Z"},
        {"DD MMM YYYY", "06 xxx 2023", NULL},
        {"DD MMM YYYY", "06 de", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = 77, want;
        bool good = vg_time_by_pattern(cases[i].pattern, cases[i].text, strlen(cases[i].text), &us);
        if (good != (cases[i].utc != NULL))
            fail_msg("%s by %s", cases[i].text, cases[i].pattern);
        if (good) {
            assert_true(vg_time_parse(cases[i].utc, strlen(cases[i].utc), &want));
            assert_int_equal(us, want);
        } else {
            assert_int_equal(us, 77);
        }
    }
}

static bool matches(const char *header, struct vg_columns *ret)
{
    return vg_layout_match(&layout, header, strlen(header), ret);
}

static void headers_are_matched_by_their_letters(void **state)
{
    (void)state;
    struct vg_columns c;
    read_layout("");
    assert_true(matches(" Time ;M.M.S.I;LONGITUDE;\"latitude\";other;to_bow;speed;Speed", &c));
    assert_int_equal(c.delimiter, ';');
    assert_int_equal(c.count, 8);
    assert_int_equal(c.cell[VG_CELL_TIME].at, 0);
    assert_int_equal(c.cell[VG_CELL_LAT].at, 3);
    assert_int_equal(c.cell[VG_CELL_TO_BOW].at, 5);
    assert_int_equal(c.cell[VG_CELL_SOG].at, 6); /* the first of two */
    assert_int_equal(c.cell[VG_CELL_COG].at, VG_COLUMN_NOWHERE);
    assert_true(matches("time\tmmsi\tlongitude\tlatitude", &c));
    assert_int_equal(c.delimiter, '\t');
    assert_true(matches("time|mmsi|longitude|latitude", &c));
    static const char *const incomplete[] = {"mmsi,longitude,latitude",
                                             "time,longitude,latitude",
                                             "time,mmsi,latitude",
                                             "time,mmsi,longitude",
                                             "",
                                             "time,mmsi,longitude,latitude\"",
                                             "\"time,mmsi,longitude,latitude"};
    for (size_t i = 0; i < 5; i++)
        assert_false(matches(incomplete[i], &c));
    assert_false(matches(incomplete[6], &c));
    read_layout("delimiter: \",\"\n");
    assert_false(matches("time;mmsi;longitude;latitude", &c));
    assert_true(matches("time,mmsi,longitude,latitude", &c));
}

/* A table whose first rows are no header: they are refused, and it is looked for further on. */
static void a_header_is_looked_for(void **state)
{
    (void)state;
    struct vg_report r;
    struct vg_csv *t;
    static const char text[] = "made by somebody\ntime,mmsi,longitude,latitude\n2022-01-03T00:00:00Z,5,1,2\n";
    size_t taken;
    read_layout("");
    assert_int_equal(vg_csv_new(&layout, 3, &t), VG_OK);
    assert_int_equal(vg_csv_push(t, text, sizeof text - 1, &r, 1, &taken), 1);
    assert_int_equal(vg_csv_refusals(t)->count[VG_CSV_REFUSAL_HEADER], 1);
    assert_string_equal(vg_csv_refusals(t)->example[VG_CSV_REFUSAL_HEADER], "made by somebody");
    assert_int_equal(vg_csv_counters(t)->rows, 2);
    assert_int_equal(vg_csv_counters(t)->reports, 1);
    assert_int_equal(r.journal_offset, 17 + 29);
    assert_int_equal(r.source, 3);
    assert_int_equal(r.mmsi, 5);
    vg_csv_free(t);
}

static void a_header_is_looked_for_in_sixteen_rows(void **state)
{
    (void)state;
    struct vg_report r;
    size_t taken;
    read_layout("");
    for (size_t remarks = 14; remarks <= 17; remarks++) {
        static const char remark[] = "a remark\n";
        struct vg_csv *t;
        assert_int_equal(vg_csv_new(&layout, 3, &t), VG_OK);
        for (size_t i = 0; i < remarks; i++)
            vg_csv_push(t, remark, sizeof remark - 1, &r, 1, &taken);
        assert_int_equal(vg_csv_fits(t), remarks < 16);
        vg_csv_free(t);
    }
}

static void layout_files_say_what_they_mean(void **state)
{
    (void)state;
    char why[512];
    struct vg_layout l = {.columns = 99};
    char big[VG_LAYOUT_FILE + 1];
    memset(big, '#', sizeof big);
    assert_int_equal(vg_layout_read(big, sizeof big, &l, why, sizeof why), VG_SYNTAX);
    assert_non_null(strstr(why, "16 KiB"));
    assert_int_equal(vg_layout_read(big, sizeof big - 1, &l, why, sizeof why), VG_SYNTAX);
    assert_null(strstr(why, "16 KiB"));
#define NEEDED                                                                                                         \
    "columns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n  - {column: x, field: longitude}\n"        \
    "  - {column: y, field: latitude}\n"
    static const struct {
        const char *text, *says; /* NULL: it is good */
    } cases[] = {
        {"name: n\n" NEEDED, NULL},
        {"name: n\ndelimiter: tab\n" NEEDED, NULL},
        {"name: n\ndelimiter: \"|\"\n" NEEDED, NULL},
        {"name: n\ndelimiter: \",,\"\n" NEEDED, "delimiter"},
        {"name: n\ndelimiter: tax\n" NEEDED, "delimiter"},
        {"name: n\ndecimal: \",\"\n" NEEDED, NULL},
        {"name: n\ndecimal: \";\"\n" NEEDED, "decimal"},
        {"name: n\nquote: \"\"\n" NEEDED, NULL},
        {"name: n\ntime: iso\n" NEEDED, NULL},
        {"name: n\nheader: yes\n" NEEDED, NULL},
        {"name: n\nheader: no\n" NEEDED, "numbers from 1"},
        {"name: n\nheader: no\ncolumns:\n  - {column: 0, field: time}\n", "numbers from 1"},
        {"name: n\nunknown: 1\n" NEEDED, "unknown"},
        {"name: n\ndate: DD/MM/YYYY\nother_time: epoch_ms\neta: iso\n" NEEDED, NULL},
        {"name: n\nzone: \"-05:30\"\nletter_o: east\nlongitudes: 360\n" NEEDED, NULL},
        {"name: n\nzone: CET\n" NEEDED, "zone"},
        {"name: n\nzone: \"+02:00 or so\"\n" NEEDED, "zone"},
        {"name: n\nletter_o: up\n" NEEDED, "letter_o"},
        {"name: n\nlongitudes: 90\n" NEEDED, "longitudes"},
        {"name: n\ncolumns:\n  - {column: t, field: time, unit: ddmm}\n", "can't have this unit"},
        {"name: n\ncolumns:\n  - {column: t, field: time}\n  - {column: p, field: position}\n", "'mmsi'"},
        {"name: n\ncolumns:\n  - {column: t, field: track}\n  - {column: p, field: position}\n", "'time'"},
        {NEEDED, "name"},
        {"name: n\ncolumns:\n  - {column: t, field: time, unit: kn}\n", "can't have this unit"},
        {"name: n\ncolumns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n  - {column: x, field: "
         "longitude}\n",
         "'latitude'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum vg_err err = vg_layout_read(cases[i].text, strlen(cases[i].text), &l, why, sizeof why);
        if (err != (cases[i].says ? VG_SYNTAX : VG_OK) || (cases[i].says && !strstr(why, cases[i].says)) ||
            strchr(why, '\n'))
            fail_msg("case %zu: %s: %s", i, vg_err_text(err), why);
        if (!err)
            assert_int_equal(l.columns, 4);
    }
    assert_int_equal(vg_layout_read(cases[1].text, strlen(cases[1].text), &l, why, sizeof why), VG_OK);
    assert_int_equal(l.delimiter, '\t');
    assert_int_equal(l.quote, '"');
    assert_int_equal(l.decimal, 0); /* found */
    assert_false(l.headless || l.wraps);
    assert_string_equal(l.time, "");
    assert_int_equal(vg_layout_read(cases[7].text, strlen(cases[7].text), &l, why, sizeof why), VG_OK);
    assert_int_equal(l.quote, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_taken_up_to_their_edges),
        cmocka_unit_test(numbers_that_wrapped_are_unwrapped),
        cmocka_unit_test(positions_are_on_the_globe_or_refused),
        cmocka_unit_test(who_and_when_are_needed),
        cmocka_unit_test(particulars_are_read),
        cmocka_unit_test(words_are_whole_characters),
        cmocka_unit_test(absent_cells_are_those_of_the_list),
        cmocka_unit_test(units_are_those_of_their_cells),
        cmocka_unit_test(decimals_have_limits),
        cmocka_unit_test(times_by_pattern_have_limits),
        cmocka_unit_test(headers_are_matched_by_their_letters),
        cmocka_unit_test(a_header_is_looked_for),
        cmocka_unit_test(a_header_is_looked_for_in_sixteen_rows),
        cmocka_unit_test(layout_files_say_what_they_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
