// Number types under their ROOT names.
#ifndef STANDIN_RTYPES_H
#define STANDIN_RTYPES_H

typedef char Char_t;
typedef unsigned char UChar_t;
typedef short Short_t;
typedef unsigned short UShort_t;
typedef int Int_t;
typedef unsigned int UInt_t;
typedef long Long_t;
typedef unsigned long ULong_t;
typedef float Float_t;
typedef double Double_t;
typedef bool Bool_t;
const Bool_t kTRUE = true;
const Bool_t kFALSE = false;

#endif
