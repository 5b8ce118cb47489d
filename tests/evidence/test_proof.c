/* What stands at the places of an event: sentences whole, whatever cut them, and whether a bundle can be made. */
#include "../journal/room.h"
#include "base/time.h"
#include "evidence/proof.h"

static uint64_t put(struct vg_journal *j, const char *name, uint32_t stream, uint8_t flags, const char *bytes,
                    size_t len)
{
    static unsigned turn_of;
    const struct vg_journal_entry e = {.source = name[0] == 'M' ? 1 : 2,
                                       .name = name,
                                       .stream = stream,
                                       .flags = flags,
                                       .received_us = T0_US + (int64_t)turn_of++ * 1000,
                                       .bytes = bytes,
                                       .len = len};
    const uint64_t offset = vg_journal_append(j, &e);
    assert_int_not_equal(offset, 0);
    return offset;
}

static uint64_t put_text(struct vg_journal *j, const char *name, uint8_t flags, const char *text)
{
    return put(j, name, 0, flags, text, strlen(text));
}

static void reads(const struct vg_proof *p, const char *source, const char *sentence)
{
    assert_true(p->found && p->text);
    assert_string_equal(p->source, source);
    if (p->len != strlen(sentence) || memcmp(p->sentence, sentence, p->len) != 0)
        fail_msg("'%.*s' for '%s'", (int)p->len, p->sentence, sentence);
}

#define TAGGED   "\\s:r7,c:1700000000*7F\\!AIVDM,1,1,,A,15MwkRUOidG?GElEa<iQk1JV06Jd,0*6E"
#define PLAIN    "!AIVDM,1,1,,A,15MwkRUOidG?GElEa<iQk1JV06Jd,0*6E"
#define FRAGMENT "!AIVDM,2,1,3,A,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3D"
#define SECOND   "!AIVDM,2,2,3,A,1@0000000000000,2*56"

static void sentences_are_whole_whatever_cut_them(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal *j = open_journal(dir, NULL);
    uint64_t place[5];
    place[0] = put_text(j, "Manta", 0, "$GPZDA,rest\r\n" TAGGED "\r\n" PLAIN "\r\n") + strlen("$GPZDA,rest\r\n");
    place[1] = put_text(j, "Manta", 0, FRAGMENT "\r\n" PLAIN "\r\n" SECOND "\r\n");
    place[2] = put_text(j, "Manta", 0, "!AIVDM,1,1,,A,15MwkRU");
    put_text(j, "Bahia", 0, "between\r\n");  /* of another feed, */
    put(j, "Manta", 5, 0, "between\r\n", 9); /* and of another sender */
    const uint64_t end = put_text(j, "Manta", 0, "OidG?GElEa<iQk1JV06Jd,0*6E\r\nnext\r\n");
    place[3] = put_text(j, "Bahia", VG_RECORD_DATAGRAM, PLAIN);
    place[4] = put(j, "Bahia", 1 << 16, VG_RECORD_DATAGRAM, "\x30\x00\x05\x80\x01zz", 7);
    turn(j);
    struct vg_proofs proofs;
    assert_int_equal(vg_proofs_read(dir, place, 5, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_READY);
    reads(&proofs.proof[0], "Manta/r7", TAGGED);
    assert_int_equal(proofs.proof[0].own_us, 1700000000 * VG_SECOND_US);
    assert_true(vg_pos_valid(proofs.proof[0].pos));
    reads(&proofs.proof[1], "Manta", FRAGMENT "\n" SECOND);
    assert_false(vg_pos_valid(proofs.proof[1].pos));
    reads(&proofs.proof[2], "Manta", PLAIN);
    assert_true(proofs.proof[2].rest == end && !proofs.proof[1].rest); /* its end is in the bundle, too */
    uint64_t places[10];
    assert_int_equal(vg_proofs_places(&proofs, places), 6);
    assert_true(places[3] == end);
    reads(&proofs.proof[3], "Bahia", PLAIN);
    assert_false(proofs.proof[4].text); /* a block of ASTERIX, as long as it says */
    assert_int_equal(proofs.proof[4].len, 5);
    struct vg_out out = vg_out_growing(1 << 16);
    vg_proofs_members(&out, &proofs);
    vg_out_char(&out, '\0');
    assert_non_null(strstr(out.buf, ",\"bundle\":true,\"why\":null,\"sentences\":["));
    assert_non_null(strstr(out.buf, "\"source\":\"Manta/r7\",\"sentence\":\"\\\\s:r7,c:"));
    assert_non_null(strstr(out.buf, "\"own_time\":\"2023-11-14T22:13:20Z\""));
    assert_non_null(strstr(out.buf, "\"sentence\":null,\"bytes\":\"3000058001\""));
    vg_out_free(&out);
    vg_proofs_free(&proofs);
    vg_journal_close(j, NULL);
}

static void why_there_is_no_bundle_is_told(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal *j = open_journal(dir, NULL);
    struct vg_proofs proofs;
    uint64_t place[2] = {put_text(j, "Manta", 0, PLAIN "\r\n"), 0};
    turn(j);
    assert_int_equal(vg_proofs_read(dir, place, 0, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_NO_PLACES);
    vg_proofs_free(&proofs);
    assert_int_equal(vg_proofs_read(NULL, place, 1, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_NO_JOURNAL);
    vg_proofs_free(&proofs);
    place[1] = put_text(j, "Manta", 0, PLAIN "\r\n"); /* received, and on no disk yet */
    assert_int_equal(vg_proofs_read(dir, place, 2, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_NOT_SIGNED);
    assert_true(proofs.proof[0].found);
    vg_proofs_free(&proofs);
    turn(j);
    assert_int_equal(vg_proofs_read(dir, place, 2, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_READY);
    vg_proofs_free(&proofs);
    place[1] += 900; /* no record stands there: as if it were retired */
    assert_int_equal(vg_proofs_read(dir, place, 2, &proofs), VG_OK);
    assert_int_equal(proofs.state, VG_PROOF_NOT_KEPT);
    vg_proofs_free(&proofs);
    vg_journal_close(j, NULL);
}

static void reception_tells_both_ends_of_a_silence(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal *j = open_journal(dir, NULL);
    struct vg_proofs proofs;
    struct vg_event e = {.kind = VG_EVENT_GAP, .state = VG_EVENT_ENDED};
    uint64_t place[2] = {put_text(j, "Manta", 0, TAGGED "\r\n"), put_text(j, "Bahia", 0, PLAIN "\r\n")};
    turn(j);
    assert_int_equal(vg_proofs_read(dir, place, 2, &proofs), VG_OK);
    static const struct {
        uint8_t kind, state;
        const char *has, *lacks;
    } rows[] = {{VG_EVENT_GAP, VG_EVENT_ENDED, "\"next_lon\":", "first_"},
                {VG_EVENT_GAP, VG_EVENT_ONGOING, "\"last_lat\":", "next_"},
                {VG_EVENT_DRIFT, VG_EVENT_ENDED, "\"first_heard\":", "next_"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_out out = vg_out_growing(1 << 16);
        e.kind = rows[i].kind, e.state = rows[i].state;
        vg_proofs_reception(&out, &proofs, &e);
        vg_out_char(&out, '\0');
        assert_non_null(strstr(out.buf, ",\"source\":\"Manta/r7, Bahia\",\""));
        assert_non_null(strstr(out.buf, rows[i].has));
        assert_null(strstr(out.buf, rows[i].lacks));
        vg_out_free(&out);
    }
    vg_proofs_free(&proofs);
    vg_journal_close(j, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {in_a_room(sentences_are_whole_whatever_cut_them),
                                       in_a_room(why_there_is_no_bundle_is_told),
                                       in_a_room(reception_tells_both_ends_of_a_silence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
