"""The benchmark of fit programs: a model writes ROOT macros for six tasks, each is run on two sets of data and graded by what it prints.

In: a model (or anything that writes programs). Out: a file of results, a table beside that of the original study, a plot. A program runs in the sandbox only, and no answer is believed.

    task (tasks/*.py)    layout (names, ranges, binning) ─▶ prompt in words (prompts/*.toml, English and Chinese, three phrasings each)
                              └─▶ two instances: truth ─▶ data files, reference fits (reference/), what must be printed (checks.py)
    program (program.py) answer ─▶ code and the function to call
    grade (grade.py)     program × instance ─▶ run in ROOT ─▶ class of fault, or correct
    run (run.py)         model × tasks × N ─▶ JSONL, one line for a program, resumed ─▶ table.py, summary, plot.py
    ladder (ladder/)     what a user gets, and not the bare model: facts of the installed ROOT in the prompt, ROOT's words back, several samples and a vote

Two measures. "Runs" is that of the study: status 0, no words of error, something printed, within limits. "Correct" is: it runs, on both sets of data, and the printed numbers are those of a right fit.

What is a right fit? We fit the same data ourselves by iminuit, by every method that the words of the task allow (chi2 with observed or expected errors or likelihood; function at the middle of a bin or averaged
over it). One of these reference fits must agree with the program in everything at once: values within a fifth of their error (half of it for convolutions, which are numerical), errors within a factor of 1.5 (without Hesse, Migrad gives no better ones).
An instance is only taken if all its reference fits lie within 5 sigma of the truth, and if results of the usual wrong ways (decoys: one sample only, symmetric errors, ...) would be refused; else it is drawn anew.

In the study programs made their own data from a truth that the question told. Here they read ours: who makes the data may make them fit, and nobody else can say what a right fit of them gives.

Two sets of data of the same layout and other truth: a program with numbers written into it fails at least one.

Numbers are looked for in what is printed, tolerantly: any order, any label, any of the usual forms (`1.2 +/- 0.1`, Minuit's and RooFit's tables, `1.2(1)`). A label that names another parameter refuses a number. By accident a
printed number lies in the window of a parameter with a probability of about 1 %: a window is 0.4 errors wide, starting values that the words allow spread over some 50 errors. A task asks for three to eight parameters,
each with its error (a window of half its size) on two sets of data, so a wrong program that prints a hundred arbitrary numbers passes with less than 1e-6.
"""
