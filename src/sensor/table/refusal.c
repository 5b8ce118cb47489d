/* Why rows and records were not used: names, counts, examples. */
#include "base/out.h"
#include "sensor/table/table.h"

const char *vg_csv_refusal_key(enum vg_csv_refusal refusal)
{
    static const char *const keys[] = {
#define X(name, key, text) key,
        VG_CSV_REFUSAL_LIST(X)
#undef X
    };
    return (unsigned)refusal < VG_CSV_REFUSAL_COUNT ? keys[refusal] : "unknown";
}

const char *vg_csv_refusal_text(enum vg_csv_refusal refusal)
{
    static const char *const texts[] = {
#define X(name, key, text) text,
        VG_CSV_REFUSAL_LIST(X)
#undef X
    };
    return (unsigned)refusal < VG_CSV_REFUSAL_COUNT ? texts[refusal] : "unknown";
}

void vg_csv_refuse(struct vg_csv_refusals *refusals, enum vg_csv_refusal reason, const char *row, size_t len)
{
    uint64_t n = refusals->count[reason]++;
    if (n >= 16 && n % 64) /* an example for each row would cost more than the rows */
        return;
    struct vg_out out = vg_out_fixed(refusals->example[reason], VG_ROW_EXAMPLE - 1);
    for (size_t i = 0; i < len && out.cap - out.len >= 4; i++) {
        uint8_t c = (uint8_t)row[i];
        if (c >= 0x20 && c < 0x7F) {
            vg_out_char(&out, (char)c);
        } else {
            vg_out_text(&out, "\\x");
            vg_out_hex(&out, &c, 1);
        }
    }
    refusals->example[reason][out.len] = '\0';
}
