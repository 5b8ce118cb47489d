/* The journal's bytes against what docs/formats/journal.md and the standards say, and against bytes that are none. */
#include "journal/room.h"

#include "journal/lines.h"
#include "journal/merkle.h"
#include "journal/note.h"

/* ---- records ---- */

static struct vg_records records;

/* The bytes of a payload as the document tells them, and what they are read as. */
static enum vg_err first_record(const void *bytes, size_t len, struct vg_record *ret)
{
    void *exact = malloc(len ? len : 1); /* so that the sanitizer sees a byte read too far */
    memcpy(exact, bytes, len);
    vg_records_begin(&records, 5, exact, len);
    enum vg_err err = vg_records_next(&records, ret);
    free(exact);
    return err;
}

static void records_are_written_as_the_document_says(void **state)
{
    (void)state;
    char buf[256];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    int64_t time_us = 0;
    const struct vg_record records_in[] = {
        {.kind = VG_RECORD_SOURCE, .source = 300, .time_us = -1, .bytes = "Manta", .len = 5},
        {.kind = VG_RECORD_DATA, .flags = VG_RECORD_BEGINS, .source = 300, .time_us = 63, .bytes = "ab", .len = 2},
        {.kind = VG_RECORD_DATA, .source = 2, .stream = 128, .time_us = 63, .bytes = "c", .len = 1},
    };
    for (int i = 0; i < 3; i++)
        vg_record_put(&out, &time_us, &records_in[i]);
    static const uint8_t want[] = {0x01, 0x01, 0xAC, 0x02, 5,   'M',  'a',  'n', 't',  'a', 0x10, 0x80, 0x01,
                                   0xAC, 0x02, 2,    'a',  'b', 0x80, 0x00, 2,   0x80, 1,   1,    'c'};
    assert_int_equal(out.len, sizeof want);
    assert_memory_equal(buf, want, sizeof want);
    struct vg_record r;
    vg_records_begin(&records, 5, buf, out.len);
    assert_int_equal(vg_records_next(&records, &r), VG_OK);
    assert_int_equal(r.kind, VG_RECORD_SOURCE);
    assert_int_equal(r.time_us, -1);
    assert_int_equal(vg_records_next(&records, &r), VG_OK);
    assert_int_equal(r.time_us, 63);
    assert_int_equal(r.flags, VG_RECORD_BEGINS);
    assert_int_equal(r.source, 300);
    assert_int_equal(r.name_len, 5);
    assert_memory_equal(r.name, "Manta", 5);
    assert_int_equal(r.journal_offset, vg_journal_offset(5, 16));
    assert_int_equal(vg_records_next(&records, &r), VG_OK);
    assert_int_equal(r.stream, 128);
    assert_null(r.name);
    assert_int_equal(r.journal_offset, vg_journal_offset(5, 24));
    assert_int_equal(vg_records_next(&records, &r), VG_EOF);
}

static void bytes_that_are_no_record_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t len, bytes[16];
        enum vg_err err;
    } cases[] = {
        {"data, whole", 5, {0x00, 0, 1, 1, 'x'}, VG_OK},
        {"nothing", 0, {0}, VG_EOF},
        {"ends before the time", 1, {0x00}, VG_CORRUPT},
        {"ends in the time", 2, {0x00, 0x80}, VG_CORRUPT},
        {"ends before the source", 2, {0x00, 0}, VG_CORRUPT},
        {"ends before the length", 3, {0x00, 0, 1}, VG_CORRUPT},
        {"one byte is missing", 4, {0x00, 0, 1, 1}, VG_CORRUPT},
        {"the greatest source", 5, {0x00, 0, 0xFF, 0x1F, 0}, VG_OK},
        {"a source too large", 5, {0x00, 0, 0x80, 0x20, 0}, VG_CORRUPT},
        {"the greatest stream", 9, {0x80, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0}, VG_OK},
        {"a stream too large", 9, {0x80, 0, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0}, VG_CORRUPT},
        {"flags on what is no data", 4, {0x12, 0, 0}, VG_CORRUPT},
        {"a kind of a later version", 5, {0x0F, 0, 2, 'x', 'y'}, VG_OK},
        {"the greatest time", 13, {0x00, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 1, 0}, VG_OK},
        {"a varint of 65 bits",
         13,
         {0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 1, 0},
         VG_CORRUPT},
        {"a varint of 11 bytes",
         14,
         {0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, 0},
         VG_CORRUPT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_record r;
        enum vg_err err = first_record(cases[i].bytes, cases[i].len, &r);
        if (err != cases[i].err)
            fail_msg("%s: %s", cases[i].what, vg_err_text(err));
    }
    uint8_t name[3 + 2 + 256] = {0x01, 0, 1, 0xFF, 0x01};
    struct vg_record r;
    assert_int_equal(first_record(name, 5 + 255, &r), VG_OK);
    name[3] = 0x80, name[4] = 0x02; /* 256 */
    assert_int_equal(first_record(name, 5 + 256, &r), VG_CORRUPT);
}

static void what_gaps_and_retirements_say_comes_back(void **state)
{
    (void)state;
    char buf[256];
    int64_t time_us = 0;
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    const struct vg_gap gap = {
        .from_us = -5, .to_us = INT64_MAX, .records = 7, .bytes = UINT64_MAX, .why = VG_GAP_LIMIT};
    const struct vg_retired retired = {.kept = 9, .segments = 2, .bytes = 1 << 20, .why = VG_RETIRED_AGE};
    const struct vg_opened opened = {.dropped_bytes = 300, .dropped_frames = 4};
    vg_record_put_gap(&out, &time_us, 100, &gap);
    vg_record_put_retired(&out, &time_us, 200, &retired);
    vg_record_put_opened(&out, &time_us, 300, &opened);
    struct vg_record r[3];
    vg_records_begin(&records, 0, buf, out.len);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vg_records_next(&records, &r[i]), VG_OK);
        assert_int_equal(r[i].time_us, 100 * (i + 1));
    }
    struct vg_gap g;
    struct vg_retired t;
    struct vg_opened o;
    assert_true(vg_record_gap(&r[0], &g));
    assert_int_equal(g.from_us, gap.from_us);
    assert_int_equal(g.to_us, gap.to_us);
    assert_int_equal(g.records, gap.records);
    assert_int_equal(g.bytes, gap.bytes);
    assert_int_equal(g.why, gap.why);
    assert_true(vg_record_retired(&r[1], &t));
    assert_int_equal(t.kept, 9);
    assert_int_equal(t.segments, 2);
    assert_int_equal(t.bytes, 1 << 20);
    assert_int_equal(t.why, VG_RETIRED_AGE);
    assert_true(vg_record_opened(&r[2], &o));
    assert_int_equal(o.dropped_bytes, 300);
    assert_int_equal(o.dropped_frames, 4);
    /* One kind is not read as another, and a body that is cut off says nothing. */
    assert_false(vg_record_gap(&r[1], &g));
    assert_false(vg_record_retired(&r[2], &t));
    assert_false(vg_record_opened(&r[0], &o));
    r[0].len--, r[1].len--, r[2].len--;
    assert_false(vg_record_gap(&r[0], &g));
    assert_false(vg_record_retired(&r[1], &t));
    assert_false(vg_record_opened(&r[2], &o));
    /* A body that is longer is of a later version. */
    r[2].len += 2;
    assert_true(vg_record_opened(&r[2], &o));
}

/* ---- heads and indexes ---- */

/* Every field of a frame's head stands where the document says, and a head out of bounds is refused though its check is
 * right. */
static void frame_heads_are_as_the_document_says(void **state)
{
    (void)state;
    const struct vg_frame_head good = {.number = 0x0102030405,
                                       .first_us = 0x1112131415161718,
                                       .last_us = 0x2122232425262728,
                                       .records = 0x31323334,
                                       .raw_len = VG_FRAME_RAW_MAX,
                                       .stored_len = VG_FRAME_STORED_MAX,
                                       .payload = {0x41}};
    struct vg_frame_head h;
    uint8_t bytes[VG_FRAME_HEAD];
    const char *why;
    vg_frame_head_put(&good, bytes);
    assert_memory_equal(bytes, "VGJF\1\0\0\0", 8);
    static const uint8_t numbers[] = {5,    4,    3,    2,    1,    0,    0,    0,    0x18, 0x17, 0x16,
                                      0x15, 0x14, 0x13, 0x12, 0x11, 0x28, 0x27, 0x26, 0x25, 0x24, 0x23,
                                      0x22, 0x21, 0x34, 0x33, 0x32, 0x31, 0,    0,    0x10, 0};
    assert_memory_equal(bytes + 8, numbers, sizeof numbers);
    assert_int_equal(bytes[48], 0x41);
    uint8_t check[VG_HASH];
    vg_hash(bytes, 80, check);
    assert_memory_equal(bytes + 80, check, 16);
    assert_int_equal(vg_frame_head_get(bytes, &h, &why), VG_OK);
    assert_memory_equal(&h, &good, offsetof(struct vg_frame_head, payload) + VG_HASH);
    const struct vg_frame_head bad[] = {
        {.number = VG_FRAME_NUMBERS, .raw_len = 1, .stored_len = 1},
        {.number = 1, .raw_len = VG_FRAME_RAW_MAX + 1, .stored_len = 1},
        {.number = 1, .raw_len = 1, .stored_len = VG_FRAME_STORED_MAX + 1},
    };
    for (int i = 0; i < 3; i++) {
        vg_frame_head_put(&bad[i], bytes);
        assert_int_equal(vg_frame_head_get(bytes, &h, &why), VG_CORRUPT);
    }
    vg_frame_head_put(&(struct vg_frame_head){.number = VG_FRAME_NUMBERS - 1, .raw_len = 1, .stored_len = 1}, bytes);
    assert_int_equal(vg_frame_head_get(bytes, &h, &why), VG_OK);
}

static void indexes_are_as_the_document_says(void **state)
{
    (void)state;
    const struct vg_footer_row rows[2] = {{32, -1, 5}, {0x0102, 7, 9}};
    struct vg_footer_row back[2] = {{0}};
    uint8_t bytes[2 * VG_FOOTER_ROW + VG_FOOTER_END], check[VG_HASH];
    uint32_t count = 0;
    vg_footer_put(rows, 2, bytes);
    assert_int_equal(vg_get_u64(bytes), 32);
    assert_int_equal((int64_t)vg_get_u64(bytes + 8), -1);
    assert_int_equal(vg_get_u64(bytes + 24), 0x0102);
    vg_hash(bytes, 48, check);
    assert_memory_equal(bytes + 48, check, 16);
    assert_int_equal(vg_get_u32(bytes + 64), 2);
    assert_int_equal(vg_get_u32(bytes + 68), sizeof bytes);
    assert_memory_equal(bytes + 72, "VGJEND\0\1", 8);
    assert_int_equal(vg_footer_length(bytes + 48), sizeof bytes);
    assert_int_equal(vg_footer_get(bytes, sizeof bytes, back, &count), VG_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(back, rows, sizeof rows);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        if (vg_footer_length(bytes + 48) == sizeof bytes)
            assert_int_equal(vg_footer_get(bytes, sizeof bytes, back, &count), VG_CORRUPT);
        bytes[i] ^= 1;
    }
}

/* ---- notes ---- */

/* The key that Go's documentation of sumdb/note shows. */
#define GO_PUBLIC "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_SECRET "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

static void keys_are_those_of_go(void **state)
{
    (void)state;
    struct vg_key open, secret;
    char text[VG_KEY_TEXT];
    assert_int_equal(vg_key_parse(GO_PUBLIC, strlen(GO_PUBLIC), &open), VG_OK);
    assert_int_equal(vg_key_parse(" \n" GO_SECRET "\r\n", strlen(GO_SECRET) + 4, &secret), VG_OK);
    assert_string_equal(open.name, "PeterNeumann");
    assert_int_equal(open.id, 0xc74f20a3);
    assert_false(open.can_sign);
    assert_true(secret.can_sign);
    assert_memory_equal(open.public_key, secret.public_key, 32);
    vg_key_public_text(&secret, text);
    assert_string_equal(text, GO_PUBLIC);
    vg_key_secret_text(&secret, text);
    assert_string_equal(text, GO_SECRET);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vg_err err;
    } cases[] = {
        {"", VG_SYNTAX},
        {"PeterNeumann", VG_SYNTAX},
        {"PeterNeumann+c74f20a3", VG_SYNTAX},
        {"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_CORRUPT},
        {"PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_CORRUPT},
        {"PeterNeumann+c74f20a3+AhpczQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_SYNTAX}, /* another type of key */
        {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy", VG_SYNTAX},
        {"PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_SYNTAX},
        {"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_SYNTAX},
        {"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VG_SYNTAX},
    };
    struct vg_key key;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_key_parse(cases[i].text, strlen(cases[i].text), &key) != cases[i].err)
            fail_msg("%s", cases[i].text);
    uint8_t seed[32] = {1};
    char name[VG_KEY_NAME + 1];
    memset(name, 'n', sizeof name);
    name[VG_KEY_NAME] = '\0';
    assert_int_equal(vg_key_from_seed(seed, name, &key), VG_ARG);
    name[VG_KEY_NAME - 1] = '\0';
    assert_int_equal(vg_key_from_seed(seed, name, &key), VG_OK);
    assert_int_equal(vg_key_from_seed(seed, "a+b", &key), VG_ARG);
    assert_int_equal(vg_key_from_seed(seed, "a\x7F", &key), VG_ARG);
    assert_int_equal(vg_key_from_seed(seed, "", &key), VG_ARG);
}

static void lists_of_keys_skip_comments_and_have_an_end(void **state)
{
    (void)state;
    struct vg_key key[VG_KEYS_MAX];
    size_t count = 0;
    static const char two[] = "# a comment\n\n" GO_PUBLIC "\r\n" GO_PUBLIC;
    assert_int_equal(vg_keys_parse(two, sizeof two - 1, key, &count), VG_OK);
    assert_int_equal(count, 2);
    assert_int_equal(vg_keys_parse("# none\n", 7, key, &count), VG_SYNTAX);
    assert_int_equal(vg_keys_parse(GO_PUBLIC "\nx\n", strlen(GO_PUBLIC) + 3, key, &count), VG_SYNTAX);
    struct vg_out out = vg_out_growing(1 << 16);
    for (int i = 0; i < VG_KEYS_MAX; i++)
        vg_out_text(&out, GO_PUBLIC "\n");
    assert_int_equal(vg_keys_parse(out.buf, out.len, key, &count), VG_OK);
    assert_int_equal(count, VG_KEYS_MAX);
    vg_out_text(&out, GO_PUBLIC "\n");
    assert_int_equal(vg_keys_parse(out.buf, out.len, key, &count), VG_LIMIT);
    vg_out_free(&out);
}

static enum vg_err read_note(const char *text, const struct vg_key *keys, size_t count, struct vg_checkpoint *ret)
{
    const char *why = NULL;
    enum vg_err err = vg_checkpoint_read(text, strlen(text), keys, count, ret, &why);
    assert_non_null(why);
    return err;
}

static void a_checkpoint_is_signed_by_a_known_key_or_refused(void **state)
{
    (void)state;
    struct vg_key key[2], third;
    uint8_t seed[32] = {1};
    assert_int_equal(vg_key_from_seed(seed, "here", &key[0]), VG_OK);
    seed[0] = 2;
    assert_int_equal(vg_key_from_seed(seed, "here", &key[1]), VG_OK);
    seed[0] = 3;
    assert_int_equal(vg_key_from_seed(seed, "there", &third), VG_OK);
    struct vg_checkpoint cp = {.origin = "here", .size = 12, .root = {7}}, back;
    char note[VG_NOTE_MAX + 1], other[VG_NOTE_MAX + 1];
    struct vg_out out = vg_out_fixed(note, VG_NOTE_MAX);
    vg_checkpoint_sign(&out, &cp, key, 2);
    note[out.len] = '\0';
    static const char body[] = "here\n12\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xE2\x80\x94 here ";
    assert_memory_equal(note, body, sizeof body - 1);
    assert_int_equal(read_note(note, key, 2, &back), VG_OK);
    assert_string_equal(back.origin, "here");
    assert_int_equal(back.size, 12);
    assert_memory_equal(back.root, cp.root, VG_HASH);
    assert_int_equal(read_note(note, &key[1], 1, &back), VG_OK);
    assert_int_equal(read_note(note, &third, 1, &back), VG_NOT_FOUND);
    assert_int_equal(read_note(note, NULL, 0, &back), VG_OK);
    /* A known key of another name than the origin proves nothing. */
    out = vg_out_fixed(other, VG_NOTE_MAX);
    vg_checkpoint_sign(&out, &cp, &third, 1);
    other[out.len] = '\0';
    assert_int_equal(read_note(other, &third, 1, &back), VG_NOT_FOUND);
    /* One wrong signature of a known key is enough, though another is right. */
    char *second = strstr(strstr(note, "\xE2\x80\x94") + 1, "\xE2\x80\x94");
    second[30] = second[30] == 'A' ? 'B' : 'A';
    assert_int_equal(read_note(note, key, 2, &back), VG_CORRUPT);
    assert_int_equal(read_note(note, &key[0], 1, &back), VG_OK);
    note[out.len] = '\0';
}

static void what_is_no_checkpoint_is_refused(void **state)
{
    (void)state;
#define ROOT   "BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SIGNED "\n\xE2\x80\x94 here AAAA\n"
    static const struct {
        const char *text;
        enum vg_err err;
    } cases[] = {
        {"here\n12\n" ROOT "\n" SIGNED, VG_OK},
        {"here\n0\n" ROOT "\n" SIGNED, VG_OK},
        {"here\n8796093022208\n" ROOT "\n" SIGNED, VG_OK}, /* 2^43 */
        {"here\n8796093022209\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n012\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n-1\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n1:\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n0000000000000001\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"he re\n12\n" ROOT "\n" SIGNED, VG_SYNTAX},
        {"here\n12\nBwAA\n" SIGNED, VG_SYNTAX},
        {"here\n12\n" ROOT "\n", VG_SYNTAX},
        {"here\n12\n" ROOT "\n\n\xE2\x80\x94 here AAAA", VG_SYNTAX}, /* the last line has no end */
        {"here\n12\n" ROOT "\n\nhere AAAA\n", VG_SYNTAX},
        {"here\n12\n" ROOT "\n\n\xE2\x80\x94 here\n", VG_SYNTAX},
        {"\n\n", VG_SYNTAX},
        {"x", VG_SYNTAX},
    };
    struct vg_checkpoint cp;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (read_note(cases[i].text, NULL, 0, &cp) != cases[i].err)
            fail_msg("case %zu: %s", i, cases[i].text);
}

static void base_64_is_that_of_the_rfc(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < 7; i++) {
        char text[16], bytes[8];
        size_t len, n = strlen(pairs[i][0]);
        struct vg_out out = vg_out_fixed(text, sizeof text);
        vg_out_base64(&out, pairs[i][0], n);
        assert_int_equal(out.len, strlen(pairs[i][1]));
        assert_memory_equal(text, pairs[i][1], out.len);
        assert_true(vg_base64_get(pairs[i][1], out.len, bytes, n, &len));
        assert_int_equal(len, n);
        assert_memory_equal(bytes, pairs[i][0], n);
        if (n)
            assert_false(vg_base64_get(pairs[i][1], out.len, bytes, n - 1, &len));
    }
    char bytes[8];
    size_t len;
    assert_false(vg_base64_get("Zg", 2, bytes, 8, &len));
    assert_false(vg_base64_get("Zg==!", 5, bytes, 8, &len));
}

/* ---- the tree ---- */

struct leaves {
    uint8_t leaf[700][VG_HASH];
};

/* The definition in RFC 6962, word by word: MTH of D[n]. */
static void mth(const struct leaves *l, size_t from, size_t n, uint8_t out[static VG_HASH])
{
    uint8_t left[VG_HASH], right[VG_HASH];
    size_t k = 1;
    if (n == 1) {
        memcpy(out, l->leaf[from], VG_HASH);
        return;
    }
    while (2 * k < n)
        k *= 2;
    mth(l, from, k, left);
    mth(l, from + k, n - k, right);
    vg_merkle_node(left, right, out);
}

static enum vg_err read_leaves(void *arg, unsigned level, uint64_t index, uint8_t out[static VG_HASH])
{
    mth(arg, index << level, (size_t)1 << level, out);
    return VG_OK;
}

static void hex(const uint8_t hash[static VG_HASH], char out[static 65])
{
    for (int i = 0; i < VG_HASH; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

/* The vectors of Certificate Transparency's own tests. */
static void roots_are_those_of_certificate_transparency(void **state)
{
    (void)state;
    static const struct {
        const char *leaf;
        size_t len;
        const char *root;
    } steps[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    struct vg_edge *edge = calloc(1, sizeof *edge);
    uint8_t root[VG_HASH], leaf[VG_HASH];
    char text[65];
    vg_edge_root(edge, root);
    hex(root, text);
    assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < 8; i++) {
        vg_merkle_leaf(steps[i].leaf, steps[i].len, leaf);
        vg_edge_push(edge, leaf, NULL, NULL);
        vg_edge_root(edge, root);
        hex(root, text);
        assert_string_equal(text, steps[i].root);
    }
    free(edge);
}

/* Trees of every size to 700, over two levels of tiles, against the definition; and proofs, right and wrong. */
static void roots_and_proofs_are_right_for_every_size(void **state)
{
    (void)state;
    struct leaves *l = malloc(sizeof *l);
    struct vg_edge *edge = calloc(1, sizeof *edge);
    for (size_t i = 0; i < 700; i++)
        vg_merkle_leaf(&i, sizeof i, l->leaf[i]);
    for (size_t n = 1; n <= 700; n++) {
        uint8_t want[VG_HASH], root[VG_HASH], proof[VG_PROOF_MAX][VG_HASH];
        size_t count;
        vg_edge_push(edge, l->leaf[n - 1], NULL, NULL);
        if (n > 40 && n % 37 && n != 256 && n != 257)
            continue;
        mth(l, 0, n, want);
        vg_edge_root(edge, root);
        assert_memory_equal(root, want, VG_HASH);
        assert_int_equal(vg_merkle_root(read_leaves, l, n, root), VG_OK);
        assert_memory_equal(root, want, VG_HASH);
        for (size_t i = 0; i<n; i += n> 40 ? 13 : 1) {
            assert_int_equal(vg_merkle_prove(read_leaves, l, i, n, proof, &count), VG_OK);
            const uint8_t(*p)[VG_HASH] = (const uint8_t(*)[VG_HASH])proof;
            assert_true(vg_merkle_proven(l->leaf[i], i, n, p, count, want));
            assert_false(vg_merkle_proven(l->leaf[(i + 1) % 700], i, n, p, count, want));
            if (n > 1)
                assert_false(vg_merkle_proven(l->leaf[i], i ^ 1, n, p, count, want));
            if (count)
                assert_false(vg_merkle_proven(l->leaf[i], i, n, p, count - 1, want));
            assert_false(vg_merkle_proven(l->leaf[i], i, n, p, count + 1, want));
        }
        assert_int_equal(vg_merkle_prove(read_leaves, l, n, n, proof, &count), VG_RANGE);
        assert_false(vg_merkle_proven(l->leaf[0], n, n, NULL, 0, want));
    }
    free(l);
    free(edge);
}

static void tiles_have_the_names_of_tlog_tiles(void **state)
{
    (void)state;
    static const struct {
        unsigned level;
        uint64_t index;
        unsigned width;
        const char *path;
    } cases[] = {
        {0, 0, 256, "tile/0/000"},
        {0, 0, 0, "tile/0/000"},
        {1, 7, 3, "tile/1/007.p/3"},
        {0, 999, 255, "tile/0/999.p/255"},
        {0, 1000, 256, "tile/0/x001/000"},
        {5, 1234067, 17, "tile/5/x001/x234/067.p/17"},
        {VG_TILE_ENTRIES, 1001, 256, "tile/entries/x001/001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[VG_TILE_PATH];
        vg_tile_path(cases[i].level, cases[i].index, cases[i].width, path);
        assert_string_equal(path, cases[i].path);
    }
}

/* ---- lines ---- */

static char heard[65536];

static void on_line(void *arg, const struct vg_journal_line *line)
{
    size_t n = strlen(heard);
    (void)arg;
    snprintf(heard + n, sizeof heard - n, "%.*s@%lld/%llu|", (int)line->len, line->bytes, (long long)line->time_us,
             (unsigned long long)line->journal_offset);
}

/* A record of `name`'s stream at time and journal offset `t`. */
static void take(struct vg_lines *l, const char *name, uint32_t stream, uint8_t flags, int64_t t, const char *bytes)
{
    const struct vg_record r = {.kind = VG_RECORD_DATA,
                                .flags = flags,
                                .stream = stream,
                                .time_us = t,
                                .name = name,
                                .name_len = name ? strlen(name) : 0,
                                .bytes = bytes,
                                .len = strlen(bytes),
                                .journal_offset = (uint64_t)t * 10};
    vg_lines_take(l, &r);
}

static void streams_that_interleave_are_joined_apart(void **state)
{
    (void)state;
    struct vg_lines *l;
    assert_int_equal(vg_lines_new(on_line, NULL, &l), VG_OK);
    heard[0] = '\0';
    take(l, "A", 0, 0, 1, "one\r\ntw");
    take(l, "B", 0, 0, 2, "ei");
    take(l, "A", 1, 0, 3, "uno");
    take(l, NULL, 0, 0, 4, "none");
    take(l, "A", 0, 0, 5, "o\nthr");
    take(l, "B", 0, 0, 6, "ns\n");
    take(l, "A", 1, 0, 7, " due\n\n");
    assert_string_equal(heard, "one@1/10|two@5/50|eins@6/60|uno due@7/70|@7/70|");
    /* A new connection begins a line; the end of one, and of a datagram, ends it. */
    take(l, "A", 0, VG_RECORD_BEGINS, 8, "new");
    take(l, "A", 0, VG_RECORD_ENDS, 9, "er");
    take(l, "B", 0, VG_RECORD_DATAGRAM, 10, "gram");
    take(l, "B", 0, VG_RECORD_ENDS, 11, "");
    assert_string_equal(strstr(heard, "@7/70|@7/70|") + 12, "thr@5/50|newer@9/90|gram@10/100|");
    heard[0] = '\0';
    vg_lines_free(l);
    assert_string_equal(heard, "none@4/40|");
}

static void unfinished_lines_have_limits(void **state)
{
    (void)state;
    struct vg_lines *l;
    char long_line[VG_JOURNAL_LINE_MAX + 2];
    memset(long_line, 'x', sizeof long_line - 1);
    long_line[sizeof long_line - 1] = '\0';
    assert_int_equal(vg_lines_new(on_line, NULL, &l), VG_OK);
    heard[0] = '\0';
    take(l, "A", 0, 0, 1, long_line);
    take(l, "A", 0, 0, 2, "y\n");
    assert_int_equal(strspn(heard, "x"), VG_JOURNAL_LINE_MAX);
    assert_string_equal(heard + VG_JOURNAL_LINE_MAX, "@2/20|");
    /* One stream more than there is room for: the one that was silent longest gives way. */
    heard[0] = '\0';
    for (uint32_t i = 0; i < VG_LINES_STREAMS; i++)
        take(l, "A", i, 0, 100 + i, "part");
    take(l, "A", 0, 0, 500, "ly");
    assert_string_equal(heard, "");
    take(l, "A", 9999, 0, 501, "new");
    assert_string_equal(heard, "part@101/1010|");
    take(l, "A", 0, 0, 502, "\n");
    assert_string_equal(heard, "part@101/1010|partly@502/5020|");
    vg_lines_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_written_as_the_document_says),
        cmocka_unit_test(bytes_that_are_no_record_are_refused),
        cmocka_unit_test(what_gaps_and_retirements_say_comes_back),
        cmocka_unit_test(frame_heads_are_as_the_document_says),
        cmocka_unit_test(indexes_are_as_the_document_says),
        cmocka_unit_test(keys_are_those_of_go),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(lists_of_keys_skip_comments_and_have_an_end),
        cmocka_unit_test(a_checkpoint_is_signed_by_a_known_key_or_refused),
        cmocka_unit_test(what_is_no_checkpoint_is_refused),
        cmocka_unit_test(base_64_is_that_of_the_rfc),
        cmocka_unit_test(roots_are_those_of_certificate_transparency),
        cmocka_unit_test(roots_and_proofs_are_right_for_every_size),
        cmocka_unit_test(tiles_have_the_names_of_tlog_tiles),
        cmocka_unit_test(streams_that_interleave_are_joined_apart),
        cmocka_unit_test(unfinished_lines_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
