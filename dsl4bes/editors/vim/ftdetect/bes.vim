autocmd BufRead,BufNewFile *.bes setfiletype bes
