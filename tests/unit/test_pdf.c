/* Programs that are run, and documents that become PDF: with the real converter, with one that
 * hangs, and with none. */
#include "jb_test.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/child.h"
#include "files/docx.h"
#include "files/pdf.h"

static const char *const plain_environment[] = {"PATH=/usr/bin:/bin", NULL};

static jb_err run(const char *script, uint32_t seconds_max, size_t bytes_max, char *ret_output,
                  int *ret_status)
{
    const char *const arguments[] = {"/bin/sh", "-c", script, NULL};
    const struct jb_child child = {arguments, plain_environment, seconds_max, true, false};
    struct jb_buf output;
    jb_buf_init(&output, bytes_max);
    jb_err err = jb_child_run(&child, &output, ret_status);
    snprintf(ret_output, 256, "%.*s", (int)output.len, output.ptr ? (char *)output.ptr : "");
    jb_buf_free(&output);
    return err;
}

static void a_program_s_output_and_exit_code_come_back(void **state)
{
    char output[256];
    int status = -1;
    (void)state;
    assert_int_equal(run("echo out; echo no >&2; exit 3", 20, 100, output, &status), JB_OK);
    assert_string_equal(output, "out\n");
    assert_int_equal(status, 3);
    assert_int_equal(run("kill -9 $$", 20, 100, output, &status), JB_OK);
    assert_int_equal(status, 128 + SIGKILL);
    assert_int_equal(run("cat; env", 20, 100, output, &status), JB_OK); /* nothing to read */
    assert_non_null(strstr(output, "PATH=/usr/bin:/bin"));
}

static void what_writes_too_much_is_killed(void **state)
{
    char output[256];
    int status = -1;
    (void)state;
    assert_int_equal(run("yes", 20, 100, output, &status), JB_ERANGE);
    assert_int_equal(status, -1);
}

static void what_hangs_is_killed_with_its_children(void **state)
{
    char output[256];
    int status = -1;
    (void)state;
    /* The grandchild says who it is and holds the output open. */
    assert_int_equal(run("sh -c 'echo $$; exec sleep 600' & sleep 600", 1, 100, output, &status),
                     JB_EAGAIN);
    pid_t grandchild = (pid_t)strtol(output, NULL, 10);
    assert_true(grandchild > 1);
    for (int i = 0; i < 1000 && kill(grandchild, 0) == 0; i++) {
        char path[64], line[256] = "";
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)grandchild);
        FILE *file = fopen(path, "r");
        if (file && fgets(line, sizeof(line), file) && strstr(line, ") Z ")) {
            fclose(file);
            return; /* dead, and nobody has buried it yet */
        }
        if (file)
            fclose(file);
        usleep(10000);
    }
    assert_int_equal(kill(grandchild, 0), -1);
    assert_int_equal(errno, ESRCH);
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
    const char *const arguments[] = {"/nonexistent", NULL};
    const struct jb_child child = {arguments, plain_environment, 20, false, false};
    struct jb_buf output;
    int status = -1;
    (void)state;
    jb_buf_init(&output, 100);
    assert_int_equal(jb_child_run(&child, &output, &status), JB_EIO);
    assert_int_equal(status, -1);
    assert_null(jb_child_find("no-such-program-anywhere"));
}

static void write_document(struct jb_buf *ret)
{
    jb_docx *doc = jb_docx_new(&(struct jb_docx_about){.title = "报表"});
    jb_docx_text(jb_docx_content(doc), NULL, NULL, "濉溪县 12402");
    jb_buf_init(ret, 1024 * 1024);
    assert_int_equal(jb_docx_finish(&doc, &jb_docx_form_page, ret), JB_OK);
}

/* A converter of the test's own, alone on PATH. */
static char *pretend(const char *script)
{
    char *folder = jb_test_tmpdir();
    if (script) {
        char *path = jb_xasprintf("%s/soffice", folder);
        FILE *file = fopen(path, "w");
        fputs(script, file);
        fclose(file);
        chmod(path, 0755);
        free(path);
    }
    setenv("PATH", folder, 1);
    setenv("TMPDIR", folder, 1);
    return folder;
}

static void stop_pretending(char *folder, const char *path)
{
    unsetenv("TMPDIR");
    setenv("PATH", path, 1);
    jb_test_rmdir(folder);
}

static void convert_with(const char *script, uint32_t seconds_max, jb_err want)
{
    struct jb_buf document, pdf;
    char *path = jb_xstrdup(getenv("PATH"));
    write_document(&document);
    jb_buf_init(&pdf, 1024 * 1024);
    char *folder = pretend(script), *left = jb_xasprintf("%s/jibao-pdf-", folder);
    assert_int_equal(jb_pdf_convert(JB_PDF_OF_DOCX, jb_buf_slice(&document), seconds_max, &pdf),
                     want);
    assert_int_equal(pdf.len, 0);
    setenv("PATH", path, 1);
    char *command = jb_xasprintf("! ls -d %s* 2>/dev/null", left); /* the folder is cleared away */
    assert_int_equal(system(command), 0);
    stop_pretending(folder, path);
    free(command);
    free(left);
    free(path);
    jb_buf_free(&document);
    jb_buf_free(&pdf);
}

static void without_a_converter_it_is_said_what_to_install(void **state)
{
    char *path = jb_xstrdup(getenv("PATH"));
    (void)state;
    char *folder = pretend(NULL);
    const char *missing = jb_pdf_missing();
    assert_non_null(missing);
    assert_non_null(strstr(missing, "libreoffice-writer"));
    stop_pretending(folder, path);
    free(path);
    convert_with(NULL, 20, JB_ENOTFOUND);
}

static void a_converter_that_hangs_fails_or_lies_is_an_error(void **state)
{
    (void)state;
    convert_with("#!/bin/sh\nexec /bin/sleep 600\n", 1, JB_EAGAIN);
    convert_with("#!/bin/sh\nexit 1\n", 20, JB_EIO);
    convert_with("#!/bin/sh\nexit 0\n", 20, JB_EIO);
    convert_with("#!/bin/sh\necho no > \"${10}\"/document.pdf\n", 20, JB_EIO);
}

static void a_document_becomes_pdf(void **state)
{
    struct jb_buf document, pdf;
    (void)state;
    assert_null(jb_pdf_missing());
    write_document(&document);
    jb_buf_init(&pdf, 4 * 1024 * 1024);
    assert_int_equal(jb_pdf_convert(JB_PDF_OF_DOCX, jb_buf_slice(&document), 120, &pdf), JB_OK);
    assert_memory_equal(pdf.ptr, "%PDF-", 5);
    jb_buf_free(&document);
    jb_buf_free(&pdf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_s_output_and_exit_code_come_back),
        cmocka_unit_test(what_writes_too_much_is_killed),
        cmocka_unit_test(what_hangs_is_killed_with_its_children),
        cmocka_unit_test(a_program_that_is_not_there_is_an_error),
        cmocka_unit_test(without_a_converter_it_is_said_what_to_install),
        cmocka_unit_test(a_converter_that_hangs_fails_or_lies_is_an_error),
        cmocka_unit_test(a_document_becomes_pdf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
