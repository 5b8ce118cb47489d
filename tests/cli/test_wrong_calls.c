/* Every way to call a command wrongly, or with what is not there: the status and the words, to the letter. */
#include "base/time_asked.h"
#include "command.h"

#include "serve/serve.h"

struct refused {
    const char *line, *err;
};

/* Called wrongly: a sentence, and the way to help. */
static void are_wrong(command *run_command, const char *name, const struct refused *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char line[600], err[800];
        snprintf(line, sizeof line, "%s%s%s", name, *c[i].line ? " " : "", c[i].line);
        snprintf(err, sizeof err, "vigia %s: %s\nTry 'vigia %s --help'.\n", name, c[i].err, name);
        says_exactly(run_command, line, VG_EXIT_USAGE, "", err);
    }
}

/* Any other end without a word on standard output. */
static void end_with(int status, command *run_command, const char *name, const struct refused *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char line[600], err[800];
        snprintf(line, sizeof line, "%s %s", name, c[i].line);
        snprintf(err, sizeof err, "%s\n", c[i].err);
        says_exactly(run_command, line, status, "", err);
    }
}

#define COUNT(rows) (rows), sizeof(rows) / sizeof *(rows)

/* What the calls below find in their folder. */
static void furnish(void)
{
    static char big[16386];
    taken(LOG);
    assert_int_equal(mkdir("folder", 0700) | mkdir("folder/x", 0700), 0);
    memset(big, '#', sizeof big - 1);
    write_file("big", big);
    write_file("bad", "nonsense: [\n");
    write_file("bad.yaml", "tick: 1\n");
    write_file("two.yaml", "tick: 1\nvessels: 0\n");
}

static void what_decode_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"--format xml", "--format is json or csv, not 'xml'"},
        {"--threads 0", "--threads is a whole number from 1 to 16, not '0'"},
        {"--threads 1.5", "--threads is a whole number from 1 to 16, not '1.5'"},
        {"--nothing", "there is no option '--nothing'"},
    };
    static const struct refused failed[] = {
        {"none.nmea", "vigia: none.nmea: no such file or directory"},
        {"-q none.nmea", "vigia: none.nmea: no such file or directory"},
        {".", "vigia: .: a folder, where a file was expected; name the files in it"},
        {"none.nmea .", "vigia: none.nmea: no such file or directory\n"
                        "vigia: .: a folder, where a file was expected; name the files in it"},
    };
    furnish();
    are_wrong(vg_cli_decode, "decode", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_decode, "decode", COUNT(failed));
}

static void what_ingest_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"a.nmea", "--data DIR is missing"},
        {"-d data", "say what to take: files, folders, or - for standard input"},
        {"-d data --level 20 a.nmea", "--level is from -50 to 19, and not 0, not '20'"},
        {"-d data --level -51 a.nmea", "--level is from -50 to 19, and not 0, not '-51'"},
        {"-d data --level 0 a.nmea", "--level is from -50 to 19, and not 0, not '0'"},
        {"-d data --archive-level 23 a.nmea", "--archive-level is a whole number from 1 to 22, not '23'"},
        {"-d data --archive-level 0 a.nmea", "--archive-level is a whole number from 1 to 22, not '0'"},
        {"-d data --rows 65535 a.nmea", "--rows is a whole number from 65536 to 268435456, not '65535'"},
        {"-d data --rows 268435457 a.nmea", "--rows is a whole number from 65536 to 268435456, not '268435457'"},
        {"-d data --threads 65 a.nmea", "--threads is a whole number from 1 to 64, not '65'"},
        {"-d data --threads 0 a.nmea", "--threads is a whole number from 1 to 64, not '0'"},
    };
    static const struct refused failed[] = {
        {"-d data --layout . a.nmea", "vigia: .: a folder, where a file was expected"},
        {"-d data --layout nobody a.nmea", "vigia: nobody is neither a known layout (noaa, dma, plain; "
                                           "docs/formats/layout.md has all) nor a layout file: not found"},
        {"-d data --layout big a.nmea", "vigia: big is neither a known layout (noaa, dma, plain; "
                                        "docs/formats/layout.md has all) nor a layout file: more than 16 KiB"},
        {"-d none/data a.nmea", "vigia: none/data: No such file or directory"},
        {"-d x -q none.nmea", "vigia: none.nmea: no such file or directory"},
        {"-d x -q logs/none.nmea a.nmea", "vigia: logs/none.nmea: no such file or directory"},
    };
    furnish();
    are_wrong(vg_cli_ingest, "ingest", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_ingest, "ingest", COUNT(failed));
    says(vg_cli_ingest, "ingest -d data --layout bad a.nmea", VG_EXIT_FAILED, NULL, "vigia: bad: ");
}

static void what_history_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"", "--data DIR is missing"},
        {"-d data --points", "--points is for --format geojson"},
        {"-d data --vessel -1", "--vessel is an MMSI, from 1 to 1073741823, not '-1'"},
        {"-d data --vessel 0", "--vessel is an MMSI, from 1 to 1073741823, not '0'"},
        {"-d data --vessel x", "--vessel is an MMSI, from 1 to 1073741823, not 'x'"},
        {"-d data --vessel 1073741824", "--vessel is an MMSI, from 1 to 1073741823, not '1073741824'"},
        {"-d data --from 2026-02-30T00:00:00Z",
         "--from is a time as " VG_TIME_ASKED_FORMS ", not '2026-02-30T00:00:00Z'"},
        {"-d data --from -5x", "--from is a time as " VG_TIME_ASKED_FORMS ", not '-5x'"},
        {"-d data --from -5mm", "--from is a time as " VG_TIME_ASKED_FORMS ", not '-5mm'"},
        {"-d data --from -m", "--from is a time as " VG_TIME_ASKED_FORMS ", not '-m'"},
        {"-d data --from -:m", "--from is a time as " VG_TIME_ASKED_FORMS ", not '-:m'"},
        {"-d data --to -1000001s", "--to is a time as " VG_TIME_ASKED_FORMS ", not '-1000001s'"},
        {"-d data --to -99999999999999999999s",
         "--to is a time as " VG_TIME_ASKED_FORMS ", not '-99999999999999999999s'"},
        {"-d data --to -2m3h", "--to is a time as " VG_TIME_ASKED_FORMS ", not '-2m3h'"},
        {"-d data --to 2026-02-30", "--to is a time as " VG_TIME_ASKED_FORMS ", not '2026-02-30'"},
        {"-d data --from tomorrow", "--from is a time as " VG_TIME_ASKED_FORMS ", not 'tomorrow'"},
        {"-d data --box 1,2,3", "--box is west,south,east,north in degrees, not '1,2,3'"},
        {"-d data --box 1,2,3,4,5", "--box is west,south,east,north in degrees, not '1,2,3,4,5'"},
        {"-d data --box 1,2,3,4x", "--box is west,south,east,north in degrees, not '1,2,3,4x'"},
        {"-d data --box 1,2,,4", "--box is west,south,east,north in degrees, not '1,2,,4'"},
        {"-d data --box 1,5,3,4.9", "--box is west,south,east,north in degrees, not '1,5,3,4.9'"},
        {"-d data --box -180.1,0,1,1", "--box is west,south,east,north in degrees, not '-180.1,0,1,1'"},
        {"-d data --box 0,0,180.1,1", "--box is west,south,east,north in degrees, not '0,0,180.1,1'"},
        {"-d data --box 0,-90.1,1,1", "--box is west,south,east,north in degrees, not '0,-90.1,1,1'"},
        {"-d data --box 0,0,1,90.1", "--box is west,south,east,north in degrees, not '0,0,1,90.1'"},
        {"-d data --box nan,0,1,1", "--box is west,south,east,north in degrees, not 'nan,0,1,1'"},
        {"-d data --format png", "--format is csv, geojson, gpx, kml or parquet, not 'png'"},
        {"-d data --format points", "--format is csv, geojson, gpx, kml or parquet, not 'points'"},
        {"-d data more", "'more' is one word too many"},
        {"-d data --from now --to -1d", "--from is later than --to"},
        {"-d data --detections --tracks", "one of --detections, --tracks and --sentences"},
        {"-d data --tracks -f kml", "--detections and --tracks are for --format csv"},
        {"-d data --detections -b 1,2,3,4",
         "--detections goes by time and --sensor: a radar tells neither vessel nor, mostly, place"},
        {"-d data --sensor Manta", "--sensor is for --detections"},
    };
    static const struct refused failed[] = {
        {"-d none", "vigia: there is no archive in none"},
        {"-d data -o none/there", "vigia: none/there: No such file or directory"},
        {"-d data -o folder", "vigia: folder: Is a directory"},
        {"-d data -o folder/", "vigia: folder/: Is a directory"},
        {"-d data -o none/", "vigia: none/: Is a directory"},
        {"-d none -o there", "vigia: there is no archive in none"},
    };
    furnish();
    are_wrong(vg_cli_history, "history", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_history, "history", COUNT(failed));
    static const char *const left[] = {"there", "there.part", "folder.part", "none"}; /* and nothing lies about */
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        assert_false(is_there(left[i]));
}

static void what_journal_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"", "say what to do: cat, log, replay or rotate-key"},
        {"sing -d data", "there is no 'sing': say cat, log, replay or rotate-key"},
        {"cat", "--data DIR is missing"},
        {"cat more -d data", "'more' is one word too many"},
        {"cat -d data --raw --times", "--raw and --times exclude each other"},
        {"replay -d data --threads 0", "--threads is a whole number from 1 to 16, not '0'"},
        {"replay -d data --threads 17", "--threads is a whole number from 1 to 16, not '17'"},
        {"cat -d data --clock sun", "--clock is wall or data, not 'sun'"},
        {"cat -d data --clock data", "--clock is not for 'cat'"},
        {"cat -d data --from 2 --to 1", "--from is later than --to"},
        {"log -d data --raw", "--raw is not for 'log'"},
        {"log -d data --from 2026-11-23 --to 2026-11-21", "--from is later than --to"},
        {"replay -d data --to -1d", "--to is not for 'replay'"},
        {"replay -d data --source Manta", "--source is not for 'replay'"},
        {"rotate-key -d data --from -1d", "--from is not for 'rotate-key'"},
        {"rotate-key -d data --threads 2", "--threads is not for 'rotate-key'"},
        {"rotate-key -d data --times", "--times is not for 'rotate-key'"},
    };
    static const struct refused failed[] = {
        {"cat -d none", "vigia: there is no journal in none"},
    };
    furnish();
    are_wrong(vg_cli_journal, "journal", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_journal, "journal", COUNT(failed));
}

static void what_verify_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"", "give one folder, one bundle or one case"},
        {"data data", "give one folder, one bundle or one case"},
    };
    static const struct refused failed[] = {
        {"none", "vigia: none: not found"},
        {"folder", "vigia: there is no journal in folder\n"
                   "vigia: folder: not found"},
        {"--checkpoint . data", "vigia: .: a folder, where a file was expected"},
        {"--checkpoint none data", "vigia: the checkpoint none can't be read"},
    };
    static const struct refused settings[] = {
        {"--key . data", "vigia: .: a folder, where a file was expected"},
        {"--key rubbish data", "vigia: rubbish is neither a public key nor a file of such: not found"},
        {"--key bad data", "vigia: bad is neither a public key nor a file of such: not of the expected form"},
    };
    furnish();
    are_wrong(vg_cli_verify, "verify", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_verify, "verify", COUNT(failed));
    end_with(VG_EXIT_USAGE, vg_cli_verify, "verify", COUNT(settings));
}

static void what_evidence_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"-d data -o b.json", "say what: --from, --to or --place"},
        {"-d data --from 0", "-o BUNDLE is missing"},
        {"--from 0 -o b.json", "--data DIR is missing"},
        {"more -d data --from 0 -o b.json", "'more' is one word too many"},
        {"-d data --from 2 --to 1 -o b.json", "--from is later than --to"},
        {"-d data --place 9x -o b.json", "--place is a number, and given at most 4096 times, not '9x'"},
        {"-d data --place -9 -o b.json", "--place is a number, and given at most 4096 times, not '-9'"},
        {"-d data --place 18446744073709551616 -o b.json",
         "--place is a number, and given at most 4096 times, not '18446744073709551616'"},
    };
    static const struct refused failed[] = {
        {"-d none --from 0 -o b.json", "vigia: there is no journal in none"},
        {"-d data --from 2020-01-01T00:00Z --to 2020-01-02T00:00Z -o b.json", "vigia: the journal has no such record"},
        {"-d data --from 0 -o none/b.json", "vigia: none/b.json: No such file or directory"},
        {"-d data --from 0 -o folder", "vigia: folder: Is a directory"},
        {"-d data --from 0 -o folder/", "vigia: folder/: Is a directory"},
        {"-d data --place 18446744073709551615 -o b.json", "vigia: no record stands at that place"},
        {"-d data --place 0 -o b.json", "vigia: no record stands at that place"},
    };
    furnish();
    are_wrong(vg_cli_evidence, "evidence", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_evidence, "evidence", COUNT(failed));
    static const char *const left[] = {"b.json", "b.json.part", "folder.part", "none"}; /* and nothing lies about */
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        assert_false(is_there(left[i]));
}

static void what_sim_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"--scenario moon", "--scenario is ecuador or load, or a file: NAME.yaml, not 'moon'"},
        {"--vessels 0", "--vessels is a whole number from 1 to 1000000, not '0'"},
        {"--vessels 20001 --hours 0.01", "--vessels, --damage or --start is out of range"},
        {"--scenario load --vessels 1000001", "--vessels is a whole number from 1 to 1000000, not '1000001'"},
        {"--hours -1", "--hours is a number from 0 to 1000000, not '-1'"},
        {"--hours 1000001", "--hours is a number from 0 to 1000000, not '1000001'"},
        {"--damage 101", "--damage is a number from 0 to 100, not '101'"},
        {"--damage -1", "--damage is a number from 0 to 100, not '-1'"},
        {"--warm -1", "--warm is a number from 0 to 1000000, not '-1'"},
        {"--seed -1", "--seed is a whole number from 0 to 9000000000000000, not '-1'"},
        {"--speed 0", "--speed is max or a number from 0.001 to 1000000, not '0'"},
        {"--speed 0.0009", "--speed is max or a number from 0.001 to 1000000, not '0.0009'"},
        {"--speed 1000001", "--speed is max or a number from 0.001 to 1000000, not '1000001'"},
        {"--speed maximum", "--speed is max or a number from 0.001 to 1000000, not 'maximum'"},
        {"more", "'more' is one word too many"},
    };
    static const struct refused failed[] = {
        {"--hours 0.01 --vessels 10 --truth none/truth", "vigia: can't write none/truth: No such file or directory"},
        {"--hours 0 --places none/places", "vigia: can't write none/places: No such file or directory"},
        {"--hours 0 --places /dev/full", "vigia: can't write /dev/full"},
    };
    furnish();
    are_wrong(vg_cli_sim, "sim", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_sim, "sim", COUNT(failed));
}

static void what_watch_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"--no-config", "which feed?"},
        {"--no-config --listen nonsense stdin:",
         "--listen is ADDRESS:PORT (IPv6 in [ ], port 0 to 65535), not 'nonsense'"},
        {"--no-config --tick 19 stdin:", "--tick is a whole number from 20 to 10000, not '19'"},
        {"--nothing", "there is no option '--nothing'"},
    };
    static const struct refused failed[] = {
        {"--no-config -q --listen 127.0.0.1:0 none.nmea", "vigia: none.nmea: no such file or directory"},
    };
    static const struct refused settings[] = {
        {"--no-config ftp://x",
         "vigia: feeds: feed 'ftp://x': unknown kind of feed: udp, tcp, tcp-listen, serial, file and stdin are known"},
        {"--no-config --listen 0.0.0.0:0 stdin:", "vigia: listen: 0.0.0.0:0 " VG_SERVE_REACHED ""},
        {"--config none.yaml stdin:", "vigia: none.yaml: No such file or directory"},
        {"--config bad.yaml stdin:", "vigia: bad.yaml:1: tick: expected a whole number from 20 to 10000, found '1'"},
        {"--no-config --keep-days 3 stdin:",
         "vigia: keep-days: it says how long the journal is kept, and needs a data folder (data)"},
    };
    furnish();
    are_wrong(vg_cli_watch, "watch", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_watch, "watch", COUNT(failed));
    end_with(VG_EXIT_USAGE, vg_cli_watch, "watch", COUNT(settings));
}

static void what_config_refuses_is_told_to_the_letter(void **state)
{
    (void)state;
    static const struct refused wrong[] = {
        {"", "say what to do: check, show or docs"},
        {"sing", "there is no 'sing': say check, show or docs"},
        {"check a b", "'b' is one word too many"},
        {"check -x", "check has no option '-x'"},
        {"docs more", "'more' is one word too many"},
        {"show --no-config --tick 1", "--tick is a whole number from 20 to 10000, not '1'"},
        {"show --nothing", "there is no option '--nothing'"},
    };
    static const struct refused failed[] = {
        {"check none.yaml", "none.yaml: No such file or directory\n"
                            "1 problem"},
        {"check bad.yaml", "bad.yaml:1: tick: expected a whole number from 20 to 10000, found '1'\n"
                           "1 problem"},
        {"check two.yaml", "two.yaml:1: tick: expected a whole number from 20 to 10000, found '1'\n"
                           "two.yaml:2: vessels: expected a whole number from 1 to 10000000, found '0'\n"
                           "2 problems"},
    };
    static const struct refused settings[] = {
        {"show --config bad.yaml", "vigia: bad.yaml:1: tick: expected a whole number from 20 to 10000, found '1'"},
    };
    furnish();
    are_wrong(vg_cli_config, "config", COUNT(wrong));
    end_with(VG_EXIT_FAILED, vg_cli_config, "config", COUNT(failed));
    end_with(VG_EXIT_USAGE, vg_cli_config, "config", COUNT(settings));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(what_decode_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_ingest_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_history_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_journal_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_verify_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_evidence_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_sim_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_watch_refuses_is_told_to_the_letter),
        IN_A_FOLDER(what_config_refuses_is_told_to_the_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
