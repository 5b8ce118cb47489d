/* Any text as areas: an error is one printable sentence; what is taken is in bounds and can be asked anywhere. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "place/area.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_areas *areas = NULL;
    char *error = NULL;
    if (vg_areas_read((const char *)data, size, "FILE", &areas, &error)) {
        for (const char *p = error; p && *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
        check(!areas);
        free(error);
        return 0;
    }
    check(vg_areas_count(areas) <= VG_AREAS_MAX);
    for (size_t i = 0; i < vg_areas_count(areas); i++) {
        const struct vg_area *a = vg_areas_get(areas, i);
        uint16_t holding[4];
        struct vg_crossing crossed[4];
        check(*a->name && a->rule.on && a->west_deg <= a->east_deg && a->south_deg >= -90 && a->north_deg <= 90);
        const double lon = (a->west_deg + a->east_deg) / 2, lat = (a->south_deg + a->north_deg) / 2;
        vg_areas_holding(areas, lon, lat, holding, 4);
        vg_areas_crossed(areas, lon - 0.1, lat, lon + 0.1, lat, crossed, 4);
        vg_area_means(&a->rule, 70, "EC", 0);
    }
    vg_areas_free(areas);
    return 0;
}
