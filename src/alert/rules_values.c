/* Values that rules and areas have, each told with its line where it is another than expected. */
#include <math.h>
#include <string.h>

#include "alert/rules_inner.h"
#include "base/text_plain.h"

bool vg_rules_wrong(struct reading *r, const char *key, const char *expected)
{
    return vg_yaml_unexpected(&r->yaml, key, expected);
}

bool vg_rules_too_many(struct reading *r, const char *key, unsigned most)
{
    vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "expected at most %u, found more", most);
    r->err = VG_LIMIT;
    return false;
}

bool vg_rules_number(struct reading *r, const char *key, double low, double high, double *ret)
{
    enum vg_err err = vg_yaml_number(&r->yaml, key, low, high, ret);
    r->err = err ? err : r->err;
    return !err;
}

bool vg_rules_whole(struct reading *r, const char *key, double high, uint32_t *ret)
{
    double value;
    if (!vg_rules_number(r, key, 0, high, &value))
        return false;
    if (value != floor(value))
        return vg_rules_wrong(r, key, "a whole number");
    *ret = (uint32_t)value;
    return true;
}

bool vg_rules_text(struct reading *r, const char *key, char *ret, size_t size)
{
    char expected[80];
    snprintf(expected, sizeof expected, "a name of 1 to %zu bytes, printable", size - 1);
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    size_t len = text ? strlen(text) : 0;
    if (!text)
        return false;
    if (!len || len >= size || !vg_text_is_plain(text, len))
        return vg_rules_wrong(r, key, expected);
    memcpy(ret, text, len + 1);
    return true;
}

/* [W, S, E, N] */
bool vg_rules_box(struct reading *r, const char *key, struct vg_box *ret)
{
    static const char expected[] = "[west, south, east, north] in degrees";
    static const double most[] = {180, 90, 180, 90};
    double side[4];
    int n = 0;
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return vg_rules_wrong(r, key, expected);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT)) {
        if (n == 4)
            return vg_rules_wrong(r, key, expected);
        if (!vg_rules_number(r, key, -most[n], most[n], &side[n]))
            return false;
        n++;
    }
    if (r->err || n < 4 || side[1] >= side[3] || side[0] == side[2])
        return r->err
                   ? false
                   : vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "expected %s, south below north", expected);
    *ret = (struct vg_box){side[0], side[1], side[2], side[3]};
    return true;
}

/* ---- mappings ---- */

int vg_rules_key(struct reading *r, const char *of, const char *const names[], int count, uint32_t *seen)
{
    const char *text = vg_yaml_scalar(&r->yaml, of, "a key");
    int i = 0;
    if (!text)
        return -1;
    while (i < count && strcmp(names[i], text) != 0)
        i++;
    if (i == count) {
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text, "there is no such key of %s", of);
        return -1;
    }
    if (*seen & UINT32_C(1) << i) {
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text, "it stands there twice");
        return -1;
    }
    *seen |= UINT32_C(1) << i;
    return vg_yaml_next(&r->yaml) ? i : -1;
}

bool vg_rules_in_mapping(struct reading *r)
{
    return !r->err && vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_MAPPING_END_EVENT);
}
