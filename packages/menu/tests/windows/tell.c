/* What a Windows program is handed, told to a test.
 *
 * Writes its arguments as the C run-time has split them, each character as four hexadecimal digits,
 * as one line at the end of the file that TELL_FILE names. If START_FILE is set it starts each
 * command line of that file instead, one after the other, as Python's subprocess does: by
 * CreateProcessW, with the line as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

/* Or mingw would put the names of files in place of a star. */
int _dowildcard = 0;

static int tell(int argc, wchar_t **argv)
{
    FILE *out = _wfopen(_wgetenv(L"TELL_FILE"), L"ab");
    if (out == NULL)
        return 2;
    for (int i = 1; i < argc; i++) {
        for (const wchar_t *at = argv[i]; *at; at++)
            fprintf(out, "%04x", (unsigned)*at);
        fputc(',', out);
    }
    fputc('\n', out);
    return fclose(out) ? 2 : 0;
}

static int start(wchar_t *line)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) {
        fprintf(stderr, "CreateProcessW: error %lu\n", GetLastError());
        return 3;
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return 0;
}

static int start_each(const wchar_t *path)
{
    static wchar_t line[32768];
    FILE *in = _wfopen(path, L"rb");
    size_t length = 0;
    wchar_t character;
    if (in == NULL)
        return 2;
    /* What is started must only tell. */
    SetEnvironmentVariableW(L"START_FILE", NULL);
    while (fread(&character, sizeof character, 1, in) == 1) {
        if (character != L'\n') {
            line[length++] = character;
            continue;
        }
        line[length] = 0;
        length = 0;
        if (start(line))
            return 3;
    }
    fclose(in);
    return 0;
}

int wmain(int argc, wchar_t **argv)
{
    const wchar_t *lines = _wgetenv(L"START_FILE");
    return lines ? start_each(lines) : tell(argc, argv);
}
