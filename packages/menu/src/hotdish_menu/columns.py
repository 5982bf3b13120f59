"""The columns a menu file may have: the original six, and optional additions.

The additions never change the meaning of the original six, and PSScriptMenuGui ignores them.
"""

ORIGINAL = ("Section", "Method", "Command", "Arguments", "Name", "Description")
REQUIRED = ("Method", "Command", "Name")

# Column -> what it holds. The guide's table and `check`'s suggestions are made from this one.
ADDITIONS = {
    "WorkingDirectory": "folder to start in; relative to the file's own folder",
    "RunAsAdmin": "yes: start with administrator rights",
    "ScriptArguments": "arguments for the script itself, after -File",
    "Confirm": "question to ask first; yes: a plain one",
    "Prompt": "values to ask for first",
    "Output": "window, pane or none",
    "Timeout": "seconds after which it is stopped; 90, 5m or 1h",
    "Env": "environment variables, NAME=value; NAME=value",
    "Platform": "windows, linux, macos: systems it is for",
    "Encoding": "encoding of its output, if it is not UTF-8",
    "Concurrency": "many: may be started again while it runs",
    "Keywords": "more words to find it by",
    "Hidden": "yes: left out of the menu",
}

COLUMNS = (*ORIGINAL, *ADDITIONS)
BY_FOLDED = {name.casefold(): name for name in COLUMNS}
