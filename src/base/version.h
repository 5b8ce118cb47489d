/* What this program calls itself: release, and the commit it was built from where that is known. Any thread. */
#ifndef VG_BASE_VERSION_H
#define VG_BASE_VERSION_H

/* "0.1.0", "0.1.0-3-g0c1a571"; see cmake/version.cmake. VG_VERSION is the release alone, for what is compared. */
const char *vg_version(void);

#endif
