/*
 * Each file of a data folder is lost, emptied, cut off, zeroed, full of noise, or a folder in its place: the live
 * picture works, and what is damaged is told by its name, with the command that mends it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <sodium.h>

#include "base/time.h"
#include "ingest/ingest.h"
#include "room.h"
#include "service/data_folder.h"
#include "speak.h"

static const struct vg_feed_spec MANTA = {.kind = VG_FEED_TCP, .name = "Manta"};

enum harm { MISSING, EMPTY, TRUNCATED, ZEROED, RANDOM, OTHER_KIND, HARMS };

static char log_text[32768];

static void hear_line(void *arg, const char *line)
{
    (void)arg;
    size_t len = strlen(log_text);
    snprintf(log_text + len, sizeof log_text - len, "%s\n", line);
}

struct life {
    struct vg_data_folder *folder;
    struct vg_saved saved;
    struct vg_station *station;
    uint16_t source;
};

static enum vg_err begin(struct life *l, const char *dir)
{
    const struct vg_data_folder_options options = {.dir = dir, .log = hear_line, .commit_us = 1};
    const char *why;
    log_text[0] = 0;
    enum vg_err err = vg_data_folder_open(&options, &l->folder, &why);
    if (err) {
        hear_line(NULL, why);
        return err;
    }
    assert_int_equal(vg_data_folder_restore(l->folder, &SMALL, &l->saved), VG_OK);
    l->source = vg_source_feed(vg_situation_sources(l->saved.situation), "Manta");
    const struct vg_intake_options intake = {.sources = vg_situation_sources(l->saved.situation), .source = l->source};
    assert_int_equal(vg_station_new(&MANTA, &intake, &l->station), VG_OK);
    vg_data_folder_follow(l->folder);
    return VG_OK;
}

static void fill(void *arg, struct vg_saved *saved)
{
    saved->situation = ((struct life *)arg)->saved.situation;
}

static void end(struct life *l)
{
    vg_data_folder_close(l->folder, fill, l);
    vg_station_free(l->station);
    vg_situation_free(l->saved.situation);
    free(l->saved.feed);
}

static void take(struct life *l, const char *text, int64_t now_us)
{
    const struct listeners to = {l->folder, l->station, l->saved.situation, l->source};
    speak(&to, text, now_us);
}

/* A command of the system, with one path or two of our own. */
static void run(const char *words, const char *a, const char *b)
{
    char text[800];
    snprintf(text, sizeof text, "%s '%s' %s%s%s", words, a, *b ? "'" : "", b, *b ? "'" : "");
    assert_int_equal(system(text), 0); /* NOLINT */
}

/* Three segments of the journal, their archive, a recording, a state. */
static void make_folder(void **state, const char *dir)
{
    const char *recording = room_path(state, "recording.nmea"), *why;
    for (int i = 0; i < 3; i++) {
        struct life l = {0};
        assert_int_equal(begin(&l, dir), VG_OK);
        take(&l, SHIP_1, NOON_US + 3 * i * VG_HOUR_US);
        end(&l);
    }
    int fd = open(recording, O_WRONLY | O_CREAT, 0644);
    assert_int_equal(write(fd, SHIP_1, sizeof SHIP_1 - 1), sizeof SHIP_1 - 1);
    close(fd);
    const struct vg_ingest_options options = {.threads = 1, .journal_level = 3, .dice = randombytes_buf};
    const struct vg_ingest_job job = {.path = recording, .name = "recording.nmea", .time_us = NOON_US};
    struct vg_ingest *ingest;
    assert_int_equal(vg_ingest_open(dir, &options, &ingest, &why), VG_OK);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    struct life l = {0};
    run("echo 0 >", room_path(state, "whole/journal/first"), ""); /* as without it; other journals have one */
    run("echo wall >", room_path(state, "whole/clock"), "");      /* likewise */
    run("echo 'sensors: [{name: n, position: {lat: 1, lon: 2}, range_m: 9}]' >", room_path(state, "whole/sensors.yaml"),
        "");
    run("echo tracks >", room_path(state, "whole/tracks"), "");
    assert_int_equal(begin(&l, dir), VG_OK);
    assert_null(strstr(log_text, "DAMAGED"));
    end(&l);
}

static void overwrite(const char *path, int64_t len, bool noise)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    for (int64_t i = 0; i < len; i++) {
        uint8_t byte = noise ? (uint8_t)(i * 167 + 13) : 0;
        assert_int_equal(pwrite(fd, &byte, 1, i), 1);
    }
    close(fd);
}

/* False: of a folder it is the same as another one. */
static bool do_harm(const char *path, enum harm harm)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    bool folder = S_ISDIR(st.st_mode);
    if (folder && (harm == TRUNCATED || harm == ZEROED || harm == RANDOM))
        return false;
    if (harm == MISSING || harm == OTHER_KIND || folder)
        run("rm -rf", path, "");
    if (harm == OTHER_KIND)
        run(folder ? "echo x >" : "mkdir", path, "");
    else if (folder && harm != MISSING)
        run("mkdir", path, "");
    else if (harm == EMPTY || harm == TRUNCATED)
        assert_int_equal(truncate(path, harm == EMPTY ? 0 : st.st_size / 2), 0);
    else if (harm == ZEROED || harm == RANDOM)
        overwrite(path, st.st_size, harm == RANDOM);
    return true;
}

/* The file of a pattern that is the first, or the last, by its name. */
static void path_of(const char *dir, const char *pattern, char ret[static 600])
{
    char command[700];
    snprintf(command, sizeof command, "ls -d %s/%s", dir, pattern);
    FILE *f = popen(command, "r"); /* NOLINT */
    assert_non_null(f);
    assert_non_null(fgets(ret, 600, f));
    ret[strcspn(ret, "\n")] = 0;
    pclose(f);
}

#define BIT(harm) (1u << (harm))
#define ALL       ((1u << HARMS) - 1)
#define AS_A_FILE (ALL & ~BIT(OTHER_KIND))

static const struct {
    const char *pattern, *what;
    unsigned told; /* bits of the harms that can be known */
} files[] = {
    {"journal", "journal", BIT(MISSING) | BIT(OTHER_KIND) | BIT(EMPTY)},
    {"journal/key", "key", ALL},
    {"journal/key.pub", "key", ALL & ~BIT(MISSING)}, /* it is made of the key again */
    {"journal/checkpoint", "journal", ALL},
    {"journal/first", "journal", ALL & ~BIT(MISSING)},
    {"journal/kept", "journal", 0},
    {"journal/lock", "journal", BIT(OTHER_KIND)},
    {"journal/segments", "journal", ALL},
    {"journal/segments/*0.vgj", "journal", ALL}, /* the first one */
    {"journal/segments/*1.vgj", "journal", ALL}, /* one between */
    {"journal/tile", "journal", BIT(MISSING) | BIT(OTHER_KIND)},
    {"archive", "archive", ALL},
    {"archive/state.json", "archive", ALL},
    {"archive/parts-*.list", "archive", ALL},
    {"archive/positions", "archive", ALL},
    {"archive/positions/day=2026-03-15", "archive", ALL},
    {"archive/positions/*/*/part-*.parquet", "archive", ALL & ~BIT(ZEROED) & ~BIT(RANDOM)},
    {"ingest.log", "ledger", ALL},
    {"clock", "clock", ALL},
    {"state", "state", ALL},
    {"sensors.yaml", "sensors", ALL},
    {"tracks", "tracks", BIT(MISSING) | BIT(OTHER_KIND) | BIT(EMPTY)}, /* found again in the journal */
    {"contents", "contents", ALL & ~BIT(MISSING)},                     /* folders of before have none */
};

static int bad;

static void try_harm(void **state, const char *whole, size_t f, enum harm harm)
{
    const char *dir = room_path(state, "data");
    char path[600];
    struct life l = {0};
    struct vg_storage_status status;
    run("rm -rf", dir, "");
    run("cp -a", whole, dir);
    path_of(dir, files[f].pattern, path);
    if (!do_harm(path, harm))
        return;
    if (begin(&l, dir) != VG_OK) {
        printf("%s, harm %d: it doesn't start: %s\n", files[f].pattern, harm, log_text);
        bad++;
        return;
    }
    take(&l, SHIP_2, NOON_US + 20 * VG_HOUR_US);
    assert_non_null(vg_picture_find(vg_situation_picture(l.saved.situation), MMSI_2));
    vg_data_folder_status(l.folder, &status);
    bool told = files[f].told & BIT(harm), named = false;
    for (size_t i = 0; i < status.damage_count; i++)
        named = named || strcmp(status.damage[i].what, files[f].what) == 0;
    if ((told && (!named || !strstr(log_text, "vigia repair --data") || !strstr(status.repair, dir))) ||
        (!told && !files[f].told && status.damages)) {
        printf("%s, harm %d: %d damages, named %d: %s\n", files[f].pattern, harm, (int)status.damages, named, log_text);
        bad++;
    }
    end(&l);
    if (harm != RANDOM)
        return;
    struct life again = {0}; /* whatever was done at the first start holds at the second */
    assert_int_equal(begin(&again, dir), VG_OK);
    end(&again);
}

static void whatever_is_harmed_the_picture_lives_and_the_damage_is_named(void **state)
{
    char whole[300];
    snprintf(whole, sizeof whole, "%s", room_path(state, "whole"));
    make_folder(state, whole);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        for (int harm = 0; harm < HARMS; harm++)
            try_harm(state, whole, f, (enum harm)harm);
    assert_int_equal(bad, 0);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whatever_is_harmed_the_picture_lives_and_the_damage_is_named, room_make,
                                        room_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
