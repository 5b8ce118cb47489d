/* Packing: what is packed, what it unpacks to, and who takes it. */
#include <zlib.h>

#include "serve/http.h"
#include "test.h"

/* Bytes that are as random as an alphabet of so many allows. */
static struct vg_out noise(size_t len, unsigned alphabet)
{
    struct vg_out out = vg_out_growing(1 << 22);
    uint32_t seed = alphabet;
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525u + 1013904223u;
        vg_out_char(&out, (char)((seed >> 12) % alphabet));
    }
    assert_int_equal(out.err, VG_OK);
    return out;
}

/* What zlib makes of it with the same settings and room enough. */
static size_t packed_size(const struct vg_out *out)
{
    static uint8_t room[1 << 17];
    z_stream z = {.next_in = (Bytef *)out->buf, .avail_in = (uInt)out->len, .next_out = room, .avail_out = sizeof room};
    assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return sizeof room - z.avail_out;
}

static void unpacks_to(const struct vg_out *out, const char *bytes, size_t len)
{
    static uint8_t room[1 << 17];
    z_stream z = {.next_in = (Bytef *)out->buf, .avail_in = (uInt)out->len, .next_out = room, .avail_out = sizeof room};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK); /* gzip, not zlib */
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    inflateEnd(&z);
    assert_int_equal(sizeof room - z.avail_out, len);
    assert_memory_equal(room, bytes, len);
}

static void a_body_is_packed_if_that_saves_an_eighth(void **state)
{
    (void)state;
    unsigned packed = 0, left = 0;
    for (unsigned alphabet = 1; alphabet <= 256; alphabet += alphabet > 90 && alphabet < 140 ? 1 : 9) {
        struct vg_out body = noise(40000, alphabet), same = noise(40000, alphabet);
        size_t size = packed_size(&body);
        bool saves = size <= 40000 - 40000 / 8;
        assert_int_equal(vg_gzip(&body), saves);
        if (saves) {
            assert_int_equal(body.len, size);
            unpacks_to(&body, same.buf, same.len);
            packed++;
        } else {
            assert_int_equal(body.len, same.len);
            assert_memory_equal(body.buf, same.buf, same.len);
            left++;
        }
        vg_out_free(&body);
        vg_out_free(&same);
    }
    assert_true(packed > 10 && left > 10);
}

static void a_list_of_encodings_is_read_to_its_weights(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool takes;
    } rows[] = {
        {"gzip", true},
        {"GzIp", true},
        {"gzi", false},
        {"gzipp", false},
        {"x", false},
        {"*", true},
        {"**", false},
        {"gzip;q=1", true},
        {"gzip;q=1.0", true},
        {"gzip;q=0.9", true},
        {"gzip;q=0.1", true},
        {"gzip;q=0.09", true},
        {"gzip;q=0", false},
        {"gzip;q=0.0", false},
        {"gzip;q=0,1", false}, /* the 1 is another entry */
        {"gzip;q=0;1", false},
        {"gzip;q=:", false},
        {"gzip;q=/", false},
        {"gzip;q=", false},
        {"*;q=0", false},
        {"*;q=0.5", true},
        {"br,gzip", true},
        {"br , gzip", true},
        {"br,\tgzip", true},
        {"br;q=1,deflate", false},
        {"br;q=0,gzip", true},
        {"br;q=1, gzip;q=0", false},
        {"gzip , br;q=0", true},
        {",,gzip", true},
        {",", false},
        {" ", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (vg_accepts_gzip(rows[i].list) != rows[i].takes)
            fail_msg("'%s'", rows[i].list);
}

static void a_list_of_tags_is_read_to_its_end(void **state)
{
    (void)state;
    static const struct {
        const char *list, *tag;
        bool has;
    } rows[] = {
        {"\"a\"", "\"a\"", true},
        {"\"a\"", "\"b\"", false},
        {"\"a\",\"b\"", "\"b\"", true},
        {"\"a\"\t,\t\"b\"", "\"b\"", true},
        {"\"a\" ,\"b\"", "\"a\"", true},
        {"\"a\"\t", "\"a\"", true},
        {"\"a\"x", "\"a\"", false},
        {"W/\"b\",W/\"a\"", "\"a\"", true},
        {"W/\"b\",W/\"a\"", "W/\"a\"", true},
        {"W/\"a", "W/\"a\"", false},
        {"w/\"a\"", "\"a\"", false},
        {"WW/\"a\"", "\"a\"", false},
        {"a,*", "\"a\"", true},
        {"x*", "\"a\"", false},
        {"\"a", "\"a\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (vg_etag_listed(rows[i].list, rows[i].tag) != rows[i].has)
            fail_msg("'%s' '%s'", rows[i].list, rows[i].tag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_packed_if_that_saves_an_eighth),
        cmocka_unit_test(a_list_of_encodings_is_read_to_its_weights),
        cmocka_unit_test(a_list_of_tags_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
