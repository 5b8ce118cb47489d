/* Any text as rules of alerts: an error is one printable sentence; what is taken is in bounds, and is the same again
 * when it is written and read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rules.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

static void check_rule(const struct vg_rules *rules, int i)
{
    const struct vg_rule *r = &rules->rule[i];
    struct vg_event e = {.end_us = VG_HOUR_US, .pos = vg_pos_from_deg(-80, -2), .reports = 1000, .confidence = 1};
    check(*r->name && memchr(r->name, 0, sizeof r->name) && vg_rules_find(rules, r->name) == i);
    check(r->kinds && r->kinds < UINT32_C(1) << VG_EVENT_KINDS && r->severity < VG_SEVERITIES);
    check(r->min_confidence >= 0 && r->min_confidence <= 1 && r->flags <= VG_RULE_FLAGS);
    check(r->from_minute < 1440 && r->to_minute <= 1440);
    e.kind = (uint8_t)__builtin_ctz(r->kinds);
    vg_rule_wants(rules, r, &e, NULL, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_rules rules, again;
    struct vg_rules_error error;
    if (vg_rules_read((const char *)data, size, &rules, &error)) {
        check(*error.text && memchr(error.text, 0, sizeof error.text));
        for (const char *p = error.text; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
        return 0;
    }
    check(rules.count <= VG_RULES_MAX && rules.areas <= VG_RULE_AREAS_MAX);
    for (int i = 0; i < rules.count; i++)
        check_rule(&rules, i);
    struct vg_out out = vg_out_growing(1 << 20), second = vg_out_growing(1 << 20);
    vg_rules_write(&rules, &out);
    if (out.len <= VG_RULES_TEXT_MAX) {
        check(!out.err && vg_rules_read(out.buf, out.len, &again, &error) == VG_OK);
        vg_rules_write(&again, &second);
        check(second.len == out.len && memcmp(second.buf, out.buf, out.len) == 0);
    }
    vg_out_free(&out);
    vg_out_free(&second);
    return 0;
}
