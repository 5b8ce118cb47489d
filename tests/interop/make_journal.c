/* make_journal DIR FRAMES [FIRST]: a journal of a known content, for tests of the program and of other readers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "journal/journal.h"

int main(int argc, char **argv)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    if (argc != 3 && argc != 4)
        return 2;
    o.dice = randombytes_buf;
    o.first = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
    o.rules.segment_bytes = 30000;
    if (vg_journal_open(argv[1], &o, &j, &report, &why)) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    unsigned frames = (unsigned)strtoul(argv[2], NULL, 10), n = 0;
    for (unsigned f = 0; f < frames; f++) {
        for (unsigned i = 0; i < 3; i++, n++) {
            char text[96];
            struct vg_journal_entry e = {.source = 1 + n % 2,
                                         .name = n % 2 ? "Manta" : "Guayaquil",
                                         .flags = VG_RECORD_DATAGRAM,
                                         .received_us = INT64_C(1700000000000000) + n * INT64_C(1000000),
                                         .bytes = text};
            e.len = (size_t)snprintf(text, sizeof text, "!AIVDM,1,1,,A,%06u15MwkRUOidG?GElEa<iQk1JV06Jd,0*6D\r\n", n);
            vg_journal_append(j, &e);
        }
        if (vg_journal_turn(j, 0, true))
            return 1;
    }
    return vg_journal_close(j, NULL) ? 1 : 0;
}
