/* What the bureau does, as messages of the script: acts that must be done, and some that must not.
 */
#ifndef MODEL_OFFICE_H
#define MODEL_OFFICE_H

#include "draft.h"

/* One act on the draft's period or filing, or on those of something that was filed. */
void office_act(struct script *s, struct dice *d, const struct draft *draft, int day);
/* Whether the draft can be filed; often it is made so first. */
bool office_lets_in(struct script *s, struct dice *d, const struct draft *draft, int day);

#endif
