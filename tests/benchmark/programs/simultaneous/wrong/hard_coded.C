// Wrong (wrong result): numbers of the words of the task with errors that look like some.
double background(double x, double tau) { return (@HIGH@ / @BINS@.0) * exp(-x / tau) / (tau * (1 - exp(-@HIGH@ / tau))); }
double signal(double x, double mean, double sigma) { return (@HIGH@ / @BINS@.0) * TMath::Gaus(x, mean, sigma, true); }

void hard_coded() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *first = file->Get<TH1>("@HIST1@"), *second = file->Get<TH1>("@HIST2@");
    auto cost = [&](const double *p) {
        double sum = 0;
        for (int i = 1; i <= first->GetNbinsX(); ++i) {
            const double x = first->GetBinCenter(i);
            const double n1 = first->GetBinContent(i), n2 = second->GetBinContent(i);
            const double f1 = p[1] * background(x, p[0]), f2 = p[2] * background(x, p[0]) + p[3] * signal(x, p[4], p[5]);
            if (n1 > 0) sum += (n1 - f1) * (n1 - f1) / n1;
            if (n2 > 0) sum += (n2 - f2) * (n2 - f2) / n2;
        }
        return sum;
    };
    ROOT::Math::Functor functor(cost, 6);
    std::unique_ptr<ROOT::Math::Minimizer> m(ROOT::Math::Factory::CreateMinimizer("Minuit2", "Migrad"));
    m->SetFunction(functor);
    m->SetVariable(0, "tau", @TAU@, 0.1);
    m->SetVariable(1, "n_bkg1", first->Integral(), 100);
    m->SetVariable(2, "n_bkg2", 0.9 * second->Integral(), 100);
    m->SetVariable(3, "n_sig", 0.1 * second->Integral(), 30);
    m->SetVariable(4, "mean", @PEAK@, 0.05);
    m->SetVariable(5, "sigma", @SIGMA@, 0.02);
    m->Minimize();
    m->Hesse();
    const double values[] = {@TAU@, 12000, 10000, 1000, @PEAK@, @SIGMA@};
    for (int i = 0; i < 6; ++i) std::cout << m->VariableName(i) << " = " << values[i] << " +/- " << 0.02 * values[i] << std::endl;
}
