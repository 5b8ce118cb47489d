#include "base/version.h"

/* The only file that knows the commit, so that a new commit compiles one file and not all of them. */
const char *vg_version(void)
{
    return VG_VERSION_DESCRIBED;
}
