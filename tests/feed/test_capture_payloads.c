/* Captures read for what is no text: datagrams whole, streams in order, and where one doesn't go on. */
#include "feed_test.h"

#include "feed/capture.h"
#include "feed/capture_bytes.h"

#define AT    1700000000
#define FIN   1
#define SYN   2
#define UDP   17
#define TCP   6
#define MICRO 0xA1B2C3D4

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

/* Each payload as "u:text" (a datagram), "N:text" (of stream N; "N!text" if it is fresh), with its second. */
static const char *payloads(void)
{
    static char text[1024];
    const struct vg_byte_stream under = {.next = one_block, .arg = &made};
    struct vg_capture *capture;
    const char *why;
    const void *bytes;
    size_t len, n = 0;
    assert_int_equal(vg_capture_open(&under, &capture, &why), VG_OK);
    vg_capture_as_payloads(capture);
    struct vg_byte_stream stream = vg_capture_bytes(capture);
    text[0] = '\0';
    while (!stream.next(stream.arg, &bytes, &len, &why)) {
        const struct vg_file_block *b = vg_capture_block(capture);
        n += (size_t)snprintf(text + n, sizeof text - n, b->datagram ? "u:" : "%u%c", b->stream, b->fresh ? '!' : ':');
        n += (size_t)snprintf(text + n, sizeof text - n, "%.*s@%d ", (int)len, (const char *)bytes,
                              (int)((b->time_us - AT * VG_SECOND_US) / VG_SECOND_US));
        assert_true(n < sizeof text);
    }
    vg_capture_close(capture);
    return text;
}

static void packet(unsigned second, struct frame *f)
{
    put_packet(&made, AT + second, 0, ethernet(f), 0);
}

static void segment(unsigned second, const char *text, uint16_t port, uint32_t number, uint8_t flags)
{
    packet(second, ip4(tcp(payload(&frame, text), port, number, flags), TCP));
}

static void a_datagram_is_one_payload_whatever_is_in_it(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 1, false);
    packet(0, ip4(udp(payload(&frame, "a\nb\r\n")), UDP));
    packet(1, ip4(udp(payload(&frame, "")), UDP));
    packet(2, ip6(udp(payload(&frame, "c")), UDP));
    assert_string_equal(payloads(), "u:a\nb\r\n@0 u:c@2 ");
}

static void fragments_become_one_datagram(void **state)
{
    (void)state;
    struct frame whole = *udp(payload(&frame, "0123456789ABCDEF"));
    begin_pcap(&made, MICRO, 1, false);
    memcpy(frame.bytes, whole.bytes + 16, frame.len = whole.len - 16);
    packet(0, ip4_part(&frame, UDP, 5, 16, false));
    memcpy(frame.bytes, whole.bytes, frame.len = 16);
    packet(1, ip4_part(&frame, UDP, 5, 0, true));
    assert_string_equal(payloads(), "u:0123456789ABCDEF@1 ");
}

static void segments_are_put_in_order_by_stream(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 1, false);
    segment(0, "", 1000, 9, SYN);
    segment(1, "de", 1000, 13, 0);
    segment(2, "x", 2000, 1, 0);
    segment(3, "abc", 1000, 10, 0);
    segment(4, "abc", 1000, 10, 0); /* once more */
    segment(5, "yz", 2000, 2, 0);
    assert_string_equal(payloads(), "1!x@2 0!abc@3 0:de@1 1:yz@5 ");
}

static void a_gap_begins_a_stream_anew(void **state)
{
    (void)state;
    begin_pcap(&made, MICRO, 1, false);
    segment(0, "abc", 1000, 10, 0);
    segment(1, "later", 1000, 100, 0);
    segment(2, "on", 1000, 105, FIN);
    segment(3, "new", 1000, 900001, SYN);
    assert_string_equal(payloads(), "0!abc@0 0!later@1 0:on@2 0!new@3 ");
}

static void a_capture_without_any_payload_says_so(void **state)
{
    (void)state;
    const struct vg_byte_stream under = {.next = one_block, .arg = &made};
    struct vg_capture *capture;
    const char *why;
    const void *bytes;
    size_t len;
    begin_pcap(&made, MICRO, 1, false);
    segment(0, "", 1000, 9, SYN);
    assert_int_equal(vg_capture_open(&under, &capture, &why), VG_OK);
    vg_capture_as_payloads(capture);
    struct vg_byte_stream stream = vg_capture_bytes(capture);
    assert_int_equal(stream.next(stream.arg, &bytes, &len, &why), VG_UNSUPPORTED);
    assert_non_null(strstr(why, "no UDP or TCP traffic with a payload"));
    vg_capture_close(capture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_is_one_payload_whatever_is_in_it), cmocka_unit_test(fragments_become_one_datagram),
        cmocka_unit_test(segments_are_put_in_order_by_stream),         cmocka_unit_test(a_gap_begins_a_stream_anew),
        cmocka_unit_test(a_capture_without_any_payload_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
