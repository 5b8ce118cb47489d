/* Scores of worlds as text: for people, for programs. */
#ifndef VG_CLI_QUALITY_TABLES_H
#define VG_CLI_QUALITY_TABLES_H

#include "quality/world.h"

/* `kinds`: bits of enum vg_event_kind; 0: all. */
void vg_quality_worlds_table(struct vg_out *out, struct vg_world_scores *scores, uint32_t kinds);
void vg_quality_worlds_json(struct vg_out *out, struct vg_world_scores *scores, uint32_t kinds);
void vg_quality_worlds_markdown(struct vg_out *out, struct vg_world_scores *scores);

#endif
