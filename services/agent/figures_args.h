/* The options of commands that read figures (check, submit, run): what the file leaves unsaid, who
 * stands for it, what goes with it. */
#ifndef JB_AGENT_FIGURES_ARGS_H
#define JB_AGENT_FIGURES_ARGS_H

#include "form/figures_file.h"
#include "options.h"

#define JB_FIGURES_TEXTS_MAX 64

struct jb_figures_args {
    const char *encoding, *period, *form, *on_behalf_of, *ground, *reason, *explanation;
    const char *attach[JB_ATTACHMENTS_MAX];
    uint32_t attach_count;
    const char *texts[JB_FIGURES_TEXTS_MAX]; /* INDICATOR=FILE */
    uint32_t text_count;
    /* What they were made into. */
    struct jb_attachment attachments[JB_ATTACHMENTS_MAX];
    struct jb_figures_text text_figures[JB_FIGURES_TEXTS_MAX];
    uint8_t *text_bytes[JB_FIGURES_TEXTS_MAX];
};

/* Its input is a struct jb_figures_args that started as all zero. */
extern const struct argp jb_figures_args_argp;

/* Reads attachments and texts, and fills what jb_figures_read needs; args, options and catalog must
 * outlive *ret. Anything but JB_EXIT_OK was told on standard error. */
enum jb_exit jb_figures_args_settle(struct jb_figures_args *args, const struct jb_options *options,
                                    const struct jb_catalog_file *catalog,
                                    struct jb_figures_options *ret);
void jb_figures_args_free(struct jb_figures_args *args);

#endif
