#include "cli/progress.h"

#include <stdio.h>

#include "base/time.h"
#include "cli/cli.h"

void vg_cli_progress_show(struct vg_cli_progress *progress, const char *path, double done, bool last)
{
    static const char bar[] = "########################################";
    int64_t now_us = vg_clock_monotonic_us();
    if (!progress->on || done < 0 || (!last && now_us - progress->shown_us < VG_SECOND_US / 10))
        return;
    progress->shown_us = now_us;
    int filled = (int)(done * 40 + 0.5);
    fputc('\r', stderr);
    vg_cli_print(stderr, "%.40s [%.*s%*s] %3.0f %%", path, filled, bar, 40 - filled, "", done * 100);
    if (last)
        fputs("\r\033[K", stderr);
}
