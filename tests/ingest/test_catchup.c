/*
 * The follower's way and the ingest's way from a journal to the archive: the same rows, byte for byte, whichever goes
 * it and wherever one takes over from the other.
 */
#include "journal/room.h"

#include "archive/store.h"
#include "base/out.h"
#include "base/time.h"
#include "ingest/ingest.h"
#include "intake/intake.h"
#include "service/follower.h"

#define POSITION "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F"
#define OTHER    "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3p00Sa,0*42"
#define HALF_1   "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C"
#define HALF_2   "!AIVDM,2,2,1,A,88888888880,2*25"

/* ---- a journal as a live service leaves it ---- */

static const char *tag(const char *text, const char *sentence)
{
    static char lines[8][256];
    static unsigned turn_;
    uint8_t sum = 0;
    for (const char *c = text; *c; c++)
        sum ^= (uint8_t)*c;
    char *line = lines[turn_++ % 8];
    snprintf(line, sizeof *lines, "\\%s*%02X\\%s\r\n", text, sum, sentence);
    return line;
}

static uint64_t put(struct vg_journal *j, const char *name, uint32_t stream, uint8_t flags, int64_t at_us,
                    const char *bytes, size_t len)
{
    const struct vg_journal_entry e = {.source = name[0] == 'M' ? 1 : 2,
                                       .name = name,
                                       .stream = stream,
                                       .flags = flags,
                                       .received_us = at_us,
                                       .bytes = bytes,
                                       .len = len};
    uint64_t offset = vg_journal_append(j, &e);
    assert_int_not_equal(offset, 0);
    return offset + (len ? len : 1);
}

/* Everything that one way could take otherwise than the other, cut in pieces of `piece` bytes; ends of records are
 * told. */
static size_t fill_journal(const char *dir, size_t piece, uint64_t *ends, size_t cap)
{
    char own[64], ahead[64], text[8192];
    size_t count = 0, n = 0;
    struct vg_journal_options o = plain_options();
    o.rules.frame_bytes = 600; /* many frames */
    struct vg_journal *j = open_journal(dir, &o);
    snprintf(own, sizeof own, "s:stA,c:%lld", (long long)(T0_US / VG_SECOND_US - 7));
    snprintf(ahead, sizeof ahead, "s:stB,c:%lld", (long long)(T0_US / VG_SECOND_US + 86400));
    const char *lines[] = {tag(own, POSITION),   POSITION "\r\n", tag(ahead, OTHER),           OTHER "\n",
                           tag("s:stC", HALF_1), HALF_2 "\n",     POSITION ",rX,1600000000\n", "$PGHP,1\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", lines[i]);
    for (size_t at = 0, i = 0; at < n; at += piece, i++) {
        size_t len = n - at < piece ? n - at : piece;
        assert_true(count + 8 < cap);
        int64_t us = T0_US + (int64_t)i * 1000;
        ends[count++] = put(j, "Manta", 3, at ? 0 : VG_RECORD_BEGINS, us, text + at, len);
        ends[count++] = put(j, "Manta", 0, 0, us, text + at, len);
    }
    ends[count++] = put(j, "Manta", 0, 0, T0_US + VG_MINUTE_US, HALF_1 "\n", sizeof HALF_1);
    ends[count++] = put(j, "Manta", 0, VG_RECORD_BEGINS, T0_US + VG_MINUTE_US, HALF_2 "\n", sizeof HALF_2);
    ends[count++] = put(j, "Salinas", 1, VG_RECORD_DATAGRAM, T0_US + VG_MINUTE_US, POSITION, sizeof POSITION - 1);
    ends[count++] = put(j, "Salinas", 1, VG_RECORD_DATAGRAM, T0_US + VG_MINUTE_US, OTHER, sizeof OTHER - 1);
    ends[count++] = put(j, "Manta", 3, 0, T0_US + 2 * VG_MINUTE_US, OTHER, sizeof OTHER - 1); /* never finished … */
    ends[count++] = put(j, "Manta", 3, VG_RECORD_ENDS, T0_US + 2 * VG_MINUTE_US, "", 0);      /* … but by its end */
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    return count;
}

/* ---- the two ways ---- */

static void follow(const char *dir, bool data_clock)
{
    struct vg_follower *f;
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    char journal[300], archive[300];
    snprintf(journal, sizeof journal, "%s/journal", dir);
    snprintf(archive, sizeof archive, "%s/archive", dir);
    struct vg_journal_options o = plain_options();
    assert_int_equal(vg_journal_open(journal, &o, &j, &report, &why), VG_OK);
    const struct vg_follower_options options = {.dir = dir,
                                                .journal_dir = journal,
                                                .archive_dir = archive,
                                                .journal = j,
                                                .next = report.next,
                                                .data_clock = data_clock,
                                                .rules = VG_STORE_RULES_DEFAULT,
                                                .commit_us = VG_HOUR_US};
    if (vg_follower_start(&options, &f, &why))
        fail_msg("%s", why);
    vg_follower_journal_closes(f);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    vg_follower_stop(f);
}

static void catch_up(const char *dir)
{
    const struct vg_ingest_options o = {.threads = 1, .journal_level = 1, .archive_level = 1, .dice = fixed_dice};
    struct vg_ingest *in_ = NULL;
    const char *why;
    if (vg_ingest_open(dir, &o, &in_, &why))
        fail_msg("%s", why);
    assert_int_equal(vg_ingest_close(in_), VG_OK);
}

/* ---- rows ---- */

static void put_row(struct vg_out *out, int64_t time_us, uint64_t journal_offset, uint32_t mmsi, uint8_t message,
                    struct vg_parquet_text source)
{
    vg_out_printf(out, "%lld %llu %u %u %.*s\n", (long long)time_us, (unsigned long long)journal_offset, mmsi, message,
                  (int)source.len, source.bytes);
}

static enum vg_err on_position(void *arg, const struct vg_position *p)
{
    put_row(arg, p->time_us, p->journal_offset, p->mmsi, p->message, p->source_name);
    return VG_OK;
}

static enum vg_err on_static(void *arg, const struct vg_static *s)
{
    put_row(arg, s->time_us, s->journal_offset, s->mmsi, s->message, s->source_name);
    return VG_OK;
}

static char *rows_of(const char *dir)
{
    struct vg_out out = vg_out_growing(1 << 20);
    struct vg_store *store;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    char archive[300];
    snprintf(archive, sizeof archive, "%s/archive", dir);
    assert_int_equal(vg_store_reader_open(archive, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, on_position, NULL, &out, NULL), VG_OK);
    assert_int_equal(vg_store_statics(store, &all, on_static, NULL, &out), VG_OK);
    vg_store_reader_close(store);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    return out.buf;
}

static unsigned count_of(const char *text, const char *what)
{
    unsigned n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

/* ---- claims ---- */

static void the_archive_is_the_same_whoever_writes_it(void **state)
{
    static uint64_t ends[4096];
    for (int data_clock = 0; data_clock < 2; data_clock++)
        for (size_t piece = 7; piece < 1000; piece = piece * 3 + 1) {
            char name[64];
            snprintf(name, sizeof name, "%d-%zu", data_clock, piece);
            const char *dir = in(*state, name);
            assert_int_equal(mkdir(dir, 0700), 0);
            spill(in(dir, "clock"), data_clock ? "data\n" : "wall\n", 5); /* the one that it came by */
            fill_journal(in(dir, "journal"), piece, ends, sizeof ends / sizeof *ends);
            follow(dir, data_clock);
            char *followed = rows_of(dir);
            remove_tree(in(dir, "archive"));
            catch_up(dir);
            char *caught_up = rows_of(dir);
            assert_string_equal(caught_up, followed);
            assert_int_equal(count_of(followed, "\n"), 15);
            assert_int_equal(count_of(followed, " Manta/stA\n"), 2);
            assert_int_equal(count_of(followed, " Manta/stB\n"), 2);
            assert_int_equal(count_of(followed, " Manta/stC\n"), 2);
            assert_int_equal(count_of(followed, " Manta/rX\n"), 2);
            assert_int_equal(count_of(followed, " Salinas\n"), 2);
            char ahead[40];
            snprintf(ahead, sizeof ahead, "%lld ", (long long)(T0_US + VG_DAY_US));
            assert_true(data_clock ? count_of(followed, ahead) >= 2 : count_of(followed, ahead) == 0);
            free(followed);
            free(caught_up);
        }
}

/* The service was killed after any record: what waited there is finished by whoever comes next. */
static void one_takes_over_from_the_other_anywhere(void **state)
{
    static uint64_t ends[4096];
    const char *whole = in(*state, "whole");
    assert_int_equal(mkdir(whole, 0700), 0);
    size_t count = fill_journal(in(whole, "journal"), 97, ends, sizeof ends / sizeof *ends);
    follow(whole, false);
    char *expected = rows_of(whole);
    unsigned before = count_of(expected, "\n");
    for (size_t cut = 0; cut < count; cut++) {
        struct vg_store_writer *writer;
        struct vg_sources sources;
        struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
        uint64_t mark;
        const char *why;
        remove_tree(in(whole, "archive"));
        assert_int_equal(vg_sources_init(&sources), VG_OK);
        assert_int_equal(vg_store_open(in(whole, "archive"), &rules, &sources, &writer, &mark, &why), VG_OK);
        assert_int_equal(vg_store_commit(writer, ends[cut]), VG_OK); /* as if all rows from before were there */
        vg_store_close(writer);
        vg_sources_free(&sources);
        if (cut % 2)
            follow(whole, false);
        else
            catch_up(whole);
        char *rest = rows_of(whole);
        unsigned rows = 0;
        for (char *line = rest, *lf; (lf = strchr(line, '\n')); line = lf + 1, rows++) {
            *lf = '\0';
            if (!strstr(expected, line))
                fail_msg("after %zu records: %s is not among\n%s", cut, line, expected);
        }
        assert_true(rows <= before);
        before = rows;
        free(rest);
    }
    assert_int_equal(before, 0);
    free(expected);
}

/* Lines without a time, hundreds of frames behind the last one with one; the archive is taken up there. */
static void a_line_without_a_time_has_the_feeds_last_one_whoever_goes_on(void **state)
{
    const char *dir = *state;
    char own[64], expected[40];
    spill(in(dir, "clock"), "data\n", 5);
    for (unsigned life = 0; life < 6; life++) { /* every second one tells a time in its first line */
        int64_t own_us = T0_US - VG_DAY_US + life / 2 * VG_SECOND_US;
        snprintf(own, sizeof own, "c:%lld", (long long)(own_us / VG_SECOND_US));
        snprintf(expected, sizeof expected, "%lld ", (long long)own_us);
        struct vg_journal_options o = plain_options();
        o.rules.frame_bytes = 100;
        struct vg_journal *j = open_journal(in(dir, "journal"), &o);
        const char *first = tag(own, POSITION);
        for (unsigned i = 0; i < 150; i++) {
            const char *line = life % 2 == 0 && i == 0 ? first : POSITION "\n";
            put(j, "Manta", 0, 0, T0_US + (int64_t)(life * 1000 + i) * VG_SECOND_US, line, strlen(line));
            turn(j);
        }
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        if (life % 4 > 1)
            catch_up(dir);
        else
            follow(dir, true);
        char *rows = rows_of(dir);
        assert_int_equal(count_of(rows, " Manta\n"), 150 * (life + 1));
        assert_int_equal(count_of(rows, expected), 150 * (life % 2 + 1));
        free(rows);
    }
}

/* What came by the data's clock, and was left when the service was killed, stays so when it starts under the wall's. */
static void a_backlog_keeps_the_clock_by_which_it_came(void **state)
{
    const char *dir = *state;
    char own[64], expected[40], wall[40];
    int64_t own_us = T0_US + VG_DAY_US; /* the wall clock doesn't believe it */
    snprintf(own, sizeof own, "c:%lld", (long long)(own_us / VG_SECOND_US));
    snprintf(expected, sizeof expected, "%lld ", (long long)own_us);
    snprintf(wall, sizeof wall, "%lld ", (long long)T0_US);
    follow(dir, true);
    for (unsigned life = 0; life < 2; life++) {
        struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
        const char *line = tag(own, POSITION);
        put(j, "Manta", 0, 0, T0_US, line, strlen(line));
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        follow(dir, false);
        char *rows = rows_of(dir);
        assert_int_equal(count_of(rows, expected), 1);
        assert_int_equal(count_of(rows, wall), life);
        free(rows);
    }
    catch_up(dir); /* nothing is left for it */
    remove_tree(in(dir, "archive"));
    catch_up(dir);
    char *rows = rows_of(dir);
    assert_int_equal(count_of(rows, expected), 1);
    assert_int_equal(count_of(rows, wall), 1);
    free(rows);
}

/* A recording whose end came as a record without a byte: what waited for more bytes is told. */
static void a_recordings_end_may_be_a_record_of_its_own(void **state)
{
    static const char line[] = POSITION;
    const char *dir = *state;
    const uint32_t stream = VG_RECORDING_STREAM + 1;
    struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
    put(j, "log", stream, VG_RECORD_BEGINS, T0_US, OTHER "\n", sizeof OTHER);
    put(j, "log", stream, 0, T0_US, line, sizeof line - 1);
    put(j, "Manta", stream + 1, VG_RECORD_BEGINS, T0_US, OTHER "\n", sizeof OTHER);
    put(j, "log", stream, VG_RECORD_ENDS, T0_US, "", 0);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    catch_up(dir);
    char *rows = rows_of(dir);
    assert_int_equal(count_of(rows, "\n"), 3);
    assert_int_equal(count_of(rows, " log\n"), 2);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(the_archive_is_the_same_whoever_writes_it),
        in_a_room(one_takes_over_from_the_other_anywhere),
        in_a_room(a_line_without_a_time_has_the_feeds_last_one_whoever_goes_on),
        in_a_room(a_backlog_keeps_the_clock_by_which_it_came),
        in_a_room(a_recordings_end_may_be_a_record_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
