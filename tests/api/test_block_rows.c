/*
 * Which reports, and which moments without one, make a row of a block: one vessel each, her rows as text. A row is
 * "TIME KIND FLAGS/CLASS SPEED SILENCE": milliseconds, P a position or S a state, hexadecimal flags, knots/10 (- none),
 * minutes; > behind it: outside the box.
 */
#include "small_archive.h"

#define SHIP UINT32_C(735000001)
#define T    3600 /* the block's beginning, in seconds after BEGIN_US */

/* A report at T + ms: of a message, at a longitude (0: no position), with a speed (-1: none) and a status (-1: none).
 */
struct word {
    int64_t ms;
    uint8_t message;
    double lon;
    int sog, status;
    bool accurate;
};

struct scene {
    const char *what;
    uint32_t mmsi;
    const char *query; /* behind the block's */
    struct word said[12];
    const char *rows;
};

static struct vg_report report_of(uint32_t mmsi, const struct word *w)
{
    struct vg_report r = w->lon ? seen_at(mmsi, T, w->message, w->lon, -2) : said_by(mmsi, T, w->message);
    r.time_us += w->ms * 1000;
    r.accurate = w->accurate;
    if (w->sog >= 0) {
        r.fields |= VG_FIELD_BIT(SOG);
        r.sog_dkn = (uint16_t)w->sog;
    }
    if (w->status >= 0) {
        r.fields |= VG_FIELD_BIT(STATUS);
        r.status = (uint8_t)w->status;
    }
    if (!w->lon && w->status < 0) {
        r.fields |= VG_FIELD_BIT(NAME);
        snprintf(r.name, sizeof r.name, "NAME");
    }
    return r;
}

static uint32_t u32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}
static uint16_t u16(const char *p)
{
    uint16_t v;
    memcpy(&v, p, 2);
    return v;
}

/* The rows of a block that has one vessel at most. */
static void text_of_rows(const struct http *h, char *ret, size_t size)
{
    size_t vessels = u32(h->body + 40), rows = u32(h->body + 44), n = 0;
    const char *column = h->body + 64 + 16 * vessels;
    uint32_t time_ms = 0;
    int32_t lon = 0;
    *ret = '\0';
    assert_true(vessels <= 1);
    for (size_t i = 0; i < rows; i++) {
        uint16_t sog = u16(column + rows * 12 + i * 2);
        char speed[8] = "-";
        time_ms += u32(column + i * 4);
        lon += (int32_t)u32(column + (rows + i) * 4);
        if (sog != UINT16_MAX)
            snprintf(speed, sizeof speed, "%u", sog);
        n += (size_t)snprintf(ret + n, size - n, "%s%d %c %x/%u %s %u%s", i ? ", " : "", (int32_t)time_ms,
                              column[rows * 27 + i] ? 'S' : 'P', (uint8_t)column[rows * 25 + i],
                              (uint8_t)column[rows * 26 + i], speed, u16(column + rows * 20 + i * 2),
                              lon > (int32_t)u32(h->body + 32) ? ">" : "");
        assert_true(n < size);
    }
}

static void makes_its_rows(const struct scene *scene)
{
    struct small_archive archive = {0};
    char question[200], rows[2000];
    archive_begin(&archive, "Manta");
    for (size_t i = 0; i < 12 && scene->said[i].message; i++)
        archive_add(&archive, report_of(scene->mmsi, &scene->said[i]));
    archive_end(&archive);
    struct server *server = archive_server(&archive);
    /* The box is one of the grid: 2.8125° wide. */
    snprintf(question, sizeof question,
             "/block?bbox=-81.5625,-2.8125,-78.75,0&from=2023-11-14T23:00:00Z&seconds=3600%s", scene->query);
    struct http *h = history_ask(server, question, "");
    assert_int_equal(h->status, 200);
    text_of_rows(h, rows, sizeof rows);
    if (strcmp(rows, scene->rows) != 0)
        fail_msg("%s: %s, not %s", scene->what, rows, scene->rows);
    http_close(h);
    server_close(server);
    archive_drop(&archive);
}

#define MAKE_ROWS(scenes)                                                                                              \
    for (size_t i_ = 0; i_ < sizeof scenes / sizeof *scenes; i_++)                                                     \
    makes_its_rows(&scenes[i_])

#define MINUTE 60000
#define AT(ms, message, lon, sog, status)                                                                              \
    {                                                                                                                  \
        ms, message, lon, sog, status, false                                                                           \
    }
#define NAMED(ms) AT(ms, 5, 0, -1, -1) /* her name alone */
#define END       3600000              /* of the block */

static void positions_are_thinned_to_one_in_a_step(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"no step",
         SHIP,
         "",
         {AT(0, 1, -80, 100, 0), AT(999, 1, -80, 101, 0), AT(60000, 1, -80, 102, 0)},
         "0 P 0/1 100 30, 999 P 0/1 101 30, 60000 P 0/1 102 30"},
        {"a minute",
         SHIP,
         "&step=60",
         {AT(0, 1, -80, 100, 0), AT(59999, 1, -80, 101, 0), AT(60000, 1, -80, 102, 0), AT(119999, 1, -80, 103, 0)},
         "0 P 0/1 100 31, 60000 P 0/1 102 31"},
        {"counted from the row before, not from a position that was left out",
         SHIP,
         "&step=60",
         {AT(0, 1, -80, 100, 0), AT(50000, 1, -80, 101, 0), AT(70000, 1, -80, 102, 0), AT(129999, 1, -80, 103, 0)},
         "0 P 0/1 100 31, 70000 P 0/1 102 31"},
        {"a word without a position makes her shown longer",
         SHIP,
         "",
         {AT(0, 1, -80, 100, 0), NAMED(61000), NAMED(121000)},
         "0 P 0/1 100 33, 1800000 S 0/1 - 3"},
        {"the last position that was kept is one of this block",
         SHIP,
         "&step=600",
         {AT(-1000, 1, -80, 100, 0), AT(1000, 1, -80, 100, 0), AT(600999, 1, -80, 100, 0), AT(601000, 1, -80, 100, 0)},
         "1000 P 0/1 100 40, 601000 P 0/1 100 30"},
    };
    MAKE_ROWS(scenes);
}

static void what_changes_is_never_left_out(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"flags",
         SHIP,
         "&step=3600",
         {AT(0, 1, -80, 100, 0), AT(1000, 1, -80, 0, 1), AT(2000, 1, -80, 0, 1)},
         "0 P 0/1 100 30, 1000 P 8/1 0 61, 1802000 S 8/1 - 30"},
        {"accuracy comes and goes",
         SHIP,
         "&step=3600",
         {{0, 1, -80, 100, 0, true}, {1000, 1, -80, 100, 0, false}, {2000, 1, -80, 100, 0, true}},
         "0 P 40/1 100 31"},
        {"the class",
         SHIP,
         "&step=3600",
         {AT(0, 18, -80, 100, -1), AT(1000, 1, -80, 100, -1), AT(2000, 1, -80, 100, -1), AT(3000, 1, -80, 100, -1)},
         "0 P 0/2 100 30, 1000 P 0/1 100 31"},
        {"how long she may be silent",
         SHIP,
         "&step=3600",
         {AT(0, 27, -80, 100, 0), AT(1000, 1, -80, 100, 0)},
         "0 P 0/1 100 360, 1000 P 0/1 100 30"},
        {"that her speed is known again",
         SHIP,
         "&step=3600",
         {AT(0, 27, -80, 100, 0), AT(31 * MINUTE, 27, -80, -1, -1), AT(32 * MINUTE, 27, -80, 50, -1),
          AT(33 * MINUTE, 27, -80, 51, -1)},
         "0 P 0/1 100 360, 1800000 S 0/1 - 361, 1920000 P 0/1 50 361"},
        {"a distress device's test and call",
         970000001,
         "&step=3600",
         {AT(0, 1, -80, -1, 15), AT(1000, 1, -80, -1, 15), AT(2000, 1, -80, -1, 14), AT(3000, 1, -80, -1, 14)},
         "0 P 2/6 - 16, 2000 P 1/6 - 721"},
    };
    MAKE_ROWS(scenes);
}

static void who_leaves_has_one_row_outside(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"she leaves, and comes back",
         SHIP,
         "&step=3600",
         {AT(0, 1, -78.76, 100, 0), AT(5 * MINUTE, 1, -78.74, 100, 0), AT(6 * MINUTE, 1, -78.73, 100, 0),
          NAMED(7 * MINUTE), AT(10 * MINUTE, 1, -78.76, 100, 0), AT(11 * MINUTE, 1, -78.77, 100, 0)},
         "0 P 0/1 100 30, 300000 P 0/1 100 0>, 600000 P 0/1 100 31"},
        {"she was outside before",
         SHIP,
         "",
         {AT(-MINUTE, 1, -78.74, 100, 0), AT(4 * MINUTE, 1, -78.76, 100, 0)},
         "240000 P 0/1 100 30"},
        {"she was inside before",
         SHIP,
         "",
         {AT(-MINUTE, 1, -78.76, 100, 0), AT(4 * MINUTE, 1, -78.74, 100, 0)},
         "240000 P 0/1 100 0>"},
        {"she was never inside", SHIP, "", {AT(0, 1, -78.74, 100, 0), AT(4 * MINUTE, 1, -78.73, 100, 0)}, ""},
    };
    MAKE_ROWS(scenes);
}

static void what_expires_makes_a_row_of_its_own(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"speed after half an hour, status after an hour: she is still heard",
         SHIP,
         "",
         {AT(0, 1, -80, 100, 0), NAMED(20 * MINUTE), NAMED(40 * MINUTE), NAMED(59 * MINUTE)},
         "0 P 0/1 100 50, 1800000 S 0/1 - 59"},
        {"as she falls silent nothing more is told", SHIP, "", {AT(0, 1, -80, 100, 0)}, "0 P 0/1 100 30"},
        {"in the block's last moment",
         SHIP,
         "",
         {AT(END - 30 * MINUTE - 1, 1, -80, 100, -1), NAMED(END - 5 * MINUTE)},
         "1799999 P 0/1 100 56, 3599999 S 0/1 - 26"},
        {"behind it",
         SHIP,
         "",
         {AT(END - 30 * MINUTE, 1, -80, 100, -1), NAMED(END - 5 * MINUTE)},
         "1800000 P 0/1 100 55"},
        {"before it",
         SHIP,
         "",
         {AT(-30 * MINUTE - 1, 1, -80, 100, -1), NAMED(-MINUTE), NAMED(MINUTE)},
         "60000 S 0/1 - 30"},
        {"as it begins, of who says nothing in it", SHIP, "", {AT(-30 * MINUTE, 1, -80, 100, -1), NAMED(-MINUTE)}, ""},
        {"in it, of who says nothing in it",
         SHIP,
         "",
         {AT(-20 * MINUTE, 1, -80, 100, -1), NAMED(-MINUTE)},
         "600000 S 0/1 - 19"},
        {"outside nothing is told",
         SHIP,
         "",
         {AT(0, 1, -78.76, 100, 0), AT(5 * MINUTE, 1, -78.74, 100, 0), NAMED(25 * MINUTE), NAMED(45 * MINUTE)},
         "0 P 0/1 100 30, 300000 P 0/1 100 0>"},
    };
    MAKE_ROWS(scenes);
}

static void what_is_held_apart_is_told_and_forgotten(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"for half an hour",
         SHIP,
         "&step=3600",
         {AT(0, 1, -80, 100, -1), AT(10000, 1, -80, 100, -1), AT(20000, 1, -60, 100, -1),
          AT(25 * MINUTE, 1, -80, 100, -1), AT(40 * MINUTE, 1, -80, 100, -1)},
         "0 P 0/1 100 31, 20000 S 4/1 100 55, 1820000 S 0/1 100 40"},
        {"until the block ends",
         SHIP,
         "&step=3600",
         {AT(0, 1, -80, 100, -1), AT(END - 30 * MINUTE - 1, 1, -60, 100, -1), AT(END - MINUTE, 1, -80, 100, -1)},
         "0 P 0/1 100 30, 1799999 S 4/1 100 30, 1800000 S 4/1 - 30, 3540000 P 4/1 100 30, 3599999 S 0/1 100 30"},
        {"and not behind it",
         SHIP,
         "&step=3600",
         {AT(10 * MINUTE, 1, -80, 100, -1), AT(END - 30 * MINUTE, 1, -60, 100, -1), AT(END - MINUTE, 1, -80, 100, -1)},
         "600000 P 0/1 100 30, 1800000 S 4/1 100 30, 2400000 S 4/1 - 20, 3540000 P 4/1 100 30"},
    };
    MAKE_ROWS(scenes);
}

static void who_was_silent_begins_anew(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"with a position",
         SHIP,
         "&step=3600",
         {AT(0, 1, -80, 100, 0), AT(30 * MINUTE, 1, -79, 100, 0)},
         "0 P 0/1 100 30, 1800000 P 0/1 100 30"},
        {"with a name: she is not shown", SHIP, "", {AT(0, 1, -80, 100, 0), NAMED(30 * MINUTE)}, "0 P 0/1 100 30"},
        {"from before the block", SHIP, "", {AT(-40 * MINUTE, 1, -80, 100, 0), NAMED(MINUTE)}, ""},
    };
    MAKE_ROWS(scenes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_thinned_to_one_in_a_step),
        cmocka_unit_test(what_changes_is_never_left_out),
        cmocka_unit_test(who_leaves_has_one_row_outside),
        cmocka_unit_test(what_expires_makes_a_row_of_its_own),
        cmocka_unit_test(what_is_held_apart_is_told_and_forgotten),
        cmocka_unit_test(who_was_silent_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
