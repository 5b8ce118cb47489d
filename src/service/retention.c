#include "service/retention.h"

#include "base/time.h"

static int64_t age_limit(const struct vg_retention_rules *rules, const struct vg_retention_now *now)
{
    int64_t reference_us = now->archive.reference_us;
    if (rules->keep_us <= 0 || now->doubtful || reference_us == VG_TIME_NONE)
        return VG_TIME_NONE;
    reference_us += VG_HOUR_US; /* its rows may be of its end */
    reference_us = reference_us < now->wall_us ? reference_us : now->wall_us;
    return reference_us - rules->keep_us;
}

bool vg_retention_plan(const struct vg_retention_rules *rules, const struct vg_retention_now *now,
                       struct vg_store_retirement *ret_plan)
{
    uint64_t bytes = now->journal_bytes + now->archive.bytes, keep = (uint64_t)rules->keep_bytes;
    struct vg_store_retirement plan = {.before_us = age_limit(rules, now), .excess_before_us = VG_TIME_NONE};
    bool from_journal = false;
    if (keep && bytes > keep) {
        const int64_t newest_us = now->archive.newest_us, oldest_us = now->archive.oldest_us;
        bool has_hour = oldest_us != VG_TIME_NONE && newest_us != VG_TIME_NONE && oldest_us < newest_us;
        bool has_segment = now->journal.bytes > 0;
        from_journal = has_segment && (!has_hour || now->journal.last_us < oldest_us + VG_HOUR_US);
        plan.excess_bytes = bytes - keep;
        if (has_hour && !from_journal) { /* as far as the journal's oldest reaches, and never the newest */
            plan.excess_before_us = newest_us;
            if (has_segment && now->journal.last_us < newest_us)
                plan.excess_before_us = now->journal.last_us + VG_HOUR_US;
        }
    }
    *ret_plan = plan;
    return from_journal;
}
