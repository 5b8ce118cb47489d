/* When a message was received: a tag block in front of its sentence says so. Without one the time is not known. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    struct vigia_ais_report report;
    char station[32];
    (void)arg;
    if (!vigia_ais_report(message, &report, sizeof report))
        return;
    if (report.time_us == VIGIA_TIME_NONE) {
        printf("%09u, received nobody knows when\n", report.mmsi);
        return;
    }
    char json[VIGIA_AIS_JSON_SIZE];
    vigia_ais_json(message, json, sizeof json);
    const char *at = strstr(json, "\"station\":\""); /* keys of reception are in the JSON */
    snprintf(station, sizeof station, "%s", at ? at + strlen("\"station\":\"") : "");
    station[strcspn(station, "\"")] = '\0';
    printf("%09u, received %" PRId64 " s after 1970 by %s\n", report.mmsi, report.time_us / 1000000, station);
}

int main(void)
{
    static const char log[] = "\\s:r007350001,c:1773568800*7F\\!AIVDM,1,1,,A,15>b4CEP00r>QPewM`w@03800L0B,0*5C\r\n"
                              "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n";
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!decoder)
        return 1;
    vigia_ais_push(decoder, log, strlen(log), VIGIA_TIME_NONE);
    vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    return 0;
}
