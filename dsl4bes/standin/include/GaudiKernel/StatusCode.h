// Result of a framework call: failure, success or recoverable.
#ifndef STANDIN_GAUDIKERNEL_STATUSCODE_H
#define STANDIN_GAUDIKERNEL_STATUSCODE_H

#include "GaudiKernel/Kernel.h"
#include <ostream>

class StatusCode {
public:
  enum { FAILURE = 0, SUCCESS = 1, RECOVERABLE = 2 };

  StatusCode() : m_code(SUCCESS) {}
  StatusCode(unsigned long code, bool /*checked*/ = false) : m_code(code) {}

  bool isSuccess() const { return m_code == SUCCESS; }
  bool isFailure() const { return !isSuccess(); }
  bool isRecoverable() const { return m_code == RECOVERABLE; }
  unsigned long getCode() const { return m_code; }
  void setCode(unsigned long code) { m_code = code; }
  void setChecked() const {}
  void ignore() const {}
  operator unsigned long() const { return m_code; }
  StatusCode& operator=(unsigned long code) { m_code = code; return *this; }

private:
  unsigned long m_code;
};

inline std::ostream& operator<<(std::ostream& out, const StatusCode& code) {
  if (code.isSuccess()) return out << "SUCCESS";
  if (code.isRecoverable()) return out << "RECOVERABLE";
  return out << "FAILURE";
}

#endif
