/* `vigia ingest`: which files are meant, under which names and times; what each option changes; what is told. */
#include "command.h"

#include <sys/ioctl.h>

#include "base/time.h"
#include "cli/ingest_files.h"

/* ---- files ---- */

static void stamp(const char *path, int64_t seconds, long us)
{
    const struct timespec times[2] = {{seconds, us * 1000}, {seconds, us * 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void each_file_has_its_name_size_and_time(void **state)
{
    (void)state;
    struct vg_cli_files files = {0};
    assert_int_equal(mkdir("d", 0700) | mkdir("d/b", 0700) | mkdir("d/.h", 0700) | mkdir("d/empty", 0700), 0);
    write_file("d/c", "333");
    write_file("d/a", "1");
    write_file("d/b/z", "4444");
    write_file("d/b/.z", "hidden");
    write_file("d/.h/y", "hidden");
    write_file(".own", "55555");
    stamp("d/a", 1700000000, 123456);
    stamp("d/c", 1700000001, 0);
    stamp("d/b/z", -1, 0);
    stamp(".own", 5, 7);
    char *paths[] = {"d", ".own", "d/c", "none/x", "-", "d//", "end/"};
    int64_t before_us = vg_clock_wall_us();
    assert_true(vg_cli_files_list(&files, paths, 7));
    int64_t after_us = vg_clock_wall_us();
    static const struct {
        const char *path, *name;
        uint64_t bytes;
        int64_t changed_us; /* 0: now */
    } want[] = {{"d/a", "a", 1, INT64_C(1700000000123456)},
                {"d/b/z", "b/z", 4, -1000000},
                {"d/c", "c", 3, INT64_C(1700000001000000)},
                {".own", ".own", 5, 5000007}, /* named, hidden or not */
                {"d/c", "c", 3, INT64_C(1700000001000000)},
                {"none/x", "x", 0, 0}, /* to be told when it is opened */
                {"-", "stdin", 0, 0},
                {"d//a", "a", 1, INT64_C(1700000000123456)},
                {"d//b/z", "b/z", 4, -1000000},
                {"d//c", "c", 3, INT64_C(1700000001000000)},
                {"end/", "end/", 0, 0}};
    assert_int_equal(files.count, sizeof want / sizeof *want);
    for (size_t i = 0; i < files.count; i++) {
        const struct vg_cli_file *f = &files.file[i];
        bool good = strcmp(f->name, want[i].name) == 0 && f->bytes == want[i].bytes;
        bool timed = want[i].changed_us ? f->changed_us == want[i].changed_us
                                        : f->changed_us >= before_us && f->changed_us <= after_us;
        if (strcmp(f->path, want[i].path) != 0 || !good || !timed)
            fail_msg("%s, %s, %lld, %lld", f->path, f->name, (long long)f->bytes, (long long)f->changed_us);
    }
    assert_int_equal(files.bytes, 1 + 4 + 3 + 5 + 3 + 1 + 4 + 3);
    vg_cli_files_free(&files);
}

static void a_folder_may_have_many_files(void **state)
{
    (void)state;
    struct vg_cli_files files = {0};
    char path[40], *paths[] = {"d"};
    assert_int_equal(mkdir("d", 0700), 0);
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "d/%03d", i);
        write_file(path, "x");
    }
    assert_true(vg_cli_files_list(&files, paths, 1));
    assert_int_equal(files.count, 200);
    assert_int_equal(files.bytes, 200);
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "%03d", i);
        assert_string_equal(files.file[i].name, path);
    }
    vg_cli_files_free(&files);
    struct vg_cli_files none = {0};
    assert_true(vg_cli_files_list(&none, paths, 0));
    assert_int_equal(none.count, 0);
    vg_cli_files_free(&none);
}

static void what_is_no_file_in_a_folder_is_left_out(void **state)
{
    (void)state;
    struct vg_cli_files files = {0};
    char *paths[] = {"d"};
    assert_int_equal(mkdir("d", 0700) | mkfifo("d/fifo", 0600) | symlink("nowhere", "d/gone") | symlink(".", "d/round"),
                     0);
    write_file("one", "1");
    assert_int_equal(symlink("../one", "d/link"), 0);
    assert_true(vg_cli_files_list(&files, paths, 1));
    assert_int_equal(files.count, 1);
    assert_string_equal(files.file[0].path, "d/link");
    assert_int_equal(files.bytes, 1);
    vg_cli_files_free(&files);
}

/* ---- options ---- */

#define BARE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"

/* What the archive has then. */
static void has_row(const char *words)
{
    struct said s = run(vg_cli_history, NULL, "history -d data -q");
    if (!strstr(s.out, words) || lines_in(s.out) != 2)
        fail_msg("%s", s.out);
    forget(&s);
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
}

static void each_option_does_what_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *options, *row;
    } cases[] = {
        {"a.nmea", "265547250,2023-11-16T01:53:20Z,11.832977,57.660353,13.9,40.4,41,-8,0,1,0,a.nmea,"}, /* its date */
        {"--time 1700000000 a.nmea", "265547250,2023-11-14T22:13:20Z,"},
        {"--time 631152000 a.nmea", "265547250,1990-01-01T00:00:00Z,"},
        {"--time file a.nmea", "265547250,2023-11-16T01:53:20Z,"},
        {"--source Manta a.nmea", ",Manta,"},
        {"--threads 1 --level -50 --archive-level 22 --rows 65536 a.nmea", "265547250,2023-11-16T01:53:20Z,"},
        {"--threads 4 --level 19 --archive-level 1 --rows 268435456 --compact a.nmea",
         "265547250,2023-11-16T01:53:20Z,"},
        {"--threads 64 d", ",b/c,"},
        {"--layout table.yaml t.csv", "735059000,2026-11-22T05:20:33Z,-79.88,-2.19,9.9,182.0,"},
    };
    assert_int_equal(mkdir("d", 0700) | mkdir("d/b", 0700), 0);
    write_file("a.nmea", BARE);
    write_file("d/b/c", BARE);
    stamp("a.nmea", 1700099600, 0);
    char path[1024];
    snprintf(path, sizeof path, "%s/share/layouts/example.yaml", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    char *layout = read_file(path);
    assert_non_null(layout);
    write_file("table.yaml", layout);
    free(layout);
    write_file("t.csv", "When;Ship;Lat;Lon;Speed_mps;Course\n22/11/2026 05:20:33;735059000;-2,19;-79,88;5,1;182\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[200];
        snprintf(line, sizeof line, "ingest -d data -q %s", cases[i].options);
        says_exactly(vg_cli_ingest, line, VG_EXIT_OK, "", "");
        has_row(cases[i].row);
        assert_int_equal(system("rm -r data"), 0);
    }
}

/* ---- what is told ---- */

/* Standard error without the seconds. */
static void tells(const char *line, int status, const char *want)
{
    struct said s = run(vg_cli_ingest, NULL, line);
    char *at = strstr(s.err, " messages in ");
    at = at ? at : strstr(s.err, " message in ");
    if (at) {
        at = strstr(at, " in ");
        char *rest = strstr(at, " s\n");
        memmove(at, rest + 2, strlen(rest + 2) + 1);
    }
    if (s.status != status || strcmp(s.err, want) != 0 || *s.out)
        fail_msg("'%s': %d\n%s", line, s.status, s.err);
    forget(&s);
}

static void the_summary_counts_each_thing_once(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    write_file("one", ONE);
    write_file("t.csv", "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading\n"
                        "366053209,2023-11-14T22:13:20,37.8,-122.3,1,2,3\n"
                        "366053209,2023-11-14T22:13:20,x,-122.3,1,2,3\n"
                        ",2023-11-14T22:13:20,1,-122.3,1,2,3\n");
    tells("ingest -d a one", VG_EXIT_OK,
          "one: taken; 1 line so far\n"
          "1 file (0 taken before, 0 not readable), 0.0 MB, 1 line, 1 message\n"
          "           1  position into the archive\n           0  static reports\n");
    tells("ingest -d b a.nmea none one a.nmea", VG_EXIT_FAILED,
          "a.nmea: taken; 5 lines so far\n"
          "vigia: none: no such file or directory\n"
          "one: taken; 6 lines so far\n"
          "a.nmea: taken before; 6 lines so far\n"
          "4 files (1 taken before, 1 not readable), 0.0 MB, 6 lines, 4 messages\n"
          "           4  positions into the archive\n           0  static reports\n"
          "           1  no sentence in the line\n              e.g. rubbish\n"
          "           1  checksum does not match\n"
          "              e.g. !AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5D,1700000061\n");
    tells("ingest -d e t.csv", VG_EXIT_OK,
          "t.csv: taken; 3 lines so far\n"
          "1 file (0 taken before, 0 not readable), 0.0 MB, 3 lines, 2 messages\n"
          "           1  position into the archive\n           0  static reports\n"
          "           1  identity missing or not of the expected form\n"
          "              e.g. ,2023-11-14T22:13:20,1,-122.3,1,2,3\n"
          "           1  position off the globe or no number: row used without it\n"
          "              e.g. 366053209,2023-11-14T22:13:20,x,-122.3,1,2,3\n");
    says(vg_cli_ingest, "ingest -d c --json -q t.csv", VG_EXIT_OK,
         ",\"refused\":{\"row_mmsi\":{\"count\":1,\"example\":\",2023-11-14T22:13:20,1,-122.3,1,2,3\"},"
         "\"row_position\":{\"count\":1,\"example\":\"366053209,2023-11-14T22:13:20,x,-122.3,1,2,3\"}}}\n",
         NULL);
    says(vg_cli_ingest, "ingest -d f --json -q one", VG_EXIT_OK, "\"refused\":{}}\n", NULL);
    says(vg_cli_ingest, "ingest -d g --json one", VG_EXIT_OK, "{\"files\":1,", "one: taken; 1 line so far\n");
}

/* ---- a signal ---- */

/* Until the reader of a pipe has taken all that was written, and so waits for more. */
static void wait_until_read(int write_end)
{
    int unread = 1;
    for (int ms = 0; ms < COMMAND_WAIT_MS && unread; ms += 5) {
        poll(NULL, 0, 5);
        assert_int_equal(ioctl(write_end, FIONREAD, &unread), 0);
    }
    assert_int_equal(unread, 0);
}

/* Until the process has the file open: what it does before (the journal, the archive) is over then. */
static void wait_until_open(pid_t child, const char *path)
{
    struct stat file, fd;
    assert_int_equal(stat(path, &file), 0);
    for (int ms = 0; ms < COMMAND_WAIT_MS; ms += 5) {
        char link[64];
        for (int n = 3; n < 64; n++) {
            snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)child, n);
            if (stat(link, &fd) == 0 && fd.st_dev == file.st_dev && fd.st_ino == file.st_ino)
                return;
        }
        poll(NULL, 0, 5);
    }
    fail_msg("%s was not opened", path);
}

static void is_interrupted(pid_t child)
{
    assert_int_equal(command_end(child, "ingest"), VG_EXIT_FAILED);
    char *text = read_file("stderr");
    assert_string_equal(text, "vigia: interrupted; call it again to go on\n");
    free(text);
}

/* It ends in good order, though its input goes on: what came is kept, and it is told. */
static void a_signal_ends_it_in_good_order(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM};
    for (int i = 0; i < 4; i++) {
        char line[80];
        int ends[2];
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        snprintf(line, sizeof line, "ingest -d d%d --threads %d -q one -", i, i < 2 ? 1 : 4);
        write_file("one", ONE);
        pid_t child = command_begin(vg_cli_ingest, line, NULL, ends[0], "stdout", -1);
        close(ends[0]);
        assert_int_equal(write(ends[1], TWO, strlen(TWO)), strlen(TWO));
        wait_until_read(ends[1]);
        assert_int_equal(kill(child, signals[i % 2]), 0);
        is_interrupted(child);
        close(ends[1]);
        snprintf(line, sizeof line, "history -d d%d --format csv", i);
        struct said s = run(vg_cli_history, NULL, line);
        assert_int_equal(s.status, VG_EXIT_OK);
        assert_non_null(strstr(s.out, "22:13:20"));
        assert_non_null(strstr(s.out, "22:14:20"));
        forget(&s);
    }
}

static void a_signal_ends_the_wait_for_a_pipe_that_nobody_writes_to(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (int threads = 1; threads <= 4; threads += 3) {
        char line[80];
        snprintf(line, sizeof line, "ingest -d e%d --threads %d -q pipe", threads, threads);
        pid_t child = command_begin(vg_cli_ingest, line, "/dev/null", -1, "stdout", -1);
        wait_until_open(child, "pipe");
        assert_int_equal(kill(child, SIGTERM), 0);
        is_interrupted(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(each_file_has_its_name_size_and_time),
        IN_A_FOLDER(a_folder_may_have_many_files),
        IN_A_FOLDER(what_is_no_file_in_a_folder_is_left_out),
        IN_A_FOLDER(each_option_does_what_it_says),
        IN_A_FOLDER(the_summary_counts_each_thing_once),
        IN_A_FOLDER(a_signal_ends_it_in_good_order),
        IN_A_FOLDER(a_signal_ends_the_wait_for_a_pipe_that_nobody_writes_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
