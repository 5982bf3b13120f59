"""The example that `example` writes: a menu for this system, and the scripts it starts."""

from __future__ import annotations

MENU = """\
Section,Method,Command,Arguments,Name,Description,Platform,Prompt,Confirm,Output
First steps,python_file,hello.py,,Say hello,A Python script; its output is shown below,,,,
First steps,python_file,hello.py,--slowly,Say hello slowly,Output comes while the script runs; \
Stop ends it,,,,
First steps,url,https://www.python.org,,python.org,An address in the browser,,,,
First steps,folder,.,,This folder,Opens where this menu lies,,,,
Asking first,python_file,hello.py,,Greet somebody,Asks for a name and a language,,\
"name [Whom to greet]: text = World; language: choice(English|Deutsch|Norsk) = English",,
Asking first,python_file,hello.py,--shout,Shout,Asks whether you are sure,,,Shout at everybody?,
PowerShell,pwsh_file,.\\hello.ps1,,Hello from<LineBreak />PowerShell 7,A .ps1 file,,,,
PowerShell,pwsh_inline,$PSVersionTable,,PowerShell's version,Commands in the cell itself,,,,
Windows,powershell_inline,$PSVersionTable, -NoExit,Windows PowerShell,\
Its window stays open: -NoExit,windows,,,
Windows,cmd,notepad.exe,menu.csv,Edit this menu,Save it and look here again,windows,,,
,file,menu.csv,,Edit this menu,Save it and look here again,linux macos,,,
"""

HELLO_PY = '''\
"""Says hello; for the example menu."""

import os
import sys
import time

GREETINGS = {"English": "Hello", "Deutsch": "Hallo", "Norsk": "Hei"}


def main() -> None:
    """Greet whom the menu asked for."""
    greeting = GREETINGS[os.environ.get("MENU_language", "English")]
    text = f"{greeting}, {os.environ.get('MENU_name', 'World')}!"
    if "--shout" in sys.argv:
        text = text.upper()
    for n in range(10 if "--slowly" in sys.argv else 1):
        time.sleep(n and 0.5)
        print(text)


main()
'''

HELLO_PS1 = """\
# Says hello; for the example menu.
param([string]$Name = 'World')
"Hello, $Name, from PowerShell $($PSVersionTable.PSVersion)!"
"""

FILES = {"menu.csv": MENU, "hello.py": HELLO_PY, "hello.ps1": HELLO_PS1}
