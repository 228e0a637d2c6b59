// Right: both histograms one after the other in a third one, fitted by one TF1.
double background(double x, double tau) { return (@HIGH@ / @BINS@.0) * exp(-x / tau) / (tau * (1 - exp(-@HIGH@ / tau))); }
double signal(double x, double mean, double sigma) { return (@HIGH@ / @BINS@.0) * TMath::Gaus(x, mean, sigma, true); }

void one_histogram() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h1 = (TH1 *)file->Get("@HIST1@");
    TH1 *h2 = (TH1 *)file->Get("@HIST2@");
    const int n = h1->GetNbinsX();
    TH1D joined("joined", "", 2 * n, 0, 2 * @HIGH@);
    for (int i = 1; i <= n; ++i) {
        joined.SetBinContent(i, h1->GetBinContent(i));
        joined.SetBinContent(n + i, h2->GetBinContent(i));
    }
    TF1 f("f", [](double *x, double *p) {
        if (x[0] < @HIGH@) return p[1] * background(x[0], p[0]);
        return p[2] * background(x[0] - @HIGH@, p[0]) + p[3] * signal(x[0] - @HIGH@, p[4], p[5]);
    }, 0, 2 * @HIGH@, 6);
    f.SetParameters(@TAU@, h1->Integral(), h2->Integral(), 1000, @PEAK@, @SIGMA@);
    f.SetParNames("tau", "background sample 1", "background sample 2", "signal events", "signal mean", "signal width");
    joined.Fit(&f, "LQ0");
    for (int i = 0; i < f.GetNpar(); ++i) printf("%s: %.6g, error %.3g\n", f.GetParName(i), f.GetParameter(i), f.GetParError(i));
}
