/* `vigia config`: check, show and docs, and the help of each. */
#include "command.h"

#include "cli/config.h"

static void check_counts_files_and_feeds(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    write_file("b.nmea", LOG);
    write_file("none.yaml", "tick: 20\n");
    write_file("one.yaml", "feeds: [a.nmea]\n");
    write_file("two.yaml", "feeds: [a.nmea, b.nmea]\n");
    write_file("gone.yaml", "feeds: [c.nmea, c.nmea]\nkeep-days: 1\n");
    says_exactly(vg_cli_config, "config check none.yaml", VG_EXIT_OK, "1 file, 0 feeds: nothing is wrong\n", "");
    says_exactly(vg_cli_config, "config check one.yaml", VG_EXIT_OK, "1 file, 1 feed: nothing is wrong\n", "");
    assert_int_equal(mkdir("conf.d", 0755), 0);
    write_file("conf.d/x.yaml", "");
    says_exactly(vg_cli_config, "config check two.yaml", VG_EXIT_OK, "2 files, 2 feeds: nothing is wrong\n", "");
    says_exactly(vg_cli_config, "config check gone.yaml", VG_EXIT_FAILED, "",
                 "gone.yaml:1: feeds: two feeds are called 'c.nmea': give one a name\n"
                 "gone.yaml:2: keep-days: it says how long the journal is kept, and needs a data folder (data)\n"
                 "gone.yaml:1: feeds: feed 'c.nmea': No such file or directory\n"
                 "gone.yaml:1: feeds: feed 'c.nmea': No such file or directory\n"
                 "4 problems\n");
    says_exactly(vg_cli_config, "config check -", VG_EXIT_USAGE, "",
                 "vigia config: check has no option '-'\nTry 'vigia config --help'.\n");
}

static void the_files_that_settings_name_are_read(void **state)
{
    (void)state;
    write_file("rules.yaml", "rules:\n  - name: r\n    kinds: [nonsense]\n");
    write_file("areas.geojson", "{\"type\": \"FeatureCollection\",\n \"features\": [7]}\n");
    write_file("list.csv", "name\n");
    write_file("c.yaml", "alert-rules: rules.yaml\nareas: areas.geojson\nwatch-list: list.csv\n");
    says(vg_cli_config, "config check c.yaml", VG_EXIT_FAILED, NULL, "rules.yaml:3: kinds: expected kinds of events");
    says(vg_cli_config, "config check c.yaml", VG_EXIT_FAILED, NULL, "\nareas.geojson: line ");
    says(vg_cli_config, "config check c.yaml", VG_EXIT_FAILED, NULL, "\nlist.csv: line 1: ");
    says(vg_cli_config, "config check c.yaml", VG_EXIT_FAILED, NULL, "\n3 problems\n");
    write_file("c.yaml", "areas: none.geojson\n");
    says(vg_cli_config, "config check c.yaml", VG_EXIT_FAILED, NULL,
         "c.yaml:1: areas: none.geojson: No such file or directory\n");
}

static void every_spelling_of_help_is_the_same(void **state)
{
    (void)state;
    static const char *const calls[] = {"config -h", "config check --help", "config check -h", "config show --help",
                                        "config show -h"};
    struct said help = run(vg_cli_config, NULL, "config --help");
    static const char usage[] = "usage: vigia config check [FILE]\n";
    assert_int_equal(help.status, VG_EXIT_OK);
    assert_memory_equal(help.out, usage, strlen(usage));
    assert_string_equal(help.err, "");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        says_exactly(vg_cli_config, calls[i], VG_EXIT_OK, help.out, "");
    forget(&help);
}

static void show_joins_file_and_command_line(void **state)
{
    (void)state;
    write_file("v.yaml", "tick: 20\nvessels: 7\ntitle: of the file\nfeeds: [a, b]\n");
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"config show -c v.yaml", "\ntitle: \"of the file\" # v.yaml:3\n"},
        {"config show -c v.yaml", "\nvessels: 7 # v.yaml:2\n"},
        {"config show -c v.yaml", "\nfeeds: # v.yaml:4\n  - \"a\"\n  - \"b\"\n"},
        {"config show -c v.yaml --title mine", "\ntitle: \"mine\" # command line\n"},
        {"config show --title mine -c v.yaml", "\ntitle: \"mine\" # command line\n"}, /* in any order */
        {"config show -c v.yaml c", "\nfeeds: # command line\n  - \"c\"\n"},
        {"config show -c v.yaml --no-config", "\n# title: # default\n"},
        {"config show --no-config", "\n# feeds: # default\n"},
        {"config show --no-config c d", "\nfeeds: # command line\n  - \"c\"\n  - \"d\"\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        says(vg_cli_config, cases[i].line, VG_EXIT_OK, cases[i].words, NULL);
    says_exactly(vg_cli_config, "config show --no-config c c", VG_EXIT_USAGE, "",
                 "vigia: feeds: two feeds are called 'c': give one a name\n");
}

static void there_are_at_most_64_feeds(void **state)
{
    (void)state;
    char line[1000];
    for (int count = VG_FEED_MAX; count <= VG_FEED_MAX + 1; count++) {
        int n = snprintf(line, sizeof line, "config show --no-config");
        for (int i = 0; i < count; i++)
            n += snprintf(line + n, sizeof line - (size_t)n, " f%d", i);
        if (count == VG_FEED_MAX)
            says(vg_cli_config, line, VG_EXIT_OK, "  - \"f63\"\n", NULL);
        else
            says_exactly(vg_cli_config, line, VG_EXIT_USAGE, "", "vigia: more than 64 feeds\n");
    }
}

static void docs_are_the_page(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 16);
    vg_config_docs(&out);
    vg_out_char(&out, '\0');
    says_exactly(vg_cli_config, "config docs", VG_EXIT_OK, out.buf, "");
    vg_out_free(&out);
}

/* ---- words ---- */

static void a_folder_is_known(void **state)
{
    (void)state;
    write_file("file", "");
    assert_int_equal(mkdir("folder", 0700) | mkfifo("pipe", 0600) | symlink("pipe", "link"), 0);
    static const struct {
        const char *path;
        bool folder;
    } cases[] = {{"file", false}, {"folder", true}, {"pipe", false},
                 {"link", false}, {"none", false},  {"/dev/null", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(vg_cli_is_folder(cases[i].path), cases[i].folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(check_counts_files_and_feeds),
        IN_A_FOLDER(the_files_that_settings_name_are_read),
        IN_A_FOLDER(every_spelling_of_help_is_the_same),
        IN_A_FOLDER(show_joins_file_and_command_line),
        IN_A_FOLDER(there_are_at_most_64_feeds),
        IN_A_FOLDER(docs_are_the_page),
        IN_A_FOLDER(a_folder_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
