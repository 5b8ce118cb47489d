/* Fields by name: one by its key, then all that the message has. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_field(void *arg, const struct vigia_ais_field *field)
{
    (void)arg;
    printf("  %-10s %s%s%s\n", field->key, *field->value ? field->value : "not available", *field->unit ? " " : "",
           field->unit);
}

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    double knots, heading;
    (void)arg;
    if (vigia_ais_number(message, "speed", &knots))
        printf("%.1f knots are %.1f m/s\n", knots, knots * 1852 / 3600);
    if (!vigia_ais_number(message, "heading", &heading))
        puts("it has no compass on line");
    vigia_ais_each_field(message, on_field, NULL);
}

int main(void)
{
    static const char sentence[] = "!AIVDM,1,1,,A,15>b4CEP00r>QPewM`w@03800L0B,0*5C\n";
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    if (!decoder)
        return 1;
    vigia_ais_push(decoder, sentence, strlen(sentence), VIGIA_TIME_NONE);
    vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    return 0;
}
