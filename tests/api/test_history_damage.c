/* Whatever is lost or damaged in the archive: every answer that is made of it says so, and nobody keeps it. */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_fixture.h"
#include "server.h"

#define END  "2023-11-15T01:00:00Z"
#define HOUR "positions/day=2023-11-14/hour=23"
#define PART HOUR "/part-0000000002-0000000002.parquet"
#define BOX  "bbox=-82,-3,-79,-1"

static const struct {
    const char *target;
    bool json, streamed;
} routes[] = {
    {"", true, false},
    {"/block?" BOX "&from=2023-11-14T23:00:00Z&seconds=3600&rev=1", false, false},
    {"/region?" BOX "&at=2023-11-14T23:30:00Z&rev=1", true, false},
    {"/region?" BOX "&at=2023-11-14T23:30:00Z&format=geojson", true, false},
    {"/region?" BOX "&at=2023-11-14T23:30:00Z&format=csv", false, false},
    {"/region?" BOX "&at=2023-11-14T23:30:00Z&format=binary", false, false},
    {"/vessels?" BOX "&from=2023-11-14T23:00:00Z&rev=1", true, false},
    {"/vessel?mmsi=735059037&at=2023-11-14T23:59:00Z", true, false},
    {"/track?mmsi=735059037&from=" BEGIN "&to=" END, true, false},
    {"/track?mmsi=735059037&from=" BEGIN "&to=" END "&format=geojson", true, false},
    {"/track?mmsi=735059037&from=" BEGIN "&to=" END "&format=csv", false, false},
    {"/density?" BOX "&from=" BEGIN "&to=" END "&cell=0.1", true, false},
    {"/density?" BOX "&from=" BEGIN "&to=" END "&cell=0.1&format=binary", false, false},
    {"/export?" BOX "&from=" BEGIN "&to=" END "&step=3600&format=geojson", true, true},
    {"/export?" BOX "&from=" BEGIN "&to=" END "&step=3600", false, true},
};

enum harm {
    NONE,
    MISSING,
    EMPTIED,
    SHORTER,
    ZEROED,
    RANDOM,
    FOLDER,
    HOUR_GONE,
    HOUR_A_FILE,
    TABLE_A_FILE,
    STATE,
    LIST,
    HARMS
};

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static void remove_all(const char *path)
{
    nftw(path, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *path, size_t len, int byte)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    for (size_t i = 0; i < len; i++) {
        uint8_t b = byte >= 0 ? (uint8_t)byte : (uint8_t)(i * 167 + 13);
        assert_int_equal(write(fd, &b, 1), 1);
    }
    close(fd);
}

static void do_harm(const char *dir, enum harm harm)
{
    char part[200], hour[200], table[200], state[200];
    struct stat st;
    snprintf(part, sizeof part, "%s/" PART, dir);
    snprintf(hour, sizeof hour, "%s/" HOUR, dir);
    snprintf(table, sizeof table, "%s/positions", dir);
    snprintf(state, sizeof state, "%s/state.json", dir);
    assert_int_equal(stat(part, &st), 0);
    if (harm == MISSING || harm == FOLDER)
        assert_int_equal(unlink(part), 0);
    if (harm == FOLDER)
        assert_int_equal(mkdir(part, 0755), 0);
    if (harm == EMPTIED || harm == SHORTER)
        assert_int_equal(truncate(part, harm == EMPTIED ? 0 : 1000), 0);
    if (harm == ZEROED || harm == RANDOM)
        write_file(part, (size_t)st.st_size, harm == ZEROED ? 0 : -1);
    if (harm == HOUR_GONE || harm == HOUR_A_FILE)
        remove_all(hour);
    if (harm == TABLE_A_FILE)
        remove_all(table);
    if (harm == HOUR_A_FILE || harm == TABLE_A_FILE)
        write_file(harm == TABLE_A_FILE ? table : hour, 10, 0);
    if (harm == STATE)
        write_file(state, 60, 0);
    if (harm == LIST) {
        snprintf(part, sizeof part, "%s/parts-0000000001.list", dir);
        assert_int_equal(unlink(part), 0);
    }
}

static void assert_told(const char *address, size_t route, bool broken, int harm)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1/history%s", routes[route].target);
    struct http *h = calloc(1, sizeof *h);
    http_open(h, address, "GET", target, "", 0);
    size_t cap = 1 << 22, n;
    h->body = calloc(1, cap);
    while (h->chunked && (n = http_read(h, h->body + h->body_len, cap - 1 - h->body_len)))
        h->body_len += n;
    while (!h->chunked && h->body_len < h->length) {
        if (h->raw_pos == h->raw_len)
            assert_true(http_more(h));
        n = h->raw_len - h->raw_pos;
        memcpy(h->body + h->body_len, h->raw + h->raw_pos, n);
        h->raw_pos += n;
        h->body_len += n;
    }
    bool kept = strcmp(http_header(h, "Cache-Control"), "no-store") != 0; /* its text lasts until the next call */
    bool header = http_header(h, "X-Vigia-Unread-Parts") != NULL;
    bool said = strstr(h->body, "\"partial\":true,\"unread\":") != NULL;
    if (h->status != 200 || header != broken || (said != (broken && routes[route].json)) ||
        (broken && (kept || http_header(h, "ETag"))) ||
        (!broken && !routes[route].streamed && (!kept || !http_header(h, "ETag"))))
        fail_msg("harm %d, %s: %d, kept %d, header %d, body %d", harm, target, h->status, kept, header, said);
    http_close(h);
}

static void whatever_is_damaged_every_answer_says_so(void **state)
{
    (void)state;
    for (int harm = 0; harm < HARMS; harm++) {
        char dir[] = "/tmp/vigia-damaged-XXXXXX";
        assert_non_null(mkdtemp(dir));
        archive_build(dir);
        do_harm(dir, (enum harm)harm);
        struct vg_api_options o = server_options();
        struct vg_storage_damage damage[4];
        o.archive_dir = dir;
        struct server *server = server_open(&o);
        for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
            bool sizes_only = i == 0 && (harm == ZEROED || harm == RANDOM);
            assert_told(server->address, i, harm != NONE && !sizes_only, harm);
        }
        size_t count = vg_api_damage(server->api, damage, 4);
        assert_int_equal(count > 0, harm != NONE);
        assert_true(!count || strncmp(damage[0].path, "archive/", 8) == 0);
        assert_int_equal(vg_api_damage(server->api, damage, 4), 0); /* each file once */
        server_close(server);
        remove_all(dir);
    }
}

static void an_archive_that_is_gone_is_told(void **state)
{
    (void)state;
    char dir[] = "/tmp/vigia-damaged-XXXXXX";
    assert_non_null(mkdtemp(dir));
    archive_build(dir);
    struct vg_api_options o = server_options();
    o.archive_dir = dir;
    struct server *server = server_open(&o);
    assert_told(server->address, 2, false, NONE);
    remove_all(dir);
    write_file(dir, 3, 0);
    for (int i = 0; i < 4; i++) { /* by either worker: one has the archive open */
        struct http *h = calloc(1, sizeof *h);
        http_open(h, server->address, "GET", "/api/v1/history/vessels?" BOX "&from=2023-11-14T23:00:00Z", "", 0);
        assert_true(h->status == 500 || (h->status == 200 && http_header(h, "X-Vigia-Unread-Parts")));
        http_close(h);
    }
    server_close(server);
    remove_all(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_damaged_every_answer_says_so),
        cmocka_unit_test(an_archive_that_is_gone_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
