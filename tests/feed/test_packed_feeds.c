/* The feeds of files and of standard input, given archives and captures. */
#include "feed_test.h"

#include "feed/capture_bytes.h"
#include "feed/packing.h"

#define ONE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define TWO "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n"

static struct pack pack;
static const struct packed_member two[] = {{.name = "a", .text = ONE}, {.name = "b", .text = TWO}};

static void write_temp(char path[static 32], const void *bytes, size_t len)
{
    int fd = temp_file(path);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

static void a_file_feed_reads_all_members(void **state)
{
    struct ear *ear = *state;
    char path[32];
    pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, two, 2);
    close(temp_file(path));
    pack_save(&pack, path);
    listen_to(ear, "file:%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_null(vg_feed_status(ear->feed)->error);
    assert_string_equal(ear->streams[0].text, ONE "\n" TWO);
    unlink(path);
}

static void a_file_feed_plays_a_capture_by_its_times(void **state)
{
    struct ear *ear = *state;
    static struct made made;
    static struct frame frame;
    char path[32];
    begin_pcap(&made, 0xA1B2C3D4, 101, false);
    put_packet(&made, 1700000000, 0, ip4(udp(payload(&frame, ONE)), 17), 0);
    put_packet(&made, 1700003600, 0, ip4(udp(payload(&frame, TWO)), 17), 0);
    int fd = temp_file(path);
    assert_int_equal(write(fd, made.bytes, made.len), (ssize_t)made.len);
    close(fd);
    listen_to(ear, "file:%s?speed=0", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, "1700000000.000000 " ONE "\n1700003600.000000 " TWO);
    assert_true(ear->pieces[0].received_us == INT64_C(1700000000000000));
    assert_true(ear->pieces[1].received_us == INT64_C(1700003600000000));
    unlink(path);
}

static void a_file_feed_that_is_no_recording_ends_with_its_name(void **state)
{
    struct ear *ear = *state;
    char path[32];
    int fd = temp_file(path);
    put(fd, "\x89PNG\r\n\x1a\nxxxx");
    close(fd);
    listen_to(ear, "file:%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(vg_feed_status(ear->feed)->error, "this is a PNG picture");
    assert_int_equal(ear->bytes, 0);
    unlink(path);
}

/* What is no text comes as it was sent: a capture's payloads one by one at their times, a file's bytes as they are. */
static void a_feed_of_blocks_gets_payloads(void **state)
{
    struct ear *ear = *state;
    static struct made made;
    static struct frame f;
    char path[32];
    begin_pcap(&made, 0xA1B2C3D4, 101, false);
    put_packet(&made, 1700000000, 0, ip4(udp(payload(&f, "0\n1")), 17), 0);
    put_packet(&made, 1700000001, 500000, ip4(udp(payload(&f, "23")), 17), 0);
    write_temp(path, made.bytes, made.len);
    listen_to(ear, "file:%s?as=asterix&speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, "0\n123");
    assert_int_equal(ear->piece_count, 3);
    assert_true(ear->pieces[0].datagram && ear->pieces[0].len == 3 && ear->pieces[1].datagram);
    assert_int_equal(ear->pieces[0].received_us, INT64_C(1700000000000000));
    assert_int_equal(ear->pieces[1].received_us, INT64_C(1700000001500000));
    unlink(path);
}

static void a_file_of_blocks_is_a_stream(void **state)
{
    struct ear *ear = *state;
    static const char bytes[] = {'0', 0, '\n', (char)0xFF, (char)0xFE, '\r', 1};
    char path[32];
    write_temp(path, bytes, sizeof bytes);
    listen_to(ear, "file:%s?as=asterix", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_int_equal(ear->streams[0].len, sizeof bytes);
    assert_memory_equal(ear->streams[0].text, bytes, sizeof bytes);
    assert_true(ear->pieces[0].begins && !ear->pieces[0].datagram && ear->pieces[0].language == 1);
    assert_true(ear->pieces[1].ends);
    unlink(path);
}

/* Standard input for the length of a test. */
static int become_input(int fd)
{
    int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    dup2(fd, STDIN_FILENO);
    close(fd);
    return saved;
}

static void standard_input_is_unpacked_if_it_is_a_file_and_named_if_it_is_a_pipe(void **state)
{
    struct ear *ear = *state;
    for (int piped = 0; piped < 2; piped++) {
        void *mine = NULL;
        int ends[2];
        char path[32] = "";
        if (piped)
            assert_int_equal(ear_setup(&mine), 0);
        struct ear *e = piped ? mine : ear;
        pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, two, 2);
        if (piped) {
            assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
            assert_int_equal(write(ends[1], pack.bytes, pack.len), (ssize_t)pack.len);
            close(ends[1]);
        } else {
            close(temp_file(path));
            pack_save(&pack, path);
            ends[0] = open(path, O_RDONLY | O_CLOEXEC);
        }
        int saved = become_input(ends[0]);
        listen_to(e, "-");
        WAIT_FOR(e, state_of(e) == VG_FEED_ENDED);
        if (piped)
            assert_string_equal(vg_feed_status(e->feed)->error,
                                "this is a zip archive, which can't be read as it arrives");
        else
            assert_string_equal(e->streams[0].text, ONE "\n" TWO);
        become_input(saved);
        if (*path)
            unlink(path);
        if (piped)
            assert_int_equal(ear_teardown(&mine), 0);
    }
}

#define WITH_EAR(test) cmocka_unit_test_setup_teardown(test, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_EAR(a_file_feed_reads_all_members),
        WITH_EAR(a_file_feed_plays_a_capture_by_its_times),
        WITH_EAR(a_feed_of_blocks_gets_payloads),
        WITH_EAR(a_file_of_blocks_is_a_stream),
        WITH_EAR(a_file_feed_that_is_no_recording_ends_with_its_name),
        WITH_EAR(standard_input_is_unpacked_if_it_is_a_file_and_named_if_it_is_a_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
