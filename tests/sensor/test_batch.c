/* One decoder, many ways through it: every reader, batches, pieces of any size, give what the plain path gives. */
#include "sensor/fast_util.h"

#include "nmea/line.h"
#include "sensor/ais/alone.h"
#include "sensor/ais/batch.h"

#define LOG_SIZE (1 << 20)

static uint64_t hash(uint64_t h, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001B3);
    return h;
}

/* Field by field: padding says nothing. */
static uint64_t hash_report(uint64_t h, const struct vg_report *r)
{
#define H(field) h = hash(h, &r->field, sizeof r->field)
    H(time_us), H(journal_offset), H(mmsi), H(fields), H(source), H(suspect), H(sensor), H(message), H(class),
        H(accurate), H(pos);
    H(sog_dkn), H(cog_ddeg), H(heading_deg), H(turn_raw), H(status), H(altitude_m), H(imo), H(shiptype), H(draught_dm);
    H(eta_month), H(eta_day), H(eta_hour), H(eta_minute), H(to_bow_m), H(to_stern_m), H(to_port_m), H(to_starboard_m);
    H(aid_type), H(aid_virtual), H(aid_off_position), H(parent_mmsi), H(name), H(callsign), H(destination), H(text);
#undef H
    return h;
}

/* What came out of an input: as much of it as can be compared in one go. */
struct result {
    uint64_t messages, reports, n_messages, n_reports;
    struct vg_receiver_counters counters;
    struct vg_refusals refusals;
};

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *p)
{
    struct result *res = arg;
    static char buf[1 << 15];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(msg, p, &out);
    res->messages = hash(res->messages, buf, out.len);
    res->messages = hash(res->messages, &p->journal_offset, sizeof p->journal_offset);
    res->messages = hash(res->messages, &p->received_us, sizeof p->received_us);
    res->n_messages++;
    struct vg_report r;
    if (!vg_ais_report(msg, &r))
        return;
    r.time_us = p->time_us;
    r.journal_offset = p->journal_offset;
    r.suspect = vg_ais_suspect(msg);
    res->reports = hash(res->reports, p->station, strlen(p->station));
    res->reports = hash_report(res->reports, &r);
    res->n_reports++;
}

/* `piece` 0: all at once; else random pieces up to it. */
static void by_receiver(const char *bytes, size_t len, unsigned piece, struct result *ret)
{
    struct vg_receiver *r;
    memset(ret, 0, sizeof *ret);
    assert_int_equal(vg_receiver_new(on_message, ret, &r), VG_OK);
    for (size_t at = 0; at < len;) {
        size_t n = piece ? 1 + roll_below(piece) : len;
        n = n < len - at ? n : len - at;
        vg_receiver_push(r, bytes + at, n, VG_TIME_NONE);
        at += n;
    }
    vg_receiver_end(r);
    ret->counters = *vg_receiver_counters(r);
    ret->refusals = *vg_receiver_refusals(r);
    vg_receiver_free(r);
}

/* A batch numbers its stations; the receiver tells their names. */
static void take_reports(struct result *ret, const struct vg_batch *b, struct vg_report *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *station = vg_batch_station(b, r[i].source);
        r[i].source = 0;
        ret->reports = hash(ret->reports, station, strlen(station));
        ret->reports = hash_report(ret->reports, &r[i]);
    }
}

static void by_batch(const char *bytes, size_t len, unsigned piece, size_t cap, struct result *ret)
{
    static struct vg_report report[1000];
    struct vg_batch *b;
    memset(ret, 0, sizeof *ret);
    assert_int_equal(vg_batch_new(true, &b), VG_OK);
    for (size_t at = 0; at < len;) {
        size_t n = piece ? 1 + roll_below(piece) : len, taken;
        n = n < len - at ? n : len - at;
        size_t got = vg_batch_push(b, bytes + at, n, VG_TIME_NONE, report, cap, &taken);
        assert_in_range(taken, 1, n);
        take_reports(ret, b, report, got);
        ret->n_reports += got;
        at += taken;
    }
    size_t got = vg_batch_end(b, report, cap);
    take_reports(ret, b, report, got);
    ret->n_reports += got;
    ret->counters = *vg_batch_counters(b);
    ret->refusals = *vg_batch_refusals(b);
    vg_batch_free(b);
}

static void assert_same(const struct result *a, const struct result *b, bool messages)
{
    assert_int_equal(a->n_reports, b->n_reports);
    assert_true(a->reports == b->reports);
    if (messages) {
        assert_int_equal(a->n_messages, b->n_messages);
        assert_true(a->messages == b->messages);
    }
    assert_memory_equal(&a->counters, &b->counters, sizeof a->counters);
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        assert_int_equal(a->refusals.count[i], b->refusals.count[i]);
        assert_string_equal(a->refusals.example[i], b->refusals.example[i]);
    }
}

static void compare_all_ways(const char *bytes, size_t len)
{
    static struct result plain, other;
    vg_line_use(VG_LINE_PLAIN);
    by_receiver(bytes, len, 0, &plain);
    for (int path = 0; path < VG_LINE_PATHS; path++) {
        if (!vg_line_use((enum vg_line_path)path))
            continue;
        by_receiver(bytes, len, 0, &other);
        assert_same(&plain, &other, true);
        by_receiver(bytes, len, 300, &other);
        assert_same(&plain, &other, true);
        by_batch(bytes, len, 0, 1000, &other);
        assert_same(&plain, &other, false);
        by_batch(bytes, len, 5000, VG_BATCH_LINE_MAX, &other);
        assert_same(&plain, &other, false);
    }
}

static void the_corpus_is_read_the_same_every_way(void **state)
{
    (void)state;
    size_t len;
    char *bytes = read_corpus(&len);
    if (!bytes)
        skip();
    compare_all_ways(bytes, len);
    for (int i = 0; i < 20000; i++) /* and damaged, here and there */
        bytes[roll() % len] = (char)(roll_below(2) ? roll_below(256) : 0x20 + roll_below(0x5F));
    compare_all_ways(bytes, len);
    free(bytes);
}

static void random_logs_are_read_the_same_every_way(void **state)
{
    (void)state;
    char *bytes = malloc(LOG_SIZE);
    assert_non_null(bytes);
    for (int round = 0; round < 4; round++)
        compare_all_ways(bytes, roll_log(bytes, LOG_SIZE));
    for (size_t i = 0; i < LOG_SIZE / 8; i++) /* noise */
        bytes[i] = (char)(roll_below(40) ? roll_below(256) : '\n');
    compare_all_ways(bytes, LOG_SIZE / 8);
    free(bytes);
}

/* Every byte of a line, in every value: what a reader takes, the plain path takes, with the same bits. */
static void a_reader_never_takes_what_the_plain_path_reads_differently(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n",
        "!BSVDO,1,1,5,,H42O55i18tMET00000000000000,2*6D\n",
        "!AIVDM,1,1,,B,K>pWmO@0,4*7F\n",
        "!AIVDM,1,1,,A,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53800000000000000000000000000,2*03\n",
    };
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
        size_t len = strlen(lines[l]), padded = len + 200;
        char *line = malloc(padded);
        memset(line, 'x', padded);
        for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
            vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
            for (size_t at = 0; read && at < len * 256; at++) {
                memcpy(line, lines[l], len);
                line[at / 256] = (char)at;
                char *star = memchr(line, '*', len);
                if (star && star + 3 <= line + len && roll_below(4)) { /* most of them with the sum made right */
                    uint8_t sum = 0;
                    for (char *c = line + 1; c < star; c++)
                        sum ^= (uint8_t)*c;
                    char hex[3];
                    snprintf(hex, sizeof hex, "%02x", sum);
                    memcpy(star + 1, hex, 2);
                }
                struct vg_line got;
                struct vg_ais fast, plain;
                memset(fast.payload, 0xEE, sizeof fast.payload);
                size_t n = read(line, line + padded, &got, fast.payload);
                if (!n)
                    continue;
                struct vg_sentence s;
                enum vg_refusal refusal;
                size_t pos = 0, text = n - 1 - (n > 1 && line[n - 2] == '\r');
                assert_int_equal(line[n - 1], '\n');
                assert_true(vg_nmea_next(line, text, &pos, &s, &refusal));
                assert_int_equal(refusal, VG_REFUSAL_NONE);
                assert_int_equal(s.text.len, got.len);
                assert_true(s.payload.at == got.payload && s.payload.len == got.payload_len);
                assert_true(s.channel == got.channel && s.sequence == got.sequence && s.vdo == got.vdo);
                assert_true(s.fragments == got.fragments && s.fragment == got.fragment);
                if (s.fragments != 1)
                    continue;
                vg_ais_decode(s.payload.at, s.payload.len, s.fill_bits, &plain);
                assert_int_equal(plain.bits, got.bits);
                assert_memory_equal(plain.payload, fast.payload, (plain.bits + 7u) / 8 + 8);
            }
        }
        free(line);
    }
}

static void lengths_of_payloads_make_no_difference(void **state)
{
    (void)state;
    char payload[512], body[600], *line = malloc(1024);
    for (int round = 0; round < 20; round++)
        for (size_t len = 0; len <= VG_PAYLOAD_CHARS + 2; len++) {
            roll_payload(payload, len);
            payload[len] = '\0';
            snprintf(body, sizeof body, "AIVDM,1,1,%s,%s,%s,%u", roll_below(2) ? "" : "3", roll_below(2) ? "" : "B",
                     payload, roll_below(6));
            memset(line, 'x', 1024);
            size_t n = put_sentence(line, body, round % 2 ? "\n" : "\r\n");
            struct vg_line first, got;
            uint8_t expected[VG_LINE_BITS_SIZE], bits[VG_LINE_BITS_SIZE];
            for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
                vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
                if (!read)
                    continue;
                memset(bits, 0xEE, sizeof bits);
                assert_int_equal(read(line, line + 1024, &got, bits), len <= VG_PAYLOAD_CHARS ? n : 0);
                if (len > VG_PAYLOAD_CHARS)
                    continue;
                if (path == VG_LINE_PORTABLE) {
                    first = got;
                    memcpy(expected, bits, sizeof bits);
                }
                assert_int_equal(first.bits, got.bits);
                assert_memory_equal(expected, bits, (got.bits + 7u) / 8 + 8);
            }
        }
    free(line);
}

static void lines_are_counted(void **state)
{
    (void)state;
    char *bytes = malloc(100000);
    for (size_t i = 0; i < 100000; i++)
        bytes[i] = (char)(roll_below(3) ? roll_below(256) : '\n');
    for (int round = 0; round < 300; round++) {
        size_t from = roll_below(50000), to = from + roll_below(round % 3 ? 200 : 50000);
        if (round > 280) /* as many as there can be */
            memset(bytes, '\n', 100000);
        uint64_t n = 0;
        for (size_t i = from; i < to; i++)
            n += bytes[i] == '\n';
        assert_int_equal(vg_count_lines(bytes + from, bytes + to), n);
    }
    free(bytes);
}

/* What came without a line end is a line when its sender has gone. */
static void an_unfinished_line_is_finished_if_asked(void **state)
{
    (void)state;
    static const char line[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";
    for (int end = 0; end < 2; end++) {
        struct vg_report report[2 * VG_BATCH_LINE_MAX];
        struct vg_batch *b;
        size_t taken;
        assert_int_equal(vg_batch_new(true, &b), VG_OK);
        vg_batch_set_journal_offset(b, 500);
        assert_int_equal(vg_batch_push(b, line, sizeof line - 1, 77, report, 2 * VG_BATCH_LINE_MAX, &taken), 0);
        assert_int_equal(taken, sizeof line - 1);
        assert_int_equal(
            end ? vg_batch_end(b, report, VG_BATCH_LINE_MAX) : vg_batch_end_line(b, report, VG_BATCH_LINE_MAX), 1);
        assert_int_equal(report[0].mmsi, 265547250);
        assert_int_equal(report[0].journal_offset, 500);
        assert_int_equal(vg_batch_counters(b)->lines, 1);
        assert_int_equal(vg_batch_end_line(b, report, VG_BATCH_LINE_MAX), 0); /* once */
        vg_batch_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_is_read_the_same_every_way),
        cmocka_unit_test(random_logs_are_read_the_same_every_way),
        cmocka_unit_test(a_reader_never_takes_what_the_plain_path_reads_differently),
        cmocka_unit_test(lengths_of_payloads_make_no_difference),
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(an_unfinished_line_is_finished_if_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
