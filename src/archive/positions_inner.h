/* The columns of the table of positions, shared by its writer and its reader. */
#ifndef VG_ARCHIVE_POSITIONS_INNER_H
#define VG_ARCHIVE_POSITIONS_INNER_H

/* number, name, physical type, logical type, bits, precision, scale, optional; in the order of the file */
#define VG_POSITION_COLUMN_LIST(X)                                                                                     \
    X(MMSI, "mmsi", INT32, UINT, 32, 0, 0, false)                                                                      \
    X(TIME, "time", INT64, TIME_US, 0, 0, 0, false)                                                                    \
    X(LON, "lon", INT32, DECIMAL, 0, 9, 6, false)                                                                      \
    X(LAT, "lat", INT32, DECIMAL, 0, 9, 6, false)                                                                      \
    X(SOG, "sog", INT32, DECIMAL, 0, 5, 1, true)                                                                       \
    X(COG, "cog", INT32, DECIMAL, 0, 4, 1, true)                                                                       \
    X(HEADING, "heading", INT32, UINT, 16, 0, 0, true)                                                                 \
    X(TURN, "turn", INT32, SIGNED, 8, 0, 0, true)                                                                      \
    X(STATUS, "status", INT32, UINT, 8, 0, 0, true)                                                                    \
    X(MESSAGE, "type", INT32, UINT, 8, 0, 0, false)                                                                    \
    X(ACCURATE, "accurate", INT32, UINT, 8, 0, 0, false)                                                               \
    X(SOURCE, "source", BYTES, STRING, 0, 0, 0, false)                                                                 \
    X(PLACE, "place", INT64, UINT, 64, 0, 0, true)                                                                     \
    X(SUSPECT, "suspect", INT32, UINT, 8, 0, 0, true)                                                                  \
    X(CLASS, "class", BYTES, STRING, 0, 0, 0, true)                                                                    \
    X(PARTS, "parts", INT32, UINT, 8, 0, 0, true)                                                                      \
    X(TIME_SOURCE, "time_source", BYTES, STRING, 0, 0, 0, true)

enum column {
#define X(id, name, type, logical, bits, precision, scale, optional) COLUMN_##id,
    VG_POSITION_COLUMN_LIST(X)
#undef X
        COLUMN_COUNT
};

#endif
