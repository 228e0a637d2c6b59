" Indentation of DSL4BES programs: four columns for each open `do`.
if exists("b:did_indent")
  finish
endif
let b:did_indent = 1
setlocal indentexpr=BesIndent() indentkeys=o,O,!^F,0=end
function! BesIndent() abort
  let before = prevnonblank(v:lnum - 1)
  let depth = before ? indent(before) : 0
  if before && getline(before) =~# '\<do\s*\%(#.*\)\?$' && getline(before) !~# '^\s*#'
    let depth += shiftwidth()
  endif
  return getline(v:lnum) =~# '^\s*end\>' ? depth - shiftwidth() : depth
endfunction
