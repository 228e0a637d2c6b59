// Detector element number.
#ifndef STANDIN_IDENTIFIER_IDENTIFIER_H
#define STANDIN_IDENTIFIER_IDENTIFIER_H

class Identifier {
public:
  typedef unsigned int value_type;
  Identifier() : m_id(0xFFFFFFFFu) {}
  explicit Identifier(value_type value) : m_id(value) {}
  operator value_type() const { return m_id; }
  value_type get_value() const { return m_id; }
  void clear() { m_id = 0xFFFFFFFFu; }
  bool is_valid() const { return m_id != 0xFFFFFFFFu; }

private:
  value_type m_id;
};

#endif
