/* Messages in the user's language (gettext). The language comes from
 * LC_ALL/LC_MESSAGES/LANG/LANGUAGE; a minimal system without zh_CN locale still gets Chinese
 * through C.UTF-8 and LANGUAGE. English is the source language. */
#ifndef JB_TEXT_H
#define JB_TEXT_H

#include <libintl.h>
#include <stdbool.h>

#define _(msgid) gettext(msgid)
/* Marks a string for translation where gettext cannot be called (tables). */
#define N_(msgid) msgid

/* Call first in main. lang: "zh", "en" or NULL for the environment's choice. Finds the message
 * files beside the program (../share/locale from its folder) or in the installed place. Numbers
 * and sorting stay in the C locale. */
void jb_text_init(const char *lang);
/* From now on messages are in Chinese or English: for a program that was started in Chinese, has
 * one thread and serves people of both languages. */
void jb_text_switch(bool zh);
/* True when messages are in Chinese: names of units, indicators and states follow it. */
int jb_text_is_zh(void);

#endif
