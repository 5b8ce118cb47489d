/* Any text as a configuration file: each problem is told in one printable sentence, and what is taken is in bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

static void on_problem(void *arg, const char *sentence)
{
    ++*(unsigned *)arg;
    check(*sentence != '\0');
    for (const char *p = sentence; *p; p++)
        check((unsigned char)*p >= 0x20 && *p != 0x7F);
}

static void check_bounds(const struct vg_settings *s)
{
    check(s->listen && *s->listen && s->clock >= 0 && s->clock <= 2);
    check(s->keep_days >= 0 && s->keep_days <= 36500 && s->keep_gib >= 0 && s->keep_gib <= 1e6);
    check(s->stall_s >= 0 && s->stall_s <= 1e6 && s->speed >= -1 && s->speed <= 1e6);
    check(s->vessels >= 1 && s->vessels <= 10000000 && s->trail_mib >= 1 && s->trail_mib <= 65536);
    check(s->max_streams >= 1 && s->max_streams <= 100000 && s->tick_ms >= 20 && s->tick_ms <= 10000);
    check(s->feed_count <= VG_FEED_MAX);
    for (size_t i = 0; i < s->feed_count; i++) {
        struct vg_feed_spec spec;
        const char *why;
        check(vg_feed_parse(s->feed[i], &spec, &why) == VG_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_settings s, again;
    unsigned problems = 0, more = 0;
    struct vg_out out = vg_out_growing(1 << 24);
    vg_settings_init(&s);
    bool good = vg_config_read(&s, "fuzz", (const char *)data, size, on_problem, &problems);
    check(good == !problems);
    check_bounds(&s);
    vg_settings_check(&s, on_problem, &more);
    vg_settings_show(&s, &out); /* what is shown can be read back, and means the same */
    vg_settings_init(&again);
    check(vg_config_read(&again, "shown", out.buf, out.len, on_problem, &more));
    check(again.sites.count == s.sites.count && vg_sites_hash(&again.sites) == vg_sites_hash(&s.sites));
    check(again.feed_count == s.feed_count && strcmp(again.listen, s.listen) == 0 && again.tick_ms == s.tick_ms);
    vg_settings_free(&again);
    vg_settings_free(&s);
    vg_out_free(&out);
    return 0;
}
