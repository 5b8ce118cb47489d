/* `vigia ingest` and `vigia decode` given archives, packed files, UTF-16, captures, and what is no recording. */
#include "command.h"

#include "feed/capture_bytes.h"
#include "feed/packing.h"

#define BARE  "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define SHIP  "265547250," /* says it */
#define DATED "1700000000 " BARE "\n1700000060 !AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n"
#define PNG   "\x89PNG\r\n\x1a\nsomething"
#define DMA                                                                                                            \
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"    \
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,C," \
    "D\n"                                                                                                              \
    "01/03/2024 00:00:07,Class A,219000001,55.5,12.5,Under way using engine,0.0,9.9,180.0,181,,,,,,,,,,,,AIS,,,,\n"

static struct pack pack, inner;

static void make(const char *path, int format, int filter, const struct packed_member *members, size_t count)
{
    pack_members(&pack, format, filter, NULL, members, count);
    pack_save(&pack, path);
}

static void stamp(const char *path, int64_t seconds)
{
    const struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* The archive's rows have these words, in this order, and are so many. */
static void has_rows(size_t rows, const char *const *words, size_t count)
{
    struct said s = run(vg_cli_history, NULL, "history -d data -q");
    const char *at = s.out;
    for (size_t i = 0; i < count && at; i++)
        at = strstr(at, words[i]);
    if (!at || lines_in(s.out) != rows + 1)
        fail_msg("%s", s.out);
    forget(&s);
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
}

/* Ends with `status` and says all these words. */
static void ingests(const char *files, int status, const char *const *words, size_t count)
{
    char line[500];
    snprintf(line, sizeof line, "ingest -d data %s", files);
    struct said s = run(vg_cli_ingest, NULL, line);
    for (size_t i = 0; i < count; i++)
        if (!strstr(s.err, words[i]))
            fail_msg("'%s': no '%s' in\n%s", line, words[i], s.err);
    if (s.status != status)
        fail_msg("'%s': %d\n%s", line, s.status, s.err);
    forget(&s);
}

#define SAYS(files, status, ...)                                                                                       \
    ingests(files, status, (const char *const[]){__VA_ARGS__},                                                         \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#define ROWS(rows, ...)                                                                                                \
    has_rows(rows, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const struct packed_member mixed[] = {{.name = "day/", .text = NULL},
                                             {.name = "day/aisdk.csv", .text = DMA, .changed_s = 1710000000},
                                             {.name = "day/.DS_Store", .text = "x"},
                                             {.name = "log.txt", .text = DATED, .changed_s = 1710000000},
                                             {.name = "x.png", .text = PNG, .changed_s = 1710000000}};

static void members_are_files_of_their_own(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int format, filter;
    } forms[] = {{"a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
                 {"a.7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE},
                 {"a.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
                 {"a.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
                 {"a.tar.xz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char csv[64], log[64], png[64], taken[128];
        make(forms[i].name, forms[i].format, forms[i].filter, mixed, 5);
        snprintf(csv, sizeof csv, "%s/day/aisdk.csv", forms[i].name);
        snprintf(log, sizeof log, "%s/log.txt", forms[i].name);
        snprintf(png, sizeof png, "vigia: %s/x.png: this is a PNG picture\n", forms[i].name);
        snprintf(taken, sizeof taken, "%s: taken; 3 lines so far\n", log);
        SAYS(forms[i].name, VG_EXIT_FAILED, taken, png, "3 files (0 taken before, 1 not readable)",
             "1  member of archives passed over: links, hidden or empty");
        ROWS(3, "2023-11-14T22:13:20Z", log, "2023-11-14T22:14:20Z", log, "219000001,2024-03-01T00:00:07Z", csv);
        snprintf(taken, sizeof taken, "%s: taken before; 0 lines so far\n", csv);
        SAYS(forms[i].name, VG_EXIT_FAILED, taken, "3 files (2 taken before, 1 not readable)", "0  positions");
        ROWS(3, "2023-11-14T22:13:20Z", log, "2023-11-14T22:14:20Z", log, "219000001,2024-03-01T00:00:07Z", csv);
        assert_int_equal(system("rm -r data"), 0);
    }
}

static void a_member_is_known_by_its_content_and_goes_on_when_it_grew(void **state)
{
    (void)state;
    const struct packed_member first[] = {{.name = "a.txt", .text = DATED}};
    const struct packed_member grown[] = {{.name = "other", .text = "1700000100 " BARE "\n"},
                                          {.name = "b.txt", .text = DATED "1700003600 " BARE "\n"},
                                          {.name = "last", .text = "1700000200 " BARE "\n"}};
    make("a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, first, 1);
    make("b.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, grown, 3);
    write_file("plain", DATED);
    SAYS("a.zip", VG_EXIT_OK, "2  positions");
    SAYS("plain", VG_EXIT_OK, "plain: taken before");
    SAYS("b.tar.gz", VG_EXIT_OK, "3 files (0 taken before, 0 not readable)", "3  positions");
    ROWS(5, "22:13:20Z", "22:15:00Z", "b.tar.gz/other", "22:16:40Z", "b.tar.gz/last", "22:14:20Z", "23:13:20Z",
         "a.zip/a.txt"); /* it is still that file */
}

static void undated_lines_have_their_member_s_date(void **state)
{
    (void)state;
    static const struct {
        int64_t member_s;
        const char *options, *time;
    } rows[] = {{1600000000, "", "2020-09-13T12:26:40Z"},
                {315532800, "", "2024-03-09T16:00:00Z"},  /* 1980, as zip says when it knows nothing */
                {1900000000, "", "2024-03-09T16:00:00Z"}, /* later than the archive itself */
                {1600000000, "--time 1700000000", "2023-11-14T22:13:20Z"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char files[100], row[100];
        const struct packed_member members[] = {{.name = "a", .text = BARE "\n", .changed_s = rows[i].member_s}};
        make("a.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, members, 1);
        stamp("a.tar", 1710000000);
        snprintf(files, sizeof files, "%s a.tar", rows[i].options);
        snprintf(row, sizeof row, SHIP "%s", rows[i].time);
        SAYS(files, VG_EXIT_OK, "a.tar/a: taken");
        ROWS(1, row, "a.tar/a");
        assert_int_equal(system("rm -r data"), 0);
    }
}

static void who_heard_it_may_be_told_for_all_members(void **state)
{
    (void)state;
    make("a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, mixed, 5);
    SAYS("--source Manta a.zip", VG_EXIT_FAILED, "a.zip/log.txt: taken", "vigia: a.zip/x.png: this is a PNG picture");
    ROWS(3, ",Manta,", ",Manta,", ",Manta,");
}

/* Archives that other programs made, where they are installed. */
static void archives_of_other_programs_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *program, *make;
    } rows[] = {{"zip", "zip -qry log.zip d"},
                {"zip", "cat d/log | zip -q log.zip -"}, /* lengths stand behind the bytes */
                {"tar", "tar cf log.tar d"},
                {"tar", "tar czf log.tar d"},
                {"xz", "tar cJf log.tar d"},
                {"bzip2", "tar cjf log.tar d"},
                {"xz", "xz -k d/log; mv d/log.xz log.xz"},
                {"bzip2", "bzip2 -k d/log; mv d/log.bz2 log.bz2"}};
    assert_int_equal(mkdir("d", 0700), 0);
    write_file("d/log", DATED);
    assert_int_equal(symlink("log", "d/link"), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char line[200];
        snprintf(line, sizeof line, "command -v %s >/dev/null", rows[i].program);
        if (system(line)) {
            print_message("%s is not installed: left out\n", rows[i].program);
            continue;
        }
        assert_int_equal(system(rows[i].make), 0);
        assert_int_equal(system("mv log.* packed"), 0);
        SAYS("packed", VG_EXIT_OK, "2  positions");
        ROWS(2, "2023-11-14T22:13:20Z", "packed", "2023-11-14T22:14:20Z", "packed");
        assert_int_equal(system("rm -r data packed"), 0);
    }
}

static void what_is_packed_singly_keeps_its_own_name(void **state)
{
    (void)state;
    static const int filters[] = {ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};
    for (size_t i = 0; i < 4; i++) {
        pack_bytes(&pack, filters[i], DATED, strlen(DATED));
        pack_save(&pack, "log.packed");
        SAYS("log.packed", VG_EXIT_OK, "log.packed: taken", "2  positions");
        ROWS(2, "22:13:20Z", "log.packed", "22:14:20Z", "log.packed");
        assert_int_equal(system("rm -r data"), 0);
    }
}

static void utf16_logs_and_tables_are_read(void **state)
{
    (void)state;
    static const char *const texts[] = {DATED, DMA};
    for (size_t i = 0; i < 2; i++) {
        pack.len = 0;
        memcpy(pack.bytes, "\xff\xfe", 2);
        pack.len = 2;
        for (const char *p = texts[i]; *p; p++) {
            pack.bytes[pack.len++] = (uint8_t)*p;
            pack.bytes[pack.len++] = 0;
        }
        pack_save(&pack, "wide");
        SAYS("wide", VG_EXIT_OK, "wide: taken", i ? "1  position " : "2  positions ");
        assert_int_equal(system("rm -r data"), 0);
    }
}

static void a_capture_s_lines_have_their_packets_times(void **state)
{
    (void)state;
    static struct made made;
    static struct frame frame;
    begin_pcap(&made, 0xA1B2C3D4, 1, false);
    put_packet(&made, 1700000000, 0, ethernet(ip4(udp(payload(&frame, AT_REST)), 17)), 0);
    put_packet(&made, 1700000060, 0, ethernet(ip4(udp(payload(&frame, "remark\r\n" AT_REST "\r\n")), 17)), 0);
    FILE *f = fopen("a.pcap", "wb");
    assert_int_equal(fwrite(made.bytes, 1, made.len, f), made.len);
    fclose(f);
    SAYS("a.pcap", VG_EXIT_OK, "a.pcap: taken; 2 lines so far", "lines without a sentence 1", "2  positions");
    ROWS(2, SHIP "2023-11-14T22:13:20Z", SHIP "2023-11-14T22:14:20Z");
    says(vg_cli_decode, "decode a.pcap", VG_EXIT_OK, "\"rxtime\":\"2023-11-14T22:14:20Z\"",
         "a.pcap: 2 lines, 2 sentences, 2 messages");
}

static void what_is_no_recording_is_named_and_nothing_of_it_kept(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        const char *why;
    } rows[] = {{"\xff\xd8\xff\xe0\0\x10JFIF", 10, "this is a JPEG picture"},
                {"PAR1\x15\x04\x15", 7, "Parquet"},
                {"SQLite format 3\0\x10", 17, "this is an SQLite database: export its tables as CSV"},
                {"\0\1\2\3\4\5\6\7\x80\x90\xa0\xb0", 12, "bytes of no known form"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(pack.bytes, rows[i].bytes, rows[i].len);
        pack.len = rows[i].len;
        pack_save(&pack, "thing");
        for (int time = 0; time < 2; time++) /* also when it comes again */
            SAYS("thing", VG_EXIT_FAILED, "vigia: thing: ", rows[i].why, "1 file (0 taken before, 1 not readable)");
        says(vg_cli_decode, "decode -q thing", VG_EXIT_FAILED, NULL, rows[i].why);
    }
    struct said s = run(vg_cli_journal, NULL, "journal list data/journal");
    assert_null(strstr(s.out, "thing"));
    forget(&s);
}

static void damage_in_an_archive_is_named_and_the_rest_is_read(void **state)
{
    (void)state;
    pack_members(&inner, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, mixed, 5);
    const struct packed_member members[] = {{.name = "in.zip", .text = (const char *)inner.bytes, .len = inner.len},
                                            {.name = "log.txt", .text = DATED}};
    make("a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, members, 2);
    SAYS("a.zip", VG_EXIT_FAILED, "vigia: a.zip/in.zip: an archive inside an archive: unpack it first\n",
         "a.zip/log.txt: taken");
    says(vg_cli_decode, "decode a.zip", VG_EXIT_FAILED, "\"rxtime\":\"2023-11-14T22:14:20Z\"",
         "vigia: a.zip: in.zip: an archive inside an archive: unpack it first\n");
    pack.len -= 600; /* its table of contents, and more */
    pack_save(&pack, "cut.zip");
    SAYS("cut.zip", VG_EXIT_FAILED, "cut.zip", "damaged or cut short");
    make("none.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, mixed, 1);
    SAYS("none.zip", VG_EXIT_FAILED, "vigia: none.zip: the archive holds no files");
}

static void files_behind_an_archive_are_taken_too(void **state)
{
    (void)state;
    make("a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, mixed, 5);
    pack.len /= 2;
    pack_save(&pack, "cut.zip");
    write_file("z", "1700007200 " BARE "\n");
    SAYS("cut.zip a.zip nowhere z", VG_EXIT_FAILED, "a.zip/log.txt: taken", "z: taken", "nowhere: no such file");
    for (int threads = 1; threads <= 4; threads += 3) {
        char files[100];
        snprintf(files, sizeof files, "--threads %d a.zip z", threads);
        SAYS(files, VG_EXIT_FAILED, "a.zip/log.txt: taken before", "z: taken before");
    }
}

static void decode_reads_an_archive_s_members_one_behind_the_other(void **state)
{
    (void)state;
    const struct packed_member members[] = {{.name = "a", .text = BARE}, {.name = "b", .text = BARE "\n"}};
    make("a.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, members, 2);
    for (int threads = 1; threads <= 2; threads++) {
        char line[60];
        snprintf(line, sizeof line, "decode --threads %d a.zip", threads);
        says(vg_cli_decode, line, VG_EXIT_OK, "\"line\":2", "a.zip: 2 lines, 2 sentences, 2 messages");
    }
    says(vg_cli_decode, "decode --quiet - nowhere", VG_EXIT_FAILED, NULL, "nowhere: no such file");
}

/* The rows of the log of trials that are of this kind. */
static void the_trials_come_right(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t rows;
        const char *first, *last;
    } rows[] = {
        {"aisdk-2024-03-01.zip", 3, "2024-03-01T00:00:06Z", "2024-03-01T00:00:00Z"},
        {"zip-with-nmea-log.zip", 6, "2024-11-22T05:20:00Z", "2024-11-22T05:20:50Z"},
        {"tar-gz-with-nmea-log.tar.gz", 6, "2024-11-22T05:20:00Z", "2024-11-22T05:20:50Z"},
        {"nmea-log-utf16-powershell.txt", 6, "2024-11-22T05:20:00Z", "2024-11-22T05:20:50Z"},
        {"udp-capture.pcap", 6, "2024-11-22T05:20:00.250Z", "2024-11-22T05:20:50.250Z"},
    };
    const char *dir = shared_dir();
    char path[1024];
    if (dir)
        snprintf(path, sizeof path, "%s/data/trials/udp-capture.pcap", dir);
    if (!dir || !is_there(path)) {
        print_message("no trials in VIGIA_SHARED\n");
        skip();
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(path, sizeof path, "%s/data/trials/%s", dir, rows[i].file);
        SAYS(path, VG_EXIT_OK, ": taken;");
        ROWS(rows[i].rows, rows[i].first, rows[i].last);
        assert_int_equal(system("rm -r data"), 0);
    }
    snprintf(path, sizeof path, "%s/data/trials/noaa-ais-2025.parquet", dir); /* no real one */
    SAYS(path, VG_EXIT_FAILED, "noaa-ais-2025.parquet: ");
    ROWS(0, "mmsi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(members_are_files_of_their_own),
        IN_A_FOLDER(a_member_is_known_by_its_content_and_goes_on_when_it_grew),
        IN_A_FOLDER(undated_lines_have_their_member_s_date),
        IN_A_FOLDER(who_heard_it_may_be_told_for_all_members),
        IN_A_FOLDER(archives_of_other_programs_are_read),
        IN_A_FOLDER(what_is_packed_singly_keeps_its_own_name),
        IN_A_FOLDER(utf16_logs_and_tables_are_read),
        IN_A_FOLDER(a_capture_s_lines_have_their_packets_times),
        IN_A_FOLDER(what_is_no_recording_is_named_and_nothing_of_it_kept),
        IN_A_FOLDER(damage_in_an_archive_is_named_and_the_rest_is_read),
        IN_A_FOLDER(files_behind_an_archive_are_taken_too),
        IN_A_FOLDER(the_trials_come_right),
        IN_A_FOLDER(decode_reads_an_archive_s_members_one_behind_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
