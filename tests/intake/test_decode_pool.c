/* The threads of a replay: each record is decoded once, in the order of its feed, and a failure is told. */
#include <stdatomic.h>
#include <unistd.h>

#include "intake/decode_pool.h"
#include "test.h"

#define FEEDS 7

static atomic_int calls;
static atomic_uint fails_at; /* the record with this offset; 0: none */
static atomic_bool slow;

/* A report for each byte, with the place of its record and its number. */
static enum vg_err decode(void *arg, struct vg_decode_record *record, struct vg_report_list *list)
{
    assert_ptr_equal(arg, &calls);
    calls++;
    if (slow)
        usleep(200);
    if (fails_at && record->journal_offset == fails_at)
        return VG_NOMEM;
    size_t need = list->count + record->len;
    if (need > list->room) {
        list->room = 2 * need;
        list->report = realloc(list->report, list->room * sizeof *list->report);
    }
    for (size_t i = 0; i < record->len; i++)
        list->report[list->count++] = (struct vg_report){
            .journal_offset = record->journal_offset, .time_us = record->received_us, .mmsi = record->bytes[i]};
    return VG_OK;
}

/* Record i: i % 5 bytes for feed i % FEEDS, every eleventh for nobody. */
static struct vg_record record_of(unsigned i, uint8_t bytes[static 8])
{
    for (unsigned k = 0; k < 8; k++)
        bytes[k] = (uint8_t)(i + k);
    return (struct vg_record){.journal_offset = 100 + i,
                              .time_us = 5000 + i,
                              .bytes = bytes,
                              .len = i % 5,
                              .name = "Manta",
                              .name_len = 5,
                              .stream = i % 3,
                              .flags = (uint8_t)(i % 4)};
}

static void fill(struct vg_decode_batch *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t bytes[8];
        struct vg_record r = record_of(i, bytes);
        assert_true(vg_decode_batch_add(b, &r, i % 11 == 3 ? VG_DECODE_NOBODY : i % FEEDS));
    }
}

static void check(const struct vg_decode_batch *b, unsigned count)
{
    assert_int_equal(b->count, count);
    for (unsigned i = 0; i < count; i++) {
        const struct vg_decode_record *r = &b->record[i];
        bool nobody = i % 11 == 3;
        uint8_t bytes[8];
        struct vg_record from = record_of(i, bytes);
        assert_int_equal(r->journal_offset, from.journal_offset);
        assert_int_equal(r->received_us, from.time_us);
        assert_int_equal(r->stream, from.stream);
        assert_int_equal(r->flags, from.flags);
        assert_int_equal(r->len, from.len);
        assert_memory_equal(r->bytes, bytes, r->len);
        assert_int_equal(r->name_len, nobody ? 5 : 0);
        if (nobody) {
            assert_memory_equal(r->bytes + r->len, "Manta", 5);
            assert_int_equal(r->count, 0);
            continue;
        }
        assert_int_equal(r->count, r->len);
        for (size_t k = 0; k < r->count; k++) {
            const struct vg_report *report = &r->list->report[r->first + k];
            assert_int_equal(report->journal_offset, from.journal_offset);
            assert_int_equal(report->time_us, from.time_us);
            assert_int_equal(report->mmsi, bytes[k]);
        }
    }
}

static const unsigned threads_[] = {0, 1, 2, 3, VG_DECODE_THREADS_MAX, VG_DECODE_THREADS_MAX + 5};

static struct vg_decode_pool *open_pool(unsigned threads)
{
    struct vg_decode_pool *pool = NULL;
    calls = 0;
    fails_at = 0;
    slow = false;
    assert_int_equal(vg_decode_pool_new(threads, decode, &calls, &pool), VG_OK);
    assert_int_equal(vg_decode_pool_is_apart(pool), threads > 1);
    return pool;
}

/* Batch behind batch, larger and smaller ones, on any number of threads. */
static void every_record_is_decoded_once_on_any_number_of_threads(void **state)
{
    (void)state;
    static const unsigned counts[] = {0, 1, 10, 255, 256, 257, 5000, 3};
    for (size_t t = 0; t < sizeof threads_ / sizeof *threads_; t++) {
        struct vg_decode_pool *pool = open_pool(threads_[t]);
        struct vg_decode_batch b = {0};
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            int before = calls;
            vg_decode_batch_clear(&b);
            assert_int_equal(b.count, 0);
            assert_int_equal(b.bytes, 0);
            for (unsigned k = 0; k < b.outputs; k++)
                assert_int_equal(b.output[k].count, 0);
            fill(&b, counts[i]);
            vg_decode_pool_send(pool, &b);
            assert_int_equal(vg_decode_pool_wait(pool), VG_OK);
            check(&b, counts[i]);
            unsigned nobody = 0;
            for (unsigned k = 0; k < counts[i]; k++)
                nobody += k % 11 == 3;
            assert_int_equal(calls - before, counts[i] - nobody);
        }
        vg_decode_batch_free(&b);
        assert_int_equal(b.count + b.room + b.outputs + b.bytes_room, 0);
        vg_decode_pool_free(pool);
    }
    vg_decode_pool_free(NULL);
}

static void a_failure_is_told_and_is_of_its_batch(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof threads_ / sizeof *threads_; t++)
        for (unsigned at = 100; at < 100 + FEEDS; at++) {
            struct vg_decode_pool *pool = open_pool(threads_[t]);
            struct vg_decode_batch b = {0};
            fill(&b, 50);
            fails_at = at;
            vg_decode_pool_send(pool, &b);
            assert_int_equal(vg_decode_pool_wait(pool), at == 103 ? VG_OK : VG_NOMEM); /* 103 is nobody's */
            fails_at = 0;
            vg_decode_batch_clear(&b);
            fill(&b, 50);
            vg_decode_pool_send(pool, &b);
            assert_int_equal(vg_decode_pool_wait(pool), VG_OK);
            check(&b, 50);
            vg_decode_batch_free(&b);
            vg_decode_pool_free(pool);
        }
}

/* Nobody waits for a batch that is not wanted any more, but nothing is freed under a thread's feet. */
static void a_pool_may_be_freed_while_it_works(void **state)
{
    (void)state;
    struct vg_decode_pool *pool = open_pool(3);
    struct vg_decode_batch b = {0};
    slow = true;
    fill(&b, 110);
    vg_decode_pool_send(pool, &b);
    vg_decode_pool_free(pool);
    assert_int_equal(calls, 100);
    vg_decode_batch_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_decoded_once_on_any_number_of_threads),
        cmocka_unit_test(a_failure_is_told_and_is_of_its_batch),
        cmocka_unit_test(a_pool_may_be_freed_while_it_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
