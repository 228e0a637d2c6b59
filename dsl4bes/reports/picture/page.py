"""The picture as one HTML page: what the pointer is over is marked everywhere, and a block shows its text and its C++ method.

In: a `Layout`. Out: the text of a page that loads nothing; its policy forbids that, too. Texts of the program are data in it, put in as text and never as HTML.
"""

from __future__ import annotations

from html import escape

from dsl4bes.reports.notation import shown
from dsl4bes.reports.picture.layout import Layout
from dsl4bes.reports.picture.svg import svg

_STYLE = """
body { margin: 0; font: 14px/1.5 'DejaVu Sans', 'Noto Sans', Arial, sans-serif; color: #1b1f24; background: #fff; }
main { display: flex; align-items: flex-start; gap: 1rem; }
svg { max-width: 100%; height: auto; flex: 1 1 auto; }
aside { position: sticky; top: 1rem; flex: 0 0 26rem; max-width: 26rem; margin: 1rem 1rem 1rem 0; }
aside pre { background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 5px; padding: .7rem; overflow: auto; max-height: 70vh; font-size: 12.5px; }
aside h2 { font-size: 1rem; margin: 0 0 .3rem; overflow-wrap: anywhere; } aside p { margin: .2rem 0; color: #57606a; overflow-wrap: anywhere; }
.dim .f { opacity: .18; } .dim .f.on { opacity: 1; } g.b { cursor: pointer; } g.b.on > rect:first-of-type { stroke: #0b62c4; stroke-width: 2; }
.text { display: none; }
@media (max-width: 70rem) { main { display: block; } aside { position: static; max-width: none; margin: 1rem; } }
@media print { aside { display: none; } }
"""
_SCRIPT = """
const picture = document.querySelector('svg'), title = document.querySelector('aside h2'), about = document.querySelector('aside p'), text = document.querySelector('aside pre');
function show(box) {
  const from = document.getElementById('t' + box.dataset.b);
  title.textContent = from.dataset.name; about.textContent = from.dataset.about; text.textContent = from.textContent;
  document.querySelectorAll('g.b.on').forEach(each => each.classList.remove('on')); box.classList.add('on');
}
document.querySelectorAll('g.b').forEach(box => { box.addEventListener('mouseenter', () => show(box)); box.addEventListener('click', () => show(box)); });
document.querySelectorAll('.f').forEach(each => {
  const flow = [...each.classList].find(name => /^f[0-9]+$/.test(name));
  each.addEventListener('mouseenter', () => { picture.classList.add('dim'); document.querySelectorAll('.' + flow).forEach(other => other.classList.add('on')); });
  each.addEventListener('mouseleave', () => { picture.classList.remove('dim'); document.querySelectorAll('.f.on').forEach(other => other.classList.remove('on')); });
});
"""


def page(layout: Layout) -> str:
    """The page."""
    title = escape(layout.picture.title)
    texts = []
    for number, box in enumerate(layout.boxes):
        node = box.node
        about = f"{node.construct}{f', line {node.line}' if node.line else ''}{', assumed' if node.assumed else ''}; C++ method {node.method}()"
        text = "\n".join(shown(line.replace("\t", "    ")) for line in node.text.split("\n"))
        texts.append(f'<pre class="text" id="t{number}" data-name="{escape(node.name)}" data-about="{escape(about)}">{escape(text)}</pre>')
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; script-src \'unsafe-inline\'">',
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{_STYLE}</style></head>',
            f"<body><main>{svg(layout)}<aside><h2>{title}</h2><p>Point at a block for its text, at a list for its way.</p><pre></pre></aside></main>",
            *texts,
            f"<script>{_SCRIPT}</script></body></html>",
        ]
    ) + "\n"
