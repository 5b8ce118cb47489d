/* `vigia watch`: what the service is given by the settings, and that it runs with it; which page it finds. */
#include "command.h"

#include <dirent.h>

#include "cli/watch.h"
#include "http_client.h"

/* ---- settings to the service ---- */

static void each_setting_has_its_place_in_the_service(void **state)
{
    (void)state;
    static struct vg_cli_service to;
    struct vg_settings s;
    vg_settings_init(&s);
    s.listen = "1.2.3.4:5", s.web = "w", s.layers = "l", s.title = "t", s.data = "d";
    s.trust_network = true, s.demo = true;
    s.keep_days = 0.5, s.keep_gib = 2.5;
    s.view = (struct vg_map_view){true, 1.5, 2.5, 3.5};
    s.clock = 2, s.vessels = 11, s.trail_mib = 12, s.max_streams = 13, s.tick_ms = 14;
    vg_cli_service_fill(&to, &s);
    const struct vg_service_options *o = &to.service;
    assert_ptr_equal(o->feeds, to.feed);
    assert_int_equal(o->feed_count, 0);
    assert_int_equal(o->clock, VG_CLOCK_DATA);
    assert_string_equal(o->data_dir, "d");
    assert_int_equal(o->keep_us, INT64_C(43200000000));
    assert_int_equal(o->keep_bytes, INT64_C(2684354560));
    assert_int_equal(o->limits.vessels, 11);
    assert_int_equal(o->limits.trail_bytes, 12 * 1048576);
    assert_int_equal(o->limits.trail_points, VG_PICTURE_LIMITS_DEFAULT.trail_points);
    assert_null(o->log);
    const struct vg_api_options *serve = &o->serve;
    assert_string_equal(serve->listen, "1.2.3.4:5");
    assert_string_equal(serve->web_dir, "w");
    assert_string_equal(serve->layers_dir, "l");
    assert_string_equal(serve->title, "t");
    assert_null(serve->archive_dir);
    assert_true(serve->trust_network && serve->demo && serve->view_given);
    assert_true(serve->view_lon_deg == 1.5 && serve->view_lat_deg == 2.5 && serve->view_zoom == 3.5);
    assert_int_equal(serve->max_streams, 13);
    assert_int_equal(serve->tick_ms, 14);
    s.trust_network = false;
    vg_cli_service_fill(&to, &s);
    assert_true(!serve->trust_network && serve->demo);
    s.trust_network = true, s.demo = false, s.view.given = false;
    vg_cli_service_fill(&to, &s);
    assert_true(serve->trust_network && !serve->demo && !serve->view_given);
    vg_settings_free(&s);
}

static void many_streams_get_as_many_other_connections(void **state)
{
    (void)state;
    static struct vg_cli_service to;
    static const int64_t streams[][2] = {{1, 1024}, {512, 1024}, {513, 1026}, {100000, 200000}};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct vg_settings s;
        vg_settings_init(&s);
        s.max_streams = streams[i][0];
        vg_cli_service_fill(&to, &s);
        assert_int_equal(to.service.serve.max_streams, streams[i][0]);
        assert_int_equal(to.service.serve.max_connections, streams[i][1]);
        vg_settings_free(&s);
    }
}

static void a_feed_s_own_words_win(void **state)
{
    (void)state;
    static struct vg_cli_service to;
    static const struct {
        const char *url;
        double speed; /* settings say 7, and 1.5 s */
        int64_t stall_us;
    } cases[] = {{"a", 7, 1500000},
                 {"b?speed=2", 2, 1500000},
                 {"c?speed=max", 0, 1500000},
                 {"d?stall=3", 7, 3000000},
                 {"e?speed=2&stall=0", 2, 0},
                 {"install=3.nmea", 7, 1500000}, /* names, no option */
                 {"f?name=why?stall=3", 7, 1500000},
                 {"udp://:1", 1, 1500000},
                 {"udp://:2?stall=4", 1, 4000000}};
    struct vg_settings s;
    vg_settings_init(&s);
    s.speed = 7, s.stall_s = 1.5, s.feed_count = sizeof cases / sizeof *cases;
    for (size_t i = 0; i < s.feed_count; i++)
        s.feed[i] = cases[i].url;
    vg_cli_service_fill(&to, &s);
    assert_int_equal(to.service.feed_count, s.feed_count);
    for (size_t i = 0; i < s.feed_count; i++)
        if (to.feed[i].stall_us != cases[i].stall_us ||
            (to.feed[i].kind == VG_FEED_FILE && (to.feed[i].speed != cases[i].speed || !to.feed[i].speed_given)) ||
            (to.feed[i].kind != VG_FEED_FILE && to.feed[i].speed_given))
            fail_msg("%s: %g, %lld", cases[i].url, to.feed[i].speed, (long long)to.feed[i].stall_us);
    s.speed = 0; /* max is said, too */
    vg_cli_service_fill(&to, &s);
    assert_true(to.feed[0].speed_given && to.feed[0].speed == 0 && to.feed[1].speed == 2);
    s.speed = -1;
    vg_cli_service_fill(&to, &s);
    assert_true(!to.feed[0].speed_given && to.feed[1].speed_given);
    vg_settings_free(&s);
}

static void history_is_a_data_folder_s_archive_or_one_itself(void **state)
{
    (void)state;
    static struct vg_cli_service to;
    char far[600];
    struct vg_settings s;
    assert_int_equal(mkdir("data", 0700) | mkdir("data/archive", 0700) | mkdir("plain", 0700), 0);
    memset(far, 'x', sizeof far);
    far[599] = '\0';
    const char *const cases[][2] = {{"data", "data/archive"}, {"plain", "plain"}, {far, far}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_settings_init(&s);
        s.history = cases[i][0];
        vg_cli_service_fill(&to, &s);
        assert_string_equal(to.service.serve.archive_dir, cases[i][1]);
        vg_settings_free(&s);
    }
}

/* ---- the service ---- */

/* Begins it; the address it listens on. */
static pid_t begin(command *program, const char *line, char address[64])
{
    char *text;
    write_file("stdin", "");
    pid_t child = command_begin(program, line, "stdin", -1, "stdout", -1);
    const char *at = command_wait(child, "listening on http://", &text);
    snprintf(address, 64, "%.*s", (int)strcspn(at, "/ \n"), at);
    free(text);
    return child;
}

static void end(pid_t child, int signal_number)
{
    assert_int_equal(kill(child, signal_number), 0);
    assert_int_equal(command_end(child, "watch"), VG_EXIT_OK);
}

static void answers(const char *address, const char *target, int status, const char *words)
{
    struct http *h = http_get(address, target);
    if (h->status != status || !strstr(h->body, words))
        fail_msg("%s: %d %s", target, h->status, h->body);
    http_close(h);
}

static void it_runs_with_its_settings_until_a_signal(void **state)
{
    (void)state;
    char address[64];
    write_file("a.nmea", LOG);
    write_file("v.yaml", "title: of the file\ndemo: true\nfeeds: [none.nmea]\nvessels: 77\n");
    for (int i = 0; i < 2; i++) {
        pid_t child = begin(vg_cli_watch,
                            "watch --config v.yaml --listen 127.0.0.1:0 --title T --max-streams 5 --view 1,2,3 "
                            "a.nmea?name=A&stall=9",
                            address);
        answers(address, "/api/v1/status", 200, "\"title\":\"T\",\"demo\":true,\"clock\":\"data\"");
        answers(address, "/api/v1/status", 200, "\"limits\":{\"vessels\":77,\"streams\":5},\"view\":{\"lon\":1.0");
        answers(address, "/api/v1/feeds", 200, "\"name\":\"A\"");
        end(child, i ? SIGTERM : SIGINT);
    }
    char *text = read_file("stderr");
    for (char *line = text; *line; line = strchr(line, '\n') + 1) { /* each with its second */
        static const char form[] = "dddd-dd-ddTdd:dd:ddZ ";
        for (size_t i = 0; form[i]; i++)
            if (form[i] == 'd' ? line[i] < '0' || line[i] > '9' : line[i] != form[i])
                fail_msg("%s", line);
    }
    free(text);
}

/* Does the thread hold SIGTERM back? (SigBlk of /proc, bit 14) */
static bool holds_sigterm(const char *status_path)
{
    char line[256];
    unsigned long long held = 0;
    FILE *f = fopen(status_path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "SigBlk:", 7) == 0)
            held = strtoull(line + 7, NULL, 16);
    fclose(f);
    return held >> (SIGTERM - 1) & 1;
}

/* How many threads it has; 0 if one of them would take SIGTERM. */
static int threads_that_hold_sigterm(pid_t child)
{
    char path[300];
    int threads = 0;
    bool all = true;
    snprintf(path, sizeof path, "/proc/%d/task", (int)child);
    DIR *tasks = opendir(path);
    assert_non_null(tasks);
    for (struct dirent *e; (e = readdir(tasks));) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/status", (int)child, e->d_name);
        all = holds_sigterm(path) && all;
        threads++;
    }
    closedir(tasks);
    return all ? threads : 0;
}

/* The loop reads the signal from a descriptor; a thread that takes it would keep it from the loop, or end the program.
 */
static void no_thread_takes_the_signal_from_the_loop(void **state)
{
    (void)state;
    char address[64];
    write_file("a.nmea", LOG);
    pid_t child =
        begin(vg_cli_watch, "watch --no-config --listen 127.0.0.1:0 --data d tcp://localhost:1 a.nmea", address);
    answers(address, "/api/v1/status", 200, "\"title\"");
    assert_true(threads_that_hold_sigterm(child) > 5);
    usleep(300000); /* the libraries' threads are there by now */
    assert_true(threads_that_hold_sigterm(child) > 5);
    end(child, SIGTERM);
}

/* ---- the page ---- */

static const char *program; /* in the present folder */

static int vigia(int argc, char **argv)
{
    (void)argc;
    execv(program, argv);
    return 97;
}

static void copy_program(const char *to)
{
    char from[4096], command_line[8400];
    ssize_t n = readlink("/proc/self/exe", from, sizeof from - 1);
    assert_true(n > 0);
    from[n] = '\0';
    snprintf(command_line, sizeof command_line, "mkdir -p $(dirname %s) && cp $(dirname %s)/vigia %s", to, from, to);
    assert_int_equal(system(command_line), 0);
}

static void page(const char *dir, const char *words)
{
    char line[200];
    snprintf(line, sizeof line, "mkdir -p %s && echo '%s' > %s/index.html", dir, words, dir);
    assert_int_equal(system(line), 0);
}

static void shows(const char *options, int status, const char *words)
{
    char line[200], address[64];
    snprintf(line, sizeof line, "vigia watch --no-config --listen 127.0.0.1:0 %s a.nmea", options);
    pid_t child = begin(vigia, line, address);
    answers(address, "/", status, words);
    end(child, SIGTERM);
}

static void the_page_is_the_given_the_installed_or_the_built_one(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    program = "build/dev/vigia";
    copy_program("build/dev/vigia");
    shows("", 404, "");
    assert_int_equal(system("mkdir -p web/dist build/share/vigia/web"), 0); /* a folder alone is no page */
    shows("", 404, "");
    page("web/dist", "the built one");
    shows("", 200, "the built one");
    page("build/share/vigia/web", "the installed one");
    shows("", 200, "the installed one");
    page("own", "the given one");
    shows("--web own", 200, "the given one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_setting_has_its_place_in_the_service),
        cmocka_unit_test(many_streams_get_as_many_other_connections),
        cmocka_unit_test(a_feed_s_own_words_win),
        IN_A_FOLDER(history_is_a_data_folder_s_archive_or_one_itself),
        IN_A_FOLDER(it_runs_with_its_settings_until_a_signal),
        IN_A_FOLDER(no_thread_takes_the_signal_from_the_loop),
        IN_A_FOLDER(the_page_is_the_given_the_installed_or_the_built_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
