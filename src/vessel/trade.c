#include "vessel/trade.h"

#include <string.h>

static const char *const keys[] = {
#define X(name, key) key,
    VG_TRADE_LIST(X)
#undef X
};

enum vg_trade vg_trade_of(uint8_t shiptype)
{
    switch (shiptype / 10) {
    case 2:
    case 9:
        return VG_TRADE_OTHER;
    case 3:
        return shiptype == 30   ? VG_TRADE_FISHING
               : shiptype <= 35 ? VG_TRADE_SERVICE
               : shiptype <= 37 ? VG_TRADE_PLEASURE
                                : VG_TRADE_UNKNOWN;
    case 4:
    case 6:
        return VG_TRADE_PASSENGER;
    case 5:
        return VG_TRADE_SERVICE;
    case 7:
        return VG_TRADE_CARGO;
    case 8:
        return VG_TRADE_TANKER;
    default:
        return VG_TRADE_UNKNOWN;
    }
}

const char *vg_trade_key(enum vg_trade trade)
{
    return trade < VG_TRADES ? keys[trade] : "none";
}

bool vg_trade_parse(const char *key, enum vg_trade *ret)
{
    enum vg_trade trade = VG_TRADE_UNKNOWN;
    while (trade < VG_TRADES && strcmp(keys[trade], key) != 0)
        trade++;
    if (trade == VG_TRADES)
        return false;
    *ret = trade;
    return true;
}
