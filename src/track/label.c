/* The numbers that sensors give to what they track: as long as they are sure to mean the same thing. */
#include "track/inner.h"

#define SAME_LABEL  30.0 /* the sensor's own number is the same: so much likelier … */
#define OTHER_LABEL 0.1  /* … or is another */
#define LABEL_SCANS 4    /* of a number that was not heard for so many scans nobody knows whose it is now */

/* True if the site found the track lately: what it calls it now is still what it called it then. */
static bool is_held(const struct track *t, const struct meas *m, double period_s)
{
    for (int i = 0; i < 4 && t->site[i]; i++)
        if (t->site[i] == m->site)
            return seconds(m->time_us - t->site_us[i]) <= LABEL_SCANS * period_s;
    return false;
}

/* A radar gives the number of a target that it lost to the next one. */
double vg_trk_label_factor(const struct track *t, const struct meas *m, double period_s)
{
    if (!m->sensor_track || !t->label[0] || !is_held(t, m, period_s))
        return 1;
    for (int i = 0; i < LABELS && t->label[i]; i++)
        if (t->label_site[i] == m->site)
            return t->label[i] == m->sensor_track ? SAME_LABEL : OTHER_LABEL;
    return 1;
}

static void put(struct track *t, int i, uint32_t label, uint16_t site, int64_t time_us)
{
    t->label[i] = label;
    t->label_site[i] = site;
    t->label_us[i] = time_us;
}

/* The newest stands first, each once; of more the oldest goes. */
void vg_trk_label(struct track *t, const struct meas *m)
{
    int i = 0;
    while (i < LABELS - 1 && t->label[i] && (t->label[i] != m->sensor_track || t->label_site[i] != m->site))
        i++;
    for (; i > 0; i--)
        put(t, i, t->label[i - 1], t->label_site[i - 1], t->label_us[i - 1]);
    put(t, 0, m->sensor_track, m->site, m->time_us);
}

static void forget(struct track *t, uint32_t label, uint16_t site)
{
    int kept = 0;
    for (int i = 0; i < LABELS; i++)
        if (t->label[i] != label || t->label_site[i] != site)
            put(t, kept++, t->label[i], t->label_site[i], t->label_us[i]);
    while (kept < LABELS)
        put(t, kept++, 0, 0, 0);
}

/* The radar gave up the targets of these numbers: they are free for others. */
void vg_trk_forget_labels(struct vg_tracker *tr, const struct meas *m, size_t count)
{
    for (size_t j = 0; j < count; j++)
        for (uint32_t i = 0; m[j].kind == MEAS_LOST && i < tr->count; i++)
            forget(&tr->track[tr->live[i]], m[j].sensor_track, m[j].site);
}
