// Right: a chi2 of its own, minimised by Minuit2; values on one line, errors on the next.
void own_chi2() {
    TFile *file = TFile::Open("@FILE@");
    TH2 *h = (TH2 *)file->Get("@HIST@");
    auto chi2 = [h](const double *p) {
        double sum = 0;
        for (int i = 1; i <= h->GetNbinsX(); ++i)
            for (int j = 1; j <= h->GetNbinsY(); ++j) {
                const double n = h->GetBinContent(i, j);
                if (n <= 0) continue;
                const double u = (h->GetXaxis()->GetBinCenter(i) - p[1]) / p[2], v = (h->GetYaxis()->GetBinCenter(j) - p[3]) / p[4];
                sum += pow(n - p[0] * exp(-0.5 * (u * u + v * v)), 2) / n;
            }
        return sum;
    };
    int filled = 0;
    for (int i = 1; i <= h->GetNbinsX(); ++i)
        for (int j = 1; j <= h->GetNbinsY(); ++j) filled += h->GetBinContent(i, j) > 0;
    ROOT::Math::Functor functor(chi2, 5);
    ROOT::Math::Minimizer *m = ROOT::Math::Factory::CreateMinimizer("Minuit2", "Migrad");
    m->SetFunction(functor);
    m->SetVariable(0, "p0", h->GetMaximum(), 1);
    m->SetVariable(1, "p1", @XMEAN@, 0.01);
    m->SetVariable(2, "p2", @XSIGMA@, 0.01);
    m->SetVariable(3, "p3", @YMEAN@, 0.01);
    m->SetVariable(4, "p4", @YSIGMA@, 0.01);
    m->Minimize();
    m->Hesse();
    printf("values:");
    for (int i = 0; i < 5; ++i) printf(" %.6g", m->X()[i]);
    printf("\nerrors:");
    for (int i = 0; i < 5; ++i) printf(" %.6g", m->Errors()[i]);
    printf("\nreduced chi2: %.5f\n", m->MinValue() / (filled - 5));
}
