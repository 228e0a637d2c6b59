// Decoder of the status word of a time-of-flight record.
#ifndef STANDIN_DSTEVENT_TOFHITSTATUS_H
#define STANDIN_DSTEVENT_TOFHITSTATUS_H

#include "DstEvent/DstTofTrack.h"

// Bits: 0 raw, 1 readout, 2 counter, 3 cluster, 4 barrel, 5 east, 6-7 layer (3 = both), 8 overflow, 9 multihit,
// 12-15 number of counters, 16-19 east ends, 20-23 west ends, 24 MRPC end-cap.
// The static function part() exists in the real header but has no definition there, so it is not offered here.
class TofHitStatus {
public:
  TofHitStatus();
  virtual ~TofHitStatus();

  void init();
  TofHitStatus& operator=(const DstTofTrack& source);
  TofHitStatus& operator=(const TofHitStatus& source);  // copies the word, not the decoded flags

  unsigned int value() const { return m_status; }
  bool is_raw() const { return is_raw(m_decoded); }
  bool is_readout() const { return is_readout(m_decoded); }
  bool is_counter() const { return is_counter(m_decoded); }
  bool is_cluster() const { return is_cluster(m_decoded); }
  bool is_barrel() const { return is_barrel(m_decoded); }
  bool is_east() const { return is_east(m_decoded); }
  unsigned int layer() const { return layer(m_decoded); }
  bool is_overflow() const { return is_overflow(m_decoded); }
  bool is_multihit() const { return is_multihit(m_decoded); }
  unsigned int ncounter() const { return ncounter(m_decoded); }
  unsigned int neast() const { return neast(m_decoded); }
  unsigned int nwest() const { return nwest(m_decoded); }
  bool is_mrpc() const { return is_mrpc(m_decoded); }

  static bool is_raw(unsigned int status) { return bits(status, 0, 1) != 0; }
  static bool is_readout(unsigned int status) { return bits(status, 1, 1) != 0; }
  static bool is_counter(unsigned int status) { return bits(status, 2, 1) != 0; }
  static bool is_cluster(unsigned int status) { return bits(status, 3, 1) != 0; }
  static bool is_barrel(unsigned int status) { return bits(status, 4, 1) != 0; }
  static bool is_east(unsigned int status) { return bits(status, 5, 1) != 0; }
  static unsigned int layer(unsigned int status) { return bits(status, 6, 2); }
  static bool is_overflow(unsigned int status) { return bits(status, 8, 1) != 0; }
  static bool is_multihit(unsigned int status) { return bits(status, 9, 1) != 0; }
  static unsigned int ncounter(unsigned int status) { return bits(status, 12, 4); }
  static unsigned int neast(unsigned int status) { return bits(status, 16, 4); }
  static unsigned int nwest(unsigned int status) { return bits(status, 20, 4); }
  static bool is_mrpc(unsigned int status) { return bits(status, 24, 1) != 0; }

  void setStatus(unsigned int status) { m_status = m_decoded = status; }

private:
  static unsigned int bits(unsigned int word, unsigned int first, unsigned int count) {
    return (word >> first) & ((1u << count) - 1u);
  }
  unsigned int m_status;
  unsigned int m_decoded;
};

#endif
