/* Demonstration data 演示数据: figures of a catalogue that says that all of it is invented
 * (`demonstration: true`). A program that finds itself in front of such data says so once here, and
 * everything that it prints afterwards carries the word. */
#ifndef JB_DEMONSTRATION_H
#define JB_DEMONSTRATION_H

#include <stdio.h>

#include "base/base.h"

/* What stands on every output, whatever the language: it is looked for by programs, too. */
#define JB_DEMONSTRATION_WORD "演示数据"

/* Of this process, from now on: tables that are made afterwards (files/print.h) have a last column
 * `demonstration` in CSV and JSON, and the line below above them. Never taken back. */
void jb_demonstration_set(void);
bool jb_demonstration_is_set(void);
/* The line that says so, the first time it is asked for after it was set; nothing otherwise. For
 * who prints text before a table, or none. */
void jb_demonstration_line(FILE *out);

#endif
