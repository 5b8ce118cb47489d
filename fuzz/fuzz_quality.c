/* Any text as each kind of labelled data: an error is one printable sentence, and there is a row of predictions for
 * each row; scores are shares. The first byte says the kind. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quality/quality.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

static void check_result(const struct vg_quality_result *r)
{
    check(r->count <= VG_QUALITY_NUMBERS);
    for (size_t i = 0; i < r->count; i++) {
        const double v = r->number[i].value;
        check(isnan(v) || v >= 0);
        if (strcmp(r->number[i].key, "f1") == 0 || strcmp(r->number[i].key, "auc") == 0)
            check(isnan(v) || v <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum vg_err (*const run[])(const struct vg_quality_job *, struct vg_quality_result *,
                                      char **) = {vg_quality_gaps,       vg_quality_fishing, vg_quality_anomalies,
                                                  vg_quality_encounters, vg_quality_ports,   vg_quality_identity};
    if (!size)
        return 0;
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_quality_result result = {0};
    char *error = NULL;
    const struct vg_quality_job job = {
        .path = "f", .predictions = &out, .bytes = (const char *)data + 1, .len = size - 1};
    if (run[*data % 6](&job, &result, &error)) {
        check(error && *error && !result.count);
        for (const char *p = error; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
    } else {
        check_result(&result);
    }
    free(error);
    vg_out_free(&out);
    return 0;
}
