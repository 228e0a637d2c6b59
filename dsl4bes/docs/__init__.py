"""The documentation site: its hand-written pages, those that are made of the compiler's own tables, and how they become HTML.

In: `pages/`, the examples of a checkout, the reference. Out: Markdown, a folder of HTML, the page of a word. Nothing here is needed by any command but `dsl4bes docs`,
nothing is fetched from a network, and no generated page is kept in the repository.
"""
