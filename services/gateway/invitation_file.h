/* Invitations that are made beside a running gateway: one file each in DIR/invitations, named by
 * the hash of its code, so that whoever reads the folder cannot use it. */
#ifndef JB_INVITATION_FILE_H
#define JB_INVITATION_FILE_H

#include "people_record.h"

/* JB_ENOTFOUND, JB_EDAMAGED, JB_EIO. */
JB_MUST_USE jb_err jb_invitation_file_read(const char *dir, const uint8_t key[JB_HASH_BYTES],
                                           struct jb_people_record *ret);
void jb_invitation_file_remove(const char *dir, const uint8_t key[JB_HASH_BYTES]);

#endif
