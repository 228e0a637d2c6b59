// Right: intervals of parameters from the rise of chi2 (Minos with another definition of the error), the curve by linear propagation.
void profiles() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = (TH1 *)file->Get("@HIST@");
    ROOT::Math::Functor chi2([h](const double *p) {
        double sum = 0;
        for (int i = 1; i <= h->GetNbinsX(); ++i) {
            const double n = h->GetBinContent(i);
            if (n > 0) sum += pow(n - p[0] * exp(-0.5 * pow((h->GetBinCenter(i) - p[1]) / p[2], 2)), 2) / n;
        }
        return sum;
    }, 3);
    std::unique_ptr<ROOT::Math::Minimizer> m(ROOT::Math::Factory::CreateMinimizer("Minuit2", "Migrad"));
    m->SetFunction(chi2);
    m->SetVariable(0, "height", h->GetMaximum(), 1);
    m->SetVariable(1, "mean", h->GetMean(), 0.01);
    m->SetVariable(2, "sigma", h->GetRMS(), 0.01);
    m->Minimize();
    m->Hesse();
    const double p[] = {m->X()[0], m->X()[1], m->X()[2]};
    double covariance[9];
    m->GetCovMatrix(covariance);
    const double shares[] = {@SHARE1@, @SHARE2@, @SHARE3@}, percent[] = {@LEVEL1@, @LEVEL2@, @LEVEL3@};
    for (int i = 0; i < 3; ++i)
        for (int k = 0; k < 3; ++k) {
            m->SetErrorDef(TMath::ChisquareQuantile(shares[k], 1));
            double low = 0, high = 0;
            m->GetMinosError(i, low, high);
            printf("%s at %.1f %% CL: lower %.7g upper %.7g\n", m->VariableName(i).c_str(), percent[k], p[i] + low, p[i] + high);
        }
    const double u = (@X0@ - p[1]) / p[2], f = p[0] * exp(-0.5 * u * u);
    const double slope[] = {f / p[0], f * u / p[2], f * u * u / p[2]};
    double variance = 0;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) variance += slope[i] * covariance[3 * i + j] * slope[j];
    for (int k = 0; k < 3; ++k) {
        const double half = sqrt(TMath::ChisquareQuantile(shares[k], 1) * variance);
        printf("f(x0) at %.1f %% CL: lower %.7g upper %.7g\n", percent[k], f - half, f + half);
    }
}
