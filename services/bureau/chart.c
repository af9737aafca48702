/* Numbers arrive as decimal text of different scales. They are brought to one scale in 128 bits;
 * the division by the largest is the only rounding, and it rounds a bar, not a figure. */
#include "chart.h"

#include "files/chart.h"
#include "files/print.h"

/* Returns how many cells the bar takes. */
static uint32_t print_bar(uint32_t eighths, const struct jb_chart_style *style, FILE *out)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint32_t full = eighths / 8, cells = full;

    if (style->color && eighths)
        fputs("\033[36m", out);
    for (uint32_t i = 0; i < full; i++)
        fputs(style->utf8 ? "█" : "#", out);
    if (eighths % 8 && (style->utf8 || full == 0)) {
        fputs(style->utf8 ? parts[eighths % 8] : "|", out);
        cells++;
    }
    if (style->color && eighths)
        fputs("\033[0m", out);
    return cells;
}

static void print_row(const struct jb_bar *bar, uint32_t label_width, uint32_t text_width,
                      jb_i128 value, jb_i128 max, const struct jb_chart_style *style, FILE *out)
{
    uint32_t eighths = 0, cells;

    if (value > 0 && max > 0)
        eighths = (uint32_t)(value * 8 * style->cells / max);
    if (value > 0 && eighths == 0)
        eighths = 1; /* something is not nothing */
    jb_print_padded(bar->label, label_width, JB_LEFT, out);
    fputs("  ", out);
    cells = value < 0 ? 1 : print_bar(eighths, style, out);
    if (value < 0)
        fputc('<', out);
    jb_print_padded("", style->cells > cells ? style->cells - cells : 0, JB_LEFT, out);
    fputs("  ", out);
    jb_print_padded(bar->text, text_width, JB_RIGHT, out);
    fputc('\n', out);
}

void jb_chart_print(const struct jb_bar *bars, uint32_t count, const struct jb_chart_style *style,
                    FILE *out)
{
    uint32_t label_width = 0, text_width = 0, scale = 0;
    jb_i128 max = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t label = jb_text_width(bars[i].label), text = jb_text_width(bars[i].text);
        uint32_t own = jb_chart_decimals(bars[i].number);
        label_width = label > label_width ? label : label_width;
        text_width = text > text_width ? text : text_width;
        scale = own > scale ? own : scale;
    }
    for (uint32_t i = 0; i < count; i++) {
        jb_i128 value;
        if (!jb_chart_number(bars[i].number, scale, &value) && value > max)
            max = value;
    }
    for (uint32_t i = 0; i < count; i++) {
        jb_i128 value = 0;
        if (jb_chart_number(bars[i].number, scale, &value))
            value = 0;
        print_row(&bars[i], label_width, text_width, value, max, style, out);
    }
}
