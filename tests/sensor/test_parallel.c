/* Several threads, blocks of any size: text, counters and refusals are those of one receiver. */
#include "sensor/fast_util.h"

#include "sensor/ais/parallel.h"

#define LOG_SIZE (300 * 1024)

struct text {
    char *bytes;
    size_t len, cap;
};

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    struct text *t = arg;
    if (t->cap - t->len < len) {
        t->cap = (t->cap + len) * 2;
        t->bytes = realloc(t->bytes, t->cap);
        assert_non_null(t->bytes);
    }
    memcpy(t->bytes + t->len, bytes, len);
    t->len += len;
    return VG_OK;
}

struct log {
    const char *bytes;
    size_t len, at;
    size_t fails_at; /* writing: after so many bytes */
    enum vg_err ends_with;
    struct text text;
    bool csv;
    struct vg_out out;
};

static enum vg_err read_some(void *arg, void *bytes, size_t cap, size_t *ret_len)
{
    struct log *log = arg;
    size_t n = log->len - log->at;
    if (!n)
        return log->ends_with ? log->ends_with : VG_EOF;
    n = n < cap ? n : cap;
    if (log->at % 3 == 0) /* short reads are no ends */
        n = n / 2 + 1;
    memcpy(bytes, log->bytes + log->at, n);
    log->at += n;
    *ret_len = n;
    return VG_OK;
}

static enum vg_err write_some(void *arg, const struct iovec *parts, int count)
{
    struct log *log = arg;
    for (int i = 0; i < count; i++) {
        if (log->fails_at && log->text.len + parts[i].iov_len > log->fails_at)
            return VG_IO;
        keep(&log->text, parts[i].iov_base, parts[i].iov_len);
    }
    return VG_OK;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct log *log = arg;
    if (log->csv) {
        vg_ais_csv(msg, payload, &log->out);
    } else {
        vg_ais_json(msg, payload, &log->out);
        vg_out_char(&log->out, '\n');
    }
}

static void by_one(struct log *log, struct vg_parallel_result *ret)
{
    static char buf[1 << 16];
    struct vg_receiver *r;
    assert_int_equal(vg_receiver_new(on_message, log, &r), VG_OK);
    vg_receiver_wait_for_signal(r, true);
    log->out = vg_out_stream(buf, sizeof buf, keep, &log->text);
    vg_receiver_push(r, log->bytes, log->len, VG_TIME_NONE);
    vg_receiver_end(r);
    assert_int_equal(vg_out_flush(&log->out), VG_OK);
    ret->counters = *vg_receiver_counters(r);
    ret->refusals = *vg_receiver_refusals(r);
    vg_receiver_free(r);
}

static void compare(const char *bytes, size_t len, size_t block, bool csv)
{
    static struct vg_parallel_result one, many;
    struct log expected = {.bytes = bytes, .len = len, .csv = csv};
    by_one(&expected, &one);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct log log = {.bytes = bytes, .len = len};
        struct vg_parallel how = {threads, block, csv, read_some, write_some, &log};
        assert_int_equal(vg_parallel_decode(&how, &many), VG_OK);
        assert_int_equal(log.text.len, expected.text.len);
        if (log.text.len)
            assert_true(memcmp(log.text.bytes, expected.text.bytes, log.text.len) == 0);
        assert_memory_equal(&one.counters, &many.counters, sizeof one.counters);
        for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
            assert_int_equal(one.refusals.count[i], many.refusals.count[i]);
            assert_int_equal(one.refusals.time_us[i], many.refusals.time_us[i]);
            assert_string_equal(one.refusals.example[i], many.refusals.example[i]);
        }
        free(log.text.bytes);
    }
    free(expected.text.bytes);
}

static void random_logs_in_blocks_of_any_size(void **state)
{
    (void)state;
    static const size_t blocks[] = {64, 65, 100, 257, 1000, 1024, 1025, 4096, 0};
    char *bytes = malloc(LOG_SIZE);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        compare(bytes, roll_log(bytes, blocks[i] && blocks[i] < 1000 ? LOG_SIZE / 8 : LOG_SIZE), blocks[i], i % 2);
    free(bytes);
}

/* Messages of two and three fragments, woven into each other, with single ones between: blocks end everywhere. */
static void fragments_across_blocks_find_each_other(void **state)
{
    (void)state;
    char *bytes = malloc(LOG_SIZE), body[200], payload[120];
    for (size_t block = 64; block < 900; block += 37) {
        size_t n = 0;
        for (unsigned i = 0; n + 400 < LOG_SIZE / 6; i++) {
            unsigned count = i % 7 == 0 ? 1 : 2 + i % 2, part = i % 7 == 0 ? 1 : 1 + i / 2 % count;
            roll_payload(payload, 60);
            payload[60] = '\0';
            payload[0] = '5';
            snprintf(body, sizeof body, "AIVDM,%u,%u,%s,%c,%s,0", count, part,
                     count == 1  ? ""
                     : i / 4 % 2 ? "3"
                                 : "7",
                     "AB"[i / 3 % 2], payload);
            n += put_sentence(bytes + n, body, i % 5 ? "\n" : "\r\n");
        }
        compare(bytes, n, block, false);
    }
    free(bytes);
}

/* Receive times in front, signal strengths behind, groups, and plain stretches between in which nothing is told. */
static void what_stands_around_a_message_is_found_across_blocks(void **state)
{
    (void)state;
    static const char *const other[] = {
        "$PGHP,1,2014,4,10,13,30,29,165,219,,2190067,1,39*22\n",
        "$INZDA,082015.0007,30,04,2009,,*73\n",
        "$ARVSI,r17MANP1,,041848.95096061,0427,-098,03*3D\n",
        "\\s:APIDSSRC1,g:1-2-05649,n:08851,c:0002780328*04\\!ARVDM,1,1,,B,15AQoR?P?wSS`@h@@bg>4?w`0HNP,0*39\n",
        "\\s:APIDSSRC1,g:2-2-05649,n:08852,c:0002780328*04\\$ARVSI,1234567899,,041848.95096061,0427,-098,03*62\n",
        "!BSVDM,2,1,1,A,53@ng7P1uN6PuLpl000I8TLN1=T@ITDp0000000u1Pr844@P07PSiBQ1,0*7B\n",
        "!BSVDM,2,2,1,A,CcAVCTj0EP00000,2*53\n",
    };
    char *bytes = malloc(LOG_SIZE), body[100], payload[60];
    size_t from = 0;
    for (size_t block = 64; block < 5000; block += block / 2 + 11) {
        size_t n = 0;
        for (unsigned i = 0; n + 700 < LOG_SIZE / 8; i++) {
            for (unsigned k = roll_below(roll_below(4) ? 6 : 120); k && n + 400 < LOG_SIZE / 8; k--) {
                roll_payload(payload, 28);
                payload[28] = '\0';
                snprintf(body, sizeof body, "AIVDM,1,1,%s,A,%s,0", k % 9 ? "" : "4", payload);
                n += put_sentence(bytes + n, body, "\n");
            }
            for (unsigned k = roll_below(4); k; k--) {
                const char *text = other[from++ % 5 == 3 ? 3 : roll_below(7)];
                n += (size_t)snprintf(bytes + n, LINE_ROOM, "%s", text);
            }
        }
        compare(bytes, n, block, block % 2);
    }
    free(bytes);
}

static void endless_lines_and_noise_and_nothing(void **state)
{
    (void)state;
    char *bytes = malloc(LOG_SIZE);
    compare("", 0, 0, false);
    compare("\n", 1, 64, false);
    compare("\n\r\n\n\n", 5, 64, true);
    memset(bytes, 'x', LOG_SIZE);
    compare(bytes, LOG_SIZE, 0, false);
    for (int i = 0; i < 40; i++)
        bytes[roll_below(LOG_SIZE)] = '\n';
    compare(bytes, LOG_SIZE, 0, false);
    compare(bytes, 40000, 128, false);
    for (size_t i = 0; i < 60000; i++)
        bytes[i] = (char)(roll_below(50) ? roll_below(256) : '\n');
    compare(bytes, 60000, 500, true);
    memset(bytes, '\n', 20000);
    compare(bytes, 20000, 0, false);
    static const char cut[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"; /* the log ends without a line end */
    compare(cut, sizeof cut - 1, 64, false);
    free(bytes);
}

static void the_corpus_on_several_threads(void **state)
{
    (void)state;
    size_t len;
    char *bytes = read_corpus(&len);
    if (!bytes)
        skip();
    compare(bytes, len, 0, false);
    compare(bytes, len / 4, 3000, true);
    free(bytes);
}

static void errors_of_reading_and_writing_are_told(void **state)
{
    (void)state;
    static struct vg_parallel_result result;
    char *bytes = malloc(LOG_SIZE);
    size_t n = roll_log(bytes, LOG_SIZE);
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct log log = {.bytes = bytes, .len = n, .ends_with = VG_CORRUPT};
        struct vg_parallel how = {threads, 1000, false, read_some, write_some, &log};
        assert_int_equal(vg_parallel_decode(&how, &result), VG_CORRUPT);
        assert_int_equal(result.counters.bytes, n); /* what came before the damage is decoded */
        log.at = 0;
        log.text.len = 0;
        log.fails_at = 50000;
        assert_int_equal(vg_parallel_decode(&how, &result), VG_IO);
        assert_true(log.text.len <= 50000);
        free(log.text.bytes);
    }
    struct vg_parallel none = {0};
    assert_int_equal(vg_parallel_decode(&none, &result), VG_ARG);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_logs_in_blocks_of_any_size),
        cmocka_unit_test(fragments_across_blocks_find_each_other),
        cmocka_unit_test(what_stands_around_a_message_is_found_across_blocks),
        cmocka_unit_test(endless_lines_and_noise_and_nothing),
        cmocka_unit_test(the_corpus_on_several_threads),
        cmocka_unit_test(errors_of_reading_and_writing_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
