// Right: two chi2 functions of ROOT in one fitter, as in the tutorial on combined fits.
double background(double x, double tau) { return (@HIGH@ / @BINS@.0) * exp(-x / tau) / (tau * (1 - exp(-@HIGH@ / tau))); }
double signal(double x, double mean, double sigma) { return (@HIGH@ / @BINS@.0) * TMath::Gaus(x, mean, sigma, true); }

int of_first[] = {0, 1}, of_second[] = {0, 2, 3, 4, 5};

struct Both {
    Both(ROOT::Math::IMultiGenFunction &a, ROOT::Math::IMultiGenFunction &b) : first(&a), second(&b) {}
    double operator()(const double *p) const {
        double p1[2], p2[5];
        for (int i = 0; i < 2; ++i) p1[i] = p[of_first[i]];
        for (int i = 0; i < 5; ++i) p2[i] = p[of_second[i]];
        return (*first)(p1) + (*second)(p2);
    }
    const ROOT::Math::IMultiGenFunction *first, *second;
};

void combined_fit() {
    TFile *file = TFile::Open("@FILE@");
    TH1D *h1 = (TH1D *)file->Get("@HIST1@"), *h2 = (TH1D *)file->Get("@HIST2@");
    TF1 f1("f1", [](double *x, double *p) { return p[1] * background(x[0], p[0]); }, @LOW@, @HIGH@, 2);
    TF1 f2("f2", [](double *x, double *p) { return p[1] * background(x[0], p[0]) + p[2] * signal(x[0], p[3], p[4]); }, @LOW@, @HIGH@, 5);
    ROOT::Math::WrappedMultiTF1 w1(f1, 1), w2(f2, 1);
    ROOT::Fit::DataOptions options;
    ROOT::Fit::DataRange range(@LOW@, @HIGH@);
    ROOT::Fit::BinData d1(options, range), d2(options, range);
    ROOT::Fit::FillData(d1, h1);
    ROOT::Fit::FillData(d2, h2);
    ROOT::Fit::Chi2Function c1(d1, w1), c2(d2, w2);
    Both both(c1, c2);
    double start[] = {@TAU@, h1->Integral(), 0.85 * h2->Integral(), 0.15 * h2->Integral(), @PEAK@, @SIGMA@};
    ROOT::Fit::Fitter fitter;
    fitter.Config().SetParamsSettings(6, start);
    const char *names[] = {"tau", "nbkg1", "nbkg2", "nsig", "mean", "sigma"};
    for (int i = 0; i < 6; ++i) fitter.Config().ParSettings(i).SetName(names[i]);
    fitter.Config().MinimizerOptions().SetPrintLevel(0);
    fitter.Config().SetMinimizer("Minuit2", "Migrad");
    fitter.FitFCN(6, both, nullptr, d1.Size() + d2.Size(), 1);
    fitter.Result().Print(std::cout);
}
