/*
 * A block whose rows memory can't hold is no block of fewer rows: whichever row it is, the answer says so. realloc() is
 * wrapped (tests/CMakeLists.txt) and fails once, for one size: that of a table when it begins, or grows past 256 rows.
 */
#include "api/history.h"
#include "small_archive.h"

#define FIRST  UINT32_C(735000001)
#define SECOND UINT32_C(735000002)
#define THIRD  UINT32_C(735000003)
#define ROWS   256 /* of the first, one a second */

static _Atomic size_t failing_size; /* fails once; 0: none does */

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
    size_t fails = size;
    return size && atomic_compare_exchange_strong(&failing_size, &fails, 0) ? NULL : __real_realloc(memory, size);
}

/* What is said besides, in minutes after the block's beginning: a position with a speed, or only a name. */
struct word {
    uint32_t mmsi;
    int minute;
    bool placed;
};

static const struct scene {
    const char *what;
    struct word said[4];
    uint32_t rows;
} scenes[] = {
    {"one position more", {{FIRST, 5, true}}, ROWS + 1},
    {"her speed expires before her next word", {{FIRST, 20, false}, {FIRST, 40, false}}, ROWS + 1},
    {"and behind her last", {{FIRST, 20, false}}, ROWS + 1},
    {"and others follow", {{FIRST, 20, false}, {SECOND, 1, true}}, ROWS + 2},
    {"that of one who says nothing, and is the last", {{SECOND, -20, true}, {SECOND, -1, false}}, ROWS + 1},
    {"that of one who says nothing, and others follow",
     {{SECOND, -20, true}, {SECOND, -1, false}, {THIRD, 1, true}},
     ROWS + 2},
};

static void add_word(struct small_archive *archive, uint32_t mmsi, int64_t s, bool placed)
{
    struct vg_report r = placed ? seen_at(mmsi, s, 1, -80, -2) : named_as(mmsi, s, 5, "NAME");
    if (placed) {
        r.fields |= VG_FIELD_BIT(SOG);
        r.sog_dkn = 100;
    }
    archive_add(archive, r);
}

static void fill(struct small_archive *archive, const struct scene *scene)
{
    archive_begin(archive, "Manta");
    for (int s = 0; s < ROWS; s++)
        add_word(archive, FIRST, 3600 + s, true);
    for (size_t i = 0; i < 4 && scene->said[i].mmsi; i++)
        add_word(archive, scene->said[i].mmsi, 3600 + 60 * scene->said[i].minute, scene->said[i].placed);
    archive_end(archive);
}

static void whichever_row_has_no_room_the_answer_says_so(void **state)
{
    (void)state;
    static const char question[] = "/block?bbox=-81,-3,-79,-1&from=2023-11-14T23:00:00Z&seconds=3600";
    static const size_t sizes[] = {0, 2 * ROWS * sizeof(struct vg_block_row), ROWS * sizeof(struct vg_block_row),
                                   ROWS * sizeof(struct vg_block_vessel)};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct small_archive archive = {0};
        fill(&archive, &scenes[i]);
        struct server *server = archive_server(&archive);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            uint32_t rows;
            failing_size = sizes[k];
            struct http *h = history_ask(server, question, "");
            assert_int_equal(failing_size, 0);
            if (h->status != (k ? 503 : 200))
                fail_msg("%s: %d", scenes[i].what, h->status);
            memcpy(&rows, h->body + 44, sizeof rows);
            assert_true(k ? strstr(h->body, "out of memory") != NULL : rows == scenes[i].rows);
            http_close(h);
        }
        server_close(server);
        archive_drop(&archive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_row_has_no_room_the_answer_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
