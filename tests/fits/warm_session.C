// Runs macros one after the other, each in a process of its own that is forked from this one, where ROOT has its libraries loaded and its headers read.
// In: lines on the standard input, `warm NAME MACRO FOLDER` or `run SECONDS FUNCTION MACRO FOLDER FOLDER ...`, separated by tabs. Out: a line for each: `warm`, or `ran` and the wait status. A run leaves in each of its folders
// the files `stdout`, `stderr` and `status`, the last only if the function came back. For macros of the compiler alone: nothing is confined here.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

std::string text_of(const std::string& path, bool includes) {
  std::ifstream file(path.c_str());
  std::string text;
  for (std::string line; std::getline(file, line);) {
    if ((line.rfind("#include", 0) == 0) == includes) text += line + "\n";
  }
  return text;
}

void into(const std::string& folder) {
  const char* names[] = {"stdout", "stderr"};
  for (int stream = 0; stream < 2; ++stream) {
    const int file = open((folder + "/" + names[stream]).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, stream + 1);
    close(file);
  }
}

// The same macro in a namespace of its own, run once: libraries, templates and fonts are there for all that come.
bool warm(const std::vector<std::string>& words) {
  const std::string here = gSystem->WorkingDirectory();
  if (!gInterpreter->Declare(text_of(words[2], true).c_str())) return false;
  if (!gInterpreter->Declare(("namespace " + words[1] + " {\n" + text_of(words[2], false) + "}\n").c_str())) return false;
  const std::string base = gSystem->BaseName(words[2].c_str());
  gSystem->ChangeDirectory(words[3].c_str());
  const bool good = gROOT->ProcessLine((words[1] + "::" + base.substr(0, base.size() - 2) + "()").c_str()) == 0;
  gSystem->ChangeDirectory(here.c_str());
  return good;
}

[[noreturn]] void in_child(const std::vector<std::string>& words) {
  const rlim_t seconds = std::stoul(words[1]);
  const struct rlimit processor = {seconds, seconds}, core = {0, 0};
  setrlimit(RLIMIT_CPU, &processor);
  setrlimit(RLIMIT_CORE, &core);
  into(words[4]);
  int error = 0;
  gROOT->ProcessLine((".L " + words[3]).c_str(), &error);
  for (std::size_t at = 4; at < words.size() && error == 0; ++at) {
    into(words[at]);
    gSystem->ChangeDirectory(words[at].c_str());
    const long status = gROOT->ProcessLine((words[2] + "()").c_str(), &error);
    std::fflush(stdout);
    std::cout << std::flush;
    if (error == 0) std::ofstream("status") << status << "\n";
  }
  _exit(0);
}

int run(const std::vector<std::string>& words) {
  const pid_t child = fork();
  if (child == 0) in_child(words);
  int status = 0;
  for (double waited = 0; waitpid(child, &status, WNOHANG) == 0; waited += 0.01) {
    if (waited > 10 * std::stod(words[1])) kill(child, SIGKILL);
    usleep(10000);
  }
  return status;
}

void warm_session() {
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<std::string> words;
    std::stringstream parts(line);
    for (std::string word; std::getline(parts, word, '\t');) words.push_back(word);
    std::fflush(stdout);
    if (words[0] == "warm") {
      std::fprintf(stderr, "@warm %d\n", warm(words));
    } else {
      std::fprintf(stderr, "@ran %d\n", run(words));
    }
    std::fflush(stderr);
  }
}
