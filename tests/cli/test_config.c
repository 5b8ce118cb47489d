/* Configuration: files, their order, what is wrong in them, and the page about them. */
#include "settings.h"

#include <sys/stat.h>
#include <unistd.h>

static void a_file_says_settings_and_feeds(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "# remark\n"
                              "listen: 127.0.0.1:99\n"
                              "keep-days: 0.5\n"
                              "demo: true\n"
                              "clock: data\n"
                              "view: -80,-2,7.5\n"
                              "title: \"Capitan\\u00eda: 'x'\"\n"
                              "feeds:\n"
                              "- log.nmea\n"
                              "- {url: 'udp://0.0.0.0:1', name: 'M & \xC3\xA1?', stall: 5}\n"
                              "- url: serial:/dev/ttyUSB0?stall=3\n"
                              "  baud: 4800\n"));
    assert_string_equal(s.listen, "127.0.0.1:99");
    assert_true(s.keep_days == 0.5 && s.demo && s.clock == 2 && s.view.given);
    assert_true(s.view.lon_deg == -80 && s.view.lat_deg == -2 && s.view.zoom == 7.5);
    assert_string_equal(s.title, "Capitan\xC3\xAD"
                                 "a: 'x'");
    assert_int_equal(s.vessels, 200000);
    assert_int_equal(s.feed_count, 3);
    assert_string_equal(s.feed[0], "log.nmea");
    assert_string_equal(s.feed[1], "udp://0.0.0.0:1?name=M%20%26%20\xC3\xA1%3F&stall=5");
    assert_string_equal(s.feed[2], "serial:/dev/ttyUSB0?stall=3&baud=4800");
    assert_int_equal(s.feeds_origin.line, 8);
    struct vg_feed_spec spec;
    const char *why;
    assert_int_equal(vg_feed_parse(s.feed[1], &spec, &why), VG_OK);
    assert_string_equal(spec.name, "M & \xC3\xA1?");
    vg_settings_free(&s);
}

static void nothing_is_a_file_too(void **state)
{
    (void)state;
    static const char *const nothing[] = {"", "# only a remark\n", "---\n", "{}\n", "--- {}\n...\n"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        struct vg_settings s;
        assert_true(read_text(&s, nothing[i]));
        assert_int_equal(s.files, 1);
        assert_string_equal(s.listen, "127.0.0.1:8080");
        vg_settings_free(&s);
    }
}

static void a_problem_names_line_setting_expected_and_found(void **state)
{
    (void)state;
    has_problem("\nkeep-dys: 3\n", "v.yaml:2: keep-dys: there is no such setting; did you mean 'keep-days'?");
    has_problem("xyzzy: [1, {a: 2}]\ndemo: true\n", "v.yaml:1: xyzzy: there is no such setting");
    has_problem("config: a\n", "v.yaml:1: config: there is no such setting");
    has_problem("tick: 19\n", "v.yaml:1: tick: expected a whole number from 20 to 10000, found '19'");
    has_problem("tick: 10001\n", "v.yaml:1: tick: expected a whole number from 20 to 10000, found '10001'");
    has_problem("demo: 1\n", "v.yaml:1: demo: expected true or false, found '1'");
    has_problem("clock: sun\n", "v.yaml:1: clock: expected auto or wall or data, found 'sun'");
    has_problem("speed: 0\n", "v.yaml:1: speed: expected max or a number from 0.001 to 1000000, found '0'");
    has_problem("keep-gib: 0.01\n",
                "v.yaml:1: keep-gib: expected 0 (no limit) or a number from 0.1 to 1000000, found '0.01'");
    has_problem("view: 1,2\n", "v.yaml:1: view: expected LON,LAT,ZOOM in degrees, zoom 0 to 22, found '1,2'");
    has_problem("view: 1,2,23\n", "v.yaml:1: view: expected LON,LAT,ZOOM in degrees, zoom 0 to 22, found '1,2,23'");
    has_problem("data: ''\n", "v.yaml:1: data: expected a text, found ''");
    has_problem("data: [a]\n", "v.yaml:1: data: expected a text, found a list");
    has_problem("data: {a: b}\n", "v.yaml:1: data: expected a text, found a mapping");
    has_problem("title: a\ndemo: true\ntitle: b\n", "v.yaml:3: title: it stands there twice");
    has_problem("feeds: log\n", "v.yaml:1: feeds: expected a list of feeds, found 'log'");
    has_problem("feeds:\n- [a]\n", "v.yaml:2: feeds: expected a URL or a mapping with a url, found a list");
    has_problem("feeds:\n- udp://x\n", "v.yaml:2: feeds: feed 'udp://x': a :PORT is missing");
    has_problem("feeds:\n- a\n- {name: b}\n", "v.yaml:3: feeds: expected a feed with a url, found none");
    has_problem("feeds:\n- {url: a, nmae: b}\n", "v.yaml:2: nmae: there is no such setting; did you mean 'name'?");
    has_problem("feeds:\n- {url: a, url: b}\n", "v.yaml:2: url: it stands there twice");
    has_problem("feeds: []\nfeeds: []\n", "v.yaml:2: feeds: it stands there twice");
    has_problem("- a\n", "v.yaml:1: expected settings (NAME: VALUE), found a list");
    has_problem("word\n", "v.yaml:1: expected settings (NAME: VALUE), found 'word'");
    has_problem("demo: true\n---\ndemo: false\n", "v.yaml:2: expected one document, found another one (---)");
    has_problem("demo: true\n---\n[demo: false]\n...\n", "v.yaml:2: expected one document, found another one (---)");
    has_problem("- a: 1\n  b: 2\n- demo: x\n", "v.yaml:1: expected settings (NAME: VALUE), found a list");
    has_problem("feeds:\n- [demo: x]\n- [a]\n- b\n",
                "v.yaml:2: feeds: expected a URL or a mapping with a url, found a list\n"
                "v.yaml:3: feeds: expected a URL or a mapping with a url, found a list");
    has_problem("feeds:\n- {url: [a, b], name: c}\n", "v.yaml:2: url: expected a value, found a list");
    has_problem("feeds:\n- {? [a] : b, url: c}\n", "v.yaml:2: feeds: expected a key, found a list");
    has_problem("? [tick, demo]\n: 1\ntick: 30\n", "v.yaml:1: expected a setting's name, found a list");
    has_problem("title: \"a\\0b\"\n", "v.yaml:1: title: expected a text, found a zero byte");
    has_problem("title: &a x\nhistory: *a\n",
                "v.yaml:2: history: expected a folder that can be read, found an alias (*), which isn't supported");
}

static void a_view_lies_on_the_chart(void **state)
{
    (void)state;
    static const struct {
        const char *view;
        bool good;
    } cases[] = {{"180,85,22", true}, {"-180,-85,0", true}, {"180.1,0,1", false}, {"-180.1,0,1", false},
                 {"0,85.1,1", false}, {"0,-85.1,1", false}, {"0,0,22.1", false},  {"0,0,-0.1", false},
                 {"nan,0,1", false},  {"0,nan,1", false},   {"0,0,nan", false},   {"1,2,3,4", false},
                 {"1,2,3 ", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_settings s;
        char text[64];
        snprintf(text, sizeof text, "view: '%s'\n", cases[i].view);
        assert_true(read_text(&s, text) == cases[i].good);
        assert_true(s.view.given == cases[i].good);
        vg_settings_free(&s);
    }
}

static void limits_have_their_edges(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {{"keep-days: 0", true},
                 {"keep-days: 0.01", true},
                 {"keep-days: 36500", true},
                 {"keep-days: 0.009", false},
                 {"keep-days: 36501", false},
                 {"keep-gib: 0", true},
                 {"keep-bytes: 200G", true},
                 {"keep-bytes: 0", true},
                 {"keep-bytes: 1.5T", true},
                 {"keep-bytes: 1048576", true},
                 {"keep-bytes: 1048575", false},
                 {"keep-bytes: 200X", false},
                 {"keep-bytes: G", false},
                 {"keep-bytes: -1G", false},
                 {"keep-bytes: 1000001T", false},
                 {"keep-bytes: 5 G", false},
                 {"keep-gib: 0.1", true},
                 {"keep-gib: 1000000", true},
                 {"keep-gib: 1000001", false},
                 {"speed: max", true},
                 {"speed: 0.001", true},
                 {"speed: 1000000", true},
                 {"speed: 1000001", false},
                 {"speed: MAX", false},
                 {"stall: 0", true},
                 {"stall: -1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_settings s;
        assert_true(read_text(&s, cases[i].text) == cases[i].good);
        vg_settings_free(&s);
    }
}

static void what_goes_to_a_terminal_is_harmless(void **state)
{
    (void)state;
    has_problem("tick: \"\\e[2J\"\n", "v.yaml:1: tick: expected a whole number from 20 to 10000, found '?[2J'");
}

static void text_that_is_no_yaml_is_told_with_its_line(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_false(read_text(&s, "demo: true\ntitle: [a\nlisten: b\n"));
    assert_int_equal(told.count, 2); /* the list, and where it stops to be one */
    assert_non_null(strstr(told.text, "v.yaml:3: expected YAML, found this: "));
    vg_settings_free(&s);
    assert_false(read_text(&s, "feeds: [a\n"));
    assert_int_equal(s.feed_count, 0);
    vg_settings_free(&s);
}

static void every_problem_is_told_and_the_rest_taken(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_false(read_text(&s, "tick: x\nvessels: 7\ndemo: no\nfeeds: [a, 'udp://x', b]\ntrail-mib: 9\n"));
    assert_int_equal(told.count, 3);
    assert_int_equal(s.vessels, 7);
    assert_int_equal(s.trail_mib, 9);
    assert_int_equal(s.tick_ms, 250);
    assert_int_equal(s.feed_count, 2);
    vg_settings_free(&s);
}

static void too_many_feeds_are_told(void **state)
{
    (void)state;
    char text[4096];
    struct vg_settings s;
    for (int feeds = VG_FEED_MAX; feeds <= VG_FEED_MAX + 1; feeds++) {
        size_t n = (size_t)snprintf(text, sizeof text, "feeds:\n");
        for (int i = 0; i < feeds; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "- f%d\n", i);
        assert_true(read_text(&s, text) == (feeds == VG_FEED_MAX));
        assert_int_equal(s.feed_count, VG_FEED_MAX);
        vg_settings_free(&s);
    }
    assert_string_equal(told.text, "v.yaml:66: feeds: more than 64 feeds\n");
}

/* ---- files ---- */

static char dir[] = "/tmp/vigia-config-XXXXXX";

static void write_file(const char *name, const char *text, unsigned mode)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static bool load(struct vg_settings *s, const char *path, bool required)
{
    told = (struct told){0};
    vg_settings_init(s);
    return vg_config_load(s, path, required, on_problem, &told);
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    return mkdir(path_of("conf.d"), 0755);
}

static int remove_dir(void **state)
{
    static const char *const names[] = {"vigia.yaml",    "conf.d/20.yaml", "conf.d/9.yaml", "conf.d/.30.yaml",
                                        "conf.d/40.yml", "conf.d/.yaml",   "big.yaml"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    return rmdir(path_of("conf.d")) || rmdir(dir);
}

static void later_files_win_and_each_value_knows_its_place(void **state)
{
    (void)state;
    struct vg_settings s;
    struct vg_out out = vg_out_growing(1 << 16);
    write_file("vigia.yaml", "title: first\ntick: 100\nvessels: 5\nfeeds: [a, b]\n", 0644);
    write_file("conf.d/20.yaml", "\ntitle: second\nfeeds: [c]\n", 0644);
    write_file("conf.d/9.yaml", "title: third\n", 0644); /* "9" comes behind "2" */
    write_file("conf.d/.30.yaml", "title: hidden\n", 0644);
    write_file("conf.d/40.yml", "title: other\n", 0644);
    assert_true(load(&s, path_of("vigia.yaml"), true));
    assert_int_equal(s.files, 3);
    assert_string_equal(s.title, "third");
    assert_int_equal(s.tick_ms, 100);
    assert_int_equal(s.feed_count, 1);
    assert_string_equal(s.feed[0], "c");
    size_t count;
    const struct vg_option *rows = vg_settings_options(&count);
    vg_settings_on_value(&s, vg_option_find(rows, count, "vessels"), "9");
    vg_settings_show(&s, &out);
    vg_out_char(&out, '\0');
    char want[512];
    snprintf(want, sizeof want, "\ntitle: \"third\" # %s/conf.d/9.yaml:1\n", dir);
    assert_non_null(strstr(out.buf, want));
    snprintf(want, sizeof want, "\ntick: 100 # %s/vigia.yaml:2\n", dir);
    assert_non_null(strstr(out.buf, want));
    snprintf(want, sizeof want, "\nfeeds: # %s/conf.d/20.yaml:3\n  - \"c\"\n", dir);
    assert_non_null(strstr(out.buf, want));
    assert_non_null(strstr(out.buf, "\nvessels: 9 # command line\n"));
    assert_non_null(strstr(out.buf, "\ntrail-mib: 256 # default\n"));
    assert_non_null(strstr(out.buf, "\n# data: # default\n"));
    vg_settings_free(&s);
    assert_true(read_text(&s, out.buf)); /* what is shown is a configuration file */
    assert_string_equal(s.title, "third");
    vg_settings_free(&s);
    vg_out_free(&out);
}

/* Text comes back from what is shown as it was, and nothing in it reaches a terminal as an order. */
static void what_is_shown_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"\\e[2J",   "\\u0080", "\\ufffe",         "\\u202e",
                                        "\\\"\\\\", "\\t\\n",  "\\ued00 \xC3\xAD"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct vg_settings s, again;
        char text[128];
        struct vg_out out = vg_out_growing(1 << 16);
        snprintf(text, sizeof text, "title: \"%s\"\nfeeds: [\"a\\u2028\"]\n", texts[i]);
        assert_true(read_text(&s, text));
        vg_settings_show(&s, &out);
        vg_out_char(&out, '\0');
        assert_null(strpbrk(out.buf, "\x1B\t\xC2"));
        assert_null(strstr(out.buf, "\xE2\x80"));
        assert_true(read_text(&again, out.buf));
        assert_string_equal(again.title, s.title);
        assert_string_equal(again.feed[0], s.feed[0]);
        vg_settings_free(&s);
        vg_settings_free(&again);
        vg_out_free(&out);
    }
}

static void a_missing_file_is_a_problem_only_if_it_was_named(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(load(&s, "/nowhere/vigia.yaml", false));
    assert_int_equal(s.files, 0);
    assert_false(load(&s, "/nowhere/vigia.yaml", true));
    assert_string_equal(told.text, "/nowhere/vigia.yaml: No such file or directory\n");
    assert_false(load(&s, dir, true));
    assert_non_null(strstr(told.text, "a folder, where a file was expected"));
    vg_settings_free(&s);
}

static void root_refuses_what_others_can_write(void **state)
{
    (void)state;
    assert_null(vg_config_distrust(0, 0, 0, 0644));
    assert_null(vg_config_distrust(0, 0, 0, 0664)); /* root's own group */
    assert_null(vg_config_distrust(0, 0, 5, 0644));
    assert_non_null(vg_config_distrust(0, 0, 5, 0664));
    assert_non_null(vg_config_distrust(0, 0, 0, 0646));
    assert_non_null(vg_config_distrust(0, 7, 0, 0600));
    assert_null(vg_config_distrust(7, 7, 7, 0666)); /* only root obeys others by mistake */
    if (geteuid() != 0)
        return;
    struct vg_settings s;
    write_file("vigia.yaml", "tick: 99\n", 0666);
    assert_false(load(&s, path_of("vigia.yaml"), true));
    assert_non_null(strstr(told.text, "others than root can write it"));
    assert_int_equal(s.tick_ms, 250);
    vg_settings_free(&s);
    write_file("vigia.yaml", "tick: 99\n", 0644);
    assert_int_equal(chmod(path_of("conf.d"), 0777), 0);
    assert_false(load(&s, path_of("vigia.yaml"), true));
    assert_non_null(strstr(told.text, "conf.d: others than root can write it"));
    assert_int_equal(chmod(path_of("conf.d"), 0755), 0);
    vg_settings_free(&s);
}

static void a_file_has_at_most_a_mebibyte(void **state)
{
    (void)state;
    struct vg_settings s;
    char *text = malloc(VG_CONFIG_BYTES + 2);
    memset(text, '\n', VG_CONFIG_BYTES + 1);
    text[VG_CONFIG_BYTES] = '\0';
    write_file("big.yaml", text, 0644);
    assert_true(load(&s, path_of("big.yaml"), true));
    vg_settings_free(&s);
    text[VG_CONFIG_BYTES] = '\n';
    text[VG_CONFIG_BYTES + 1] = '\0';
    write_file("big.yaml", text, 0644);
    assert_false(load(&s, path_of("big.yaml"), true));
    assert_non_null(strstr(told.text, "more than 1 MiB"));
    vg_settings_free(&s);
    free(text);
}

/* ---- whether it fits together ---- */

static unsigned check(const char *text)
{
    struct vg_settings s;
    assert_true(read_text(&s, text));
    bool good = vg_settings_check(&s, on_problem, &told);
    assert_true(good == !told.count);
    vg_settings_free(&s);
    return told.count;
}

static void settings_must_fit_together(void **state)
{
    (void)state;
    assert_int_equal(check("keep-days: 3\n"), 1);
    assert_string_equal(told.text, "v.yaml:1: keep-days: it says how long the journal is kept, and needs a data folder "
                                   "(data)\n");
    assert_int_equal(check("keep-gib: 3\n"), 1);
    assert_non_null(strstr(told.text, "v.yaml:1: keep-gib: "));
    assert_int_equal(check("keep-gib: 3\ndata: d\n"), 0);
    assert_int_equal(check("listen: 0.0.0.0:80\n"), 1);
    assert_non_null(strstr(told.text, "v.yaml:1: listen: 0.0.0.0:80 can be reached by others"));
    assert_int_equal(check("listen: 0.0.0.0:80\ntrust-network: true\n"), 0);
    assert_int_equal(check("listen: '[::1]:80'\n"), 0);
    assert_int_equal(check("listen: localhost:80\n"), 0);
    assert_int_equal(check("listen: 127.9.9.9:80\n"), 0);
    assert_int_equal(check("listen: 10.0.0.7:80\n"), 1);
    assert_int_equal(check("listen: '[::]:80'\n"), 1);
    assert_int_equal(check("listen: 127.office.lan:80\n"), 0); /* the server judges what a name stands for */
    assert_int_equal(check("listen: localhost.example.org:80\n"), 0);
    assert_int_equal(check("listen: 0.0.0.0:80\n"), 1);
    assert_non_null(strstr(told.text, "can be reached by others"));
    assert_int_equal(check("feeds: [a, b]\n"), 0);
    assert_int_equal(check("feeds: [x/a, y/a]\n"), 1);
    assert_string_equal(told.text, "v.yaml:1: feeds: two feeds are called 'a': give one a name\n");
}

static void an_address_has_the_form_that_is_listened_on(void **state)
{
    (void)state;
    static const char *const bad[] = {"nonsense", "127.0.0.1:99999", "127.0.0.1", "1.2.3.4.5:80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int trusted = 0; trusted < 2; trusted++) {
            char text[128], sentence[256];
            snprintf(text, sizeof text, "listen: '%s'\n%s", bad[i], trusted ? "trust-network: true\n" : "");
            snprintf(sentence, sizeof sentence,
                     "v.yaml:1: listen: expected ADDRESS:PORT (IPv6 in [ ], port 0 to 65535), found '%s'", bad[i]);
            has_problem(text, sentence);
        }
}

static void check_here(const char *text, const char *told_text)
{
    struct vg_settings s;
    if (!read_text(&s, text))
        fail_msg("%s", told.text);
    bool good = vg_settings_check_paths(&s, on_problem, &told);
    assert_true(good == !told.count);
    assert_string_equal(told.text, told_text);
    vg_settings_free(&s);
}

/* What the start of the service would stumble over is told before, each with its own line. */
static void what_paths_lead_to_must_be_here(void **state)
{
    (void)state;
    char here[] = "/tmp/vigia-here-XXXXXX", file[64];
    assert_non_null(mkdtemp(here));
    assert_int_equal(chdir(here), 0);
    snprintf(file, sizeof file, "%s/a.nmea", here);
    fclose(fopen(file, "w"));
    check_here("data: new\nfeeds:\n  - a.nmea\n  - 'stdin:'\n  - udp://:1\n", "");
    check_here("data: new//\n", "");
    check_here("data: .\n", "");
    check_here("data: /\n", "");
    check_here("\ndata: a.nmea\n", "v.yaml:2: data: a.nmea: a file, where a folder was expected\n");
    check_here("data: x/y\n", "v.yaml:1: data: x/y: neither it nor the folder around it is there\n");
    check_here("feeds:\n  - a.nmea\n  - none\n  - url: .\n    name: here\n  - serial:/none\n  - file:/dev/null\n",
               "v.yaml:3: feeds: feed 'none': No such file or directory\n"
               "v.yaml:4: feeds: feed '.?name=here': a folder, where a file was expected\n"
               "v.yaml:6: feeds: feed 'serial:/none': No such file or directory\n"
               "v.yaml:7: feeds: feed 'file:/dev/null': not a regular file: serial: reads devices, stdin: pipes\n");
    has_problem("web: a.nmea\n", "v.yaml:1: web: expected a folder that can be read, found 'a.nmea'");
    chmod(file, 0755); /* a program is no folder, though it can be entered */
    has_problem("layers: a.nmea\n", "v.yaml:1: layers: expected a folder that can be read, found 'a.nmea'");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(here), 0);
}

/* ---- the page ---- */

static void the_page_about_it_is_up_to_date(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/docs/configuration.md", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    static char page[65536];
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    struct vg_out out = vg_out_growing(1 << 16);
    vg_config_docs(&out);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    assert_string_equal(page, out.buf); /* else: vigia config docs > docs/configuration.md */
    vg_out_free(&out);
}

static void the_example_is_right(void **state)
{
    (void)state;
    char path[1024];
    struct vg_settings s;
    snprintf(path, sizeof path, "%s/share/vigia.yaml", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    static char text[8192];
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_true(read_text(&s, text));
    assert_true(vg_settings_check(&s, on_problem, &told));
    assert_int_equal(s.feed_count, 2);
    vg_settings_free(&s);
}

/* Each default of the table is a value that the table takes. */
static void defaults_are_within_their_bounds(void **state)
{
    (void)state;
    size_t count;
    char why[VG_OPTION_WHY];
    const struct vg_option *row = vg_settings_rows(&count);
    for (size_t i = 0; i < count; i++) {
        struct vg_settings s = {0};
        assert_true(!row[i].initial || vg_option_take(&row[i], row[i].initial, &s, why));
        assert_true(row[i].help && (row[i].value || row[i].kind == VG_OPTION_FLAG));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(row[i].name, row[k].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_settings_and_feeds),
        cmocka_unit_test(nothing_is_a_file_too),
        cmocka_unit_test(a_problem_names_line_setting_expected_and_found),
        cmocka_unit_test(a_view_lies_on_the_chart),
        cmocka_unit_test(limits_have_their_edges),
        cmocka_unit_test(what_goes_to_a_terminal_is_harmless),
        cmocka_unit_test(text_that_is_no_yaml_is_told_with_its_line),
        cmocka_unit_test(every_problem_is_told_and_the_rest_taken),
        cmocka_unit_test(too_many_feeds_are_told),
        cmocka_unit_test(later_files_win_and_each_value_knows_its_place),
        cmocka_unit_test(what_is_shown_reads_back),
        cmocka_unit_test(a_missing_file_is_a_problem_only_if_it_was_named),
        cmocka_unit_test(root_refuses_what_others_can_write),
        cmocka_unit_test(a_file_has_at_most_a_mebibyte),
        cmocka_unit_test(settings_must_fit_together),
        cmocka_unit_test(an_address_has_the_form_that_is_listened_on),
        cmocka_unit_test(what_paths_lead_to_must_be_here),
        cmocka_unit_test(the_page_about_it_is_up_to_date),
        cmocka_unit_test(the_example_is_right),
        cmocka_unit_test(defaults_are_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
