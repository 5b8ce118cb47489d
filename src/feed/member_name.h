/* Names of an archive's members, for people and for the ledger: never used as a path. Pure; any thread. */
#ifndef VG_FEED_MEMBER_NAME_H
#define VG_FEED_MEMBER_NAME_H

#include <stdbool.h>

#include "feed/container.h"

/* Cuts "./" and "/" in front, puts ? for control characters and for what is not UTF-8, shortens to whole characters. */
void vg_member_name(const char *raw, char ret_name[static VG_MEMBER_NAME]);

/* True for .name, at any level, and for what macOS adds to archives (__MACOSX/). */
bool vg_member_name_is_hidden(const char *name);

#endif
