"""A small web page for one user on one machine: a program, what the compiler says of it, its C++, and what it does with events.

In: a folder, maybe a program and events. Out: a FastAPI application (`app.py`) behind a guard, and the page in `page/`. Meaning comes from `editing` and `preview`; nothing of the language is known here, no model is
ever asked, and nothing outside of the folder is read or written on behalf of a page.
"""
