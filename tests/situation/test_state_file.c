/*
 * The file of a saved state: sections that are known, unknown, missing, twice, too long; a file that is torn, changed,
 * or on a disk that fails.
 */
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../journal/fault.h"
#include "raw.h"

/* A section of so many equal bytes. */
struct part {
    uint64_t len;
    char letter;
    uint64_t said; /* the size it says, if not 0 */
    uint32_t read_version;
    const char *refusal;
    enum vg_err err;
    bool greedy, lazy;
};

static uint64_t part_size(const void *of)
{
    const struct part *p = of;
    return p->said ? p->said : p->len;
}

static enum vg_err part_write(const void *of, struct vg_out *out)
{
    const struct part *p = of;
    for (uint64_t i = 0; i < p->len; i++)
        vg_out_char(out, p->letter);
    return p->err;
}

static enum vg_err part_read(void *of, struct vg_state_input *in)
{
    struct part *p = of;
    char c = 0;
    p->read_version = vg_state_version(in);
    if (p->refusal)
        return vg_state_refuse(in, p->refusal);
    if (p->err)
        return p->err;
    for (p->len = 0; vg_state_left(in) > p->lazy; p->len++) {
        enum vg_err err = vg_state_take(in, &c, 1);
        if (err)
            return err;
        p->letter = c;
    }
    return p->greedy ? vg_state_take(in, &c, 1) : VG_OK;
}

#define LAMP(part)                                                                                                     \
    {                                                                                                                  \
        "lamp", VG_STATE_TAG('L', 'A', 'M', 'P'), 2, part, part_size, part_write, part_read, false                     \
    }
#define ANCHOR(part)                                                                                                   \
    {                                                                                                                  \
        "anchor", VG_STATE_TAG('A', 'N', 'C', 'H'), 1, part, part_size, part_write, part_read, false                   \
    }

static void parts(struct part *lamp, struct part *anchor, struct vg_state_section ret[2])
{
    const struct vg_state_section sections[2] = {LAMP(lamp), ANCHOR(anchor)};
    memcpy(ret, sections, sizeof sections);
}

static struct vg_out begin(void)
{
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_bytes(&out, "VIGSTAT2", 8);
    return out;
}

static void put(struct vg_out *out, const char *tag, uint32_t version, const char *payload)
{
    raw_head(out, tag, version, strlen(payload));
    vg_out_text(out, payload);
}

static enum vg_err read_end(struct vg_out *out, char *why, struct part *lamp, struct part *anchor)
{
    struct vg_state_section sections[2];
    parts(lamp, anchor, sections);
    raw_head(out, "END.", 0, 0);
    enum vg_err err = raw_read(out, sections, 2, why);
    vg_out_free(out);
    return err;
}

static void sections_are_read_in_any_order_and_unknown_ones_skipped(void **state)
{
    (void)state;
    char why[VG_STATE_WHY], much[10000];
    struct part lamp = {0}, anchor = {0};
    struct vg_out out = begin();
    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    put(&out, "WHAT", 77, much);
    put(&out, "ANCH", 1, "aaa");
    put(&out, "WHAT", 78, "");
    put(&out, "LAMP", 1, "lllll"); /* of an earlier version */
    assert_int_equal(read_end(&out, why, &lamp, &anchor), VG_OK);
    assert_int_equal(lamp.len, 5);
    assert_int_equal(lamp.letter, 'l');
    assert_int_equal(lamp.read_version, 1);
    assert_int_equal(anchor.len, 3);
    assert_int_equal(anchor.read_version, 1);
}

static void an_error_names_its_section(void **state)
{
    (void)state;
    static const struct {
        const char *tags[4]; /* LAMP unless said otherwise */
        uint32_t version;
        enum vg_err err;
        const char *why;
        struct part lamp;
    } cases[] = {
        {{"LAMP"}, 2, VG_CORRUPT, "section 'anchor' is missing", {0}},
        {{"ANCH"}, 1, VG_CORRUPT, "section 'lamp' is missing", {0}},
        {{"ANCH", "LAMP", "ANCH"}, 1, VG_CORRUPT, "section 'anchor' is there twice", {0}},
        {{"LAMP", "ANCH"}, 3, VG_UNSUPPORTED, "section 'lamp' is of another version of this program", {0}},
        {{"LAMP", "ANCH"}, 0, VG_UNSUPPORTED, "section 'lamp' is of another version of this program", {0}},
        {{"LAMP", "ANCH"}, 1, VG_CORRUPT, "section 'lamp' is damaged", {.greedy = true}},
        {{"LAMP", "ANCH"}, 1, VG_CORRUPT, "section 'lamp' is damaged", {.lazy = true}},
        {{"LAMP", "ANCH"}, 1, VG_CORRUPT, "section 'lamp' is damaged", {.err = VG_CORRUPT}},
        {{"LAMP", "ANCH"}, 1, VG_NOMEM, "section 'lamp' out of memory", {.err = VG_NOMEM}},
        {{"LAMP", "ANCH"}, 1, VG_IO, "section 'lamp' input or output failed", {.err = VG_IO}},
        {{"LAMP", "ANCH"}, 1, VG_UNSUPPORTED, "section 'lamp' has no oil", {.refusal = "has no oil"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[VG_STATE_WHY];
        struct part lamp = cases[i].lamp, anchor = {0};
        struct vg_out out = begin();
        for (size_t k = 0; cases[i].tags[k]; k++)
            put(&out, cases[i].tags[k], cases[i].version, "payload");
        assert_int_equal(read_end(&out, why, &lamp, &anchor), cases[i].err);
        assert_string_equal(why, cases[i].why);
    }
}

static void what_is_no_state_or_an_earlier_one_is_said_to_be(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_out out = vg_out_growing(100);
    vg_out_text(&out, "VIGSTAT1 and what raw structs there were");
    assert_int_equal(raw_read(&out, NULL, 0, why), VG_UNSUPPORTED);
    assert_string_equal(why, "an earlier version of this program wrote it");
    out.buf[0] = 'X';
    assert_int_equal(raw_read(&out, NULL, 0, why), VG_UNSUPPORTED);
    assert_string_equal(why, "it is no state of this program");
    out.len = 7;
    assert_int_equal(raw_read(&out, NULL, 0, why), VG_CORRUPT);
    assert_string_equal(why, "it is damaged");
    vg_out_free(&out);
}

static void a_length_beyond_the_end_and_a_missing_end_are_refused(void **state)
{
    (void)state;
    for (int unknown = 0; unknown < 2; unknown++) {
        char why[VG_STATE_WHY];
        struct part lamp = {0}, anchor = {0};
        struct vg_out out = begin();
        raw_head(&out, unknown ? "WHAT" : "LAMP", 1, UINT64_MAX);
        vg_out_text(&out, "payload");
        assert_int_equal(read_end(&out, why, &lamp, &anchor), VG_CORRUPT);
        assert_string_equal(why, unknown ? "it ends too early" : "section 'lamp' is damaged");
    }
    char why[VG_STATE_WHY];
    struct vg_out out = begin();
    assert_int_equal(raw_read(&out, NULL, 0, why), VG_CORRUPT);
    assert_string_equal(why, "it ends too early");
    vg_out_free(&out);
}

/* ---- files ---- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int make_room(void **state)
{
    *state = strdup("/tmp/vigia-state-XXXXXX");
    return *state && mkdtemp(*state) ? 0 : -1;
}

static int clear_room(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static const char *path_in(void **state)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/state", (char *)*state);
    return path;
}

static enum vg_err write_two(const struct vg_io *io, const char *path)
{
    struct part lamp = {.len = 70000, .letter = 'l'}, anchor = {.len = 5, .letter = 'a'}; /* more than a buffer */
    struct vg_state_section sections[2];
    parts(&lamp, &anchor, sections);
    return vg_state_file_write(io, path, sections, 2);
}

static enum vg_err read_two(const struct vg_io *io, const char *path, char *why)
{
    struct part lamp = {0}, anchor = {0};
    struct vg_state_section sections[2];
    parts(&lamp, &anchor, sections);
    why[0] = '\0';
    enum vg_err err = vg_state_file_read(io, path, sections, 2, why);
    if (!err) {
        assert_int_equal(lamp.len, 70000);
        assert_int_equal(lamp.letter, 'l');
        assert_int_equal(lamp.read_version, 2);
        assert_int_equal(anchor.len, 5);
        assert_int_equal(anchor.letter, 'a');
    } else {
        assert_true(*why);
    }
    return err;
}

static void a_file_reads_as_it_was_written_and_is_its_owner_s(void **state)
{
    const char *path = path_in(state);
    char why[VG_STATE_WHY];
    struct stat st;
    assert_int_equal(read_two(vg_io_posix(), path, why), VG_NOT_FOUND);
    assert_int_equal(read_two(vg_io_posix(), *state, why), VG_IO); /* a folder opens, and can't be read */
    assert_int_equal(read_two(vg_io_posix(), "/proc/nobody/state/", why), VG_NOT_FOUND);
    assert_int_equal(write_two(vg_io_posix(), path), VG_OK);
    assert_int_equal(read_two(vg_io_posix(), path, why), VG_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(write_two(vg_io_posix(), path), VG_OK); /* over the one before */
    assert_int_equal(read_two(vg_io_posix(), path, why), VG_OK);
    assert_int_equal(write_two(vg_io_posix(), *state), VG_IO);
}

static void a_section_of_another_size_than_it_said_is_not_written(void **state)
{
    const char *path = path_in(state);
    for (int more = 0; more < 2; more++) {
        struct part lamp = {.len = 7, .said = more ? 6 : 8};
        struct vg_state_section section = LAMP(&lamp);
        assert_int_equal(vg_state_file_write(vg_io_posix(), path, &section, 1), VG_CORRUPT);
    }
    struct part lamp = {.len = 7, .err = VG_NOMEM};
    struct vg_state_section section = LAMP(&lamp);
    assert_int_equal(vg_state_file_write(vg_io_posix(), path, &section, 1), VG_NOMEM);
}

static void put_file(const char *path, const char *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void a_torn_longer_or_changed_file_is_refused(void **state)
{
    const char *path = path_in(state);
    char why[VG_STATE_WHY];
    assert_int_equal(write_two(vg_io_posix(), path), VG_OK);
    char *bytes;
    size_t len;
    assert_int_equal(vg_io_load(vg_io_posix(), path, 1 << 20, &bytes, &len), VG_OK);
    for (size_t cut = 0; cut < len; cut++) {
        put_file(path, bytes, cut);
        assert_int_equal(read_two(vg_io_posix(), path, why), VG_CORRUPT);
    }
    size_t same = 0;
    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        put_file(path, bytes, len);
        same += read_two(vg_io_posix(), path, why) == VG_OK; /* zstd says the same otherwise: read_two() compares */
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_true(same < len / 4); /* of its bits */
    bytes[len] = '\0';           /* the terminator of vg_io_load() */
    put_file(path, bytes, len + 1);
    assert_int_equal(read_two(vg_io_posix(), path, why), VG_CORRUPT);
    assert_string_equal(why, "its end is damaged");
    free(bytes);
}

/* A disk on the network may say only now that it could not write. */
static int close_late(void *arg, int fd)
{
    vg_io_posix()->close(arg, fd);
    return -EIO;
}

static void a_file_that_can_t_be_closed_is_not_written(void **state)
{
    struct vg_io io = *vg_io_posix();
    io.close = close_late;
    assert_int_equal(write_two(&io, path_in(state)), VG_IO);
}

static void every_call_to_a_failing_disk_is_an_error(void **state)
{
    const char *path = path_in(state);
    char why[VG_STATE_WHY];
    struct fault fault;
    fault_init(&fault, -1, false, false, ENOSPC);
    assert_int_equal(write_two(&fault.io, path), VG_OK);
    long calls = fault.calls;
    assert_true(calls >= 3); /* open, write, sync */
    for (long at = 0; at < calls; at++) {
        fault_init(&fault, at, false, true, ENOSPC);
        assert_int_equal(write_two(&fault.io, path), VG_IO);
    }
    assert_int_equal(write_two(vg_io_posix(), path), VG_OK);
    fault_init(&fault, -1, false, false, EIO);
    assert_int_equal(read_two(&fault.io, path, why), VG_OK);
    calls = fault.calls;
    assert_true(calls >= 2); /* open, read, and that there is no more */
    for (long at = 0; at < calls; at++) {
        fault_init(&fault, at, false, false, EIO);
        assert_int_equal(read_two(&fault.io, path, why), VG_IO);
    }
}

/* What files of before hadn't is not missed; what they had is. */
static void a_section_that_is_new_may_lack(void **state)
{
    (void)state;
    char why[VG_STATE_WHY] = "";
    struct part lamp = {0}, anchor = {0};
    for (int optional = 0; optional < 2; optional++) {
        struct vg_out out = begin();
        struct vg_state_section sections[2];
        parts(&lamp, &anchor, sections);
        sections[1].may_lack = optional;
        raw_head(&out, "LAMP", 1, 0);
        raw_head(&out, "END.", 0, 0);
        assert_int_equal(raw_read(&out, sections, 2, why), optional ? VG_OK : VG_CORRUPT);
        vg_out_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_that_is_new_may_lack),
        cmocka_unit_test(sections_are_read_in_any_order_and_unknown_ones_skipped),
        cmocka_unit_test(an_error_names_its_section),
        cmocka_unit_test(what_is_no_state_or_an_earlier_one_is_said_to_be),
        cmocka_unit_test(a_length_beyond_the_end_and_a_missing_end_are_refused),
        cmocka_unit_test_setup_teardown(a_file_reads_as_it_was_written_and_is_its_owner_s, make_room, clear_room),
        cmocka_unit_test_setup_teardown(a_section_of_another_size_than_it_said_is_not_written, make_room, clear_room),
        cmocka_unit_test_setup_teardown(a_torn_longer_or_changed_file_is_refused, make_room, clear_room),
        cmocka_unit_test_setup_teardown(a_file_that_can_t_be_closed_is_not_written, make_room, clear_room),
        cmocka_unit_test_setup_teardown(every_call_to_a_failing_disk_is_an_error, make_room, clear_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
