// Right: a function that ROOT knows by name, Chinese words, errors in brackets.
#include <TFile.h>
#include <TH2.h>
#include <TF2.h>
#include <cstdio>

void xygaus_chinese()
{
    TFile *f = TFile::Open("@FILE@", "READ");
    if (!f || f->IsZombie()) { printf("no file\n"); return; }
    TH2 *h = (TH2 *)f->Get("@HIST@");
    TF2 *g = new TF2("g", "xygaus", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    g->SetParameters(h->GetMaximum(), h->GetMean(1), h->GetStdDev(1), h->GetMean(2), h->GetStdDev(2));
    h->Fit(g, "BQ0");
    printf("拟合结果\n");
    const char *n[5] = {"高度", "x均值", "x宽度", "y均值", "y宽度"};
    for (int i = 0; i < 5; i++) printf("%s：%.6f(%.0f)\n", n[i], g->GetParameter(i), g->GetParError(i) * 1e6);
    printf("卡方/自由度：%.4f\n", g->GetChisquare() / g->GetNDF());
}
