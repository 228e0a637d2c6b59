;;; bes-mode.el --- DSL4BES programs -*- lexical-binding: t -*-
;;; Commentary:
;; (add-to-list 'load-path "FOLDER") (require 'bes-mode); M-x eglot starts the language server.
;;; Code:
(require 'bes-words)
(defvar bes-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    table))
(defvar bes-font-lock-keywords
  `(("^[ \t]*\\(end\\)\\_>" 1 font-lock-keyword-face)
    ("^[ \t]*\\([A-Za-z_][A-Za-z0-9_.]*\\).*\\_<\\(do\\)[ \t]*\\(?:#.*\\)?$" (1 font-lock-type-face) (2 font-lock-keyword-face))
    (,(concat "^[ \t]*" (regexp-opt bes-statements 'symbols)) 1 font-lock-keyword-face)
    ("^[ \t]*\\([A-Za-z_][A-Za-z0-9_.]*\\)" 1 font-lock-variable-name-face)
    ("\\_<\\(?:and\\|or\\|not\\|in\\|true\\|false\\)\\_>" . font-lock-keyword-face)
    (,(regexp-opt bes-functions 'symbols) . font-lock-builtin-face)
    (,(concat "[0-9][ \t]*" (regexp-opt bes-units t) "\\_>") 1 font-lock-type-face)
    (":[A-Za-z_][A-Za-z0-9_]*" . font-lock-constant-face)))
(defun bes-indent-line ()
  "Indent by four columns for each open `do'."
  (interactive)
  (let ((depth 0) (closes (save-excursion (beginning-of-line) (looking-at "[ \t]*end\\_>"))))
    (save-excursion
      (beginning-of-line)
      (when (re-search-backward "^[ \t]*[^ \t\n]" nil t)
        (setq depth (current-indentation))
        (when (looking-at "[^#\n]*\\_<do[ \t]*\\(?:#.*\\)?$") (setq depth (+ depth 4)))))
    (save-excursion (indent-line-to (max 0 (if closes (- depth 4) depth))))
    (when (< (current-column) (current-indentation)) (back-to-indentation))))
;;;###autoload
(define-derived-mode bes-mode prog-mode "DSL4BES"
  "Major mode for selections of BESIII."
  (setq-local font-lock-defaults '(bes-font-lock-keywords)
              indent-line-function #'bes-indent-line
              comment-start "# "
              comment-end ""))
;;;###autoload
(add-to-list 'auto-mode-alist '("\\.bes\\'" . bes-mode))
(with-eval-after-load 'eglot (add-to-list 'eglot-server-programs '(bes-mode . ("dsl4bes" "lsp"))))
(provide 'bes-mode)
;;; bes-mode.el ends here
