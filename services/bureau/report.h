/* A printed report: what it stands on, its template's names found in the catalogue, its questions,
 * and their answers. One report is one snapshot: whatever it asks, it asks as of one revision.
 *
 * Steps: jb_report_look (what it stands on), jb_report_resolve (names of the template),
 * gathering (jb_report_filler's note), jb_report_ask, filling (the filler's other functions),
 * jb_report_add_appendix. */
#ifndef JB_BUREAU_REPORT_H
#define JB_BUREAU_REPORT_H

#include "ask.h"
#include "net/wire_diff.h"
#include "report/template.h"
#include "status_list.h"

#define JB_REPORT_QUESTIONS_MAX 500000

/* What was asked for on the command line. */
struct jb_report_order {
    struct jb_span span;
    struct jb_slice unit; /* code or name; empty: the catalogue's only root */
    bool has_view;
    struct jb_viewpoint viewpoint; /* a release's number: of the period's, which is then one */
    uint64_t as_of;                /* 0: now */
    struct jb_slice rounding;      /* empty: half-up */
};

/* What the report stands on. */
struct jb_report_sight {
    enum jb_viewpoint_kind view;
    uint64_t revision; /* everything is asked as of it; of the release, where it is published */
    int64_t at_us;
    uint32_t catalog_version;
    bool has_head; /* false: an earlier revision than now that is no release */
    uint8_t head[32];
    const struct jb_release *releases; /* the newest of each base period of the span by then */
    uint32_t release_count;
    uint32_t unpublished; /* base periods of the span without a release */
    bool published;       /* the view is, and releases are there */
};

/* One figure that the report needs. */
struct jb_question {
    bool own, is_group, yoy, qoq;
    uint32_t node, indicator; /* indexes of the catalogue */
    struct jb_slice basis, period;
    const struct jb_answer_row *row; /* NULL: not answered */
    uint32_t cited; /* bits of jb_ph_show: what of it stands in the report already */
};

/* Names of one placeholder as indexes of the catalogue. */
struct jb_report_refs {
    uint32_t *indicators, *units, *sections;
    uint32_t indicator_count, unit_count, section_count;
    uint32_t group, under; /* JB_NONE: none */
    bool complained;       /* what is wrong with it in a loop is said once */
};

struct jb_report_citation {
    const struct jb_question *question; /* NULL: a target of the catalogue */
    uint32_t indicator;
    enum jb_ph_show show;
    struct jb_slice text; /* as printed */
    struct jb_slice period;
};

struct jb_report {
    struct jb_desk *desk;
    struct jb_arena *arena; /* of all that follows */
    struct jb_report_order order;
    struct jb_report_sight sight;
    jb_catalog *catalog; /* of that revision */
    const struct jb_catalog_view *view;
    uint32_t root; /* unit */
    bool zh;
    struct jb_complaints *complaints;
    struct jb_report_refs *refs; /* by the placeholder's index */
    struct jb_question *questions;
    uint32_t question_count, question_cap;
    struct jb_pages pages;
    bool asked;    /* the answers are there */
    bool too_many; /* questions */
    bool wants_status, wants_diff, has_appendix;
    struct jb_status_list status;
    struct jb_diff_row *changes; /* since the release before, or since the newest one */
    uint32_t change_count;
    bool changes_known; /* there is a release to compare with */
    struct jb_report_citation *citations;
    uint32_t citation_count, citation_cap;
    uint32_t missing; /* placeholders that found no value */
};

void jb_report_init(struct jb_report *report, struct jb_desk *desk, struct jb_arena *arena,
                    struct jb_complaints *complaints);
void jb_report_free(struct jb_report *report);
/* Finds the release or revision, the catalogue of it, and the report's unit. (report_sight.c) */
enum jb_exit jb_report_look(struct jb_report *report, const struct jb_report_order *order);
/* The names of all placeholders; what is not found is complained about. (report_names.c) */
JB_MUST_USE jb_err jb_report_resolve(struct jb_report *report, const jb_template *template);
/* Who fills the template. ctx is the report. (report_fill.c) */
struct jb_filler jb_report_filler(struct jb_report *report);
/* Asks what was gathered. (report_ask.c) */
enum jb_exit jb_report_ask(struct jb_report *report);

#endif
