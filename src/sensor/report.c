#include "sensor/report.h"

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
