#include "base/err.h"

const char *vg_err_text(enum vg_err err)
{
    static const char *const texts[] = {
#define X(name, text) [VG_##name] = text,
        VG_ERR_LIST(X)
#undef X
    };
    return (unsigned)err < sizeof texts / sizeof *texts ? texts[err] : "unknown error";
}
