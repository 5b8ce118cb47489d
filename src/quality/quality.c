#include "quality/quality.h"

void vg_quality_put(struct vg_quality_result *result, const char *key, double value)
{
    if (result->count < VG_QUALITY_NUMBERS) {
        result->number[result->count].key = key;
        result->number[result->count].value = value;
        result->number[result->count++].whole = false;
    }
}

void vg_quality_count(struct vg_quality_result *result, const char *key, uint64_t value)
{
    size_t before = result->count;
    vg_quality_put(result, key, (double)value);
    if (result->count > before)
        result->number[before].whole = true;
}
