// Warnings of the stand-in itself: what it cannot know is said loudly, once per job.
#ifndef STANDIN_RUNTIME_LOG_H
#define STANDIN_RUNTIME_LOG_H

namespace standin {

// Reports a warning to the running job's log, the first time this text is said in the job; to stderr without a job.
void sayOnce(const char* source, const char* text);

}

#endif
