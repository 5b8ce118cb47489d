/* Pointers from thread to thread: in order, no more than there is room for, and an end for who waits. */
#include <unistd.h>

#include "ingest/queue.h"
#include "test.h"

#define MANY 20000

static struct vg_queue queue;
static int numbers[MANY];

static int set_up(void **state)
{
    (void)state;
    vg_queue_init(&queue);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_queue_free(&queue);
    return 0;
}

static void *put_all(void *arg)
{
    for (int i = 0; i < MANY; i++)
        if (!vg_queue_put(&queue, &numbers[i]))
            return arg;
    vg_queue_close(&queue);
    return NULL;
}

static void what_is_put_is_taken_in_its_order(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, put_all, &queue), 0);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(vg_queue_take(&queue), &numbers[i]);
    assert_null(vg_queue_take(&queue));
    assert_null(vg_queue_take(&queue));
    void *failed;
    pthread_join(thread, &failed);
    assert_null(failed);
}

/* In one thread, at every place of the ring: what is full and what is empty is known exactly. */
static void it_holds_so_many_and_no_more(void **state)
{
    (void)state;
    for (int round = 0; round < VG_QUEUE_MAX + 3; round++) {
        for (int i = 0; i < VG_QUEUE_MAX; i++)
            assert_true(vg_queue_put(&queue, &numbers[i]));
        assert_int_equal(queue.count, VG_QUEUE_MAX);
        for (int i = 0; i < VG_QUEUE_MAX; i++)
            assert_ptr_equal(vg_queue_take(&queue), &numbers[i]);
        assert_int_equal(queue.count, 0);
        assert_true(vg_queue_put(&queue, &numbers[0]));
        assert_ptr_equal(vg_queue_take(&queue), &numbers[0]);
    }
}

static void who_finds_it_full_waits(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, put_all, &queue), 0);
    for (int i = 0; i < 100; i++) {
        usleep(1000);
        pthread_mutex_lock(&queue.lock);
        size_t count = queue.count;
        pthread_mutex_unlock(&queue.lock);
        assert_true(count <= VG_QUEUE_MAX);
    }
    vg_queue_abort(&queue); /* and is told when it ends */
    void *failed;
    pthread_join(thread, &failed);
    assert_non_null(failed);
}

static void a_closed_queue_gives_what_is_left(void **state)
{
    (void)state;
    assert_true(vg_queue_put(&queue, &numbers[0]));
    assert_true(vg_queue_put(&queue, &numbers[1]));
    vg_queue_close(&queue);
    assert_false(vg_queue_put(&queue, &numbers[2]));
    assert_ptr_equal(vg_queue_take(&queue), &numbers[0]);
    assert_ptr_equal(vg_queue_take(&queue), &numbers[1]);
    assert_null(vg_queue_take(&queue));
}

static void an_aborted_queue_gives_nothing(void **state)
{
    (void)state;
    assert_true(vg_queue_put(&queue, &numbers[0]));
    assert_true(vg_queue_put(&queue, &numbers[1]));
    vg_queue_abort(&queue);
    assert_null(vg_queue_take(&queue));
    assert_null(vg_queue_take(&queue));
    assert_false(vg_queue_put(&queue, &numbers[2]));
}

static void *take_one(void *arg)
{
    (void)arg;
    return vg_queue_take(&queue);
}

/* A thread that waits for an item hears of one that comes, and of the end. */
static void who_finds_it_empty_waits(void **state)
{
    (void)state;
    for (int end = 0; end < 3; end++) {
        pthread_t thread;
        void *got;
        assert_int_equal(pthread_create(&thread, NULL, take_one, NULL), 0);
        usleep(20000);
        if (end == 0)
            assert_true(vg_queue_put(&queue, &numbers[7]));
        else if (end == 1)
            vg_queue_close(&queue);
        else
            vg_queue_abort(&queue);
        pthread_join(thread, &got);
        assert_ptr_equal(got, end ? NULL : &numbers[7]);
        queue.closed = false;
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_is_taken_in_its_order), TEST(it_holds_so_many_and_no_more),   TEST(who_finds_it_full_waits),
        TEST(a_closed_queue_gives_what_is_left), TEST(an_aborted_queue_gives_nothing), TEST(who_finds_it_empty_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
