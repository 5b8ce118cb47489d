/* A message written, field by field, and read back. */
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    struct vigia_ais_report report;
    (void)arg;
    if (vigia_ais_report(message, &report, sizeof report))
        printf("%09u is at %.4f %.4f\n", report.mmsi, report.lon, report.lat);
}

int main(void)
{
    char sentences[VIGIA_AIS_SENTENCES_SIZE];
    struct vigia_ais_draft *draft = vigia_ais_draft_new("18", 735000001); /* a class B position */
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!draft || !decoder)
        return 1;
    if (!vigia_ais_set_number(draft, "lon", -80.5) || !vigia_ais_set_number(draft, "lat", -1.25) ||
        !vigia_ais_set_number(draft, "speed", 7.5) || !vigia_ais_set_number(draft, "course", 90))
        return 1;
    if (!vigia_ais_set_number(draft, "speed", 200)) /* ten bits end at 102.3 knots */
        puts("200 knots don't fit; the draft stays as it was");
    size_t len = vigia_ais_sentences(draft, 'A', 0, sentences, sizeof sentences);
    fputs(sentences, stdout);
    vigia_ais_push(decoder, sentences, len, VIGIA_TIME_NONE);
    vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    vigia_ais_draft_free(draft);
    return 0;
}
