// Text of the job options to values of properties and back.
#include "GaudiKernel/Property.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <sstream>

Property::~Property() {}

namespace standin {
namespace {

std::string trimmed(const std::string& text) {
  std::size_t first = 0, last = text.size();
  while (first < last && std::isspace(static_cast<unsigned char>(text[first]))) ++first;
  while (last > first && std::isspace(static_cast<unsigned char>(text[last - 1]))) --last;
  return text.substr(first, last - first);
}

// Splits `{a, b}` (any bracket) at the top-level separator; false if it is no list.
bool elements(const std::string& raw, std::vector<std::string>& parts, char separator = ',') {
  const std::string text = trimmed(raw);
  parts.clear();
  if (text.size() < 2 || std::string("{[(").find(text[0]) == std::string::npos) return false;
  if (std::string("}])").find(text[text.size() - 1]) == std::string::npos) return false;
  int depth = 0;
  bool quoted = false;
  std::string part;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      part += c;
      if (i + 2 < text.size()) part += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted) {
      if (c == '{' || c == '[' || c == '(') ++depth;
      if (c == '}' || c == ']' || c == ')') --depth;
      if (c == separator && depth == 0) {
        parts.push_back(trimmed(part));
        part.clear();
        continue;
      }
    }
    part += c;
  }
  if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return depth == 0 && !quoted;
}

bool read(const std::string& raw, bool& value) {
  const std::string text = trimmed(raw);
  if (text == "true" || text == "True" || text == "TRUE" || text == "1") return value = true, true;
  if (text == "false" || text == "False" || text == "FALSE" || text == "0") return value = false, true;
  return false;
}

template <class T>
bool readInteger(const std::string& raw, T& value) {
  const std::string text = trimmed(raw);
  if (text.empty()) return false;
  char* end = 0;
  errno = 0;
  const long long number = std::strtoll(text.c_str(), &end, 10);
  if (*end || errno) return false;
  if (number < 0 && !std::numeric_limits<T>::is_signed) return false;
  value = static_cast<T>(number);
  return static_cast<long long>(value) == number;
}

template <class T>
bool readReal(const std::string& raw, T& value) {
  const std::string text = trimmed(raw);
  if (text.empty()) return false;
  char* end = 0;
  const double number = std::strtod(text.c_str(), &end);
  if (*end) return false;
  value = static_cast<T>(number);
  return true;
}

bool read(const std::string& t, char& v) { return readInteger(t, v); }
bool read(const std::string& t, signed char& v) { return readInteger(t, v); }
bool read(const std::string& t, unsigned char& v) { return readInteger(t, v); }
bool read(const std::string& t, short& v) { return readInteger(t, v); }
bool read(const std::string& t, unsigned short& v) { return readInteger(t, v); }
bool read(const std::string& t, int& v) { return readInteger(t, v); }
bool read(const std::string& t, unsigned int& v) { return readInteger(t, v); }
bool read(const std::string& t, long& v) { return readInteger(t, v); }
bool read(const std::string& t, unsigned long& v) { return readInteger(t, v); }
bool read(const std::string& t, float& v) { return readReal(t, v); }
bool read(const std::string& t, double& v) { return readReal(t, v); }

bool read(const std::string& raw, std::string& value) {
  const std::string text = trimmed(raw);
  if (text.size() < 2 || text[0] != text[text.size() - 1] || (text[0] != '"' && text[0] != '\'')) return false;
  value.clear();
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    value += text[i];
  }
  return true;
}

template <class A, class B>
bool read(const std::string& raw, std::pair<A, B>& value) {
  std::vector<std::string> parts;
  return elements(raw, parts) && parts.size() == 2 && read(parts[0], value.first) && read(parts[1], value.second);
}

template <class T>
bool read(const std::string& raw, std::vector<T>& value) {
  std::vector<std::string> parts;
  if (!elements(raw, parts)) return false;
  std::vector<T> result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    T element;
    if (!read(parts[i], element)) return false;
    result.push_back(element);
  }
  value.swap(result);
  return true;
}

template <class K, class V>
bool read(const std::string& raw, std::map<K, V>& value) {
  std::vector<std::string> parts;
  if (!elements(raw, parts)) return false;
  std::map<K, V> result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::string> pair;
    if (!elements("{" + parts[i] + "}", pair, ':') || pair.size() != 2) return false;
    K key;
    V element;
    if (!read(pair[0], key) || !read(pair[1], element)) return false;
    result[key] = element;
  }
  value.swap(result);
  return true;
}

template <class T>
bool extend(const std::string&, T&) {
  return false;  // `+=` has no meaning for a single value
}
template <class T>
bool extend(const std::string& text, std::vector<T>& value) {
  std::vector<T> more;
  if (!read(text, more)) return false;
  value.insert(value.end(), more.begin(), more.end());
  return true;
}
template <class K, class V>
bool extend(const std::string& text, std::map<K, V>& value) {
  std::map<K, V> more;
  if (!read(text, more)) return false;
  for (const auto& entry : more) value[entry.first] = entry.second;
  return true;
}

template <class T>
void show(std::ostream& out, const T& value) { out << value; }
void show(std::ostream& out, char value) { out << int(value); }
void show(std::ostream& out, signed char value) { out << int(value); }
void show(std::ostream& out, unsigned char value) { out << int(value); }
void show(std::ostream& out, bool value) { out << (value ? "true" : "false"); }
void show(std::ostream& out, const std::string& value) {
  out << '"';
  for (char c : value) {
    if (c == '"' || c == '\\') out << '\\';
    out << c;
  }
  out << '"';
}
template <class A, class B>
void show(std::ostream& out, const std::pair<A, B>& value) {
  out << '(';
  show(out, value.first);
  out << ", ";
  show(out, value.second);
  out << ')';
}
template <class T>
void show(std::ostream& out, const std::vector<T>& value) {
  out << '{';
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i) out << ", ";
    show(out, static_cast<const T&>(value[i]));
  }
  out << '}';
}
template <class K, class V>
void show(std::ostream& out, const std::map<K, V>& value) {
  out << '{';
  const char* separator = "";
  for (const auto& entry : value) {
    out << separator;
    show(out, entry.first);
    out << ": ";
    show(out, entry.second);
    separator = ", ";
  }
  out << '}';
}

template <class T>
std::string shown(const T& value) {
  std::ostringstream out;
  out.precision(17);
  show(out, value);
  return out.str();
}

}

#define STANDIN_DEFINE(...)                                                                       \
  bool readValue(const std::string& text, __VA_ARGS__& value) { return read(text, value); }       \
  bool appendValue(const std::string& text, __VA_ARGS__& value) { return extend(text, value); }   \
  std::string showValue(const __VA_ARGS__& value) { return shown(value); }
#define STANDIN_DEFINE_BOTH(T) \
  STANDIN_DEFINE(T)            \
  STANDIN_DEFINE(std::vector<T>)
STANDIN_DEFINE_BOTH(bool)
STANDIN_DEFINE_BOTH(char)
STANDIN_DEFINE_BOTH(signed char)
STANDIN_DEFINE_BOTH(unsigned char)
STANDIN_DEFINE_BOTH(short)
STANDIN_DEFINE_BOTH(unsigned short)
STANDIN_DEFINE_BOTH(int)
STANDIN_DEFINE_BOTH(unsigned int)
STANDIN_DEFINE_BOTH(long)
STANDIN_DEFINE_BOTH(unsigned long)
STANDIN_DEFINE_BOTH(float)
STANDIN_DEFINE_BOTH(double)
STANDIN_DEFINE_BOTH(std::string)
STANDIN_DEFINE(std::vector<std::vector<double> >)
STANDIN_DEFINE(std::vector<std::vector<std::string> >)
STANDIN_DEFINE_BOTH(IntPair)
STANDIN_DEFINE_BOTH(DoublePair)
STANDIN_DEFINE(IntIntMap)
STANDIN_DEFINE(IntDoubleMap)
STANDIN_DEFINE(IntStringMap)
STANDIN_DEFINE(StringIntMap)
STANDIN_DEFINE(StringDoubleMap)
STANDIN_DEFINE(StringStringMap)

}
