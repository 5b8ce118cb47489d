#include "report/report.h"

#include "base/time.h"

/* ITU-R M.1371-5, table 46. */
const struct vg_message_row vg_message_rows[VG_AIS_MESSAGE_MAX + 1] = {
    [1] = {true, VG_CLASS_SHIP_A},   [2] = {true, VG_CLASS_SHIP_A},   [3] = {true, VG_CLASS_SHIP_A},
    [4] = {true, VG_CLASS_BASE},     [5] = {true, VG_CLASS_SHIP_A},   [9] = {true, VG_CLASS_SAR},
    [11] = {true, VG_CLASS_UNKNOWN}, [14] = {true, VG_CLASS_UNKNOWN}, [17] = {true, VG_CLASS_BASE},
    [18] = {true, VG_CLASS_SHIP_B},  [19] = {true, VG_CLASS_SHIP_B},  [21] = {true, VG_CLASS_ATON},
    [24] = {true, VG_CLASS_SHIP_B},  [27] = {true, VG_CLASS_SHIP_A},  [28] = {true, VG_CLASS_UNKNOWN},
};

const char *vg_field_key(enum vg_field field)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_FIELD_LIST(X)
#undef X
    };
    return (unsigned)field < VG_FIELD_COUNT ? keys[field] : "unknown";
}

const char *vg_class_key(enum vg_class class)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_CLASS_LIST(X)
#undef X
    };
    return (unsigned)class < VG_CLASS_COUNT ? keys[class] : "unknown";
}

const char *vg_time_source_key(enum vg_time_source source)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_TIME_SOURCE_LIST(X)
#undef X
    };
    return (unsigned)source < VG_TIME_SOURCE_COUNT ? keys[source] : "unknown";
}

int64_t vg_measured_us(int64_t time_us, uint32_t time_of_day_ms)
{
    if (time_of_day_ms >= VG_DAY_US / 1000 || time_us <= INT64_MIN + 2 * VG_DAY_US || time_us >= INT64_MAX - VG_DAY_US)
        return time_us;
    int64_t of_day_us = time_us % VG_DAY_US;
    of_day_us += of_day_us < 0 ? VG_DAY_US : 0;
    const int64_t ahead_us = (int64_t)time_of_day_ms * 1000 - of_day_us; /* on the day of time_us */
    return time_us + ahead_us + (ahead_us < -VG_DAY_US / 2 ? VG_DAY_US : ahead_us >= VG_DAY_US / 2 ? -VG_DAY_US : 0);
}
