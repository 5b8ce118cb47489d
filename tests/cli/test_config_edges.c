/* Configuration at its edges: what values become, what is shown to the letter, which files are read and which are not.
 */
#include "settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include "serve/serve.h"

/* ---- values ---- */

static void each_limit_is_kept_as_it_was_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double keep_days, keep_gib, speed, stall_s;
    } cases[] = {{"", 0, 0, -1, 60},
                 {"keep-days: 0.01", 0.01, 0, -1, 60},
                 {"keep-days: 36500", 36500, 0, -1, 60},
                 {"keep-gib: 0.1", 0, 0.1, -1, 60},
                 {"keep-gib: 1e6", 0, 1e6, -1, 60},
                 {"speed: max", 0, 0, 0, 60},
                 {"speed: 0.001", 0, 0, 0.001, 60},
                 {"speed: 1000000", 0, 0, 1e6, 60},
                 {"stall: 1000000", 0, 0, -1, 1e6},
                 {"keep-days: 7\nkeep-gib: 8\nspeed: 9\nstall: 0", 7, 8, 9, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_settings s;
        assert_true(read_text(&s, cases[i].text));
        assert_true(s.keep_days == cases[i].keep_days && s.keep_gib == cases[i].keep_gib);
        assert_true(s.speed == cases[i].speed && s.stall_s == cases[i].stall_s);
        vg_settings_free(&s);
    }
    static const char *const wrong[] = {
        "keep-days: -1",  "keep-days: 1x",       "keep-gib: 0.09",    "keep-gib: -0.1", "speed: 0.0009",
        "speed: -1",      "stall: 1000001",      "vessels: 0",        "trail-mib: 0",   "trail-mib: 65537",
        "max-streams: 0", "max-streams: 100001", "vessels: 10000001", "view: ''"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct vg_settings s;
        assert_false(read_text(&s, wrong[i]));
        assert_int_equal(told.count, 1);
        assert_true(s.keep_days == 0 && s.keep_gib == 0 && s.speed == -1 && s.stall_s == 60 && s.vessels == 200000);
        vg_settings_free(&s);
    }
}

static void every_key_may_stand_once_and_none_twice(void **state)
{
    (void)state;
    size_t count;
    const struct vg_option *row = vg_settings_rows(&count);
    struct vg_settings s;
    char text[8192];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s: '%s'\n", row[i].name,
                              row[i].initial                      ? row[i].initial
                              : row[i].kind == VG_OPTION_FOLDER   ? "/"
                              : strcmp(row[i].name, "view") == 0  ? "1,2,3"
                              : strcmp(row[i].name, "speed") == 0 ? "max"
                                                                  : "x");
    assert_true(read_text(&s, text));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s.origin[i + 2].line, i + 1); /* behind --config and --no-config */
    vg_settings_free(&s);
    size_t first = n;
    for (size_t i = 0; i < count; i++) {
        char want[200];
        snprintf(text + first, sizeof text - first, "%s: 'x'\n", row[i].name);
        snprintf(want, sizeof want, "v.yaml:%zu: %s: it stands there twice", count + 1, row[i].name);
        has_problem(text, want);
    }
}

static void a_problem_of_no_line_has_none(void **state)
{
    (void)state;
    static const struct {
        struct vg_origin origin;
        const char *key, *want;
    } cases[] = {{{"f", 1}, "k", "f:1: k: a?b?c d~?\n"},
                 {{"f", 1}, NULL, "f:1: a?b?c d~?\n"},
                 {{"f", 0}, "k", "k: a?b?c d~?\n"},
                 {{NULL, 0}, NULL, "a?b?c d~?\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        told = (struct told){0};
        assert_false(vg_config_wrong(&cases[i].origin, cases[i].key, on_problem, &told, "a%cb%cc d~%c", 1, 0x1f, 0x7f));
        assert_string_equal(told.text, cases[i].want);
    }
}

/* ---- feeds ---- */

static void letters_that_mean_something_in_a_url_are_escaped(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "feeds:\n- {url: a, name: \"!%&?#~ z+\"}\n"));
    assert_string_equal(s.feed[0], "a?name=!%25%26%3F%23~%20z+");
    vg_settings_free(&s);
    has_problem("feeds:\n- {url: a, name: \"\\x1f\\x7f\"}\n",
                "v.yaml:2: feeds: feed 'a?name=%1F%7F': control characters are not allowed");
    assert_true(
        read_text(&s, "feeds: [{baud: 4800, url: 'serial:/d', stall: 1.5, name: n}, {speed: max, url: 'f?name=x'}]"));
    assert_string_equal(s.feed[0], "serial:/d?name=n&stall=1.5&baud=4800");
    assert_string_equal(s.feed[1], "f?name=x&speed=max");
    vg_settings_free(&s);
}

/* Nothing that is said may be lost without a word. */
static void a_feed_that_is_too_long_is_told(void **state)
{
    (void)state;
    for (int n = 990; n < 1100; n += 10) {
        char text[1400], name[1200];
        struct vg_settings s;
        memset(name, 'n', sizeof name);
        name[n] = '\0';
        snprintf(text, sizeof text, "feeds:\n- {url: a, name: %s}\n- b\n", name);
        assert_false(read_text(&s, text));
        assert_int_equal(told.count, 1);
        assert_memory_equal(told.text, "v.yaml:2: feeds: ", 17);
        assert_int_equal(s.feed_count, 1);
        assert_string_equal(s.feed[0], "b");
        vg_settings_free(&s);
    }
}

static void a_feed_knows_its_line_and_a_list_its_own(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "tick: 20\nfeeds:\n\n- a\n- url: b\n  name: bb\n-\n  url: c\n"));
    assert_int_equal(s.feeds_origin.line, 2);
    assert_string_equal(s.feeds_origin.file, "v.yaml");
    assert_int_equal(s.feed_count, 3);
    assert_int_equal(s.feed_origin[0].line, 4);
    assert_int_equal(s.feed_origin[1].line, 5);
    assert_int_equal(s.feed_origin[2].line, 8);
    assert_string_equal(s.feed_origin[2].file, "v.yaml");
    vg_settings_free(&s);
    has_problem("feeds:\n- url: a\n  nmae: b\n- url: b\n  xyzzy: c\n",
                "v.yaml:3: nmae: there is no such setting; did you mean 'name'?\n"
                "v.yaml:5: xyzzy: there is no such setting");
    has_problem("feeds:\n- url: a\n  url: b\n  name: [c]\n- d\n",
                "v.yaml:3: url: it stands there twice\nv.yaml:4: name: expected a value, found a list");
    has_problem("feeds:\n- {name: \"a\\0b\", url: c}\n", "v.yaml:2: name: expected a value, found a zero byte");
    has_problem("feeds: {a: b}\ntick: 1\n", "v.yaml:1: feeds: expected a list of feeds, found a mapping\n"
                                            "v.yaml:2: tick: expected a whole number from 20 to 10000, found '1'");
    has_problem("nobody: {a: [b, {c: d}]}\ntick: 1\n",
                "v.yaml:1: nobody: there is no such setting\n"
                "v.yaml:2: tick: expected a whole number from 20 to 10000, found '1'");
}

/* Text that stops to be YAML anywhere: told once as that, and no crash. */
static void a_text_may_break_off_anywhere(void **state)
{
    (void)state;
    static const char text[] =
        "title: \"a b\"\nfeeds: [a, {url: b, name: \"c\"}, {url: [d], name: e}]\nview: {x: [y]}\n";
    for (size_t n = 1; n < sizeof text; n++) {
        struct vg_settings s;
        char part[sizeof text];
        snprintf(part, sizeof part, "%.*s", (int)n, text);
        read_text(&s, part);
        const char *at = strstr(told.text, "expected YAML, found this: ");
        assert_true(!at || !strstr(at + 1, "expected YAML, found this: "));
        bool closed = strchr(part, ']') && strstr(part, "e}]");
        assert_int_equal(s.feed_count, closed ? 2 : 0); /* a list counts only as a whole */
        vg_settings_free(&s);
    }
}

static void two_feeds_of_one_name_are_told_where_the_second_is(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "feeds:\n- a\n- b\n- x/b\n- c\n- y/a\n"));
    assert_false(vg_settings_check(&s, on_problem, &told));
    assert_string_equal(told.text, "v.yaml:4: feeds: two feeds are called 'b': give one a name\n"
                                   "v.yaml:6: feeds: two feeds are called 'a': give one a name\n");
    vg_settings_free(&s);
    told = (struct told){0};
    vg_settings_init(&s); /* of the command line: not read before */
    s.feed[0] = "udp://x";
    s.feed[1] = "ok";
    s.feed[2] = "tcp://y";
    s.feed_count = 3;
    assert_false(vg_settings_check(&s, on_problem, &told));
    assert_string_equal(told.text,
                        "feeds: feed 'udp://x': a :PORT is missing\nfeeds: feed 'tcp://y': a :PORT is missing\n");
    vg_settings_free(&s);
}

static void limits_need_a_data_folder(void **state)
{
    (void)state;
#define NEEDS ": it says how long the journal is kept, and needs a data folder (data)\n"
    static const struct {
        const char *text, *told;
    } cases[] = {{"keep-gib: 1\nkeep-days: 1\n", "v.yaml:2: keep-days" NEEDS},
                 {"keep-days: 0\nkeep-gib: 1\n", "v.yaml:2: keep-gib" NEEDS},
                 {"keep-days: 0\nkeep-gib: 0\n", ""},
                 {"keep-days: 1\ndata: d\n", ""},
                 {"listen: 0.0.0.0:1\nkeep-days: 1\n",
                  "v.yaml:2: keep-days" NEEDS "v.yaml:1: listen: 0.0.0.0:1 " VG_SERVE_REACHED "\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_settings s;
        assert_true(read_text(&s, cases[i].text));
        assert_int_equal(vg_settings_check(&s, on_problem, &told), !*cases[i].told);
        assert_string_equal(told.text, cases[i].told);
        vg_settings_free(&s);
    }
}

/* ---- what is shown ---- */

static void what_is_shown_is_every_setting_with_its_place(void **state)
{
    (void)state;
    static const char want[] = "listen: \"127.0.0.1:8080\" # default\n"
                               "trust-network: false # default\n"
                               "allow-actions: false # default\n"
                               "# host: # default\n"
                               "connections-per-address: 64 # default\n"
                               "senders-per-address: 16 # default\n"
                               "loopback-unlimited: false # default\n"
                               "# data: # default\n"
                               "history: \"/\" # v.yaml:2\n"
                               "keep-days: 0 # default\n"
                               "keep-bytes: 0 # default\n"
                               "keep-gib: 2.5 # v.yaml:3\n"
                               "# sensors: # default\n"
                               "# alert-rules: # default\n"
                               "# alert-webhook: # default\n"
                               "# areas: # default\n"
                               "# watch-list: # default\n"
                               "# web: # default\n"
                               "# layers: # default\n"
                               "title: \"a\\\"\\\\\xEF\xBF\xBDz\" # command line\n"
                               "# view: # default\n"
                               "demo: true # v.yaml:1\n"
                               "clock: \"auto\" # default\n"
                               "# speed: # default\n"
                               "stall: 60 # default\n"
                               "vessels: 200000 # default\n"
                               "trail-mib: 256 # default\n"
                               "max-streams: 256 # default\n"
                               "tick: 250 # default\n"
                               "quiet: false # default\n";
    struct vg_settings s;
    struct vg_out out = vg_out_growing(1 << 16);
    size_t count;
    const struct vg_option *rows = vg_settings_options(&count);
    assert_true(read_text(&s, "demo: true\nhistory: /\nkeep-gib: 2.5\n"));
    vg_settings_on_value(&s, vg_option_find(rows, count, "title"), "a\"\\\xFFz");
    vg_settings_show(&s, &out);
    vg_out_text(&out, "--\n");
    s.feed[0] = "a \"b\"";
    s.feed[1] = "7";
    s.feed_count = 2;
    s.feeds_origin = (struct vg_origin){.file = "command line"};
    vg_settings_show(&s, &out);
    vg_out_char(&out, '\0');
    char whole[4096];
    snprintf(whole, sizeof whole, "%s# feeds: # default\n--\n%sfeeds: # command line\n  - \"a \\\"b\\\"\"\n  - \"7\"\n",
             want, want);
    assert_string_equal(out.buf, whole);
    vg_out_free(&out);
    vg_settings_free(&s);
}

/* ---- files ---- */

static int make_here(void **state)
{
    static char dir[64];
    snprintf(dir, sizeof dir, "/tmp/vigia-files-XXXXXX");
    *state = mkdtemp(dir);
    return *state && chdir(dir) == 0 && mkdir("conf.d", 0755) == 0 ? 0 : -1;
}

static int clear_here(void **state)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    return chdir("/") || system(command);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Loads `path` and tells exactly this; the settings are to be freed. */
static void loads(struct vg_settings *s, const char *path, bool required, const char *want)
{
    told = (struct told){0};
    vg_settings_init(s);
    assert_int_equal(vg_config_load(s, path, required, on_problem, &told), !*want);
    assert_string_equal(told.text, want);
}

static void conf_d_lies_beside_the_file(void **state)
{
    (void)state;
    struct vg_settings s;
    put("v.yaml", "tick: 20\n");
    put("conf.d/a.yaml", "vessels: 7\n");
    loads(&s, "v.yaml", true, ""); /* without a folder in its name */
    assert_int_equal(s.files, 2);
    assert_int_equal(s.vessels, 7);
    vg_settings_free(&s);
    loads(&s, "./none.yaml", false, ""); /* not there, and its conf.d is read */
    assert_int_equal(s.files, 1);
    assert_int_equal(s.vessels, 7);
    vg_settings_free(&s);
    put("conf.d/b.yaml", "-"); /* one byte */
    loads(&s, "./v.yaml", true, "./conf.d/b.yaml:1: expected settings (NAME: VALUE), found a list\n");
    vg_settings_free(&s);
    put("conf.d/b.yaml", "tick: x\n");
    put("conf.d/c.yaml", "vessels: 8\n");
    loads(&s, "./v.yaml", true,
          "./conf.d/b.yaml:1: tick: expected a whole number from 20 to 10000, found 'x'\n"); /* the rest is taken */
    assert_int_equal(s.vessels, 8);
    assert_int_equal(s.tick_ms, 20);
    vg_settings_free(&s);
    assert_int_equal(unlink("conf.d/b.yaml") | symlink("nowhere", "conf.d/d.yaml"), 0);
    loads(&s, "./v.yaml", true, "./conf.d/d.yaml: No such file or directory\n");
    vg_settings_free(&s);
    assert_int_equal(unlink("conf.d/d.yaml") | mkdir("conf.d/d.yaml", 0755), 0);
    loads(&s, "./v.yaml", true, "./conf.d/d.yaml: a folder, where a file was expected\n");
    vg_settings_free(&s);
    assert_int_equal(rmdir("conf.d/d.yaml") | rename("conf.d", "d"), 0);
    loads(&s, "./v.yaml", true, "");
    assert_int_equal(s.files, 1);
    vg_settings_free(&s);
    put("conf.d", "");
    loads(&s, "./v.yaml", true, "./conf.d: Not a directory\n");
    vg_settings_free(&s);
    loads(&s, "v.yaml/x.yaml", false, "v.yaml/x.yaml: Not a directory\n"); /* not merely missing */
    vg_settings_free(&s);
}

static void conf_d_has_at_most_256_files(void **state)
{
    (void)state;
    struct vg_settings s;
    char path[64], text[64];
    put("v.yaml", "");
    for (int i = 0; i < 256; i++) {
        snprintf(path, sizeof path, "conf.d/%03d.yaml", i);
        snprintf(text, sizeof text, "vessels: %d\n", i + 1);
        put(path, text);
    }
    loads(&s, "v.yaml", true, "");
    assert_int_equal(s.files, 257);
    assert_int_equal(s.vessels, 256);
    vg_settings_free(&s);
    put("conf.d/256.yaml", "vessels: 999\n");
    loads(&s, "v.yaml", true, "conf.d: more than 256 files\n");
    assert_int_equal(s.files, 257);
    assert_int_equal(s.vessels, 256);
    vg_settings_free(&s);
}

/* Near the system's limit of a path. */
static void a_deep_conf_d_is_read(void **state)
{
    (void)state;
    char path[4200], end[4300];
    size_t n = 0;
    struct vg_settings s;
    for (int level = 0; level < 20; level++) {
        memset(path + n, 'x', 195);
        n += 195;
        path[n] = '\0';
        assert_int_equal(mkdir(path, 0755), 0);
        path[n++] = '/';
    }
    path[n] = '\0';
    snprintf(end, sizeof end, "%sconf.d", path);
    assert_int_equal(mkdir(end, 0755), 0);
    snprintf(end, sizeof end, "%sconf.d/a.yaml", path);
    put(end, "vessels: 7\n");
    snprintf(end, sizeof end, "%sv.yaml", path);
    put(end, "tick: 20\n");
    loads(&s, end, true, "");
    assert_int_equal(s.vessels, 7);
    assert_int_equal(s.tick_ms, 20);
    vg_settings_free(&s);
}

static void a_path_has_its_room(void **state)
{
    (void)state;
    char path[5000], want[1600];
    struct vg_settings s;
    for (size_t n = 4089; n <= 4090; n++) { /* and conf.d behind it: 4095 bytes, 4096 */
        memset(path, 'x', n);
        memcpy(path + n - 1, "/", 2);
        told = (struct told){0};
        vg_settings_init(&s);
        assert_false(vg_config_load(&s, path, true, on_problem, &told));
        assert_int_equal(told.count, n == 4089 ? 2 : 1); /* too long for the system: the file, the folder */
        vg_settings_free(&s);
    }
    for (size_t n = 4090; n <= 4110; n++) { /* folders within the system's limit of a name, the path around its limit */
        for (size_t i = 0; i < n; i++)
            path[i] = i % 200 ? 'x' : '/';
        memcpy(path + n, "/d", 3);
        told = (struct told){0};
        vg_settings_init(&s);
        s.data = path;
        assert_false(vg_settings_check_paths(&s, on_problem, &told));
        snprintf(want, sizeof want, "data: %.200s: neither it nor the folder around it is there\n", path);
        assert_string_equal(told.text, want);
        vg_settings_free(&s);
    }
}

static void a_data_folder_needs_a_place(void **state)
{
    (void)state;
    put("file", "");
    static const struct {
        const char *data, *why;
    } cases[] = {{"file/x", "the path leads through a file"},
                 {"file/", "a file, where a folder was expected"},
                 {"file//x//", "the path leads through a file"},
                 {"none/x", "neither it nor the folder around it is there"},
                 {"conf.d/x", NULL},
                 {"conf.d//x//", NULL},
                 {"x", NULL},
                 {"/vigia-is-not-there", NULL},
                 {"//vigia-is-not-there", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_settings s;
        char want[200] = "";
        vg_settings_init(&s);
        told = (struct told){0};
        s.data = cases[i].data;
        if (cases[i].why)
            snprintf(want, sizeof want, "data: %s: %s\n", cases[i].data, cases[i].why);
        assert_int_equal(vg_settings_check_paths(&s, on_problem, &told), !cases[i].why);
        assert_string_equal(told.text, want);
        vg_settings_free(&s);
    }
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, make_here, clear_here)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_kept_as_it_was_said),
        cmocka_unit_test(every_key_may_stand_once_and_none_twice),
        cmocka_unit_test(a_problem_of_no_line_has_none),
        cmocka_unit_test(letters_that_mean_something_in_a_url_are_escaped),
        cmocka_unit_test(a_feed_that_is_too_long_is_told),
        cmocka_unit_test(a_feed_knows_its_line_and_a_list_its_own),
        cmocka_unit_test(a_text_may_break_off_anywhere),
        cmocka_unit_test(two_feeds_of_one_name_are_told_where_the_second_is),
        cmocka_unit_test(limits_need_a_data_folder),
        cmocka_unit_test(what_is_shown_is_every_setting_with_its_place),
        HERE(conf_d_lies_beside_the_file),
        HERE(conf_d_has_at_most_256_files),
        HERE(a_deep_conf_d_is_read),
        HERE(a_path_has_its_room),
        HERE(a_data_folder_needs_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
