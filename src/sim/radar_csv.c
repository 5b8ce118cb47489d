#include "sim/radar_csv.h"

#include "base/time.h"

static void put_time(struct vg_out *out, int64_t time_us)
{
    char text[VG_TIME_TEXT];
    vg_time_text(time_us, text);
    vg_out_text(out, text);
}

static void put_plot(const struct vg_sites *sites, const struct vg_sim_radar_event *e, struct vg_out *out)
{
    const char *name = sites->site[e->site].name;
    put_time(out, e->time_us);
    vg_out_char(out, ',');
    vg_out_csv_string(out, name, strlen(name));
    vg_out_printf(out, ",%.2f,%.5f", e->plot.range_m, e->plot.bearing_deg);
}

void vg_sim_plots_csv_head(struct vg_out *out)
{
    vg_out_text(out, "time,sensor,range_m,bearing_deg" VG_CSV_END);
}

void vg_sim_plots_csv(const struct vg_sites *sites, const struct vg_sim_radar_event *event, struct vg_out *out)
{
    put_plot(sites, event, out);
    vg_out_text(out, VG_CSV_END);
}

void vg_sim_echoes_csv_head(struct vg_out *out)
{
    vg_out_text(out, "time,sensor,range_m,bearing_deg,echo,id" VG_CSV_END);
}

void vg_sim_echoes_csv(const struct vg_sites *sites, const struct vg_sim_radar_event *event, struct vg_out *out)
{
    put_plot(sites, event, out);
    vg_out_printf(out, ",%s,", vg_sim_echo_key((enum vg_sim_echo)event->plot.echo));
    if (event->plot.thing >= 0)
        vg_out_int(out, event->plot.thing);
    vg_out_text(out, VG_CSV_END);
}

void vg_sim_truth_csv_head(struct vg_out *out)
{
    vg_out_text(out, "time,id,kind,lat,lon,speed_kn,course_deg,mmsi,has_ais" VG_CSV_END);
}

void vg_sim_truth_csv(const struct vg_sim_radars *radars, const struct vg_sim *sim, struct vg_out *out)
{
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        struct vg_sim_truth t;
        if (!vg_sim_radars_could_see(radars, i))
            continue;
        vg_sim_truth(sim, i, &t);
        put_time(out, vg_sim_now_us(sim) - VG_SECOND_US);
        vg_out_printf(out, ",%zu,", i);
        vg_out_csv_string(out, t.kind, strlen(t.kind));
        vg_out_printf(out, ",%.7f,%.7f,%.2f,%.1f,", t.lat_deg, t.lon_deg, t.sog_kn, t.cog_deg + 0.0); /* −0 is 0 */
        if (t.has_ais)
            vg_out_uint(out, t.mmsi);
        vg_out_text(out, t.has_ais ? ",true" VG_CSV_END : ",false" VG_CSV_END);
    }
}
