"""Running a compiled selection on events: processes, cut flow, tuples, histograms, files. Knows no construct."""
