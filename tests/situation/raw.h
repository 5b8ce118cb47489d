/* The bytes of a state, written by hand: not by the code under test. */
#ifndef VG_TESTS_SITUATION_RAW_H
#define VG_TESTS_SITUATION_RAW_H

#include "situation/state_file.h"
#include "test.h"

struct raw {
    const char *at;
    size_t len, taken;
};

static inline enum vg_err raw_give(void *arg, void *bytes, size_t len)
{
    struct raw *r = arg;
    if (r->len - r->taken < len)
        return VG_EOF;
    memcpy(bytes, r->at + r->taken, len);
    r->taken += len;
    return VG_OK;
}

static inline void raw_head(struct vg_out *out, const char *tag, uint32_t version, uint64_t length)
{
    uint8_t numbers[12];
    vg_put_u32(numbers, version);
    vg_put_u64(numbers + 4, length);
    vg_out_bytes(out, tag, 4);
    vg_out_bytes(out, numbers, sizeof numbers);
}

static inline void raw_section(struct vg_out *out, const struct vg_state_section *s)
{
    char tag[4] = {(char)s->tag, (char)(s->tag >> 8), (char)(s->tag >> 16), (char)(s->tag >> 24)};
    raw_head(out, tag, s->version, s->size(s->of));
    size_t begin = out->len;
    assert_int_equal(s->write(s->of, out), VG_OK);
    assert_int_equal(out->len - begin, s->size(s->of));
}

static inline enum vg_err raw_read(const struct vg_out *out, const struct vg_state_section *sections, size_t count,
                                   char why[static VG_STATE_WHY])
{
    struct raw r = {out->buf, out->len, 0};
    why[0] = '\0';
    enum vg_err err = vg_state_read(raw_give, &r, sections, count, why);
    if (!err)
        assert_int_equal(r.taken, r.len);
    else
        assert_true(*why);
    return err;
}

#endif
