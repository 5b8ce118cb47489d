/* Captures: links, VLAN tags, IPv4 and IPv6 with fragments, TCP in any order, and the times of their lines. */
#include "feed_test.h"

#include "feed/capture.h"
#include "feed/capture_bytes.h"
#include "feed/file_reader.h"
#include "feed/packing.h"

#define ONE   "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define TWO   "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"
#define THREE "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
#define AT    1700000000
#define FIN   1
#define SYN   2
#define UDP   17
#define TCP   6
#define MICRO 0xA1B2C3D4
#define NANO  0xA1B23C4D

static struct made made;
static struct frame frame;

static enum vg_err one_block(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct made *m = arg;
    (void)ret_why;
    if (m->len == 0)
        return VG_EOF;
    *ret_bytes = m->bytes;
    *ret_len = m->len;
    m->len = 0;
    return VG_OK;
}

/* The lines of what was made, and what was counted. */
static enum vg_err read_made(char *text, size_t size, struct vg_capture_counts *counts, const char **ret_why)
{
    const struct vg_byte_stream under = {.next = one_block, .arg = &made};
    struct vg_capture *capture;
    const void *bytes;
    size_t len, total = 0;
    text[0] = '\0';
    enum vg_err err = vg_capture_open(&under, &capture, ret_why);
    if (err)
        return err;
    struct vg_byte_stream lines = vg_capture_bytes(capture);
    static char why[512];
    while (!(err = lines.next(lines.arg, &bytes, &len, ret_why))) {
        assert_true(total + len < size);
        memcpy(text + total, bytes, len);
        total += len;
    }
    text[total] = '\0';
    if (err != VG_EOF)
        snprintf(why, sizeof why, "%s", *ret_why);
    *ret_why = why;
    *counts = *vg_capture_counts(capture);
    vg_capture_close(capture);
    return err;
}

static struct vg_capture_counts expect(const char *want)
{
    static char text[CAPTURE_MOST];
    struct vg_capture_counts counts = {0};
    const char *why = "";
    enum vg_err err = read_made(text, sizeof text, &counts, &why);
    assert_string_equal(text, want);
    if (err != (*want ? VG_EOF : VG_UNSUPPORTED))
        fail_msg("%s: %s", vg_err_text(err), why);
    return counts;
}

static void refused(enum vg_err err, const char *part)
{
    static char text[CAPTURE_MOST];
    struct vg_capture_counts counts;
    const char *why = "";
    assert_int_equal(read_made(text, sizeof text, &counts, &why), err);
    if (!strstr(why, part))
        fail_msg("%s", why);
}

static void every_form_of_file_gives_the_packet_s_time(void **state)
{
    (void)state;
    for (int form = 0; form < 6; form++) {
        bool swapped = form & 1;
        if (form < 4)
            begin_pcap(&made, form < 2 ? MICRO : NANO, 1, swapped);
        else
            begin_pcapng(&made, 1, swapped);
        uint32_t part = form == 2 || form == 3 ? 120345999 : 120345;
        put_packet(&made, AT, part, ethernet(ip4(udp(payload(&frame, ONE "\r\n" TWO)), UDP)), 0);
        put_packet(&made, AT + 1, 5 * (part / 120345), ethernet(ip4(udp(payload(&frame, THREE "\n")), UDP)), 0);
        struct vg_capture_counts c =
            expect("1700000000.120345 " ONE "\n1700000000.120345 " TWO "\n1700000001.000005 " THREE "\n");
        assert_int_equal(c.packets, 2);
        assert_int_equal(c.lines, 3);
        assert_int_equal(c.other_packets + c.other_lines + c.cut_lines + c.gaps, 0);
    }
}

static void each_link_is_read(void **state)
{
    (void)state;
    static const struct {
        uint32_t link;
        const char *header;
        size_t len;
        bool v6;
    } rows[] = {
        {1, "\1\2\3\4\5\6\1\2\3\4\5\7\x08\0", 14, false},
        {1, "\1\2\3\4\5\6\1\2\3\4\5\7\x86\xdd", 14, true},
        {1, "\1\2\3\4\5\6\1\2\3\4\5\7\x81\0\0\5\x08\0", 18, false},
        {1, "\1\2\3\4\5\6\1\2\3\4\5\7\x88\xa8\0\5\x81\0\0\6\x86\xdd", 22, true},
        {101, "", 0, false},
        {101, "", 0, true},
        {228, "", 0, false},
        {229, "", 0, true},
        {0, "\2\0\0\0", 4, false},
        {0, "\0\0\0\2", 4, false},
        {0, "\x1e\0\0\0", 4, true},
        {108, "\0\0\0\2", 4, false},
        {113, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\0", 16, false},
        {113, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x86\xdd", 16, true},
        {113, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x81\0\0\5\x08\0", 20, false},
        {276, "\x08\0\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20, false},
        {276, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin_pcap(&made, MICRO, rows[i].link, false);
        udp(payload(&frame, ONE "\n"));
        if (rows[i].v6)
            ip6(&frame, UDP);
        else
            ip4(&frame, UDP);
        in_front(&frame, rows[i].header, rows[i].len);
        put_packet(&made, AT, 0, &frame, 0);
        struct vg_capture_counts c = expect("1700000000.000000 " ONE "\n");
        assert_int_equal(c.other_packets, 0);
    }
    begin_pcap(&made, MICRO, 105, false); /* WLAN */
    refused(VG_UNSUPPORTED, "a capture of a network that isn't read (802.11)");
}

static void what_is_neither_udp_nor_tcp_is_counted(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 1, false);
    put_packet(&made, AT, 0, ethernet(ip4(payload(&frame, ONE "\n"), 1)), 0); /* ICMP */
    in_front(payload(&frame, "who has"), "\1\2\3\4\5\6\1\2\3\4\5\7\x08\x06", 14);
    put_packet(&made, AT, 0, &frame, 0); /* ARP */
    put_packet(&made, AT, 0, payload(&frame, "short"), 0);
    put_packet(&made, AT, 0, ethernet(ip4(payload(&frame, "x"), UDP)), 0);
    put_packet(&made, AT, 0, ethernet(ip4(payload(&frame, "xxxxxxxxxxxxxxxxxxxxxxxxxx"), TCP)), 0);
    put_packet(&made, AT, 0, ethernet(ip4(udp(payload(&frame, ONE)), UDP)), 0);
    struct vg_capture_counts c = expect("1700000000.000000 " ONE "\n");
    assert_int_equal(c.packets, 6);
    assert_int_equal(c.other_packets, 5);
}

static void lines_without_a_sentence_are_counted_and_tag_blocks_kept(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 101, false);
    put_packet(&made, AT, 0, ip4(udp(payload(&frame, "GET / HTTP/1.1\r\nHost: $x\r\n\r\n")), UDP), 0);
    put_packet(&made, AT, 0, ip4(udp(payload(&frame, "\\s:r,c:1*2\\" ONE "\r\nremark\n")), UDP), 0);
    payload(&frame, "......\\s:r*2\\" ONE "\r\n");
    memcpy(frame.bytes, "UdPbC\0", 6);
    put_packet(&made, AT, 0, ip4(udp(&frame), UDP), 0);
    struct vg_capture_counts c = expect("1700000000.000000 \\s:r,c:1*2\\" ONE "\n1700000000.000000 \\s:r*2\\" ONE "\n");
    assert_int_equal(c.other_lines, 3);
    begin_pcap(&made, MICRO, 101, false);
    put_packet(&made, AT, 0, ip4(udp(payload(&frame, "nothing here\n")), UDP), 0);
    refused(VG_UNSUPPORTED, "no sentence in the UDP and TCP traffic of the capture");
    begin_pcap(&made, MICRO, 101, false);
    refused(VG_UNSUPPORTED, "no sentence");
}

static void a_packet_that_was_not_captured_whole_loses_its_last_line(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 101, false);
    ip4(udp(payload(&frame, ONE "\n" TWO "\n")), UDP);
    size_t full = frame.len;
    frame.len -= 10;
    put_packet(&made, AT, 0, &frame, full);
    struct vg_capture_counts c = expect("1700000000.000000 " ONE "\n");
    assert_int_equal(c.cut_lines, 1);
}

/* ---- fragments ---- */

static void fragments(const int *order, size_t count, bool v6, const char *want, uint64_t lost)
{
    static struct frame whole;
    static const size_t cuts[] = {0, 48, 96, 1000};
    begin_pcap(&made, MICRO, 101, false);
    udp(payload(&whole, ONE "\n" TWO "\n" THREE "\n"));
    for (size_t i = 0; i < count; i++) {
        size_t from = cuts[order[i]], to = cuts[order[i] + 1] < whole.len ? cuts[order[i] + 1] : whole.len;
        frame.len = to - from;
        memcpy(frame.bytes, whole.bytes + from, frame.len);
        if (v6)
            ip6(ip6_extension(&frame, UDP, (unsigned)from, to < whole.len, 9), 44);
        else
            ip4_part(&frame, UDP, 9, (unsigned)from, to < whole.len);
        put_packet(&made, (uint32_t)(AT + i), 0, &frame, 0);
    }
    struct vg_capture_counts c = expect(want);
    assert_int_equal(c.lost_fragments, lost);
}

static void datagrams_are_put_together_of_fragments_in_any_order(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int v6 = 0; v6 < 2; v6++) {
        for (size_t i = 0; i < 6; i++)
            fragments(orders[i], 3, v6,
                      "1700000002.000000 " ONE "\n1700000002.000000 " TWO "\n1700000002.000000 " THREE "\n", 0);
        fragments((const int[]){0, 0, 1, 1, 2}, 5, v6, /* some came twice */
                  "1700000004.000000 " ONE "\n1700000004.000000 " TWO "\n1700000004.000000 " THREE "\n", 0);
        fragments((const int[]){0, 2}, 2, v6, "", 2);
        fragments((const int[]){1}, 1, v6, "", 1);
    }
}

static void headers_of_ipv6_in_between_are_skipped(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 101, false);
    udp(payload(&frame, ONE "\n"));
    ip6(ip6_extension(ip6_extension(&frame, UDP, 0, false, 0), 60, 0, false, 0), 0);
    put_packet(&made, AT, 0, &frame, 0);
    expect("1700000000.000000 " ONE "\n");
}

/* ---- TCP ---- */

struct sent {
    const char *text;
    int32_t number; /* relative to the first byte */
    uint8_t flags;
    uint16_t port;
};

static struct vg_capture_counts stream(const struct sent *sent, size_t count, uint32_t first, const char *want)
{
    begin_pcap(&made, MICRO, 101, false);
    for (size_t i = 0; i < count; i++)
        put_packet(&made, (uint32_t)(AT + i), 0,
                   ip4(tcp(payload(&frame, sent[i].text), sent[i].port ? sent[i].port : 4000,
                           first + (uint32_t)sent[i].number, sent[i].flags),
                       TCP),
                   0);
    return expect(want);
}

#define HALF  "!AIVDM,1,1,,A,13u?etPv2;0n"
#define OTHER ":dDPwUM1U1Cb069D,0*24"
#define H     ((int32_t)sizeof HALF - 1)
#define O     ((int32_t)sizeof ONE) /* the line with its end */

static void a_line_in_two_segments_has_the_second_one_s_time(void **state)
{
    (void)state;
    for (uint32_t first = 1; first; first = first == 1 ? UINT32_MAX - 10 : 0) { /* also over the end of the numbers */
        const struct sent plain[] = {{"", -1, SYN, 0}, {HALF, 0, 0, 0}, {OTHER "\n", H, 0, 0}, {TWO "\n", O, FIN, 0}};
        stream(plain, 4, first, "1700000002.000000 " ONE "\n1700000003.000000 " TWO "\n");
        const struct sent middle[] = {{HALF, 0, 0, 0}, {OTHER "\n", H, 0, 0}}; /* the capture began later */
        stream(middle, 2, first, "1700000001.000000 " ONE "\n");
    }
}

static void segments_are_put_in_order_and_retransmissions_dropped(void **state)
{
    (void)state;
    const struct sent early[] = {{"", -1, SYN, 0}, {OTHER "\n", H, 0, 0}, {HALF, 0, 0, 0}};
    stream(early, 3, 5, "1700000001.000000 " ONE "\n"); /* its end was captured first */
    const struct sent twice[] = {{"", -1, SYN, 0}, {"", -1, SYN, 0},      {HALF, 0, 0, 0},
                                 {HALF, 0, 0, 0},  {OTHER "\n", H, 0, 0}, {ONE "\n", 0, 0, 0}};
    struct vg_capture_counts c = stream(twice, 6, 5, "1700000004.000000 " ONE "\n");
    assert_int_equal(c.gaps, 0);
    const struct sent overlap[] = {{HALF, 0, 0, 0}, {ONE "\n" TWO "\n", 0, 0, 0}};
    stream(overlap, 2, 5, "1700000001.000000 " ONE "\n1700000001.000000 " TWO "\n");
    const struct sent alive[] = {{ONE "\n", 0, 0, 0}, {"\n", O - 1, 0, 0}, {TWO "\n", O, 0, 0}}; /* keep-alive */
    stream(alive, 3, 5, "1700000000.000000 " ONE "\n1700000002.000000 " TWO "\n");
}

static void the_line_at_a_gap_is_dropped_and_counted(void **state)
{
    (void)state;
    const struct sent gap[] = {{TWO "\n" HALF, 0, 0, 0}, {"0*24\n" THREE "\n", O + H + 10, 0, 0}};
    struct vg_capture_counts c = stream(gap, 2, 5, "1700000000.000000 " TWO "\n1700000001.000000 " THREE "\n");
    assert_int_equal(c.gaps, 1);
    assert_int_equal(c.cut_lines, 1);
    /* Not whole in the capture is a gap, too. */
    begin_pcap(&made, MICRO, 101, false);
    ip4(tcp(payload(&frame, TWO "\n" ONE "\n"), 4000, 5, 0), TCP);
    size_t full = frame.len;
    frame.len -= 20;
    put_packet(&made, AT, 0, &frame, full);
    put_packet(&made, AT + 1, 0, ip4(tcp(payload(&frame, THREE "\n"), 4000, (uint32_t)(5 + 2 * O), 0), TCP), 0);
    c = expect("1700000000.000000 " TWO "\n");
    assert_int_equal(c.gaps, 1);
    assert_int_equal(c.cut_lines, 1);
}

/* The stream goes on before the capture ends: it does not wait for ever. */
static void a_gap_is_given_up_after_a_while(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 101, false);
    char want[CAPTURE_MOST / 4];
    size_t len = 0;
    put_packet(&made, AT, 0, ip4(tcp(payload(&frame, TWO "\n"), 4000, 1, 0), TCP), 0);
    len += (size_t)snprintf(want, sizeof want, "1700000000.000000 %s\n", TWO);
    for (unsigned i = 1; i <= 400; i++) {
        put_packet(&made, AT + i, 0, ip4(tcp(payload(&frame, "\n" ONE), 4000, 1000 + (i - 1) * (uint32_t)O, 0), TCP),
                   0);
        if (i > 1)
            len += (size_t)snprintf(want + len, sizeof want - len, "%u.000000 %s\n", AT + i, ONE);
    }
    len += (size_t)snprintf(want + len, sizeof want - len, "%u.000000 %s\n", AT + 400, ONE);
    struct vg_capture_counts c = expect(want);
    assert_int_equal(c.gaps, 1);
    assert_int_equal(c.lines, 401);
}

static void two_connections_never_mix(void **state)
{
    (void)state;
    const struct sent both[] = {{HALF, 0, 0, 1},
                                {"!AIVDM,1,1,,B,15M67FC0", 0, 0, 2},
                                {OTHER "\n", H, 0, 1},
                                {"00G?ufbE`FepT@3n00Sa,0*5C\n", 22, 0, 2}};
    struct vg_capture_counts c = stream(both, 4, 9, "1700000002.000000 " ONE "\n1700000003.000000 " TWO "\n");
    assert_int_equal(c.gaps, 0);
    const struct sent again[] = {/* the same ports, a new connection: what was open is no beginning of its line */
                                 {TWO "\n" HALF, 0, 0, 0},
                                 {"", 5000, SYN, 0},
                                 {OTHER "\n" THREE "\n", 5001, 0, 0}};
    c = stream(again, 3, 9, "1700000000.000000 " TWO "\n1700000002.000000 " THREE "\n");
    assert_int_equal(c.cut_lines, 1);
    assert_int_equal(c.other_lines, 1);
}

static void the_last_line_needs_no_end(void **state)
{
    (void)state;
    const struct sent fin[] = {{ONE, 0, FIN, 0}};
    stream(fin, 1, 9, "1700000000.000000 " ONE "\n");
    const struct sent cut[] = {{ONE, 0, 0, 0}};
    stream(cut, 1, 9, "1700000000.000000 " ONE "\n");
}

static void a_line_beyond_all_measure_is_dropped_and_counted(void **state)
{
    (void)state;
    static char text[9000];
    memset(text, 'x', sizeof text - 1);
    memcpy(text, ONE, sizeof ONE - 1);
    text[8000] = '\n';
    memcpy(text + 8001, TWO, sizeof TWO - 1);
    text[8001 + sizeof TWO - 1] = '\0';
    begin_pcap(&made, MICRO, 101, false);
    put_packet(&made, AT, 0, ip4(udp(payload(&frame, text)), UDP), 0);
    struct vg_capture_counts c = expect("1700000000.000000 " TWO "\n");
    assert_int_equal(c.cut_lines, 1);
}

/* More streams than there is room for: the one that was silent longest ends. */
static void many_streams_share_what_room_there_is(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 101, false);
    for (uint16_t port = 1; port <= 1000; port++)
        put_packet(&made, AT, 0, ip4(tcp(payload(&frame, ONE), port, 1, 0), TCP), 0);
    static char text[CAPTURE_MOST];
    struct vg_capture_counts c;
    const char *why;
    assert_int_equal(read_made(text, sizeof text, &c, &why), VG_EOF);
    assert_int_equal(c.lines, 1000);
}

/* ---- as files ---- */

static void a_cut_capture_gives_what_is_good_and_says_so(void **state)
{
    (void)state;
    static char text[CAPTURE_MOST];
    struct vg_capture_counts c;
    for (size_t cut = 1; cut < 60; cut += 7) {
        const char *why = "";
        begin_pcap(&made, MICRO, 101, false);
        put_packet(&made, AT, 0, ip4(udp(payload(&frame, ONE "\n")), UDP), 0);
        put_packet(&made, AT, 0, ip4(udp(payload(&frame, TWO "\n")), UDP), 0);
        made.len -= cut;
        assert_int_equal(read_made(text, sizeof text, &c, &why), VG_CORRUPT);
        assert_non_null(strstr(why, "the capture is damaged or cut short"));
        assert_string_equal(text, "1700000000.000000 " ONE "\n");
    }
}

static void a_packed_capture_and_one_in_an_archive_are_read_too(void **state)
{
    (void)state;
    static struct pack pack, gz;
    begin_pcap(&made, MICRO, 101, false);
    put_packet(&made, AT, 0, ip4(udp(payload(&frame, ONE "\nremark\n")), UDP), 0);
    pack_bytes(&gz, ARCHIVE_FILTER_GZIP, made.bytes, made.len);
    const struct packed_member members[] = {{.name = "a.pcap", .text = (const char *)made.bytes, .len = made.len},
                                            {.name = "b.pcap.gz", .text = (const char *)gz.bytes, .len = gz.len}};
    for (int form = 0; form < 3; form++) {
        struct vg_file_reader *reader;
        const void *bytes;
        const char *why;
        char path[32], text[1000] = "";
        size_t len, total = 0;
        if (form < 2)
            pack_bytes(&pack, form ? ARCHIVE_FILTER_XZ : ARCHIVE_FILTER_ZSTD, made.bytes, made.len);
        else
            pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 2);
        close(temp_file(path));
        pack_save(&pack, path);
        assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
        unlink(path);
        for (; !vg_file_reader_next(reader, &bytes, &len, &why); total += len)
            memcpy(text + total, bytes, len);
        assert_string_equal(text, form < 2 ? "1700000000.000000 " ONE "\n"
                                           : "1700000000.000000 " ONE "\n1700000000.000000 " ONE "\n");
        why = vg_file_reader_note(reader);
        assert_non_null(why);
        assert_non_null(strstr(why, form < 2 ? "without a sentence 1;" : "without a sentence 2;"));
        vg_file_reader_close(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_file_gives_the_packet_s_time),
        cmocka_unit_test(each_link_is_read),
        cmocka_unit_test(what_is_neither_udp_nor_tcp_is_counted),
        cmocka_unit_test(lines_without_a_sentence_are_counted_and_tag_blocks_kept),
        cmocka_unit_test(a_packet_that_was_not_captured_whole_loses_its_last_line),
        cmocka_unit_test(datagrams_are_put_together_of_fragments_in_any_order),
        cmocka_unit_test(headers_of_ipv6_in_between_are_skipped),
        cmocka_unit_test(a_line_in_two_segments_has_the_second_one_s_time),
        cmocka_unit_test(segments_are_put_in_order_and_retransmissions_dropped),
        cmocka_unit_test(the_line_at_a_gap_is_dropped_and_counted),
        cmocka_unit_test(a_gap_is_given_up_after_a_while),
        cmocka_unit_test(two_connections_never_mix),
        cmocka_unit_test(the_last_line_needs_no_end),
        cmocka_unit_test(a_line_beyond_all_measure_is_dropped_and_counted),
        cmocka_unit_test(many_streams_share_what_room_there_is),
        cmocka_unit_test(a_cut_capture_gives_what_is_good_and_says_so),
        cmocka_unit_test(a_packed_capture_and_one_in_an_archive_are_read_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
