/* Runs a fuzz target once over every file of the given folders (or the given files): a regression
 * test that needs no fuzzer. Each input is copied to memory of exactly its size, so that the
 * address sanitizer sees a read past the end. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

static size_t run_count;

static int run_file(const char *path)
{
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0) {
        perror(path);
        if (file)
            fclose(file);
        return 1;
    }
    size_t size = (size_t)info.st_size;
    uint8_t *data = malloc(size ? size : 1);
    int bad = !data || fread(data, 1, size, file) != size;
    if (bad)
        fprintf(stderr, "%s: cannot be read\n", path);
    else
        LLVMFuzzerTestOneInput(data, size);
    run_count += !bad;
    free(data);
    fclose(file);
    return bad;
}

static int run_path(const char *path)
{
    struct dirent *entry;
    int bad = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return run_file(path);
    while ((entry = readdir(dir))) {
        char *name = NULL;
        if (entry->d_name[0] == '.')
            continue;
        if (asprintf(&name, "%s/%s", path, entry->d_name) < 0)
            abort();
        bad |= run_path(name);
        free(name);
    }
    closedir(dir);
    return bad;
}

int main(int argc, char **argv)
{
    int bad = 0;
    for (int i = 1; i < argc; i++)
        bad |= run_path(argv[i]);
    printf("%zu inputs\n", run_count);
    return bad || run_count == 0;
}
