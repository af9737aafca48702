/* Two sorted lists. They are filled page by page and sorted at the first look-up after that. */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

void jb_name_book_init(struct jb_name_book *book)
{
    *book = (struct jb_name_book){0};
}

static void free_list(struct jb_names_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        free(list->items[i].code);
        free(list->items[i].name);
        free(list->items[i].unit_of_measure);
    }
    free(list->items);
    *list = (struct jb_names_list){0};
}

void jb_name_book_free(struct jb_name_book *book)
{
    free_list(&book->units);
    free_list(&book->indicators);
}

static int compare(const void *a, const void *b)
{
    const struct jb_names_entry *x = a, *y = b;

    return strcmp(x->code, y->code);
}

static void sort(struct jb_names_list *list)
{
    if (!list->sorted && list->count)
        qsort(list->items, list->count, sizeof(*list->items), compare);
    list->sorted = true;
}

static struct jb_names_entry *find(struct jb_names_list *list, struct jb_slice code)
{
    uint32_t low = 0, high = list->count;

    sort(list);
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int order = jb_slice_cmp(code, jb_slice_str(list->items[mid].code));
        if (order == 0)
            return &list->items[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static void add(struct jb_names_list *list, struct jb_slice code, struct jb_slice name,
                struct jb_slice unit_of_measure)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->items = jb_xrealloc(list->items, list->cap * sizeof(*list->items));
    }
    list->items[list->count++] = (struct jb_names_entry){
        .code = jb_xstrndup(code.ptr, code.len),
        .name = jb_xstrndup(name.ptr, name.len),
        .unit_of_measure = jb_xstrndup(unit_of_measure.ptr, unit_of_measure.len),
    };
    list->sorted = false;
}

/* Pages repeat names; one that is known is not added again. */
static void add_page(struct jb_names_list *list, const struct jb_name *names, uint32_t count)
{
    uint32_t known = list->count;
    struct jb_names_list before = *list;

    sort(&before);
    list->sorted = before.sorted;
    for (uint32_t i = 0; i < count; i++) {
        const struct jb_name *n = &names[i];
        before.items = list->items;
        before.count = known;
        if (!known || !find(&before, n->code))
            add(list, n->code, jb_text_is_zh() || n->en.len == 0 ? n->zh : n->en,
                n->unit_of_measure_en);
    }
}

void jb_name_book_add_units(struct jb_name_book *book, const struct jb_name *names, uint32_t count)
{
    add_page(&book->units, names, count);
}

void jb_name_book_add_indicators(struct jb_name_book *book, const struct jb_name *names,
                                 uint32_t count)
{
    add_page(&book->indicators, names, count);
}

void jb_name_book_add_catalog(struct jb_name_book *book, const jb_catalog *catalog)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    bool zh = jb_text_is_zh();

    for (uint32_t i = 0; i < view->unit_count; i++) {
        const struct jb_unit *unit = &view->units[i];
        add(&book->units, jb_slice_str(unit->code),
            jb_slice_str(zh ? unit->name.zh : unit->name.en), JB_LIT(""));
    }
    for (uint32_t i = 0; i < view->group_count; i++) {
        const struct jb_group *group = &view->groups[i];
        add(&book->units, jb_slice_str(group->code),
            jb_slice_str(zh ? group->name.zh : group->name.en), JB_LIT(""));
    }
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        const struct jb_indicator *indicator = &view->indicators[i];
        add(&book->indicators, jb_slice_str(indicator->code),
            jb_slice_str(zh ? indicator->name.zh : indicator->name.en),
            jb_slice_str(zh ? indicator->unit_of_measure_zh : indicator->unit_of_measure_en));
    }
}

static const char *name_in(struct jb_names_list *list, struct jb_slice code,
                           char buf[JB_NAME_CODE_SIZE])
{
    struct jb_names_entry *entry = find(list, code);

    if (entry && entry->name[0])
        return entry->name;
    snprintf(buf, JB_NAME_CODE_SIZE, "%.*s", JB_ARG(code));
    return buf;
}

const char *jb_name_of_unit(struct jb_name_book *book, struct jb_slice code,
                            char buf[JB_NAME_CODE_SIZE])
{
    return name_in(&book->units, code, buf);
}

const char *jb_name_of_indicator(struct jb_name_book *book, struct jb_slice code,
                                 char buf[JB_NAME_CODE_SIZE])
{
    return name_in(&book->indicators, code, buf);
}

const char *jb_name_of_measure(struct jb_name_book *book, struct jb_slice code,
                               struct jb_slice chinese, char buf[JB_NAME_CODE_SIZE])
{
    struct jb_names_entry *entry =
        jb_text_is_zh() && chinese.len ? NULL : find(&book->indicators, code);

    if (entry && entry->unit_of_measure[0])
        return entry->unit_of_measure;
    snprintf(buf, JB_NAME_CODE_SIZE, "%.*s", JB_ARG(chinese));
    return buf;
}
