// Properties: members of an algorithm that job options can set. Only the types with an overload of readValue below can
// be a property; an enumeration, a class or a const member does not compile, as in the real framework.
#ifndef STANDIN_GAUDIKERNEL_PROPERTY_H
#define STANDIN_GAUDIKERNEL_PROPERTY_H

#include "GaudiKernel/Kernel.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

class Property {
public:
  explicit Property(const std::string& name) : m_name(name) {}
  virtual ~Property();
  const std::string& name() const { return m_name; }
  virtual bool fromString(const std::string& text) = 0;
  virtual bool append(const std::string& text) = 0;
  virtual std::string toString() const = 0;

private:
  std::string m_name;
};

namespace standin {

#define STANDIN_PROPERTY(T)                          \
  bool readValue(const std::string& text, T& value); \
  bool appendValue(const std::string& text, T& value); \
  std::string showValue(const T& value);
#define STANDIN_SCALAR_PROPERTY(T) \
  STANDIN_PROPERTY(T)              \
  STANDIN_PROPERTY(std::vector<T>)
STANDIN_SCALAR_PROPERTY(bool)
STANDIN_SCALAR_PROPERTY(char)
STANDIN_SCALAR_PROPERTY(signed char)
STANDIN_SCALAR_PROPERTY(unsigned char)
STANDIN_SCALAR_PROPERTY(short)
STANDIN_SCALAR_PROPERTY(unsigned short)
STANDIN_SCALAR_PROPERTY(int)
STANDIN_SCALAR_PROPERTY(unsigned int)
STANDIN_SCALAR_PROPERTY(long)
STANDIN_SCALAR_PROPERTY(unsigned long)
STANDIN_SCALAR_PROPERTY(float)
STANDIN_SCALAR_PROPERTY(double)
STANDIN_SCALAR_PROPERTY(std::string)
typedef std::pair<int, int> IntPair;
typedef std::pair<double, double> DoublePair;
typedef std::map<int, int> IntIntMap;
typedef std::map<int, double> IntDoubleMap;
typedef std::map<int, std::string> IntStringMap;
typedef std::map<std::string, int> StringIntMap;
typedef std::map<std::string, double> StringDoubleMap;
typedef std::map<std::string, std::string> StringStringMap;
STANDIN_PROPERTY(std::vector<std::vector<double> >)
STANDIN_PROPERTY(std::vector<std::vector<std::string> >)
STANDIN_SCALAR_PROPERTY(IntPair)
STANDIN_SCALAR_PROPERTY(DoublePair)
STANDIN_PROPERTY(IntIntMap)
STANDIN_PROPERTY(IntDoubleMap)
STANDIN_PROPERTY(IntStringMap)
STANDIN_PROPERTY(StringIntMap)
STANDIN_PROPERTY(StringDoubleMap)
STANDIN_PROPERTY(StringStringMap)
#undef STANDIN_SCALAR_PROPERTY
#undef STANDIN_PROPERTY

template <class T>
class BoundProperty : public Property {
public:
  BoundProperty(const std::string& name, T& value) : Property(name), m_value(value) {}
  virtual bool fromString(const std::string& text) { return readValue(text, m_value); }
  virtual bool append(const std::string& text) { return appendValue(text, m_value); }
  virtual std::string toString() const { return showValue(m_value); }

private:
  T& m_value;
};

}

#endif
