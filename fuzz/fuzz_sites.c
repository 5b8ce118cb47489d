/* Any text as sensors described: an error is one printable sentence; what is taken is in bounds, and is the same again
 * when it is written and read. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

static void check_outline(const struct vg_site *s)
{
    static double point[VG_SITE_OUTLINE_POINTS][2];
    size_t begin[VG_SITE_RINGS + 1], rings;
    const size_t n = vg_site_outline(s, VG_POS_NONE, point, VG_SITE_OUTLINE_POINTS, begin, &rings);
    check(n <= VG_SITE_OUTLINE_POINTS && rings <= VG_SITE_RINGS && begin[rings] == n);
    for (size_t i = 0; i < rings; i++)
        check(begin[i] < begin[i + 1] && memcmp(point[begin[i]], point[begin[i + 1] - 1], sizeof *point) == 0);
}

static void check_site(const struct vg_sites *sites, uint16_t i)
{
    const struct vg_site *s = &sites->site[i];
    check(*s->name && memchr(s->name, 0, sizeof s->name) && memchr(s->feed, 0, sizeof s->feed));
    check(vg_sites_find(sites, s->name) == i && vg_sites_of_feed(sites, s->feed, s->sac, s->sic) == i);
    check(s->range_m >= 1 && s->min_range_m < s->range_m && s->period_s > 0 && s->sigma_range_m > 0);
    check(s->detection_probability > 0 && s->detection_probability <= 1 && vg_site_reach_m(s) <= s->range_m);
    check(s->moving || (fabs(s->lat_deg) <= 90 && fabs(s->lon_deg) <= 180));
    check_outline(s);
    vg_site_covers(s, VG_POS_NONE, 0.1, -80);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_sites sites, again;
    struct vg_site_error error;
    if (vg_sites_read((const char *)data, size, &sites, &error)) {
        check(*error.text && memchr(error.text, 0, sizeof error.text));
        for (const char *p = error.text; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
        return 0;
    }
    check(sites.count <= VG_SITES_MAX);
    for (uint16_t i = 1; i <= sites.count; i++)
        check_site(&sites, i);
    struct vg_out out = vg_out_growing(1 << 20);
    vg_sites_write(&sites, &out);
    check(!out.err && vg_sites_read(out.buf, out.len, &again, &error) == VG_OK);
    check(again.count == sites.count && vg_sites_hash(&again) == vg_sites_hash(&sites));
    vg_out_free(&out);
    return 0;
}
