#include "base/imo.h"

uint32_t vg_imo_of(uint32_t six)
{
    uint32_t sum = 0;
    for (uint32_t rest = six, weight = 2; rest; rest /= 10, weight++)
        sum += rest % 10 * weight;
    return six * 10 + sum % 10;
}

bool vg_imo_valid(uint32_t imo)
{
    return imo >= 1000000 && imo <= 9999999 && vg_imo_of(imo / 10) == imo;
}
