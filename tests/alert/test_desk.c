/* The desk: events go in without waiting, a disk that fails loses none that fits the queue, everything is counted. */
#include "alert/desk.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "base/thread.h"
#include "events.h"

struct heard {
    pthread_mutex_t lock;
    unsigned opened, escalated;
};

static void on_change(void *arg, const struct vg_alert *alert, const char *what)
{
    struct heard *h = arg;
    pthread_mutex_lock(&h->lock);
    h->opened += strcmp(what, "opened") == 0 && alert->state == VG_ALERT_OPEN;
    h->escalated += strcmp(what, "escalated") == 0;
    pthread_mutex_unlock(&h->lock);
}

static struct vg_alert_desk *desk_open(struct heard *heard)
{
    struct vg_alert_desk *desk = NULL;
    char why[VG_DB_WHY];
    *heard = (struct heard){.lock = PTHREAD_MUTEX_INITIALIZER};
    const struct vg_alert_book_options options = {.on_change = on_change, .arg = heard};
    if (vg_alert_desk_open(&options, &desk, why))
        fail_msg("%s", why);
    return desk;
}

static struct vg_desk_status status(struct vg_alert_desk *desk)
{
    struct vg_desk_status s;
    vg_alert_desk_status(desk, &s);
    return s;
}

static void what_was_handed_over_is_in_the_book_when_it_stops_and_each_change_was_told(void **state)
{
    (void)state;
    struct heard heard;
    struct vg_alert_desk *desk = desk_open(&heard);
    for (uint32_t i = 0; i < 500; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_DISTRESS, 1 + i, i);
        assert_true(vg_alert_desk_event(desk, &t));
    }
    vg_alert_desk_stop(desk);
    vg_alert_desk_stop(desk); /* twice is fine */
    assert_int_equal(status(desk).counters.opened, 500);
    assert_int_equal(status(desk).waiting, 0);
    assert_int_equal(heard.opened, 500);
    vg_alert_desk_close(desk);
}

static enum vg_err look(struct vg_alert_book *book, void *arg)
{
    *(struct vg_alert_counters *)arg = *vg_alert_book_counters(book);
    return VG_OK;
}

static bool is_escalated(struct heard *h)
{
    pthread_mutex_lock(&h->lock);
    const bool escalated = h->escalated > 0;
    pthread_mutex_unlock(&h->lock);
    return escalated;
}

static void wait_for_events(struct vg_alert_desk *desk, uint64_t count)
{
    struct vg_alert_counters c;
    do {
        sched_yield();
        vg_alert_desk_ask(desk, look, &c);
    } while (c.events < count);
    assert_int_equal(c.events, count);
}

/* What a crash takes out of the journal must have left no alert. */
static void an_event_waits_until_the_journal_has_what_it_rests_on(void **state)
{
    (void)state;
    struct heard heard;
    struct vg_alert_desk *desk = desk_open(&heard);
    vg_alert_desk_synced(desk, 1000);
    for (uint32_t i = 0; i < 4; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_DISTRESS, 1 + i, i);
        t.journal_end = i * 1000; /* 0, 1000, 2000, 3000 */
        assert_true(vg_alert_desk_event(desk, &t));
    }
    wait_for_events(desk, 2);
    assert_int_equal(vg_alert_desk_handed(desk), 4);
    while (!vg_alert_desk_has(desk, 2)) /* counted within the transaction, had once it is over */
        sched_yield();
    assert_false(vg_alert_desk_has(desk, 3));
    assert_int_equal(status(desk).waiting, 2);
    vg_alert_desk_advance(desk, at_minute(1000), 0); /* not beyond those that wait */
    while (!is_escalated(&heard))
        sched_yield();
    vg_alert_desk_synced(desk, 2000);
    wait_for_events(desk, 3);
    vg_alert_desk_synced(desk, UINT64_MAX);
    wait_for_events(desk, 4);
    vg_alert_desk_wait(desk, 0);
    while (!vg_alert_desk_has(desk, 4))
        sched_yield();
    vg_alert_desk_close(desk);
}

static void the_clock_reaches_the_book_behind_the_events_before_it(void **state)
{
    (void)state;
    struct heard heard;
    struct vg_alert_desk *desk = desk_open(&heard);
    for (uint32_t i = 0; i < 200; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_DISTRESS, 1 + i, 0);
        vg_alert_desk_event(desk, &t);
    }
    vg_alert_desk_advance(desk, at_minute(60), T0_US);
    while (status(desk).counters.escalated < 200)
        sched_yield();
    vg_alert_desk_stop(desk);
    assert_int_equal(heard.escalated, 200);
    vg_alert_desk_close(desk);
}

/* ---- a disk that fails ---- */

/* A file that others make unusable: a trigger refuses what the disk would refuse. */
static void run_sql(const char *path, const char *sql)
{
    static const char *const none[] = {""};
    struct vg_db *db = NULL;
    char why[VG_DB_WHY];
    assert_int_equal(vg_db_open(path, none, 1, &db, why), VG_OK);
    assert_int_equal(vg_db_run(db, sql), VG_OK);
    vg_db_close(db);
}

static void what_the_disk_refuses_waits_and_is_taken_when_it_is_well_again(void **state)
{
    (void)state;
    char dir[] = "/tmp/vigia-desk-XXXXXX", path[64], command[64], why[VG_DB_WHY];
    struct vg_alert_desk *desk = NULL;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/alerts.sqlite", dir);
    const struct vg_alert_book_options options = {.path = path};
    assert_int_equal(vg_alert_desk_open(&options, &desk, why), VG_OK);
    run_sql(path, "CREATE TRIGGER ill BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'ill'); END");
    for (uint32_t i = 0; i < 10; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_DISTRESS, 1 + i, i);
        vg_alert_desk_event(desk, &t);
    }
    while (!status(desk).failing)
        sched_yield();
    assert_int_equal(status(desk).waiting, 10);
    assert_string_not_equal(status(desk).error, "");
    run_sql(path, "DROP TRIGGER ill");
    while (status(desk).waiting) {
        vg_alert_desk_advance(desk, at_minute(0), T0_US);
        sched_yield();
    }
    vg_alert_desk_stop(desk);
    assert_false(status(desk).failing);
    assert_int_equal(status(desk).counters.opened, 10);
    assert_int_equal(status(desk).lost, 0);
    vg_alert_desk_close(desk);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

struct held {
    struct vg_alert_desk *desk;
    pthread_mutex_t lock;
};

static enum vg_err hold(struct vg_alert_book *book, void *arg)
{
    struct held *h = arg;
    (void)book;
    pthread_mutex_lock(&h->lock); /* until the test lets go */
    pthread_mutex_unlock(&h->lock);
    return VG_OK;
}

static void *holder(void *arg)
{
    struct held *h = arg;
    vg_alert_desk_ask(h->desk, hold, h);
    return NULL;
}

/* While somebody holds the book, giving an event away returns; past the queue's room it is counted, not kept. */
static void nobody_waits_for_the_book_and_a_full_queue_counts_what_it_loses(void **state)
{
    (void)state;
    struct heard heard;
    struct held held = {.desk = desk_open(&heard), .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread;
    uint32_t lost = 0;
    pthread_mutex_lock(&held.lock);
    assert_int_equal(vg_thread_start(&thread, holder, &held), 0);
    while (!status(held.desk).waiting) { /* the holder has the book when the thread can't take this one away */
        struct vg_alert_told t = told_at(VG_EVENT_DISTRESS, 1, 0);
        vg_alert_desk_event(held.desk, &t);
    }
    for (uint32_t i = 0; i < VG_DESK_QUEUE + 500; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_GAP, 1 + i, i);
        lost += !vg_alert_desk_event(held.desk, &t);
    }
    pthread_mutex_unlock(&held.lock);
    pthread_join(thread, NULL);
    vg_alert_desk_stop(held.desk);
    assert_int_equal(status(held.desk).lost, lost);
    assert_int_equal(status(held.desk).waiting, 0);
    vg_alert_desk_close(held.desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_handed_over_is_in_the_book_when_it_stops_and_each_change_was_told),
        cmocka_unit_test(an_event_waits_until_the_journal_has_what_it_rests_on),
        cmocka_unit_test(the_clock_reaches_the_book_behind_the_events_before_it),
        cmocka_unit_test(what_the_disk_refuses_waits_and_is_taken_when_it_is_well_again),
        cmocka_unit_test(nobody_waits_for_the_book_and_a_full_queue_counts_what_it_loses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
