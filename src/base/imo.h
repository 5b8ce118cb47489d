/* IMO ship numbers: seven digits, the last one a check digit (IMO resolution A.1117(30)). Pure. */
#ifndef VG_BASE_IMO_H
#define VG_BASE_IMO_H

#include <stdbool.h>
#include <stdint.h>

/* Six digits with their check digit behind them: the digits weighted 7 … 2, summed, modulo 10. */
uint32_t vg_imo_of(uint32_t six);
/* True if it has seven digits and the last one fits. */
bool vg_imo_valid(uint32_t imo);

#endif
