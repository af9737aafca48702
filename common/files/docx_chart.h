/* A chart (files/chart.h) in a Word document as a native one: a DrawingML chart part (ISO/IEC
 * 29500-1 §21.2) that Word, WPS and LibreOffice draw themselves, with the figures as exact decimal
 * text and a workbook of them inside, so that "edit data" works. */
#ifndef JB_DOCX_CHART_H
#define JB_DOCX_CHART_H

#include "files/chart.h"
#include "files/docx_body.h"

/* In a paragraph of the body. Nothing is written on an error: as jb_chart_axis_of. */
JB_MUST_USE jb_err jb_docx_chart(jb_docx_body *body, const struct jb_chart *chart,
                                 uint32_t width_dmm, uint32_t height_dmm);
/* Tenths of a millimetre that the chart wants to be high: lying bars grow with their number. */
uint32_t jb_docx_chart_height_dmm(const struct jb_chart *chart);

#endif
