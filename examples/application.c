/* Application payloads: what types 6 and 8 carry is read by its identifiers, dac and fid. Here: the weather at a place.
 */
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_field(void *arg, const struct vigia_ais_field *field)
{
    (void)arg;
    if (strcmp(field->key, "data") != 0 && *field->value) /* "data" has all the bits, for those who want them */
        printf("  %-12s %s%s%s\n", field->key, field->value, *field->unit ? " " : "", field->unit);
}

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    (void)arg;
    printf("type %u from %09u\n", vigia_ais_type(message), vigia_ais_mmsi(message));
    vigia_ais_each_field(message, on_field, NULL);
}

int main(void)
{
    char sentences[VIGIA_AIS_SENTENCES_SIZE];
    struct vigia_ais_draft *draft = vigia_ais_draft_new("8", 7350001); /* a shore station says to everybody … */
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!draft || !decoder)
        return 1;
    if (!vigia_ais_set_application(draft, 1, 31)) /* … weather (IMO SN.1/Circ.289) */
        return 1;
    if (!vigia_ais_set_number(draft, "met_lon", -80.5) || !vigia_ais_set_number(draft, "met_lat", -1.25) ||
        !vigia_ais_set_number(draft, "wspeed", 12) || !vigia_ais_set_number(draft, "airtemp", 26.4))
        return 1;
    size_t len = vigia_ais_sentences(draft, 'B', 3, sentences, sizeof sentences);
    vigia_ais_push(decoder, sentences, len, VIGIA_TIME_NONE);
    vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    vigia_ais_draft_free(draft);
    return 0;
}
