/* Messages of several sentences, and damage: what can't be used is counted by reason, and stops nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    char name[40];
    (void)arg;
    vigia_ais_value(message, "shipname", name, sizeof name);
    printf("type %u from %09u, name '%s'\n", vigia_ais_type(message), vigia_ais_mmsi(message), name);
}

int main(void)
{
    static const char stream[] = "!BSVDM,2,1,1,A,53@ng7P1uN6PuLpl000I8TLN1=T@ITDp0000000u1Pr844@P07PSiBQ1,0*7B\r\n"
                                 "the watch changed at 04:00\r\n"
                                 "!BSVDM,2,2,1,A,CcAVCTj0EP00000,2*53\r\n"               /* the second part of two */
                                 "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\r\n"   /* a damaged checksum */
                                 "!AIVDM,2,1,7,B,53@ng7P1uN6PuLpl000I8TLN1=T@ITDp,0*56"; /* its rest never comes */
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!decoder)
        return 1;
    vigia_ais_push(decoder, stream, strlen(stream), VIGIA_TIME_NONE);
    vigia_ais_end(decoder);

    struct vigia_ais_counts counts;
    vigia_ais_get_counts(decoder, &counts, sizeof counts);
    printf("%" PRIu64 " lines, %" PRIu64 " messages, %" PRIu64 " refused\n", counts.lines, counts.messages,
           counts.refused);
    struct vigia_ais_refusal refusal;
    for (unsigned i = 0; vigia_ais_get_refusal(decoder, i, &refusal, sizeof refusal); i++)
        if (refusal.count)
            printf("%" PRIu64 " %s (%s): %.40s\n", refusal.count, refusal.key, refusal.text, refusal.example);
    vigia_ais_free(decoder);
    return 0;
}
