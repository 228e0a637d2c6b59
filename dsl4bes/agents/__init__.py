"""The compiler for agents, by the Model Context Protocol: tools with typed and bounded inputs, findings as data, the reference as resources.

In: texts of programs, or paths below the folder that the server was started with. Out: data. Nothing is written to disk but what a run needs in a folder of its own; no other file of the user is read;
code of a block that the language does not know runs only if it stands accepted in the lock file beside the program.
"""
