/* Sentences that a data folder and the picture over it are told, as the service tells them. */
#ifndef VG_TESTS_SERVICE_SPEAK_H
#define VG_TESTS_SERVICE_SPEAK_H

#include <string.h>

#include "service/data_folder.h"
#include "service/station.h"
#include "test.h"

/* Three ships, each by one sentence (type 1). */
#define SHIP_1 "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"
#define SHIP_2 "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\r\n"
#define SHIP_3 "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\r\n"
#define MMSI_1 265547250
#define MMSI_2 366053209
#define MMSI_3 477553000

static const struct vg_picture_limits SMALL = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40};

struct listeners {
    struct vg_data_folder *folder;
    struct vg_station *station;
    struct vg_situation *situation;
    uint16_t source;
};

static inline void speak(const struct listeners *to, const char *text, int64_t now_us)
{
    const struct vg_feed_bytes bytes = {.at = text, .len = strlen(text), .received_us = now_us};
    uint64_t offset = vg_data_folder_bytes(to->folder, "Manta", to->source, &bytes);
    const struct vg_report *reports;
    size_t count;
    assert_int_equal(vg_station_take(to->station, &bytes, offset, &reports, &count), VG_OK);
    vg_situation_take(to->situation, now_us, reports, count);
}

#endif
