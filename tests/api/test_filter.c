/* Filters, one parameter at a time: the edges of what is taken, and of what fits. */
#include "api/filter.h"
#include "base/time.h"
#include "test.h"

static struct vg_filter filter;
static char why[256];

static enum vg_err parse(const char *query)
{
    static struct vg_target target;
    const char *target_why;
    char raw[2000];
    snprintf(raw, sizeof raw, "/?%s", query);
    assert_int_equal(vg_target_parse(raw, &target, &target_why), VG_OK);
    *why = '\0';
    enum vg_err err = vg_filter_parse(&target, &filter, why, sizeof why);
    assert_true(!err == !*why);
    return err;
}

static void takes(const char *query)
{
    if (parse(query))
        fail_msg("%s: %s", query, why);
}

static void refuses(const char *query)
{
    if (!parse(query))
        fail_msg("%s was taken", query);
    char name[32];
    snprintf(name, sizeof name, "%.*s must be ", (int)strcspn(query, "="), query);
    if (strncmp(why, name, strlen(name)) != 0)
        fail_msg("%s: \"%s\" does not begin with \"%s\"", query, why, name);
}

/* A ship that says everything. */
static struct vg_contact ship(void)
{
    struct vg_contact c = {.mmsi = 735059037,
                           .class = VG_CLASS_SHIP_A,
                           .flag = "EC",
                           .pos = vg_pos_from_deg(-80, -2),
                           .sog_dkn = 123,
                           .status = 5,
                           .shiptype = 70,
                           .imo = 9074729,
                           .name = "MANTA",
                           .callsign = "HC1234",
                           .destination = "GUAYAQUIL"};
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        c.prov[f].time_ms = 1;
    return c;
}

static bool fits(const char *query)
{
    struct vg_contact c = ship();
    takes(query);
    return vg_filter_match(&filter, &c, 0);
}

static void flags_are_two_letters(void **state)
{
    (void)state;
    static const char *const good[] = {"flag=AA", "flag=ZZ", "flag=NZ", "flag=ZA", "flag=az", "flag=za", "flag=Ec,pA"};
    static const char *const bad[] = {"flag=",     "flag=A",      "flag=ABC", "flag=@A",   "flag=A@",
                                      "flag=%5BA", "flag=A%5B",   "flag=1A",  "flag=A%7B", "flag=A,",
                                      "flag=,AA",  "flag=AA,,BB", "flag=%60A"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        takes(good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(bad[i]);
    takes("flag=AA,AB,AC,AD,AE,AF,AG,AH,AI,AJ,AK,AL,AM,AN,AO,EC");
    assert_int_equal(filter.flags, 16);
    refuses("flag=AA,AB,AC,AD,AE,AF,AG,AH,AI,AJ,AK,AL,AM,AN,AO,AP,EC");
    assert_true(fits("flag=AA,AB,AC,AD,AE,AF,AG,AH,AI,AJ,AK,AL,AM,AN,AO,ec")); /* the last counts */
    assert_true(fits("flag=ec,AA"));
    assert_false(fits("flag=EA"));
    assert_false(fits("flag=CC"));
}

static void types_are_0_to_255_and_ranges(void **state)
{
    (void)state;
    static const char *const bad[] = {"type=256", "type=0-256", "type=256-257", "type=70-69", "type=-",   "type=70-",
                                      "type=-70", "type=",      "type=1-2-3",   "type=x",     "type=70,", "type=7x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(bad[i]);
    struct vg_contact c = ship();
    static const struct {
        const char *query;
        uint8_t type;
        bool fits;
    } rows[] = {
        {"type=255", 255, true},     {"type=255", 254, false},    {"type=0", 0, true},
        {"type=0", 1, false},        {"type=0-255", 0, true},     {"type=0-255", 255, true},
        {"type=63-64", 63, true},    {"type=63-64", 64, true},    {"type=63-64", 62, false},
        {"type=63-64", 65, false},   {"type=127-128", 128, true}, {"type=70-70", 70, true},
        {"type=70-70", 71, false},   {"type=30,70-79", 30, true}, {"type=30,70-79", 31, false},
        {"type=30,70-79", 79, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        takes(rows[i].query);
        c.shiptype = rows[i].type;
        if (vg_filter_match(&filter, &c, 0) != rows[i].fits)
            fail_msg("%s, type %u", rows[i].query, rows[i].type);
    }
}

static void statuses_are_0_to_15(void **state)
{
    (void)state;
    refuses("status=16");
    refuses("status=");
    refuses("status=5,");
    refuses("status=-1");
    takes("status=0,15");
    assert_true(filter.statuses == (1u | 1u << 15));
    struct vg_contact c = ship();
    c.status = 15;
    assert_true(vg_filter_match(&filter, &c, 0));
    c.status = 14;
    assert_false(vg_filter_match(&filter, &c, 0));
    c.status = 0;
    assert_true(vg_filter_match(&filter, &c, 0));
    c.prov[VG_FIELD_STATUS].time_ms = 0; /* never said: it is not 0 */
    assert_false(vg_filter_match(&filter, &c, 0));
}

static void what_has_expired_fits_no_filter(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int minutes;
    } cases[] = {{"status=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", 60},
                 {"min_speed=0", 30},
                 {"max_speed=1000", 30},
                 {"q=GUAYAQUIL", 24 * 60}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_contact c = ship();
        takes(cases[i].query);
        assert_true(vg_filter_match(&filter, &c, cases[i].minutes * VG_MINUTE_US));
        assert_false(vg_filter_match(&filter, &c, cases[i].minutes * VG_MINUTE_US + 1000)); /* said at 1 ms */
    }
}

static void classes_are_named(void **state)
{
    (void)state;
    refuses("class=A");
    refuses("class=");
    refuses("class=ship");
    refuses("class=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    for (unsigned i = 0; i < VG_CLASS_COUNT; i++) {
        char query[40];
        struct vg_contact c = ship();
        snprintf(query, sizeof query, "class=%s", vg_class_key((enum vg_class)i));
        takes(query);
        for (unsigned k = 0; k < VG_CLASS_COUNT; k++) {
            c.class = (uint8_t)k;
            assert_true(vg_filter_match(&filter, &c, 0) == (k == i));
        }
    }
    assert_true(fits("class=b,a"));
}

static void speeds_are_0_to_1000_knots(void **state)
{
    (void)state;
    static const char *const bad[] = {"min_speed=-0.1", "min_speed=1000.1", "max_speed=1001", "min_speed=",
                                      "min_speed=1kn",  "max_speed=nan",    "max_speed=1e3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(bad[i]);
    takes("min_speed=0&max_speed=1000");
    assert_true(fits("min_speed=12.3"));
    assert_false(fits("min_speed=12.4"));
    assert_true(fits("max_speed=12.3"));
    assert_false(fits("max_speed=12.2"));
    struct vg_contact c = ship();
    c.prov[VG_FIELD_SOG].time_ms = 0;
    takes("max_speed=1000");
    assert_false(vg_filter_match(&filter, &c, 0));
    takes("min_speed=0");
    assert_false(vg_filter_match(&filter, &c, 0));
}

static void text_is_sought_in_names_and_at_the_beginning_of_numbers(void **state)
{
    (void)state;
    static const char *const found[] = {"q=manta", "q=ANT",       "q=A",    "q=hc12", "q=34",      "q=guay",
                                        "q=UIL",   "q=735059037", "q=7350", "q=907",  "q=9074729", "q="};
    static const char *const missed[] = {"q=mantas", "q=059037", "q=74729", "q=90747290", "q=7350590371", "q=zz"};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (!fits(found[i]))
            fail_msg("%s", found[i]);
    for (size_t i = 0; i < sizeof missed / sizeof *missed; i++)
        if (fits(missed[i]))
            fail_msg("%s", missed[i]);
    struct vg_contact c = ship();
    c.mmsi = 1234567; /* a number of seven digits is written with nine */
    c.imo = 0;
    takes("q=0012");
    assert_true(vg_filter_match(&filter, &c, 0));
    takes("q=0");
    c.mmsi = 735059037;
    snprintf(c.callsign, sizeof c.callsign, "HC");
    assert_false(vg_filter_match(&filter, &c, 0));                              /* no IMO number is not number 0 */
    takes("q=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); /* 63 bytes */
    refuses("q=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    takes("q=az%7B%60");
    assert_string_equal(filter.text, "AZ{`");
}

static void limits_are_whole_numbers(void **state)
{
    (void)state;
    takes("");
    assert_true(filter.limit == UINT64_MAX);
    takes("limit=0");
    assert_true(filter.limit == 0);
    takes("limit=4294967295");
    assert_true(filter.limit == UINT32_MAX);
    refuses("limit=4294967296");
    refuses("limit=");
    refuses("limit=1.5");
}

static void all_filters_must_fit(void **state)
{
    (void)state;
    assert_true(fits("bbox=-81,-3,-79,-1&class=a&status=5&flag=EC&type=70&min_speed=12&max_speed=13&q=MANTA"));
    assert_false(fits("bbox=-79,-3,-78,-1&class=a"));
    assert_false(fits("class=a&flag=PE"));
    assert_false(fits("flag=EC&q=other"));
    struct vg_contact c = ship();
    c.pos = VG_POS_NONE;
    takes("bbox=-180,-90,180,90");
    assert_false(vg_filter_match(&filter, &c, 0)); /* nobody without a position is in a box */
}

/* A refusal leaves the filter as it was. */
static void a_refused_filter_changes_nothing(void **state)
{
    (void)state;
    takes("flag=EC");
    refuses("flag=E");
    assert_int_equal(filter.flags, 1);
    assert_memory_equal(filter.flag[0], "EC", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_two_letters),
        cmocka_unit_test(types_are_0_to_255_and_ranges),
        cmocka_unit_test(statuses_are_0_to_15),
        cmocka_unit_test(what_has_expired_fits_no_filter),
        cmocka_unit_test(classes_are_named),
        cmocka_unit_test(speeds_are_0_to_1000_knots),
        cmocka_unit_test(text_is_sought_in_names_and_at_the_beginning_of_numbers),
        cmocka_unit_test(limits_are_whole_numbers),
        cmocka_unit_test(all_filters_must_fit),
        cmocka_unit_test(a_refused_filter_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
