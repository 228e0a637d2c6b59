-- Language server of DSL4BES (Neovim 0.11 or later); switch it on with vim.lsp.enable("dsl4bes").
return { cmd = { "dsl4bes", "lsp" }, filetypes = { "bes" } }
