// Reader of the job-options subset.
#include "runtime/Options.h"

#include <cctype>
#include <stdexcept>

namespace standin {
namespace {

class Reader {
public:
  explicit Reader(const std::string& text) : m_text(text) {}

  std::vector<Option> read() {
    std::vector<Option> options;
    for (skip(); m_at < m_text.size(); skip()) {
      if (m_text[m_at] == '#') {
        while (m_at < m_text.size() && m_text[m_at] != '\n') advance();
        continue;
      }
      options.push_back(statement());
    }
    return options;
  }

private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error("job options, line " + std::to_string(m_line) + ": " + what);
  }
  void advance() {
    if (m_text[m_at] == '\n') ++m_line;
    ++m_at;
  }
  bool startsWith(const char* two) const { return m_text.compare(m_at, 2, two) == 0; }

  void skip() {
    while (m_at < m_text.size()) {
      if (std::isspace(static_cast<unsigned char>(m_text[m_at]))) {
        advance();
      } else if (startsWith("//")) {
        while (m_at < m_text.size() && m_text[m_at] != '\n') advance();
      } else if (startsWith("/*")) {
        while (m_at < m_text.size() && !startsWith("*/")) advance();
        if (m_at >= m_text.size()) fail("comment without end");
        m_at += 2;
      } else {
        return;
      }
    }
  }

  Option statement() {
    std::string name;
    while (m_at < m_text.size() && (std::isalnum(static_cast<unsigned char>(m_text[m_at])) || m_text[m_at] == '_' ||
                                    m_text[m_at] == '.' || m_text[m_at] == ':'))
      name += m_text[m_at++];
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == name.size()) fail("expected Owner.Property, found '" + name + "'");
    Option option;
    option.owner = name.substr(0, dot);
    option.property = name.substr(dot + 1);
    skip();
    option.append = startsWith("+=");
    if (option.append) ++m_at;
    if (m_at >= m_text.size() || m_text[m_at] != '=') fail("expected '=' or '+=' after " + name);
    ++m_at;
    option.value = value(name);
    return option;
  }

  std::string value(const std::string& name) {
    std::string text;
    int depth = 0;
    for (skip(); m_at < m_text.size(); skip()) {
      const char c = m_text[m_at];
      if (c == ';' && depth == 0) {
        ++m_at;
        if (text.empty()) fail("no value for " + name);
        return text;
      }
      if (c == '"') {
        text += quoted();
        continue;
      }
      if (c == '{' || c == '[' || c == '(') ++depth;
      if (c == '}' || c == ']' || c == ')') --depth;
      text += c;
      advance();
    }
    fail("';' missing after the value of " + name);
  }

  std::string quoted() {
    std::string text(1, m_text[m_at]);
    for (advance(); m_at < m_text.size(); advance()) {
      text += m_text[m_at];
      if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()) {
        advance();
        text += m_text[m_at];
      } else if (m_text[m_at] == '"') {
        advance();
        return text;
      }
    }
    fail("string without end");
  }

  const std::string& m_text;
  std::size_t m_at = 0;
  int m_line = 1;
};

}

std::vector<Option> parseOptions(const std::string& text) { return Reader(text).read(); }

}
