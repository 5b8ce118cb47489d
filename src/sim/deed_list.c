/* The watch list of a world (docs/formats/watchlist.md): those whom the deed "watch_listed" brings. */
#include "base/imo.h"
#include "sim/deed.h"

#define LISTED_DAYS  200 /* before the world begins */
#define EXPIRES_DAYS 165 /* after it begins; of one that has expired: before */
#define LIST         "Fictitious IUU list"
#define BASIS        "Fictitious measure 04-2020, paragraph 14"
#define IMO_OTHER    7

bool vg_sim_is_listed(const struct vg_sim_deed *d)
{
    return d->variant <= LISTED_MMSI;
}

static void put_day(struct vg_out *out, int64_t time_us)
{
    const struct vg_civil c = vg_time_civil(time_us);
    vg_out_printf(out, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
}

/* A number with a right check digit that this ship doesn't have. */
static uint32_t other_imo(const struct vg_sim_vessel *v)
{
    return vg_imo_of(v->imo / 10 == 499991 ? 400000 : v->imo / 10 + IMO_OTHER);
}

static void put_row(const struct vg_sim_world *world, const struct vg_sim_deed *d, struct vg_out *out)
{
    const struct vg_sim_vessel *v = vg_deed_actor(world, d, 0);
    const bool names = d->variant == LISTED_CALLSIGN || d->variant == LISTED_NAME;
    vg_out_text(out, LIST ",");
    put_day(out, world->start_us - LISTED_DAYS * VG_DAY_US);
    vg_out_text(out, ",\"" BASIS "\",");
    put_day(out, world->start_us + (d->variant == LISTED_EXPIRED ? -EXPIRES_DAYS : EXPIRES_DAYS) * VG_DAY_US);
    vg_out_char(out, ',');
    if (d->variant == LISTED_IMO || d->variant == LISTED_EXPIRED)
        vg_out_uint(out, v->imo);
    if (d->variant == LISTED_NAME) /* another ship of this name */
        vg_out_uint(out, other_imo(v));
    vg_out_char(out, ',');
    if (d->variant == LISTED_MMSI)
        vg_out_uint(out, v->mmsi);
    vg_out_char(out, ',');
    if (d->variant == LISTED_CALLSIGN)
        vg_out_csv_string(out, v->callsign, strlen(v->callsign));
    vg_out_char(out, ',');
    if (names)
        vg_out_csv_string(out, v->name, strlen(v->name));
    vg_out_text(out, ",,simulated" VG_CSV_END);
}

void vg_sim_deed_list(const struct vg_sim_world *world, struct vg_out *out)
{
    vg_out_text(out, "list,date,basis,expires,imo,mmsi,callsign,name,flag,note" VG_CSV_END);
    for (size_t i = 0; i < world->deed_count; i++)
        if (world->deeds[i].id == DEED_watch_listed && world->deeds[i].actors)
            put_row(world, &world->deeds[i], out);
}
