/* The kinds of labelled data that there are: a row each. */
#include "quality/quality.h"

const struct vg_quality_kind vg_quality_kinds[] = {
    {"gaps", "was a gap in a vessel's AIS made by switching off? (gaps_labelled.csv.gz)", vg_quality_gaps},
    {"fishing", "which fixes of a fishing vessel are fishing? (creel_fishing.csv.gz, or a table with fish.val)",
     vg_quality_fishing},
    {"anomalies", "where in a track do speed or course not fit? (injected_anomalies_gulf.csv.gz)",
     vg_quality_anomalies},
};
const size_t vg_quality_kind_count = sizeof vg_quality_kinds / sizeof *vg_quality_kinds;
