/* What other sentences tell of the messages in a stream. */
#include "sensor/ais_util.h"

#define VDM  "!ARVDM,1,1,,B,15AQoR?P?wSS`@h@@bg>4?w`0HNP,0*39\n"
#define VDM2 "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define VSI  "$ARVSI,1234567899,,041848.95096061,0427,-098,03*62\n"

struct heard {
    int count;
    struct vg_payload payload[8];
};

static void hear(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct heard *h = arg;
    (void)msg;
    assert_true(h->count < 8);
    assert_int_equal(payload->len, 28);
    h->payload[h->count++] = *payload;
}

static struct heard listen(const char *text, bool wait, struct vg_receiver_counters *counters)
{
    struct heard h = {0};
    struct vg_receiver *r;
    assert_int_equal(vg_receiver_new(hear, &h, &r), VG_OK);
    vg_receiver_wait_for_signal(r, wait);
    vg_receiver_push(r, text, strlen(text), VG_TIME_NONE);
    vg_receiver_end(r);
    if (counters)
        *counters = *vg_receiver_counters(r);
    assert_int_equal(vg_receiver_refusals(r)->count[VG_REFUSAL_OTHER_SENTENCE], 0);
    vg_receiver_free(r);
    return h;
}

/* libais#112: who wants the signal strength. */
static void a_vsi_of_the_same_group_is_kept_with_its_message(void **state)
{
    (void)state;
    const char *text = "\\s:APIDSSRC1,g:1-2-05649,n:08851,c:1430453928*07\\" VDM
                       "\\s:APIDSSRC1,g:2-2-05649,n:08852,c:1430453928*07\\" VSI VDM2;
    struct vg_receiver_counters c;
    struct heard h = listen(text, true, &c);
    assert_int_equal(h.count, 2);
    assert_int_equal(c.others, 1);
    assert_int_equal(h.payload[0].known, VG_KNOWN_SIGNAL | VG_KNOWN_SNR | VG_KNOWN_SLOT);
    assert_int_equal(h.payload[0].signal_ddbm, -980);
    assert_int_equal(h.payload[0].snr_ddb, 30);
    assert_int_equal(h.payload[0].slot, 427);
    assert_int_equal(h.payload[0].time_us, INT64_C(1430453928950960)); /* the exact time of arrival */
    assert_int_equal(h.payload[1].known, 0);
    h = listen(text, false, NULL); /* who doesn't wait gets the messages at once, without */
    assert_int_equal(h.count, 2);
    assert_int_equal(h.payload[0].known, 0);
}

static void a_vsi_of_another_group_or_link_is_not(void **state)
{
    (void)state;
    struct heard h = listen("\\g:1-2-05649*60\\" VDM "\\g:2-2-05650*6B\\" VSI, true, NULL);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.payload[0].known, 0);
}

static void without_groups_a_stream_that_has_vsis_is_waited_for(void **state)
{
    (void)state;
    struct heard h = listen(VDM VSI VDM VSI VDM VDM2 VSI, true, NULL);
    assert_int_equal(h.count, 4);
    assert_int_equal(h.payload[0].known, 0); /* nobody could know yet */
    assert_int_equal(h.payload[1].known, 7);
    assert_int_equal(h.payload[2].known, 0);
    assert_int_equal(h.payload[3].known, 7);
}

static void pghp_and_zda_give_the_time_of_what_follows(void **state)
{
    (void)state;
    struct heard h = listen("$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,24*2D\n" VDM2 VDM2
                            "$INZDA,082015.0007,30,04,2009,,*73\n" VDM2,
                            false, NULL);
    char iso[VG_TIME_TEXT];
    assert_int_equal(h.count, 3);
    vg_time_text(h.payload[0].time_us, iso);
    assert_string_equal(iso, "2010-06-11T11:46:11.390Z");
    assert_string_equal(h.payload[0].station, "992190934");
    assert_true(h.payload[1].time_us == VG_TIME_NONE);
    vg_time_text(h.payload[2].time_us, iso);
    assert_string_equal(iso, "2009-04-30T08:20:15Z");
    /* $PGHP speaks of a sentence that was lost. */
    h = listen("$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B\n" VDM2, false, NULL);
    assert_true(h.payload[0].time_us == VG_TIME_NONE);
}

/* The same bytes in any pieces give the same messages in the same order. */
static void pieces_make_no_difference(void **state)
{
    (void)state;
    const char *text = VDM VSI VDM VSI VDM2 VDM "\\g:1-2-05649*60\\" VDM "\\g:2-2-05649*63\\" VSI;
    struct heard whole = listen(text, true, NULL);
    for (size_t piece = 1; piece < 60; piece++) {
        struct heard h = {0};
        struct vg_receiver *r;
        assert_int_equal(vg_receiver_new(hear, &h, &r), VG_OK);
        vg_receiver_wait_for_signal(r, true);
        for (size_t at = 0; at < strlen(text); at += piece)
            vg_receiver_push(r, text + at, strlen(text) - at < piece ? strlen(text) - at : piece, VG_TIME_NONE);
        vg_receiver_end(r);
        vg_receiver_free(r);
        assert_int_equal(h.count, whole.count);
        for (int i = 0; i < h.count; i++) {
            assert_int_equal(h.payload[i].known, whole.payload[i].known);
            assert_int_equal(h.payload[i].line, whole.payload[i].line);
        }
    }
}

static const char *summed(char start, const char *body)
{
    static char lines[4][256];
    static unsigned turn;
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum ^= (uint8_t)*c;
    char *line = lines[turn++ % 4];
    snprintf(line, sizeof *lines, start == '$' ? "$%s*%02X\n" : "\\%s*%02X\\", body, sum);
    return line;
}

/* A message with a time of its own and the VSI behind it. */
static struct vg_payload with_vsi(const char *tag, const char *vsi)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s%s%s%s", VDM, VSI, summed('\\', tag), VDM, summed('$', vsi));
    struct heard h = listen(text, true, NULL);
    assert_int_equal(h.count, 2);
    return h.payload[1];
}

static void a_vsis_time_is_that_of_the_nearest_day(void **state)
{
    (void)state;
    static const struct {
        const char *tag, *clock;
        int64_t time_us;
    } rows[] = {
        {"c:1430438400", "000000.5", INT64_C(1430438400500000)},
        {"c:1430438400", "235959.5", INT64_C(1430438399500000)}, /* the day before */
        {"c:1430524799", "000000.5", INT64_C(1430524800500000)}, /* the day after */
        {"c:1430438400", "000100", INT64_C(1430438460000000)},   /* a minute: they agree */
        {"c:1430438400", "000101", INT64_C(1430438400000000)},   /* more: the log's own time stays */
        {"c:1430438400", "120000", INT64_C(1430438400000000)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char vsi[64];
        snprintf(vsi, sizeof vsi, "ARVSI,x,,%s,0427,-098,03", rows[i].clock);
        struct vg_payload p = with_vsi(rows[i].tag, vsi);
        if (p.time_us != rows[i].time_us)
            fail_msg("%s %s: %lld", rows[i].tag, rows[i].clock, (long long)p.time_us);
    }
}

static void what_no_receiver_measures_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *vsi;
        int known, signal, snr, slot;
    } rows[] = {
        {"ARVSI,x,,000000,0,-299.9,299.9", 7, -2999, 2999, 0},
        {"ARVSI,x,,000000,2249,-300,300", VG_KNOWN_SLOT, 0, 0, 2249},
        {"ARVSI,x,,000000,2250,300,-300", 0, 0, 0, 0},
        {"ARVSI,x,,000000,-1,0,0", VG_KNOWN_SIGNAL | VG_KNOWN_SNR, 0, 0, 0},
        {"ARVSI,x,,000000,,-98", VG_KNOWN_SIGNAL, -980, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_payload p = with_vsi("c:1430438400", rows[i].vsi);
        assert_int_equal(p.known, rows[i].known);
        assert_int_equal(p.signal_ddbm, rows[i].signal);
        assert_int_equal(p.snr_ddb, rows[i].snr);
        assert_int_equal(p.slot, rows[i].slot);
        assert_string_equal(p.station, "x");
    }
    assert_string_equal(with_vsi("s:own", "ARVSI,x,,000000,1,-98").station, "own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vsi_of_the_same_group_is_kept_with_its_message),
        cmocka_unit_test(a_vsi_of_another_group_or_link_is_not),
        cmocka_unit_test(without_groups_a_stream_that_has_vsis_is_waited_for),
        cmocka_unit_test(pghp_and_zda_give_the_time_of_what_follows),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(a_vsis_time_is_that_of_the_nearest_day),
        cmocka_unit_test(what_no_receiver_measures_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
