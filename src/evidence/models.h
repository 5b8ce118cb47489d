/* What found an event: the files of the program that did, their hashes and parameters, as they were built. Pure. */
#ifndef VG_EVIDENCE_MODELS_H
#define VG_EVIDENCE_MODELS_H

#include "behaviour/event.h"
#include "evidence/sheet.h"

/* Of the kinds whose bits are set: a table a file. */
void vg_models_sheet(struct vg_sheet *sheet, uint32_t kinds);

#endif
