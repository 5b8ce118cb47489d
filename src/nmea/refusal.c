/* Reasons for not using what came, counted with an example of each. */
#include <string.h>

#include "base/out.h"
#include "nmea/nmea.h"

const char *vg_refusal_key(enum vg_refusal refusal)
{
    static const char *const keys[] = {
#define X(name, key, text) key,
        VG_REFUSAL_LIST(X)
#undef X
    };
    return (unsigned)refusal < VG_REFUSAL_COUNT ? keys[refusal] : "unknown";
}

const char *vg_refusal_text(enum vg_refusal refusal)
{
    static const char *const texts[] = {
#define X(name, key, text) text,
        VG_REFUSAL_LIST(X)
#undef X
    };
    return (unsigned)refusal < VG_REFUSAL_COUNT ? texts[refusal] : "unknown";
}

static void keep_example(char *example, const char *line, size_t len)
{
    struct vg_out out = vg_out_fixed(example, VG_EXAMPLE_SIZE - 1);
    for (size_t i = 0; i < len && !out.err; i++) {
        uint8_t c = (uint8_t)line[i];
        if (c >= 0x20 && c < 0x7F) {
            vg_out_char(&out, (char)c);
        } else if (out.cap - out.len >= 4) {
            vg_out_text(&out, "\\x");
            vg_out_hex(&out, &c, 1);
        } else {
            break;
        }
    }
    example[out.len] = '\0';
}

void vg_refuse(struct vg_refusals *refusals, enum vg_refusal reason, const char *line, size_t len, int64_t time_us)
{
    if ((unsigned)reason >= VG_REFUSAL_COUNT)
        return;
    uint64_t n = refusals->count[reason]++;
    refusals->time_us[reason] = time_us;
    /* Under a flood of rubbish an example for each line would cost more than the lines themselves. */
    if (n < 16 || n % 64 == 0)
        keep_example(refusals->example[reason], line, len);
}

void vg_refusals_add(struct vg_refusals *to, const struct vg_refusals *more)
{
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        if (!more->count[i])
            continue;
        if (!to->count[i] || more->time_us[i] >= to->time_us[i]) {
            to->time_us[i] = more->time_us[i];
            memcpy(to->example[i], more->example[i], VG_EXAMPLE_SIZE);
        }
        to->count[i] += more->count[i];
    }
}
