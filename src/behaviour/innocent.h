/*
 * What may explain an event without any fault of the ship: keys, in the order of how often they do. An event is shown
 * with them, so that who reads it asks and doesn't accuse. The words stand in the page. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_INNOCENT_H
#define VG_BEHAVIOUR_INNOCENT_H

#include "behaviour/event.h"

/* Ends with NULL; never NULL itself. */
const char *const *vg_event_innocent(enum vg_event_kind kind);

#endif
