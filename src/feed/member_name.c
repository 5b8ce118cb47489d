#include "feed/member_name.h"

#include <string.h>

#include "base/out.h"

static const char *cut_front(const char *raw)
{
    while (*raw == '/' || strncmp(raw, "./", 2) == 0)
        raw += *raw == '/' ? 1 : 2;
    return raw;
}

void vg_member_name(const char *raw, char ret_name[static VG_MEMBER_NAME])
{
    size_t len = 0;
    raw = cut_front(raw);
    for (size_t left = strlen(raw), n; left; raw += n, left -= n) {
        size_t whole = vg_utf8_length((const uint8_t *)raw, left);
        n = whole ? whole : 1;
        if (len + n >= VG_MEMBER_NAME)
            break;
        uint32_t code_point = whole ? vg_utf8_code_point((const uint8_t *)raw, whole) : 0;
        if (code_point < ' ' || code_point == 0x7f || vg_utf8_is_harmful(code_point)) {
            ret_name[len++] = '?';
        } else {
            memcpy(ret_name + len, raw, n);
            len += n;
        }
    }
    ret_name[len] = '\0';
}

bool vg_member_name_is_hidden(const char *name)
{
    if (strncmp(name, "__MACOSX/", 9) == 0)
        return true;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] != '/' && part[1] != '\0' && strncmp(part, "../", 3) != 0)
            return true;
    }
    return false;
}
