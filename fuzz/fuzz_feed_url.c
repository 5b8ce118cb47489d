/* Any text as a feed's URL: it is refused with a reason, or everything in the spec is in range and ends in time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_feed_spec spec, again;
    const char *why = NULL;
    char *url = malloc(size + 1);
    if (!url)
        return 0;
    if (size > 0)
        memcpy(url, data, size);
    url[size] = '\0';
    enum vg_err err = vg_feed_parse(url, &spec, &why);
    if (err) {
        check((err == VG_SYNTAX || err == VG_RANGE) && why);
    } else {
        check(memchr(spec.name, 0, sizeof spec.name) && memchr(spec.host, 0, sizeof spec.host));
        check(memchr(spec.path, 0, sizeof spec.path) && strcmp(spec.url, url) == 0);
        check(*spec.name && (*spec.host || *spec.path));
        check(spec.stall_us >= 0 && spec.speed >= 0 && spec.baud > 0);
        for (const char *p = spec.name; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7f);
        check(vg_feed_parse(spec.url, &again, &why) == VG_OK && again.kind == spec.kind);
    }
    free(url);
    return 0;
}
