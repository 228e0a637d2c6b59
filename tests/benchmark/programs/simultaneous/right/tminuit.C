// Right: TMinuit of old, a function of a global chi2.
double background(double x, double tau) { return (@HIGH@ / @BINS@.0) * exp(-x / tau) / (tau * (1 - exp(-@HIGH@ / tau))); }
double signal(double x, double mean, double sigma) { return (@HIGH@ / @BINS@.0) * TMath::Gaus(x, mean, sigma, true); }

TH1 *h1 = nullptr, *h2 = nullptr;

void fcn(int &, double *, double &value, double *p, int) {
    value = 0;
    for (int i = 1; i <= h1->GetNbinsX(); ++i) {
        const double x = h1->GetBinCenter(i), b = background(x, p[0]);
        const double f1 = p[1] * b, f2 = p[2] * b + p[3] * signal(x, p[4], p[5]);
        value += pow(h1->GetBinContent(i) - f1, 2) / std::max(f1, 1e-9) + pow(h2->GetBinContent(i) - f2, 2) / std::max(f2, 1e-9);
    }
}

void tminuit() {
    TFile *file = TFile::Open("@FILE@");
    file->GetObject("@HIST1@", h1);
    file->GetObject("@HIST2@", h2);
    TMinuit minuit(6);
    minuit.SetPrintLevel(-1);
    minuit.SetFCN(fcn);
    minuit.DefineParameter(0, "tau", @TAU@, 0.1, 0, 0);
    minuit.DefineParameter(1, "nb1", h1->Integral(), 100, 0, 0);
    minuit.DefineParameter(2, "nb2", 0.9 * h2->Integral(), 100, 0, 0);
    minuit.DefineParameter(3, "ns", 0.1 * h2->Integral(), 50, 0, 0);
    minuit.DefineParameter(4, "mean", @PEAK@, 0.05, 0, 0);
    minuit.DefineParameter(5, "width", @SIGMA@, 0.02, 0, 0);
    double arguments[] = {5000, 0.01};
    int flag = 0;
    minuit.mnexcm("MIGRAD", arguments, 2, flag);
    minuit.mnexcm("HESSE", arguments, 1, flag);
    minuit.SetPrintLevel(1);
    minuit.mnprin(2, minuit.fAmin);
}
