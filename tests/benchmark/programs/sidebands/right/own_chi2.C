// Right: chi2 of its own for both fits.
double chi2_of(TH1 *h, const double *p, bool bands) {
    double sum = 0;
    for (int i = 1; i <= h->GetNbinsX(); ++i) {
        const double x = h->GetBinCenter(i), n = h->GetBinContent(i);
        if (n <= 0 || (bands && x > @LEFT@ && x < @RIGHT@)) continue;
        double f = p[0] + p[1] * x;
        if (!bands) f += p[2] * h->GetBinWidth(i) * TMath::Gaus(x, p[3], p[4], true);
        sum += (n - f) * (n - f) / n;
    }
    return sum;
}

void own_chi2() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const char *names[] = {"p0 (offset)", "p1 (slope)", "p2 (yield)", "p3 (mean)", "p4 (sigma)"};
    double values[] = {300, 0, 5000, @PEAK@, @SIGMA@};
    for (const bool bands : {true, false}) {
        const int n = bands ? 2 : 5;
        ROOT::Math::Functor f([&](const double *p) { return chi2_of(h, p, bands); }, n);
        std::unique_ptr<ROOT::Math::Minimizer> m(ROOT::Math::Factory::CreateMinimizer("Minuit2", ""));
        m->SetFunction(f);
        m->SetMaxFunctionCalls(10000);
        for (int i = 0; i < n; ++i) m->SetVariable(i, names[i], values[i], 0.01 * fabs(values[i]) + 0.01);
        if (!m->Minimize()) return;
        m->Hesse();
        std::cout << (bands ? "Background in the side bands" : "Sum in the full range") << std::endl;
        for (int i = 0; i < n; ++i) {
            values[i] = m->X()[i];
            std::cout << std::setw(15) << names[i] << std::setw(15) << m->X()[i] << std::setw(15) << m->Errors()[i] << std::endl;
        }
    }
}
