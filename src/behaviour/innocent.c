#include "behaviour/innocent.h"

#include <stddef.h>

#define LIST(...)                                                                                                      \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

static const char *const *const lists[VG_EVENT_KINDS] = {
    [VG_EVENT_GAP] = LIST("out_of_range", "slot_collisions", "receiver_outage", "satellite_pass", "in_port"),
    [VG_EVENT_DISABLING] = LIST("out_of_range", "slot_collisions", "receiver_outage", "equipment_fault", "power_loss",
                                "piracy_precaution"),
    [VG_EVENT_ENCOUNTER] = LIST("pilot", "tow", "supply_or_bunkering", "fishing_side_by_side", "anchorage", "rescue"),
    [VG_EVENT_LOITERING] = LIST("licensed_fishing", "waiting_for_berth", "waiting_for_orders", "weather", "repair"),
    [VG_EVENT_PORT_VISIT] = LIST("ordinary_trade", "shelter", "crew_change"),
    [VG_EVENT_FISHING] = LIST("licensed_fishing", "survey", "slow_passage"),
    [VG_EVENT_DRIFT] = LIST("waiting_for_orders", "drift_fishing", "repair", "weather"),
    [VG_EVENT_STOP] = LIST("pilot", "avoiding_collision", "engine_fault", "fishing_gear", "rescue"),
    [VG_EVENT_AREA] = LIST("innocent_passage", "permit", "shelter", "position_error"),
    [VG_EVENT_GATE] = LIST("ordinary_trade", "innocent_passage", "position_error"),
    [VG_EVENT_IDENTITY] = LIST("number_set_wrong", "sold_or_reflagged", "default_number", "transmission_error"),
    [VG_EVENT_SPOOFING] = LIST("gnss_interference", "gnss_fault", "decoding_error", "clock_error"),
    [VG_EVENT_SHORE] = LIST("home_port", "fishing_ground", "shelter", "tourism"),
    [VG_EVENT_DEVIATION] = LIST("weather_routing", "new_orders", "avoiding_collision", "rescue"),
    [VG_EVENT_ANOMALY] = LIST("weather", "traffic", "manoeuvring_trials", "gnss_fault"),
    [VG_EVENT_CLOSE_QUARTERS] = LIST("agreed_passing", "pilot", "tow", "position_error"),
    [VG_EVENT_VOYAGE] = LIST("new_orders", "typing_error", "cargo_operation"),
    [VG_EVENT_WATCHLIST] = LIST("number_set_wrong", "list_out_of_date", "sold_or_reflagged"),
    [VG_EVENT_DARK] = LIST("not_obliged_to_carry", "equipment_fault", "small_craft", "false_echo"),
    [VG_EVENT_UNSEEN] = LIST("radar_shadow", "sea_clutter", "position_error", "radar_outage"),
    [VG_EVENT_TWO_IDENTITIES] = LIST("tow", "alongside", "position_error"),
    [VG_EVENT_MEETING] = LIST("rescue", "castaways", "fishing_side_by_side", "supply_or_bunkering", "pilot",
                              "small_craft", "false_echo"),
    [VG_EVENT_DISTRESS] = LIST("test", "set_off_by_accident", "stowed_wrongly"),
};

const char *const *vg_event_innocent(enum vg_event_kind kind)
{
    static const char *const none[] = {NULL};
    return kind < VG_EVENT_KINDS && lists[kind] ? lists[kind] : none;
}
