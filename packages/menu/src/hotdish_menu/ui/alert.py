"""Shows one message in a window, for starts without a console."""

import tkinter as tk
from tkinter import messagebox


def show_alert(text: str) -> None:
    """Show a message and wait until it is read."""
    root = tk.Tk()
    root.withdraw()
    messagebox.showerror("hotdish-menu", text, parent=root)
    root.destroy()
