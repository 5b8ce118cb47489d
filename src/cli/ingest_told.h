/* What the caller of `vigia ingest` tells of the times in the files: --time, --date, --zone. */
#ifndef VG_CLI_INGEST_TOLD_H
#define VG_CLI_INGEST_TOLD_H

#include "ingest/ledger.h"

/* A form ('DD/MM/YYYY hh:mm:ss', epoch_ms, excel …), "file", or a time. False: none of these, *told untouched. */
bool vg_ingest_told_time(const char *text, struct vg_ledger_told *told);

/* YYYY-MM-DD or YYYY. */
bool vg_ingest_told_date(const char *text, struct vg_ledger_told *told);

/* +hh, +hh:mm, -hhmm, Z. */
bool vg_ingest_told_zone(const char *text, struct vg_ledger_told *told);

#endif
