"""Evaluation: models are judged by running what they write.

In: held-out tasks (`heldout/`, `benchmark/`), a model. Out: a file of graded answers for each suite, numbers with intervals, a report, the comparison of two models. No answer is believed, and none runs outside of the sandbox.

    suite (suite.py)       tasks ─▶ requests, answers ─▶ grades; the suites are in suites/, one module each, listed in suites/__init__.py
    run (run.py)           requests to the model, many at once; graders beside ─▶ a line for each request in SUITE.jsonl (kept.py, record.py), resumed
    numbers (numbers.py)   lines ─▶ pass@k, shares with intervals (estimate.py), rungs, outcomes ─▶ results.json, report.md (report.py), report.png (picture.py)
    compare (compare.py)   two folders ─▶ paired differences
"""
