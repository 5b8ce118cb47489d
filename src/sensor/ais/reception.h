/*
 * What a stream's other sentences tell of the messages in it. Within sensor/ais.
 *
 * $PGHP and ZDA stand in front of a VDM and give its receive time. A VSI stands behind it and tells signal strength,
 * slot and exact time; if the receiver was asked for that, a message waits for its VSI as long as the tag block says
 * that its group goes on, or, in streams without groups that have VSIs, until the next sentence. One thread; about 1.5
 * KiB.
 */
#ifndef VG_SENSOR_AIS_RECEPTION_H
#define VG_SENSOR_AIS_RECEPTION_H

#include "nmea/other.h"
#include "sensor/ais/receiver.h"

struct vg_reception {
    bool wait;        /* messages wait for their VSI */
    uint8_t expects;  /* sentences that may still pass without a VSI before the stream is taken to have none */
    int64_t clock_us; /* newest time told: a VSI has only a time of day */
    int64_t next_us;  /* for the next VDM: $PGHP, ZDA */
    char next_station[sizeof((struct vg_payload){0}).station];
    char next_checksum[3]; /* of the sentence that $PGHP speaks of; "" if it doesn't say */
    bool held;
    uint32_t group_id;
    int8_t sequence;
    struct vg_ais msg;
    struct vg_payload payload;
    char chars[VG_PAYLOAD_CHARS];
};

void vg_reception_init(struct vg_reception *reception);

/* What is read next can't be touched by other sentences: a message may go out as soon as it is read. */
static inline bool vg_reception_idle(const struct vg_reception *reception)
{
    return !reception->held && reception->next_us == VG_TIME_NONE && (!reception->wait || !reception->expects);
}

/* A VDM is about to be read: it learns what stood in front of it. */
void vg_reception_before(struct vg_reception *reception, struct vg_sentence *sentence);

/* A message was completed by `sentence`: true if it is kept until more is known. Nothing may be held. */
bool vg_reception_keep(struct vg_reception *reception, const struct vg_sentence *sentence, const struct vg_ais *msg,
                       const struct vg_payload *payload);

/*
 * A sentence of another kind. What it tells of the message held is added to that. True if the group of that message
 * goes on: it is kept still.
 */
bool vg_reception_other(struct vg_reception *reception, const struct vg_sentence *sentence,
                        const struct vg_other *other);

#endif
