// Job options: `Owner.Property = value;` and `+=`, comments, #include lines (skipped).
#ifndef STANDIN_RUNTIME_OPTIONS_H
#define STANDIN_RUNTIME_OPTIONS_H

#include <string>
#include <vector>

namespace standin {

struct Option {
  std::string owner, property, value;
  bool append;
};

// Throws std::runtime_error with the line number of the first mistake.
std::vector<Option> parseOptions(const std::string& text);

}

#endif
