#include "situation/status.h"

#include <string.h>

bool vg_storage_is_failing(const struct vg_storage_status *s)
{
    return *s->error || s->archive_failing;
}

bool vg_storage_has_turned(const struct vg_storage_status *before, const struct vg_storage_status *now)
{
    return vg_storage_is_failing(before) != vg_storage_is_failing(now) || strcmp(before->error, now->error) != 0 ||
           before->damages != now->damages ||
           (before->disk.space != now->disk.space && (before->kept || now->disk.space > VG_SPACE_OK));
}
