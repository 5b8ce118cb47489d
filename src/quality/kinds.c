/* The kinds of labelled data that there are: a row each. */
#include "quality/quality.h"

const struct vg_quality_kind vg_quality_kinds[] = {
    {"gaps", "was a gap in a vessel's AIS made by switching off? (gaps_labelled.csv.gz)", vg_quality_gaps},
    {"fishing", "which fixes of a fishing vessel are fishing? (creel_fishing.csv.gz, or a table with fish.val)",
     vg_quality_fishing},
    {"anomalies", "where in a track do speed or course not fit? (injected_anomalies_gulf.csv.gz)",
     vg_quality_anomalies},
    {"encounters", "which vessels met, from when to when? (encounter_cases_gfw.json)", vg_quality_encounters},
    {"ports", "which visits do port events make, how sure? (port_visit_cases_gfw.json)", vg_quality_ports},
    {"identity", "which fixes under one MMSI are of one ship? (shared_mmsi_338013000.json.gz)", vg_quality_identity},
};
const size_t vg_quality_kind_count = sizeof vg_quality_kinds / sizeof *vg_quality_kinds;
