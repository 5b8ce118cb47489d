/*
 * The commands themselves, each in a child process of its own with its standard streams in files: what they write, what
 * they say when something is wrong, and with which exit status they end.
 */
#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "test.h"

typedef int command(int argc, char **argv);

#define ONE     "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24,1700000000\n"
#define TWO     "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C,1700000060\n"
#define DAMAGED "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5D,1700000061\n"
#define THREE   "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C,1700003700\n"
#define LOG     ONE TWO "rubbish\n" DAMAGED THREE

/* ---- a folder, and a command run in it ---- */

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static int make(void **state)
{
    static char dir[64];
    snprintf(dir, sizeof dir, "/tmp/vigia-commands-XXXXXX");
    *state = mkdtemp(dir);
    return *state && chdir(dir) == 0 ? 0 : -1;
}

static int clear(void **state)
{
    return chdir("/") || nftw(*state, drop, 16, FTW_DEPTH | FTW_PHYS) ? -1 : 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* Free with free(). */
static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long len = ftell(f);
    rewind(f);
    char *text = calloc(1, (size_t)len + 1);
    assert_int_equal(fread(text, 1, (size_t)len, f), len);
    fclose(f);
    return text;
}

struct said {
    int status;
    char *out, *err;
};

static void redirect(int to, const char *path, int flags)
{
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0)
        _exit(99);
    close(fd);
}

/* `line`: words with a space between. */
static struct said run(command *run_command, const char *input, const char *line)
{
    char words[600], *argv[40] = {NULL}, *save = NULL;
    int argc = 0, status = 0;
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok_r(words, " ", &save); word && argc < 39; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    write_file("stdin", input ? input : "");
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    if (child == 0) {
        redirect(STDIN_FILENO, "stdin", O_RDONLY);
        redirect(STDOUT_FILENO, "stdout", O_WRONLY | O_CREAT | O_TRUNC);
        redirect(STDERR_FILENO, "stderr", O_WRONLY | O_CREAT | O_TRUNC);
        status = run_command(argc, argv);
        fflush(stdout);
        _exit(status);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("'%s' crashed", line);
    return (struct said){WEXITSTATUS(status), read_file("stdout"), read_file("stderr")};
}

static void forget(struct said *s)
{
    free(s->out);
    free(s->err);
}

/* Ends with `status`, and both streams have these words (NULL: the stream is empty; "": anything). */
static void says(command *run_command, const char *line, int status, const char *out, const char *err)
{
    struct said s = run(run_command, NULL, line);
    if (s.status != status || (out ? !strstr(s.out, out) : *s.out) || (err ? !strstr(s.err, err) : *s.err))
        fail_msg("'%s': %d\n%.3000s\n%.1000s", line, s.status, s.out, s.err);
    forget(&s);
}

static size_t lines_in(const char *text)
{
    size_t n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        n++;
    return n;
}

/* ---- decode ---- */

#define JSON_ONE                                                                                                       \
    "{\"type\":1,\"repeat\":0,\"mmsi\":265547250,\"status\":0,\"turn\":-2.9,\"turn_raw\":-8,\"speed\":13.9,"           \
    "\"accuracy\":false,\"lon\":11.832977,\"lat\":57.660353,\"course\":40.4,\"heading\":41,\"second\":53,"             \
    "\"maneuver\":0,\"raim\":false,\"radio\":25172,\"line\":1,\"rxtime\":\"2023-11-14T22:13:20Z\",\"channel\":\"A\","  \
    "\"talker\":\"AI\"}\n"

static void decode_writes_a_line_a_message_and_counts_what_it_refused(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_decode, NULL, "decode a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 3);
    assert_memory_equal(s.out, JSON_ONE, strlen(JSON_ONE));
    assert_non_null(strstr(s.err, "a.nmea: 5 lines, 3 sentences, 3 messages in "));
    assert_non_null(strstr(s.err, "         1  no sentence in the line\n            e.g. rubbish\n"));
    assert_non_null(strstr(s.err, "         1  checksum does not match\n            e.g. !AIVDM"));
    for (int threads = 1; threads <= 4; threads++) {
        char line[60];
        snprintf(line, sizeof line, "decode --threads %d -q a.nmea", threads);
        struct said again = run(vg_cli_decode, NULL, line);
        assert_string_equal(again.out, s.out);
        assert_string_equal(again.err, "");
        forget(&again);
    }
    struct said piped = run(vg_cli_decode, LOG, "decode");
    assert_string_equal(piped.out, s.out);
    assert_non_null(strstr(piped.err, "standard input: 5 lines"));
    forget(&piped);
    piped = run(vg_cli_decode, LOG, "decode -q -");
    assert_string_equal(piped.out, s.out);
    forget(&piped);
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode -q a.nmea a.nmea");
    assert_int_equal(lines_in(s.out), 6);
    forget(&s);
}

static void decode_writes_csv_with_one_header(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_decode, NULL, "decode -q -f csv a.nmea a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 1 + 6);
    assert_memory_equal(s.out, "line,rxtime,station,channel,talker,type,repeat,mmsi,", 52);
    assert_non_null(strstr(s.out, "\n5,2023-11-14T23:15:00Z,,B,AI,1,0,477553000,5,"));
    assert_null(strstr(strstr(s.out, "line,") + 1, "\nline,"));
    forget(&s);
}

static void decode_says_what_it_can_t_do(void **state)
{
    (void)state;
    says(vg_cli_decode, "decode none.nmea", VG_EXIT_FAILED, NULL, "none.nmea: ");
    says(vg_cli_decode, "decode -q none.nmea", VG_EXIT_FAILED, NULL, "none.nmea: ");
    says(vg_cli_decode, "decode .", VG_EXIT_FAILED, NULL, ".: a folder, where a file was expected; name the files");
    says(vg_cli_decode, "decode --format xml", VG_EXIT_USAGE, NULL, "json or csv");
    says(vg_cli_decode, "decode --threads 0", VG_EXIT_USAGE, NULL, "a whole number from 1 ");
    says(vg_cli_decode, "decode --help", VG_EXIT_OK, "usage: vigia decode", NULL);
    write_file("a.nmea", ONE); /* the files behind a bad one are read all the same */
    struct said s = run(vg_cli_decode, NULL, "decode -q none.nmea a.nmea");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_string_equal(s.out, JSON_ONE);
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode --fields");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_true(lines_in(s.out) > 200);
    assert_non_null(strstr(s.out, "mmsi"));
    forget(&s);
}

static void decode_gives_other_sentences_if_asked(void **state)
{
    (void)state;
    const char *vsi = "$AIVSI,r003669930,1,0,-105,25*0C\n";
    write_file("a.nmea", vsi);
    struct said s = run(vg_cli_decode, NULL, "decode -q a.nmea");
    assert_string_equal(s.out, "");
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode -q --others a.nmea");
    bool whole = strstr(s.out, "\"sentence\":\"VSI\"") != NULL;
    struct said other = run(vg_cli_decode, NULL, "decode a.nmea");
    if (!whole && !strstr(other.err, "checksum")) /* its sum may be mine to mend, but it is no message */
        fail_msg("%s%s", s.out, other.err);
    forget(&other);
    forget(&s);
}

/* ---- ingest ---- */

static void ingest_takes_each_file_once(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_ingest, NULL, "ingest --data data --json a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.out, "{\"files\":1,\"known\":0,\"failed\":0,\"bytes\":244,\"lines\":5,\"sentences\":3,"
                                  "\"messages\":3,\"positions\":3,\"statics\":0,\"caught_up\":0,\"seconds\":"));
    assert_non_null(strstr(s.out, "\"refused\":{\"no_sentence\":{\"count\":1,\"example\":\"rubbish\"},"
                                  "\"checksum\":{\"count\":1,"));
    assert_non_null(strstr(s.err, "a.nmea: taken; 5 lines so far\n"));
    forget(&s);
    s = run(vg_cli_ingest, NULL, "ingest -d data a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.err, "a.nmea: taken before; 0 lines so far\n"));
    assert_non_null(strstr(s.err, "1 file (1 taken before, 0 not readable), 0.0 MB, 0 lines, 0 messages in "));
    assert_string_equal(s.out, "");
    forget(&s);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, "477553000,2023-11-14T23:15:00Z", NULL);
}

static void ingest_walks_through_folders_but_not_into_hidden_ones(void **state)
{
    (void)state;
    assert_int_equal(mkdir("logs", 0700) | mkdir("logs/sub", 0700) | mkdir("logs/.hidden", 0700), 0);
    write_file("logs/one", ONE);
    write_file("logs/sub/two", TWO);
    write_file("logs/.three", THREE);
    write_file("logs/.hidden/three", THREE);
    says(vg_cli_ingest, "ingest -d data --json -q logs", VG_EXIT_OK, "{\"files\":2,", NULL);
    says(vg_cli_history, "history -d data", VG_EXIT_OK, ",sub/two,",
         "2 positions\n"); /* the source is the name in it */
    says(vg_cli_history, "history -d data", VG_EXIT_OK, ",one,", "");
    says(vg_cli_ingest, "ingest -d other --json -q --source Manta logs/", VG_EXIT_OK, "{\"files\":2,", NULL);
    says(vg_cli_history, "history -d other -q", VG_EXIT_OK, ",Manta,", NULL);
    struct said s = run(vg_cli_ingest, THREE, "ingest -d data -q --json -");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.out, "\"positions\":1"));
    forget(&s);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",stdin,", NULL);
}

static void ingest_says_what_it_can_t_do(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    says(vg_cli_ingest, "ingest a.nmea", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_ingest, "ingest -d data", VG_EXIT_USAGE, NULL, "say what to take");
    says(vg_cli_ingest, "ingest -d data --level 20 a.nmea", VG_EXIT_USAGE, NULL, "from -50 to 19");
    says(vg_cli_ingest, "ingest -d data --archive-level 23 a.nmea", VG_EXIT_USAGE, NULL, "from 1 to 22");
    says(vg_cli_ingest, "ingest -d data --layout . a.nmea", VG_EXIT_FAILED, NULL,
         ".: a folder, where a file was expected");
    says(vg_cli_ingest, "ingest -d data --layout nobody a.nmea", VG_EXIT_FAILED, NULL,
         "nobody is neither a known layout");
    says(vg_cli_ingest, "ingest -d none/data a.nmea", VG_EXIT_FAILED, NULL, "none/data");
    assert_int_equal(access("data/journal", F_OK), -1);
    says(vg_cli_ingest, "ingest -d data --json none.nmea a.nmea", VG_EXIT_FAILED, "\"failed\":1,", "none.nmea");
    says(vg_cli_history, "history -d data", VG_EXIT_OK, "265547250", "3 positions\n"); /* the others were taken */
}

static void ingest_joins_the_parts_of_hours_if_asked(void **state)
{
    (void)state;
    write_file("a", ONE);
    write_file("b", TWO);
    says(vg_cli_ingest, "ingest -d data -q a", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_ingest, "ingest -d data -q b", VG_EXIT_OK, NULL, NULL);
#define HOUR "data/archive/positions/day=2023-11-14/hour=22/"
    assert_int_equal(access(HOUR "part-0000000001-0000000001.parquet", F_OK), 0);
    says(vg_cli_ingest, "ingest -d data -q --compact", VG_EXIT_OK, NULL, NULL);
    assert_int_equal(access(HOUR "part-0000000001-0000000001.parquet", F_OK), -1);
    says(vg_cli_history, "history -d data", VG_EXIT_OK, "265547250", "2 positions\n");
}

/* ---- history ---- */

static void taken(const char *text)
{
    write_file("a.nmea", text);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
}

#define CSV_HEAD "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name\r\n"
#define CSV_ONE  "265547250,2023-11-14T22:13:20Z,11.832977,57.660353,13.9,40.4,41,-8,0,1,0,a.nmea,24,\r\n"
#define CSV_TWO  "366053209,2023-11-14T22:14:20Z,-122.341618,37.802118,0.0,219.3,1,0,3,1,0,a.nmea,93,\r\n"
#define CSV_LAST "477553000,2023-11-14T23:15:00Z,-122.345833,47.582833,0.0,51.0,181,0,5,1,0,a.nmea,245,\r\n"

static void history_writes_the_rows_that_were_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *line, *out;
    } cases[] = {
        {"history -d data -q", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST},
        {"history -d data/archive -q", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST}, /* the archive's own folder */
        {"history -d data -q --vessel 366053209", CSV_HEAD CSV_TWO},
        {"history -d data -q --vessel 1", CSV_HEAD},
        {"history -d data -q --from 2023-11-14T22:14:20Z", CSV_HEAD CSV_TWO CSV_LAST},
        {"history -d data -q --from 1700000061", CSV_HEAD CSV_LAST},
        {"history -d data -q --to 2023-11-14T22:14:20Z", CSV_HEAD CSV_ONE},
        {"history -d data -q --from 1700000060 --to 1700000061", CSV_HEAD CSV_TWO},
        {"history -d data -q --from -7d", CSV_HEAD},
        {"history -d data -q --to -30m", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST},
        {"history -d data -q --box 11,57,12,58", CSV_HEAD CSV_ONE},
        {"history -d data -q --box 170,30,-120,50", CSV_HEAD CSV_TWO CSV_LAST}, /* across the antimeridian */
        {"history -d data -q --sentences",
         "2023-11-14T22:13:20Z " ONE "2023-11-14T22:14:20Z " TWO "2023-11-14T23:15:00Z " THREE},
        {"history -d data -q --sentences --vessel 366053209", "2023-11-14T22:14:20Z " TWO},
    };
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s = run(vg_cli_history, NULL, cases[i].line);
        if (s.status || strcmp(s.out, cases[i].out) != 0 || *s.err)
            fail_msg("%s: %d\n%s%s", cases[i].line, s.status, s.out, s.err);
        forget(&s);
    }
    says(vg_cli_history, "history -d data --vessel 366053209", VG_EXIT_OK, CSV_TWO, "1 position\n");
    says(vg_cli_history, "history -d data --sentences", VG_EXIT_OK, TWO, "3 lines\n");
}

static void history_has_five_forms_and_writes_a_file_only_if_all_goes_well(void **state)
{
    (void)state;
    static const struct {
        const char *form, *begins, *has;
    } cases[] = {{"csv", CSV_HEAD CSV_ONE, CSV_LAST},
                 {"geojson", "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",", "\"times\":["},
                 {"geojson --points", "{\"type\":\"FeatureCollection\",\"features\":[\n", "\"Point\""},
                 {"gpx", "<?xml", "<trk><name>366053209</name>"},
                 {"kml", "<?xml", "<gx:coord>11.832977 57.660353 0</gx:coord>"},
                 {"parquet", "PAR1", "PAR1"}};
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[100], words[20];
        snprintf(line, sizeof line, "history -d data -o there -f %s", cases[i].form);
        says(vg_cli_history, line, VG_EXIT_OK, NULL, "3 positions\n");
        char *text = read_file("there");
        assert_non_null(text);
        assert_memory_equal(text, cases[i].begins, strlen(cases[i].begins));
        assert_non_null(strstr(text, cases[i].has));
        free(text);
        snprintf(words, sizeof words, "%s", cases[i].form);
        assert_int_equal(unlink("there"), 0);
    }
    says(vg_cli_history, "history -d data -o none/there", VG_EXIT_FAILED, NULL, "none/there");
    says(vg_cli_history, "history -d none -o there", VG_EXIT_FAILED, NULL, "none");
    assert_int_equal(access("there", F_OK), -1);
}

static void history_says_what_it_can_t_do(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_history, "history", VG_EXIT_USAGE, NULL, "--data DIR is missing");
    says(vg_cli_history, "history -d data --points", VG_EXIT_USAGE, NULL, "--points is for --format geojson");
    says(vg_cli_history, "history -d data --vessel -1", VG_EXIT_USAGE, NULL, "--vessel");
    says(vg_cli_history, "history -d data --vessel x", VG_EXIT_USAGE, NULL, "--vessel");
    says(vg_cli_history, "history -d data --vessel 1073741824", VG_EXIT_USAGE, NULL, "from 1 to 1073741823");
    says(vg_cli_history, "history -d data --from 2026-02-30T00:00:00Z", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --box 1,2,3", VG_EXIT_USAGE, NULL, "--box");
    says(vg_cli_history, "history -d data --box 1,5,3,2", VG_EXIT_USAGE, NULL, "--box");
    says(vg_cli_history, "history -d data --from tomorrow", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --from -5x", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --format png", VG_EXIT_USAGE, NULL, "csv");
    says(vg_cli_history, "history -d data more", VG_EXIT_USAGE, NULL, "more");
    says(vg_cli_history, "history -d data/archive --sentences", VG_EXIT_FAILED, NULL, "journal");
    FILE *f = fopen("data/archive/positions/day=2023-11-14/hour=22/part-0000000001-0000000001.parquet", "r+");
    assert_non_null(f); /* a damaged part is told, and the rest is given */
    fputs("xxxx", f);
    fseek(f, -20, SEEK_END);
    fputs("xxxxxxxxxxxxxxxxxxxx", f);
    fclose(f);
    says(vg_cli_history, "history -d data", VG_EXIT_FAILED, CSV_LAST, "part-0000000001-0000000001.parquet");
}

/* More lines than are looked up together. */
static void history_finds_the_sentences_of_many_rows(void **state)
{
    (void)state;
    const size_t count = 16384 * 2 + 100;
    FILE *f = fopen("a.nmea", "w");
    for (size_t i = 0; i < count; i++)
        fprintf(f, "%.47s,%zu\n", ONE, 1700000000 + i);
    fclose(f);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_history, NULL, "history -d data --sentences");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.err, "32868 lines\n"));
    const char *at = s.out;
    for (size_t i = 0; i < count; i++) {
        char end[40];
        int n = snprintf(end, sizeof end, "*24,%zu\n", 1700000000 + i);
        const char *line_end = strchr(at, '\n');
        assert_non_null(line_end);
        assert_memory_equal(line_end + 1 - n, end, (size_t)n);
        at = line_end + 1;
    }
    assert_int_equal(*at, '\0');
    forget(&s);
}

/* Lines that were received together stand in one record: each row leads to its own. */
static void history_finds_each_line_of_a_record(void **state)
{
    (void)state;
#define BARE_ONE   "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define BARE_TWO   "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n"
#define BARE_THREE "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n"
    write_file("a.nmea", BARE_THREE "rubbish\r\n" BARE_ONE BARE_TWO);
    says(vg_cli_ingest, "ingest -d data -q --time 2023-11-14T22:13:20Z a.nmea", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_history, NULL, "history -d data -q --sentences");
    assert_string_equal(s.out, "2023-11-14T22:13:20Z " BARE_ONE "2023-11-14T22:13:20Z " BARE_TWO
                               "2023-11-14T22:13:20Z " BARE_THREE);
    forget(&s);
    s = run(vg_cli_history, NULL, "history -d data -q");
    const char *at = strstr(s.out, ",a.nmea,"); /* the first row's place leads to its record in a bundle, too */
    char line[100];
    snprintf(line, sizeof line, "evidence -d data --place %.*s -o -", (int)strspn(at + 8, "0123456789"), at + 8);
    says(vg_cli_evidence, line, VG_EXIT_OK, "13u?etPv2;0n:dDPwUM1U1Cb069D", "");
    forget(&s);
}

/* A journal was taken away: the next one's offsets begin behind all that its rows may lead to. */
static void an_old_row_never_leads_to_another_journal_s_sentence(void **state)
{
    (void)state;
    taken(LOG);
    assert_int_equal(rename("data/journal", "data/journal.aside-2023"), 0);
    write_file("b.nmea", THREE TWO);
    says(vg_cli_ingest, "ingest -d data -q b.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",a.nmea,24,", NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",b.nmea,1048576000024,", NULL);
    says(vg_cli_history, "history -d data --sentences", VG_EXIT_OK, THREE,
         "2 lines\nvigia: 3 positions whose sentence is not in the journal any more\n");
    says(vg_cli_evidence, "evidence -d data --place 24 -o b.json", VG_EXIT_FAILED, NULL, "");
    assert_int_equal(access("b.json", F_OK), -1);
    says(vg_cli_evidence, "evidence -d data --place 1048576000024 -o b.json", VG_EXIT_OK, NULL, "");
    says(vg_cli_verify, "verify b.json", VG_EXIT_OK, "good", NULL);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "good", NULL);
    assert_int_equal(rename("data/journal", "data/taken"), 0); /* the archive's mark alone says how far they led */
    write_file("c.nmea", ONE);
    says(vg_cli_ingest, "ingest -d data -q c.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",c.nmea,2097152000024,", NULL);
}

/* So it is where an older version set a journal aside: another ship's sentence stands at a row's place. */
static void a_sentence_of_another_vessel_is_not_given_for_a_row(void **state)
{
    (void)state;
    taken(LOG);
    write_file("b.nmea", "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C,1700000000\n" TWO);
    says(vg_cli_ingest, "ingest -d other -q b.nmea", VG_EXIT_OK, NULL, NULL);
    assert_int_equal(rename("data/journal", "data/journal.aside-2023") | rename("other/journal", "data/journal"), 0);
    struct said s = run(vg_cli_history, NULL, "history -d data --sentences");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, "2023-11-14T22:14:20Z " TWO); /* TWO stands where it stood, and is hers */
    assert_non_null(strstr(s.err, "1 position whose sentence is not in the journal any more\n"));
    assert_non_null(strstr(s.err, "1 position whose sentence is in a journal that was set aside: in this one another "
                                  "vessel's stands at its place\n"));
    forget(&s);
}

/* ---- journal, verify, evidence ---- */

static void journal_gives_back_what_was_taken(void **state)
{
    (void)state;
    taken(LOG);
    struct said s = run(vg_cli_journal, NULL, "journal cat -d data");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, LOG);
    forget(&s);
    s = run(vg_cli_journal, NULL, "journal cat -d data/journal --raw");
    assert_string_equal(s.out, LOG);
    forget(&s);
    says(vg_cli_journal, "journal cat -d data --times", VG_EXIT_OK, "2023-11-14T22:14:20Z " TWO, NULL);
    s = run(vg_cli_journal, NULL, "journal cat -d data --to 2023-11-14T22:13:20Z");
    assert_string_equal(s.out, ONE);
    forget(&s);
    says(vg_cli_journal, "journal cat -d data --source a.nmea", VG_EXIT_OK, THREE, NULL);
    says(vg_cli_journal, "journal cat -d data --source b", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_journal, "journal log -d data", VG_EXIT_OK, "{\"frame\":0,\"kind\":\"opened\",", NULL);
    says(vg_cli_journal, "journal log -d data", VG_EXIT_OK, "\"kind\":\"checkpoint\"", NULL);
    s = run(vg_cli_journal, NULL, "journal replay -d data");
    assert_int_equal(s.status, VG_EXIT_OK);
    const char *reports = strstr(s.out, "\"reports\":");
    assert_non_null(reports);
    assert_null(strstr(reports + 1, "\"reports\":"));                           /* a key stands once in an object */
    assert_non_null(strstr(s.out, "{\"records\":0,\"vessels\":0,\"hash\":\"")); /* recordings are no feeds */
    assert_non_null(strstr(s.err, " of recordings ('vigia ingest'), which make no live picture"));
    forget(&s);
    says(vg_cli_journal, "journal cat -d none", VG_EXIT_FAILED, NULL, "there is no journal in none");
    says(vg_cli_journal, "journal cat", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_journal, "journal", VG_EXIT_USAGE, NULL, "cat");
    says(vg_cli_journal, "journal", VG_EXIT_USAGE, NULL, "say what to do");
    says(vg_cli_journal, "journal sing -d data", VG_EXIT_USAGE, NULL, "there is no 'sing': say cat, log, ");
}

static void a_new_key_signs_and_the_old_one_is_kept_beside(void **state)
{
    (void)state;
    taken(LOG);
    char *before = read_file("data/journal/key.pub");
    says(vg_cli_journal, "journal rotate-key -d data", VG_EXIT_OK, "", "");
    char *after = read_file("data/journal/key.pub");
    assert_int_equal(lines_in(before), 1);
    assert_int_equal(lines_in(after), 2);
    assert_memory_equal(before, after, strlen(before));
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_ingest, NULL, "ingest -d other -q a.nmea");
    forget(&s);
    says(vg_cli_journal, "journal rotate-key -d other", VG_EXIT_OK, "", "");
    char *other = read_file("other/journal/key.pub"), *lines[4] = {NULL}, *save = NULL;
    lines[0] = strtok_r(after, "\n", &save);
    lines[1] = strtok_r(NULL, "\n", &save);
    lines[2] = strtok_r(other, "\n", &save);
    lines[3] = strtok_r(NULL, "\n", &save);
    for (int i = 0; i < 4; i++) /* behind the names: no key is made twice */
        for (int k = 0; k < i; k++)
            assert_string_not_equal(strchr(strchr(lines[i], '+') + 1, '+'), strchr(strchr(lines[k], '+') + 1, '+'));
    free(before);
    free(after);
    free(other);
}

static void verify_tells_good_from_changed(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "good: 1 frame read, 1 signed, 4 records of 244 bytes, 0 gaps\n",
         NULL);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "give --key to know that it is the right one", NULL);
    says(vg_cli_verify, "verify data/journal --key data/journal/key.pub", VG_EXIT_OK, "good: ", NULL);
    says(vg_cli_verify, "verify --json data", VG_EXIT_OK, "{\"verdict\":\"good\",\"findings\":0,\"notes\":0,", NULL);
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_verify, "verify", VG_EXIT_USAGE, NULL, "give one folder or one bundle");
    says(vg_cli_verify, "verify none", VG_EXIT_FAILED, NULL, "none");
    says(vg_cli_verify, "verify --key . data", VG_EXIT_USAGE, NULL, ".: a folder, where a file was expected");
    says(vg_cli_verify, "verify --checkpoint . data", VG_EXIT_FAILED, NULL, ".: a folder, where a file was expected");
    says(vg_cli_verify, "verify --key rubbish data", VG_EXIT_USAGE, NULL,
         "rubbish is neither a public key nor a file of such");
    write_file("list", "");
    struct said s = run(vg_cli_ingest, NULL, "ingest -d other -q a.nmea"); /* another journal's key */
    forget(&s);
    says(vg_cli_verify, "verify data --key other/journal/key.pub", VG_EXIT_FAILED, "checkpoint", "");
    char path[] = "data/journal/segments/0000000000000000.vgj";
    FILE *f = fopen(path, "r+");
    if (f) { /* one bit */
        fseek(f, 100, SEEK_SET);
        int c = fgetc(f);
        fseek(f, 100, SEEK_SET);
        fputc(c ^ 1, f);
        fclose(f);
        says(vg_cli_verify, "verify data", VG_EXIT_FAILED, "damaged", "");
        says(vg_cli_verify, "verify -q data", VG_EXIT_FAILED, NULL, NULL);
        says(vg_cli_verify, "verify --json data", VG_EXIT_FAILED, "\"verdict\":\"", "");
    }
}

static void evidence_is_a_bundle_that_verifies(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_evidence, "evidence -d data -o b.json", VG_EXIT_USAGE, NULL, "say what: --from, --to or --place");
    says(vg_cli_evidence, "evidence -d data --from 0", VG_EXIT_USAGE, NULL, "-o BUNDLE is missing");
    says(vg_cli_evidence, "evidence --from 0 -o b.json", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_evidence, "evidence -d none --from 0 -o b.json", VG_EXIT_FAILED, NULL, "there is no journal in none");
    says(vg_cli_evidence, "evidence -d data --from 2020-01-01T00:00Z --to 2020-01-02T00:00Z -o b.json", VG_EXIT_FAILED,
         NULL, "");
    assert_int_equal(access("b.json", F_OK), -1);
    says(vg_cli_evidence, "evidence -d data --from 2023-11-14T22:14:00Z --to 2023-11-14T22:15:00Z -o b.json",
         VG_EXIT_OK, NULL, "");
    char *bundle = read_file("b.json");
    assert_non_null(strstr(bundle, "15M67FC000G?ufbE`FepT@3n00Sa"));
    says(vg_cli_verify, "verify b.json", VG_EXIT_OK, "good", NULL);
    says(vg_cli_verify, "verify b.json --key data/journal/key.pub", VG_EXIT_OK, "good", NULL);
    char *at = strstr(bundle, "15M67FC000G");
    *at = '2';
    write_file("c.json", bundle);
    says(vg_cli_verify, "verify c.json", VG_EXIT_FAILED, "bundle", "");
    free(bundle);
    says(vg_cli_evidence, "evidence -d data --place 93 -o -", VG_EXIT_OK, "15M67FC000G?ufbE`FepT@3n00Sa", "");
    says(vg_cli_evidence, "evidence -d data --place 0 -o d.json", VG_EXIT_FAILED, NULL, "");
    says(vg_cli_evidence, "evidence -d data --place 9x -o d.json", VG_EXIT_USAGE, NULL, "--place");
    says(vg_cli_evidence, "evidence -d data --place -9 -o d.json", VG_EXIT_USAGE, NULL, "--place");
    says(vg_cli_evidence, "evidence -d data --place 99999999 -o d.json", VG_EXIT_FAILED, NULL, "");
    assert_int_equal(access("d.json", F_OK), -1);
}

/* ---- sim ---- */

static void the_same_options_give_the_same_sea(void **state)
{
    (void)state;
    struct said a = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --truth truth --places places.json");
    struct said b = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40");
    struct said c = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --seed 2");
    struct said d = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --damage 20");
    assert_int_equal(a.status | b.status | c.status | d.status, VG_EXIT_OK);
    assert_true(lines_in(a.out) > 50);
    assert_string_equal(a.out, b.out);
    assert_string_not_equal(a.out, c.out);
    assert_string_not_equal(a.out, d.out);
    assert_non_null(strstr(a.out, ",c:17735688")); /* 2026-03-15T10:00 */
    assert_non_null(strstr(a.out, "!AIVDM,"));
    write_file("a.nmea", a.out);
    write_file("d.nmea", d.out);
    says(vg_cli_decode, "decode -f csv a.nmea", VG_EXIT_OK, "\n", "");
    struct said refused = run(vg_cli_decode, NULL, "decode a.nmea"),
                damaged = run(vg_cli_decode, NULL, "decode d.nmea");
    assert_null(strstr(refused.err, "checksum"));
    assert_non_null(strstr(damaged.err, "checksum"));
    char *truth = read_file("truth"), *places = read_file("places.json");
    assert_true(lines_in(truth) >= 40);
    assert_int_equal(truth[0], '{');
    assert_non_null(strstr(places, "FeatureCollection"));
    free(truth);
    free(places);
    forget(&refused);
    forget(&damaged);
    forget(&a);
    forget(&b);
    forget(&c);
    forget(&d);
    a = run(vg_cli_sim, NULL, "sim --hours 0 --places p.json");
    assert_int_equal(a.status, VG_EXIT_OK);
    assert_string_equal(a.out, "");
    forget(&a);
    a = run(vg_cli_sim, NULL, "sim --scenario load --vessels 100 --hours 0.01 --start 1700000000");
    assert_int_equal(a.status, VG_EXIT_OK);
    assert_non_null(strstr(a.out, "c:17000000"));
    assert_true(lines_in(a.out) >= 300);
    forget(&a);
}

static void sim_says_what_it_can_t_do(void **state)
{
    (void)state;
    says(vg_cli_sim, "sim --scenario moon", VG_EXIT_USAGE, NULL, "ecuador or load");
    says(vg_cli_sim, "sim --vessels 20001", VG_EXIT_USAGE, NULL, "--vessels, --damage or --start is out of range");
    says(vg_cli_sim, "sim --scenario load --vessels 1000001", VG_EXIT_USAGE, NULL, "--vessels");
    says(vg_cli_sim, "sim --hours -1", VG_EXIT_USAGE, NULL, "--hours");
    says(vg_cli_sim, "sim --damage 101", VG_EXIT_USAGE, NULL, "--damage");
    says(vg_cli_sim, "sim --speed 0", VG_EXIT_USAGE, NULL, "--speed");
    says(vg_cli_sim, "sim --hours 0.01 --vessels 10 --truth none/truth", VG_EXIT_FAILED, NULL, "none/truth");
    says(vg_cli_sim, "sim more", VG_EXIT_USAGE, NULL, "more");
}

/* ---- watch and config ---- */

static void watch_refuses_what_would_not_do(void **state)
{
    (void)state;
    says(vg_cli_watch, "watch --no-config", VG_EXIT_USAGE, NULL, "which feed?");
    says(vg_cli_watch, "watch --no-config ftp://x", VG_EXIT_USAGE, NULL, "unknown kind of feed");
    says(vg_cli_watch, "watch --no-config --listen nonsense stdin:", VG_EXIT_USAGE, NULL, "--listen is ADDRESS:PORT");
    says(vg_cli_watch, "watch --no-config --listen 0.0.0.0:0 stdin:", VG_EXIT_USAGE, NULL, "--trust-network");
    says(vg_cli_watch, "watch --no-config -q --listen 127.0.0.1:0 none.nmea", VG_EXIT_FAILED, NULL, "none.nmea");
    says(vg_cli_watch, "watch --no-config --tick 0 stdin:", VG_EXIT_USAGE, NULL, "--tick");
    says(vg_cli_config, "config", VG_EXIT_USAGE, NULL, "check");
    says(vg_cli_config, "config sing", VG_EXIT_USAGE, NULL, "there is no 'sing': say check, show or docs");
    says(vg_cli_config, "config show --no-config --tick 500 udp://:1", VG_EXIT_OK, "tick: 500", NULL);
    write_file("v.yaml", "title: X\nnobody: 1\n");
    says(vg_cli_config, "config check v.yaml", VG_EXIT_FAILED, "", "v.yaml");
}

/* ---- words about errors ---- */

static int error_itself(int argc, char **argv)
{
    vg_cli_error("%d words, first %s", argc, argv[0]);
    return vg_cli_usage("try", "%s is %d", argv[1], argc);
}

static void an_error_is_one_sentence_and_the_way_to_help(void **state)
{
    (void)state;
    struct said s = run(error_itself, NULL, "a b");
    assert_int_equal(s.status, VG_EXIT_USAGE);
    assert_string_equal(s.out, "");
    assert_string_equal(s.err, "vigia: 2 words, first a\nvigia try: b is 2\nTry 'vigia try --help'.\n");
    forget(&s);
    assert_string_equal(vg_cli_plural(1), "");
    assert_string_equal(vg_cli_plural(0), "s");
    assert_string_equal(vg_cli_plural(2), "s");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(decode_writes_a_line_a_message_and_counts_what_it_refused),
        IN_A_FOLDER(decode_writes_csv_with_one_header),
        IN_A_FOLDER(decode_says_what_it_can_t_do),
        IN_A_FOLDER(decode_gives_other_sentences_if_asked),
        IN_A_FOLDER(ingest_takes_each_file_once),
        IN_A_FOLDER(ingest_walks_through_folders_but_not_into_hidden_ones),
        IN_A_FOLDER(ingest_says_what_it_can_t_do),
        IN_A_FOLDER(ingest_joins_the_parts_of_hours_if_asked),
        IN_A_FOLDER(history_writes_the_rows_that_were_asked_for),
        IN_A_FOLDER(history_has_five_forms_and_writes_a_file_only_if_all_goes_well),
        IN_A_FOLDER(history_says_what_it_can_t_do),
        IN_A_FOLDER(history_finds_the_sentences_of_many_rows),
        IN_A_FOLDER(history_finds_each_line_of_a_record),
        IN_A_FOLDER(an_old_row_never_leads_to_another_journal_s_sentence),
        IN_A_FOLDER(a_sentence_of_another_vessel_is_not_given_for_a_row),
        IN_A_FOLDER(journal_gives_back_what_was_taken),
        IN_A_FOLDER(a_new_key_signs_and_the_old_one_is_kept_beside),
        IN_A_FOLDER(verify_tells_good_from_changed),
        IN_A_FOLDER(evidence_is_a_bundle_that_verifies),
        IN_A_FOLDER(the_same_options_give_the_same_sea),
        IN_A_FOLDER(sim_says_what_it_can_t_do),
        IN_A_FOLDER(watch_refuses_what_would_not_do),
        IN_A_FOLDER(an_error_is_one_sentence_and_the_way_to_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
