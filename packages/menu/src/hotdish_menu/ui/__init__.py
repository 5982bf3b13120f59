"""The window. Only this folder imports tkinter, and nothing outside it needs a display."""
