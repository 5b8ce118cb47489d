/*
 * What a vessel does for a living, from the type of ship that she says (ITU-R M.1371-5, table 53). Pure; any thread.
 */
#ifndef VG_VESSEL_TRADE_H
#define VG_VESSEL_TRADE_H

#include <stdbool.h>
#include <stdint.h>

/* (name, key) Keys are part of formats. */
#define VG_TRADE_LIST(X)                                                                                               \
    X(UNKNOWN, "unknown")     /* 0, or a type that the table reserves */                                               \
    X(FISHING, "fishing")     /* 30 */                                                                                 \
    X(SERVICE, "service")     /* tugs, dredgers, diving, navies, pilots, rescue, tenders, police, medical */           \
    X(PLEASURE, "pleasure")   /* sailing, pleasure craft */                                                            \
    X(PASSENGER, "passenger") /* passengers, high-speed craft */                                                       \
    X(CARGO, "cargo")                                                                                                  \
    X(TANKER, "tanker")                                                                                                \
    X(OTHER, "other") /* 90–99, wing in ground */

enum vg_trade {
#define X(name, key) VG_TRADE_##name,
    VG_TRADE_LIST(X)
#undef X
        VG_TRADES
};

enum vg_trade vg_trade_of(uint8_t shiptype);
const char *vg_trade_key(enum vg_trade trade);
/* False, *ret untouched: there is no such key. */
bool vg_trade_parse(const char *key, enum vg_trade *ret);

#endif
