// Right: the function averaged over the bins by an own minimisation with expected errors, integrals by Gauss and Legendre.
void integral() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const double w = h->GetBinWidth(1);
    auto smeared = [](double x, double mass, double gamma, double sigma) {
        auto integrand = [=](double t) { return TMath::BreitWigner(x - t, mass, gamma) * TMath::Gaus(t, 0, sigma, true); };
        double sum = 0;
        const int steps = 60;
        const double step = 12 * sigma / steps;
        for (int i = 0; i <= steps; ++i) sum += integrand(-6 * sigma + i * step) * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
        return sum * step / 3;
    };
    ROOT::Math::Functor chi2([&](const double *p) {
        double sum = 0;
        for (int i = 1; i <= h->GetNbinsX(); ++i) {
            const double x = h->GetBinCenter(i);
            double f = 0;
            for (const double at : {-0.3872983, 0.0, 0.3872983}) f += (at == 0 ? 8. : 5.) / 18 * smeared(x + at * w, p[1], p[2], p[3]);
            f *= p[0] * w;
            sum += pow(h->GetBinContent(i) - f, 2) / std::max(f, 1e-9);
        }
        return sum;
    }, 4);
    auto m = ROOT::Math::Factory::CreateMinimizer("Minuit2", "Migrad");
    m->SetFunction(chi2);
    m->SetVariable(0, "N", h->Integral(), 100);
    m->SetVariable(1, "M", @MASS@, 0.1 * @GAMMA@);
    m->SetVariable(2, "Gamma", @GAMMA@, 0.1 * @GAMMA@);
    m->SetVariable(3, "Sigma", @SIGMA@, 0.1 * @SIGMA@);
    m->Minimize();
    m->Hesse();
    for (int i = 0; i < 4; ++i) std::cout << m->VariableName(i) << "\t" << std::setprecision(9) << m->X()[i] << "\t" << m->Errors()[i] << std::endl;
}
