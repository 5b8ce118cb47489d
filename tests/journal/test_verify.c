#include "journal/findings.h"

#include <sodium.h>

#include "journal/segment.h"

#define FRAMES 12

/* Findings, notes aside. */
static uint64_t verify_with(const char *dir, const char *kept)
{
    struct vg_verify_result v;
    struct vg_verify_options o = {.on_finding = on_finding, .kept = kept, .kept_len = kept ? strlen(kept) : 0};
    memset(found, 0, sizeof found);
    first_text[0] = last_text[0] = '\0';
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    return v.findings;
}

static uint64_t verify(const char *dir)
{
    return verify_with(dir, NULL);
}

static const char *segment_file(const char *dir)
{
    return in(dir, "segments/0000000000000000.vgj");
}

/* One segment of FRAMES frames; where each begins, and where the last ends. */
static const char *make(const char *room, uint8_t **ret_bytes, size_t *ret_len, size_t at[FRAMES + 1])
{
    const char *dir = in(room, "j"), *why;
    struct vg_segment s;
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    fill(dir, NULL, 0, FRAMES, 3);
    *ret_bytes = slurp(segment_file(dir), ret_len);
    assert_int_equal(vg_segment_open(vg_io_posix(), dir, 0, &s), VG_OK);
    at[0] = VG_SEGMENT_HEAD;
    for (int f = 0; f < FRAMES; f++) {
        assert_int_equal(vg_segment_frame(&s, (int64_t)at[f], &head, raw, NULL, &why), VG_OK);
        at[f + 1] = at[f] + (size_t)vg_frame_size(&head);
    }
    vg_segment_close(&s);
    assert_int_equal(at[FRAMES], *ret_len);
    assert_int_equal(verify(dir), 0);
    return dir;
}

static void every_flipped_byte_is_found(void **state)
{
    uint8_t *bytes;
    size_t len, at[FRAMES + 1];
    const char *dir = make(*state, &bytes, &len, at);
    for (size_t i = 0; i < len; i += EACH_BYTE) {
        bytes[i] ^= (uint8_t)(1 << i % 8);
        spill(segment_file(dir), bytes, len);
        bytes[i] ^= (uint8_t)(1 << i % 8);
        if (!verify(dir) || !found[VG_FOUND_DAMAGED])
            fail_msg("byte %zu flipped, and nobody noticed", i);
    }
    free(bytes);
}

static void every_flipped_byte_of_the_proof_is_found(void **state)
{
    static const char *const names[] = {"checkpoint", "tile/0/000.p/12", "tile/entries/000.p/12", "key.pub"};
    uint8_t *bytes;
    size_t len, at[FRAMES + 1];
    const char *dir = make(*state, &bytes, &len, at);
    free(bytes);
    for (int f = 0; f < 4; f++) {
        bytes = slurp(in(dir, names[f]), &len);
        for (size_t i = 0; i < len - (f == 3); i += EACH_BYTE) { /* the end of the key's line may be any white space */
            uint8_t was = bytes[i];
            bytes[i] ^= 1;
            spill(in(dir, names[f]), bytes, len);
            bytes[i] = was;
            if (!verify(dir))
                fail_msg("%s: byte %zu flipped, and nobody noticed", names[f], i);
        }
        spill(in(dir, names[f]), bytes, len);
        unlink(in(dir, names[f]));
        assert_true(verify(dir) > 0);
        spill(in(dir, names[f]), bytes, len);
        free(bytes);
        assert_int_equal(verify(dir), 0);
    }
}

/* Writes a segment made of frames in this order; 'x' is a foreign frame, made by another journal. */
static void compose(const char *dir, const uint8_t *bytes, const size_t at[FRAMES + 1], const char *order,
                    const uint8_t *foreign, size_t foreign_len)
{
    uint8_t *out = malloc(at[FRAMES] * 2 + foreign_len);
    size_t len = VG_SEGMENT_HEAD;
    memcpy(out, bytes, VG_SEGMENT_HEAD);
    for (; *order; order++) {
        const uint8_t *from = *order == 'x' ? foreign : bytes + at[*order - 'a'];
        size_t n = *order == 'x' ? foreign_len : at[*order - 'a' + 1] - at[*order - 'a'];
        memcpy(out + len, from, n);
        len += n;
    }
    spill(segment_file(dir), out, len);
    free(out);
}

/* A good frame with this number whose payload was never in the journal. */
static size_t forge(const char *room, const uint8_t *bytes, const size_t at[FRAMES + 1], uint64_t number, uint8_t *out)
{
    struct vg_frame_head head;
    const char *why, *dir = in(room, "forged");
    uint8_t *other;
    size_t len;
    (void)bytes, (void)at;
    remove_tree(dir);
    fill(dir, NULL, 777, 1, 3);
    other = slurp(segment_file(dir), &len);
    assert_int_equal(vg_frame_head_get(other + VG_SEGMENT_HEAD, &head, &why), VG_OK);
    head.number = number;
    vg_frame_head_put(&head, out);
    memcpy(out + VG_FRAME_HEAD, other + VG_SEGMENT_HEAD + VG_FRAME_HEAD, head.stored_len);
    free(other);
    return (size_t)vg_frame_size(&head);
}

static void tampering_is_named(void **state)
{
    static const struct {
        const char *order;
        uint64_t forged; /* number of frame x */
        enum vg_found kind;
        const char *says;
    } cases[] = {
        {"abcdefghijkl", 0, VG_FOUND_NOTE, ""},
        {"abcefghijkl", 0, VG_FOUND_REMOVED, "frame 3 was removed"},
        {"bcdefghijkl", 0, VG_FOUND_REMOVED, "frame 0 was removed"},
        {"abcghijkl", 0, VG_FOUND_REMOVED, "frames 3 to 5 were removed"},
        {"abcedfghijkl", 0, VG_FOUND_REORDERED, "frame 3 stands behind frame 4"},
        {"abcdefghijkla", 0, VG_FOUND_INSERTED, "frame 0 stands there a second time"},
        {"abcddefghijkl", 0, VG_FOUND_INSERTED, "frame 3 stands there a second time"},
        {"abcxdefghijkl", 3, VG_FOUND_INSERTED, "never signed (3 by its number)"},
        {"abcdefghijklx", 12, VG_FOUND_NOTE, ""}, /* behind the checkpoint: not signed yet, and none can tell */
        {"abcxefghijkl", 3, VG_FOUND_REPLACED, "frame 3 is whole but not the one that was signed"},
        {"abcdefghij", 0, VG_FOUND_TRUNCATED, "cut off before frame 10: its checkpoint covers 12 frames"},
        {"", 0, VG_FOUND_TRUNCATED, "cut off before frame 0: its checkpoint covers 12 frames"},
    };
    uint8_t *bytes, forged[4096];
    size_t len, at[FRAMES + 1];
    const char *dir = make(*state, &bytes, &len, at);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = forge(*state, bytes, at, cases[i].forged, forged);
        compose(dir, bytes, at, cases[i].order, forged, n);
        uint64_t findings = verify(dir);
        bool good = cases[i].kind == VG_FOUND_NOTE;
        if ((findings == 0) != good || (!good && (!found[cases[i].kind] || !strstr(first_text, cases[i].says))))
            fail_msg("%s: %llu findings, the first: %s", cases[i].order, (unsigned long long)findings, first_text);
    }
    free(bytes);
}

/* Who inserts a frame may number all that follow anew: the payloads tell. */
static void renumbering_hides_nothing(void **state)
{
    uint8_t *bytes, forged[4096];
    size_t len, at[FRAMES + 1];
    const char *dir = make(*state, &bytes, &len, at), *why;
    size_t n = forge(*state, bytes, at, 3, forged);
    for (int f = 3; f < FRAMES; f++) {
        struct vg_frame_head head;
        assert_int_equal(vg_frame_head_get(bytes + at[f], &head, &why), VG_OK);
        head.number++;
        vg_frame_head_put(&head, bytes + at[f]);
    }
    compose(dir, bytes, at, "abcxdefghijkl", forged, n);
    assert_true(verify(dir) > 0);
    assert_int_equal(found[VG_FOUND_INSERTED], 1);
    assert_int_equal(found[VG_FOUND_REPLACED] + found[VG_FOUND_REMOVED], 0);
    free(bytes);
}

static void a_removed_segment_is_found(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 40, 10);
    assert_int_equal(verify(dir), 0);
    uint64_t *firsts;
    size_t count, strange;
    assert_int_equal(vg_segments_list(vg_io_posix(), dir, &firsts, &count, &strange), VG_OK);
    for (size_t i = 0; i < count; i++) {
        char path[VG_IO_PATH];
        size_t len;
        vg_segment_path(path, dir, firsts[i]);
        uint8_t *bytes = slurp(path, &len);
        unlink(path);
        assert_true(verify(dir) > 0);
        assert_int_equal(found[i + 1 < count ? VG_FOUND_REMOVED : VG_FOUND_TRUNCATED], 1);
        spill(path, bytes, len);
        free(bytes);
    }
    assert_int_equal(verify(dir), 0);
    free(firsts);
}

static void retired_segments_are_no_finding(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    o.rules.keep_bytes = 6000;
    fill(dir, &o, 0, 100, 10);
    assert_int_not_equal(access(segment_file(dir), F_OK), 0);
    assert_int_equal(verify(dir), 0);
}

static void an_index_that_lies_is_found(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 20, 10);
    size_t len;
    uint8_t *bytes = slurp(segment_file(dir), &len);
    size_t footer = vg_footer_length(bytes + len - VG_FOOTER_END);
    assert_true(footer > 0);
    for (size_t i = len - footer; i < len; i++) {
        bytes[i] ^= 4;
        spill(segment_file(dir), bytes, len);
        bytes[i] ^= 4;
        assert_true(verify(dir) > 0);
        assert_int_equal(found[VG_FOUND_REMOVED] + found[VG_FOUND_REPLACED], 0);
    }
    spill(segment_file(dir), bytes, len - footer);
    assert_int_equal(verify(dir), 1);
    assert_int_equal(found[VG_FOUND_INDEX], 1);
    assert_int_equal(count_in_order(dir, 0, on_any_damage, NULL), 200);
    free(bytes);
}

static char *load_text(const char *path)
{
    size_t len;
    return (char *)slurp(path, &len);
}

static void an_old_checkpoint_is_found(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal *j = open_journal(dir, &o);
    append(j, 0);
    turn(j);
    char *first = load_text(in(dir, "checkpoint"));
    append(j, 1);
    turn(j);
    char *second = load_text(in(dir, "checkpoint"));
    append(j, 2);
    turn(j);
    vg_journal_close(j, NULL);
    char *third = load_text(in(dir, "checkpoint"));
    spill(in(dir, "checkpoint"), second, strlen(second)); /* its tiles are still narrower than those of the third */
    assert_true(verify(dir) > 0);
    assert_int_equal(found[VG_FOUND_OLD_CHECKPOINT], 1);
    unlink(in(dir, "tile/0/000.p/3"));
    unlink(in(dir, "tile/entries/000.p/3"));
    spill(in(dir, "checkpoint"), first, strlen(first)); /* frame 2 tells of the second */
    assert_true(verify(dir) > 0);
    assert_true(found[VG_FOUND_OLD_CHECKPOINT] >= 1);
    /* Who takes back everything, frames too, is found by whoever kept the newer checkpoint. */
    remove_tree(dir);
    fill(dir, NULL, 0, 1, 1);
    assert_int_equal(verify(dir), 0);
    assert_true(verify_with(dir, third) > 0);
    assert_int_equal(found[VG_FOUND_OLD_CHECKPOINT], 1);
    free(first);
    free(second);
    free(third);
}

static void a_kept_checkpoint_must_be_of_the_past(void **state)
{
    const char *dir = in(*state, "j");
    fill(dir, NULL, 0, 300, 1);
    char *kept = load_text(in(dir, "checkpoint"));
    fill(dir, NULL, 300, 300, 1);
    assert_int_equal(verify_with(dir, kept), 0);
    remove_tree(dir);
    fill(dir, NULL, 5, 600, 1); /* the same key, another story */
    assert_int_equal(verify(dir), 0);
    assert_true(verify_with(dir, kept) > 0);
    assert_int_equal(found[VG_FOUND_CHECKPOINT], 1);
    free(kept);
}

static void another_key_is_not_believed(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_key key;
    struct vg_verify_result v;
    uint8_t seed[32] = {9};
    fill(dir, NULL, 0, 3, 3);
    assert_int_equal(vg_key_from_seed(seed, NULL, &key), VG_OK);
    struct vg_verify_options o = {.keys = &key, .key_count = 1, .on_finding = on_finding};
    memset(found, 0, sizeof found);
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    assert_int_equal(found[VG_FOUND_CHECKPOINT], 1);
}

static void a_rotated_key_signs_on_and_both_are_good(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_key key[VG_KEYS_MAX];
    uint8_t seed[32] = {5};
    size_t len, count;
    struct vg_verify_result v;
    fill(dir, NULL, 0, 3, 3);
    struct vg_journal *j = open_journal(dir, NULL);
    append(j, 9);
    assert_int_equal(vg_journal_rotate_key(j, seed), VG_OK);
    char *bridge = load_text(in(dir, "checkpoint"));
    append(j, 10);
    turn(j);
    vg_journal_close(j, NULL);
    fill(dir, NULL, 11, 2, 3);
    assert_int_equal(verify(dir), 0);
    char *text = (char *)slurp(in(dir, "key.pub"), &len);
    assert_int_equal(vg_keys_parse(text, len, key, &count), VG_OK);
    assert_int_equal(count, 2);
    struct vg_verify_options o = {.keys = key, .key_count = 1}; /* the old one alone: good up to the bridge */
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    assert_true(v.findings > 0);
    struct vg_checkpoint cp;
    const char *why;
    assert_int_equal(vg_checkpoint_read(bridge, strlen(bridge), &key[0], 1, &cp, &why), VG_OK);
    assert_int_equal(vg_checkpoint_read(bridge, strlen(bridge), &key[1], 1, &cp, &why), VG_OK);
    assert_int_equal(verify_with(dir, bridge), 0);
    free(text);
    free(bridge);
}

/* Which frames of a long journal stay, and by how much the numbers of those behind `from` are turned down. */
struct edit {
    uint64_t from, until; /* these go … */
    uint64_t step;        /* … of them every so many-th */
    bool renumber;
};

/* A journal of one segment with `frames` small frames, some of them taken out. */
static const char *edited(const char *room, unsigned frames, const struct edit *e)
{
    const char *dir = in(room, "j"), *why;
    struct vg_journal *j = open_journal(dir, NULL);
    for (unsigned i = 0; i < frames; i++) {
        append(j, i);
        assert_int_equal(vg_journal_turn(j, (int64_t)(i + 1) * 1000000, false), VG_OK);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    assert_int_equal(verify(dir), 0);
    size_t len, out = VG_SEGMENT_HEAD, at = VG_SEGMENT_HEAD;
    uint8_t *bytes = slurp(segment_file(dir), &len);
    uint64_t gone = 0;
    while (at < len) {
        struct vg_frame_head head;
        assert_int_equal(vg_frame_head_get(bytes + at, &head, &why), VG_OK);
        size_t size = (size_t)vg_frame_size(&head);
        if (head.number >= e->from && head.number < e->until && (head.number - e->from) % e->step == 0) {
            gone++;
        } else {
            memmove(bytes + out, bytes + at, size);
            head.number -= gone;
            if (e->renumber && gone)
                vg_frame_head_put(&head, bytes + out);
            out += size;
        }
        at += size;
    }
    spill(segment_file(dir), bytes, out);
    free(bytes);
    return dir;
}

/* More runs of missing frames than are named: the rest is counted, and nothing else is harmed. */
static void more_gaps_than_can_be_named_are_counted(void **state)
{
    for (uint64_t gaps = 1023; gaps <= 1026; gaps++) {
        const struct edit e = {.from = 5, .until = 5 + 2 * gaps, .step = 2};
        const char *dir = edited(*state, 2100, &e);
        assert_true(verify(dir) > 0);
        assert_int_equal(found[VG_FOUND_REMOVED], gaps <= 1024 ? gaps : 1025);
        assert_int_equal(found[VG_FOUND_TRUNCATED] + found[VG_FOUND_REORDERED] + found[VG_FOUND_INSERTED], 0);
        char want[64];
        snprintf(want, sizeof want, "%llu more %s removed", (unsigned long long)(gaps - 1024),
                 gaps == 1025 ? "frame was" : "frames were");
        assert_int_equal(strncmp(last_text, want, strlen(want)) == 0, gaps > 1024);
        remove_tree(dir);
    }
}

/* Frames behind a hole that were numbered anew are known by their payload, up to 256 frames from their number. */
static void a_renumbered_frame_is_known_up_to_256_frames_away(void **state)
{
    for (uint64_t n = 255; n <= 257; n++) {
        const struct edit e = {.from = 10, .until = 10 + n, .step = 1, .renumber = true};
        const char *dir = edited(*state, 320, &e);
        assert_true(verify(dir) > 0);
        bool near = n <= 256;
        char want[64];
        snprintf(want, sizeof want, "frames 10 to %llu were removed", (unsigned long long)(9 + n));
        assert_int_equal(strcmp(last_text, want) == 0, near);
        assert_int_equal(found[VG_FOUND_REMOVED] == 1, near);
        assert_int_equal(found[VG_FOUND_REPLACED] > 0, !near);
        assert_int_equal(found[VG_FOUND_INSERTED], 0);
        remove_tree(dir);
    }
}

/* What is told of a good journal, figure by figure. */
static void the_verdict_tells_what_was_read(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_verify_options v_o = {.on_finding = on_finding};
    struct vg_verify_result v;
    char text[96];
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 20, 5);
    struct vg_journal *j = open_journal(dir, &o);
    char *long_entry = calloc(1, VG_JOURNAL_ENTRY_MAX + 1);
    struct vg_journal_entry e = {
        .source = 1, .received_us = T0_US, .bytes = long_entry, .len = VG_JOURNAL_ENTRY_MAX + 1};
    vg_journal_append(j, &e);
    vg_journal_append(j, &e);
    turn(j);
    struct vg_journal_status s;
    vg_journal_status(j, &s);
    vg_journal_close(j, NULL);
    free(long_entry);
    spill(in(dir, "segments/strange"), "x", 1);
    memset(found, 0, sizeof found);
    assert_int_equal(vg_verify_journal(dir, &v_o, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    assert_int_equal(v.notes, 2); /* the gap, the strange file */
    assert_int_equal(v.notes, found[VG_FOUND_NOTE]);
    assert_int_equal(v.segments, s.segments);
    assert_int_equal(v.frames, 21);
    assert_int_equal(v.covered, 21);
    assert_int_equal(v.records, 100);
    assert_int_equal(v.bytes, 100 * sentence(0, text));
    assert_int_equal(v.gaps, 1);
    assert_int_equal(v.lost, 2);
    assert_int_equal(v.kept_from, 0);
    assert_true(v.own_key);
    assert_int_equal(strncmp(v.origin, "vigia-journal/", 14), 0);
    assert_int_equal(vg_verify_journal(in(*state, "none"), &v_o, &v), VG_NOT_FOUND);
}

/* A key that the verifier brings is used instead of the one that lies there; more than VG_KEYS_MAX are refused. */
static void a_key_that_is_brought_replaces_the_journals_own(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_key key[VG_KEYS_MAX + 1];
    struct vg_verify_result v;
    size_t len, count;
    fill(dir, NULL, 0, 3, 3);
    char *text = (char *)slurp(in(dir, "key.pub"), &len);
    assert_int_equal(vg_keys_parse(text, len, key, &count), VG_OK);
    free(text);
    unlink(in(dir, "key.pub"));
    assert_int_equal(verify(dir), 1);
    assert_int_equal(found[VG_FOUND_CHECKPOINT], 1);
    spill(in(dir, "key.pub"), "nonsense\n", 9);
    assert_true(verify(dir) > 0);
    assert_non_null(strstr(first_text, "malformed"));
    struct vg_verify_options o = {.keys = key, .key_count = 1, .on_finding = on_finding};
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    assert_false(v.own_key);
    for (int i = 1; i <= VG_KEYS_MAX; i++)
        key[i] = key[0];
    o.key_count = VG_KEYS_MAX;
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    o.key_count = VG_KEYS_MAX + 1;
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_LIMIT);
}

/* Behind those of another journal: numbers go on from there, and the tree has its own leaves from 0 on. */
static void a_journal_may_begin_with_a_later_frame(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    struct vg_journal *j;
    struct vg_record r;
    const char *why;
    size_t len, offset;
    o.first = 1000000;
    o.rules.segment_bytes = 8000;
    fill(dir, &o, 0, 0, 0); /* made, and nothing in it */
    assert_int_equal(verify(dir), 0);
    o.first = 0;
    fill(dir, &o, 0, 300, 2); /* more than a tile */
    o.first = 2000000;        /* it has begun: it stays where it is */
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_OK);
    assert_int_equal(report.first, 1000000);
    assert_int_equal(report.next, 1000300);
    assert_int_equal(report.frames, 300);
    assert_int_equal(report.checkpoint, 300);
    assert_int_equal(vg_journal_offset_frame(append(j, 600)), 1000300);
    turn(j);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    assert_int_equal(verify(dir), 0);
    struct vg_journal_reader *reader;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &reader, &why), VG_OK);
    assert_int_equal(vg_journal_reader_at(reader, vg_journal_offset(2, 60), &r, &offset), VG_NOT_FOUND);
    assert_int_equal(vg_journal_reader_at(reader, vg_journal_offset(1000002, 60), &r, &offset), VG_OK);
    vg_journal_reader_close(reader);

    const char *segment = in(dir, "segments/00000000000f4240.vgj");
    uint8_t *bytes = slurp(segment, &len);
    bytes[VG_SEGMENT_HEAD + 100] ^= 1;
    spill(segment, bytes, len);
    assert_int_not_equal(verify(dir), 0);
    bytes[VG_SEGMENT_HEAD + 100] ^= 1;
    spill(segment, bytes, len);
    free(bytes);
    assert_int_equal(verify(dir), 0);
    spill(in(dir, "first"), "1000001\n", 8); /* not what was signed */
    assert_int_not_equal(verify(dir), 0);
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_CORRUPT);
    spill(in(dir, "first"), "none\n", 5);
    assert_int_not_equal(verify(dir), 0);
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_CORRUPT);
    assert_int_equal(remove(in(dir, "first")), 0);
    assert_int_not_equal(verify(dir), 0);
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(every_flipped_byte_is_found),
        in_a_room(every_flipped_byte_of_the_proof_is_found),
        in_a_room(tampering_is_named),
        in_a_room(renumbering_hides_nothing),
        in_a_room(a_removed_segment_is_found),
        in_a_room(retired_segments_are_no_finding),
        in_a_room(a_journal_may_begin_with_a_later_frame),
        in_a_room(an_index_that_lies_is_found),
        in_a_room(an_old_checkpoint_is_found),
        in_a_room(a_kept_checkpoint_must_be_of_the_past),
        in_a_room(another_key_is_not_believed),
        in_a_room(a_rotated_key_signs_on_and_both_are_good),
        in_a_room(more_gaps_than_can_be_named_are_counted),
        in_a_room(a_renumbered_frame_is_known_up_to_256_frames_away),
        in_a_room(the_verdict_tells_what_was_read),
        in_a_room(a_key_that_is_brought_replaces_the_journals_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
