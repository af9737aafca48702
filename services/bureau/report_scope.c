/* What a placeholder means where it stands: what it names wins, then the loops around it from the
 * inside out, then the report's own unit and period. Lists keep the catalogue's order. */
#include "base/text.h"
#include "report_parts.h"
#include "words.h"

const struct jb_scope *jb_report_turn(const struct jb_scope *scope, enum jb_ph_each each)
{
    while (scope && scope->each->each != each)
        scope = scope->outer;
    return scope;
}

struct jb_report_node jb_report_node_of(const struct jb_report *report,
                                        const struct jb_placeholder *ph,
                                        const struct jb_scope *scope)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    const struct jb_scope *turn = jb_report_turn(scope, JB_EACH_UNIT);
    if (refs->group != JB_NONE)
        return (struct jb_report_node){true, refs->group};
    if (refs->unit_count)
        return (struct jb_report_node){false, refs->units[0]};
    return (struct jb_report_node){false, turn ? turn->item : report->root};
}

uint32_t jb_report_indicator_of(const struct jb_report *report, const struct jb_placeholder *ph,
                                const struct jb_scope *scope)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    const struct jb_scope *turn = jb_report_turn(scope, JB_EACH_INDICATOR);
    if (ph->has_name)
        return refs->indicator_count ? refs->indicators[0] : JB_NONE;
    return turn ? turn->item : JB_NONE;
}

uint32_t jb_report_section_of(const struct jb_scope *scope)
{
    const struct jb_scope *turn = jb_report_turn(scope, JB_EACH_SECTION);
    return turn ? turn->item : JB_NONE;
}

static struct jb_report_list new_list(const struct jb_report *report, uint32_t count_max)
{
    struct jb_report_list list = {jb_arena_array(report->arena, count_max + 1u, sizeof(uint32_t)),
                                  0};
    return list;
}

static struct jb_report_list list_of(const struct jb_report *report, const uint32_t *items,
                                     uint32_t count)
{
    struct jb_report_list list = new_list(report, count);
    if (list.items && count) {
        memcpy(list.items, items, count * sizeof(*items));
        list.count = count;
    }
    return list;
}

/* The children of the unit, or all below it that own something. */
static struct jb_report_list units_under(const struct jb_report *report, uint32_t above, bool all)
{
    jb_date day = jb_period_last_day(report->order.span.last);
    struct jb_report_list list = new_list(report, report->view->unit_count);
    for (uint32_t i = 0; list.items && i < report->view->unit_count; i++) {
        const struct jb_unit *unit = &report->view->units[i];
        if (i == above || day < unit->from || day > unit->until)
            continue;
        if (all ? jb_catalog_is_under(report->catalog, i, above, day)
                : jb_catalog_parent(report->catalog, i, day) == above)
            list.items[list.count++] = i;
    }
    return list;
}

static struct jb_report_list units_of_group(const struct jb_report *report, uint32_t group)
{
    jb_date day = jb_period_last_day(report->order.span.last);
    const struct jb_group *one = &report->view->groups[group];
    struct jb_report_list list = new_list(report, one->member_count);
    for (uint32_t i = 0; list.items && i < one->member_count; i++) {
        const struct jb_edge *member = &one->members[i];
        if (member->unit != JB_NONE && day >= member->from && day <= member->until)
            list.items[list.count++] = member->unit;
    }
    return list;
}

struct jb_report_list jb_report_units_of(struct jb_report *report, const struct jb_placeholder *ph,
                                         const struct jb_scope *scope)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    struct jb_report_node node;
    if (refs->unit_count)
        return list_of(report, refs->units, refs->unit_count);
    if (refs->under != JB_NONE)
        return units_under(report, refs->under, ph->all_levels);
    node = jb_report_node_of(report, ph, scope);
    if (node.is_group && (ph->kind == JB_PH_EACH || ph->all_levels))
        return units_of_group(report, node.index);
    if (ph->kind == JB_PH_EACH || ph->all_levels)
        return units_under(report, node.index, ph->all_levels);
    return list_of(report, &node.index, 1);
}

static bool is_section_under(const struct jb_report *report, uint32_t section, uint32_t above)
{
    while (section != JB_NONE && section != above)
        section = report->view->sections[section].parent;
    return section == above;
}

/* Sections of the first level below; what is named, when nothing is below it. */
struct jb_report_list jb_report_sections_of(struct jb_report *report,
                                            const struct jb_placeholder *ph,
                                            const struct jb_scope *scope)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    uint32_t above = refs->section_count == 1 ? refs->sections[0] : jb_report_section_of(scope);
    struct jb_report_list list = new_list(report, report->view->section_count);
    if (refs->section_count > 1)
        return list_of(report, refs->sections, refs->section_count);
    for (uint32_t i = 0; list.items && i < report->view->section_count; i++) {
        if (report->view->sections[i].parent == above)
            list.items[list.count++] = i;
    }
    return list;
}

static bool stands_in(const struct jb_report *report, const struct jb_indicator *indicator,
                      const uint32_t *sections, uint32_t count)
{
    for (uint32_t i = 0; i < indicator->section_count; i++) {
        for (uint32_t n = 0; n < count; n++) {
            if (is_section_under(report, indicator->sections[i], sections[n]))
                return true;
        }
    }
    return count == 0;
}

struct jb_report_list jb_report_indicators_of(struct jb_report *report,
                                              const struct jb_placeholder *ph,
                                              const struct jb_scope *scope, bool text)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    uint32_t section = jb_report_section_of(scope);
    const uint32_t *sections = refs->section_count ? refs->sections : &section;
    uint32_t count = refs->section_count ? refs->section_count : section != JB_NONE;
    struct jb_report_list list = new_list(report, report->view->indicator_count);
    const struct jb_scope *turn = jb_report_turn(scope, JB_EACH_INDICATOR);
    if (refs->indicator_count && !refs->section_count)
        return list_of(report, refs->indicators, refs->indicator_count);
    if (!refs->section_count && turn && ph->kind != JB_PH_EACH)
        return list_of(report, &turn->item, 1);
    for (uint32_t i = 0; list.items && i < report->view->indicator_count; i++) {
        const struct jb_indicator *indicator = &report->view->indicators[i];
        if ((indicator->measure == JB_TEXT) == text &&
            stands_in(report, indicator, sections, count))
            list.items[list.count++] = i;
    }
    return list;
}

uint32_t jb_report_periods(const struct jb_report *report, const struct jb_placeholder *ph,
                           uint32_t indicator, struct jb_span *ret, uint32_t max)
{
    static const struct jb_when this_one = {JB_STRETCH_THIS,
                                            {{JB_FREQ_NONE, 0}, {JB_FREQ_NONE, 0}}};
    uint32_t count = 0;
    struct jb_span base;
    if (ph->kind == JB_PH_CHART && ph->period_count <= 1 && indicator != JB_NONE) {
        const struct jb_when *when = ph->period_count ? &ph->periods[0] : &this_one;
        struct jb_span span = jb_when_resolve(when, report->order.span);
        if (jb_span_to_base(span, report->view->indicators[indicator].freq, &base) == JB_OK) {
            for (uint32_t i = 0; i < jb_span_count(base) && count < max; i++)
                ret[count++] = jb_span_of(jb_period_add(base.first, (int32_t)i));
            return count;
        }
    }
    for (uint32_t i = 0; i < ph->period_count && count < max; i++)
        ret[count++] = jb_when_resolve(&ph->periods[i], report->order.span);
    if (count == 0 && max)
        ret[count++] = report->order.span;
    return count;
}

static const char *name_of(const struct jb_report *report, const struct jb_names *names)
{
    return report->zh ? names->zh : names->en;
}

const char *jb_report_unit_name(const struct jb_report *report, uint32_t unit)
{
    return name_of(report, &report->view->units[unit].name);
}

const char *jb_report_node_name(const struct jb_report *report, struct jb_report_node node)
{
    return node.is_group ? name_of(report, &report->view->groups[node.index].name)
                         : jb_report_unit_name(report, node.index);
}

const char *jb_report_indicator_name(const struct jb_report *report, uint32_t indicator)
{
    return name_of(report, &report->view->indicators[indicator].name);
}

const char *jb_report_section_name(const struct jb_report *report, uint32_t section)
{
    return name_of(report, &report->view->sections[section].name);
}

struct jb_slice jb_report_measure_name(const struct jb_report *report, uint32_t indicator)
{
    const struct jb_indicator *one = &report->view->indicators[indicator];
    if (one->percent)
        return JB_LIT("%");
    const char *name = report->zh ? one->unit_of_measure_zh : one->unit_of_measure_en;
    return jb_slice_str(name ? name : "");
}

void jb_report_put_period(const struct jb_report *report, struct jb_span span, struct jb_buf *out)
{
    char text[JB_PERIOD_TEXT_SIZE];
    if (report->zh)
        jb_span_format_zh(span, text);
    else
        jb_span_format(span, text);
    jb_buf_put_str(out, text);
}
