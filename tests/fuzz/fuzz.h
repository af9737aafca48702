/* What a fuzz target is: libFuzzer's entry, called by libFuzzer or by corpus_main.c. An oracle that
 * does not hold ends the program through jb_assert. */
#ifndef JB_FUZZ_H
#define JB_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
