/* One sentence, decoded to JSON. */
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    char json[VIGIA_AIS_JSON_SIZE];
    (void)arg;
    vigia_ais_json(message, json, sizeof json);
    puts(json);
}

int main(void)
{
    static const char sentence[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n";
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!decoder)
        return 1;
    vigia_ais_push(decoder, sentence, strlen(sentence), VIGIA_TIME_NONE);
    vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    return 0;
}
