/* The verification of a folder in a process of its own: LMDB trusts its pages, so a damaged one can
 * make it crash or walk for ever; then the damage is reported like any other. */
#ifndef JB_VERIFY_CHILD_H
#define JB_VERIFY_CHILD_H

/* The exit code of the command; everything was told. */
int jb_verify_dir(const char *dir);

#endif
