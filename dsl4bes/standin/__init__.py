"""Local BOSS: headers with the real names, an implementation behind them, and the code that builds packages against it.

include/        headers under the real paths; what BOSS 7.0.4 refuses does not compile or link here either
src/event/      event classes (storage only)        src/pid/        ParticleID
src/vertexfit/  helix, vertex and kinematic fits    src/runtime/    job, services, event store, tuples, C interface
toolchain.py    compiler, CLHEP, oldest standard    build.py        library and packages, cached by content
messages.py     compiler output as data             drivers/        programs that feed reference numbers to the fits

A job (dsl4bes/run/job.py) loads packages, takes batches of flat columns (dsl4bes/events/columns.py) and gives tuples,
histograms and messages. Nothing of the language is known in this folder.
"""
