/*
 * A disk that is full and has room again, with input going on: journal and archive come back by themselves, nothing is
 * there twice, and what could not be kept is counted and recorded. No file may grow here while the disk is "full": the
 * system refuses it to every writer of the process, as a full disk does.
 */
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "archive/store.h"
#include "base/time.h"
#include "room.h"
#include "service/data_folder.h"

#define ONE_SHIP "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\r\n"
#define STEPS    3000 /* of 10 ms: an end to waiting */
#define FLOOD    70
#define PIECES   ((size_t)256 << 10)

struct life {
    struct vg_data_folder *folder;
    struct vg_saved saved;
    uint64_t kept, refused, sum; /* sentences; their journal offsets added up */
    int64_t now_us;
    char text[8000];
    size_t len;
};

static void hear_line(void *arg, const char *line)
{
    struct life *l = arg;
    l->len += (size_t)snprintf(l->text + l->len, sizeof l->text - l->len, "%s\n", line);
    assert_true(l->len < sizeof l->text);
}

static void set_full(bool full)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = full ? 1 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static struct life *begin(void **state)
{
    static const struct vg_picture_limits small = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40};
    struct life *l = calloc(1, sizeof *l);
    const char *why;
    const struct vg_data_folder_options options = {
        .dir = room_path(state, "data"), .commit_us = VG_SECOND_US / 10, .log = hear_line, .log_arg = l};
    l->now_us = NOON_US;
    if (vg_data_folder_open(&options, &l->folder, &why))
        fail_msg("%s", why);
    assert_int_equal(vg_data_folder_restore(l->folder, &small, &l->saved), VG_OK);
    vg_data_folder_follow(l->folder);
    return l;
}

static void fill(void *arg, struct vg_saved *saved)
{
    const struct life *l = arg;
    saved->situation = l->saved.situation;
}

static void end(struct life *l)
{
    vg_data_folder_close(l->folder, fill, l);
    vg_situation_free(l->saved.situation);
    free(l->saved.feed);
}

/* One ship, once a minute. */
static void take(struct life *l, int count)
{
    for (int i = 0; i < count; i++) {
        l->now_us += VG_MINUTE_US;
        const struct vg_feed_bytes bytes = {.at = ONE_SHIP, .len = strlen(ONE_SHIP), .received_us = l->now_us};
        uint64_t offset = vg_data_folder_bytes(l->folder, "Manta", 1, &bytes);
        bool kept = offset != VG_JOURNAL_OFFSET_NONE;
        l->kept += kept;
        l->refused += !kept;
        l->sum += kept ? offset : 0;
    }
}

/* More than the journal's memory holds. */
static void flood(struct life *l)
{
    char *noise = malloc(PIECES);
    memset(noise, 'x', PIECES);
    for (int i = 0; i < FLOOD; i++) {
        const struct vg_feed_bytes bytes = {.at = noise, .len = PIECES, .received_us = l->now_us};
        l->refused += vg_data_folder_bytes(l->folder, "Noise", 2, &bytes) == VG_JOURNAL_OFFSET_NONE;
    }
    free(noise);
}

typedef bool condition(const struct life *l, const struct vg_storage_status *s);

static struct vg_storage_status wait_until(struct life *l, condition *holds, const char *what)
{
    struct vg_storage_status s;
    for (int i = 0; i < STEPS; i++) {
        vg_data_folder_second(l->folder, fill, l);
        vg_data_folder_status(l->folder, &s);
        if (holds(l, &s))
            return s;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fail_msg("%s never; %s; %s\n%s", what, s.error, s.archive_error, l->text);
    return s;
}

static bool is_archived(const struct life *l, const struct vg_storage_status *s)
{
    return s->positions == l->kept && !*s->error && !s->archive_failing;
}

static bool fails(const struct life *l, const struct vg_storage_status *s)
{
    (void)l;
    return *s->error;
}

static bool has_gap(const struct life *l, const struct vg_storage_status *s)
{
    (void)l;
    return s->gaps > 0;
}

struct rows {
    uint64_t count, sum;
};

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    struct rows *r = arg;
    r->count++;
    r->sum += p->journal_offset;
    return VG_OK;
}

static struct rows rows_of(void **state)
{
    struct vg_store *store;
    struct rows rows = {0};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    assert_int_equal(vg_store_reader_open(room_path(state, "data/archive"), &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, count_row, NULL, &rows, NULL), VG_OK);
    vg_store_reader_close(store);
    return rows;
}

static void all_comes_back_when_there_is_room_again(void **state)
{
    struct life *l = begin(state);
    take(l, 20);
    wait_until(l, is_archived, "archived");
    set_full(true);
    take(l, 20);
    wait_until(l, fails, "failing");
    flood(l);
    take(l, 20);
    assert_true(l->refused > 0);
    set_full(false);
    take(l, 20); /* before it is seen that there is room */
    wait_until(l, is_archived, "archived again");
    take(l, 1); /* a gap is recorded with what comes next */
    struct vg_storage_status s = wait_until(l, has_gap, "a gap");
    assert_int_equal(s.lost_entries, l->refused);
    wait_until(l, is_archived, "archived at last");
    assert_non_null(strstr(l->text, "the disk FAILS"));
    assert_non_null(strstr(l->text, "the disk takes it again"));
    uint64_t kept = l->kept, sum = l->sum;
    end(l);
    struct rows rows = rows_of(state);
    assert_int_equal(rows.count, kept);
    assert_int_equal(rows.sum, sum);
    free(l);
}

/* What can't begin on a full disk begins when it has room. */
static void what_began_on_a_full_disk_is_archived_later(void **state)
{
    struct life *l = begin(state);
    take(l, 5);
    wait_until(l, is_archived, "archived");
    uint64_t sum = l->sum;
    end(l);
    free(l);
    set_full(true);
    l = begin(state);
    take(l, 5);
    wait_until(l, fails, "failing");
    set_full(false);
    wait_until(l, is_archived, "archived");
    sum += l->sum;
    end(l);
    free(l);
    struct rows rows = rows_of(state);
    assert_int_equal(rows.count, 10);
    assert_int_equal(rows.sum, sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_comes_back_when_there_is_room_again, room_make, room_clear),
        cmocka_unit_test_setup_teardown(what_began_on_a_full_disk_is_archived_later, room_make, room_clear),
    };
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
