// Reconstructed energy loss. Expectation, width and probability are not kept in a DST: they read as 0 here.
#ifndef STANDIN_MDCRECEVENT_RECMDCDEDX_H
#define STANDIN_MDCRECEVENT_RECMDCDEDX_H

#include "DstEvent/DstMdcDedx.h"
#include "MdcRecEvent/RecMdcKalTrack.h"
#include "MdcRecEvent/RecMdcTrack.h"

class RecMdcDedx : public DstMdcDedx {
public:
  RecMdcDedx();
  RecMdcDedx(const DstMdcDedx& dedx);
  RecMdcDedx& operator=(const DstMdcDedx& dedx);
  virtual ~RecMdcDedx();

  double getDedxExpect(int pid) const { return m_expect[pid]; }
  double getSigmaDedx(int pid) const { return m_sigma[pid]; }
  double getPidProb(int pid) const { return m_prob[pid]; }

  void setDedxExpect(double* value) { for (int i = 0; i < 5; ++i) m_expect[i] = value[i]; }
  void setSigmaDedx(double* value) { for (int i = 0; i < 5; ++i) m_sigma[i] = value[i]; }
  void setPidProb(double* value) { for (int i = 0; i < 5; ++i) m_prob[i] = value[i]; }

private:
  double m_expect[5], m_sigma[5], m_prob[5];
};

typedef ObjectVector<RecMdcDedx> RecMdcDedxCol;

#endif
