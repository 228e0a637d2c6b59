// Right: a sum of its own over 100 points of the resolution, chi2.
double smeared(double x, double *p) {
    const int steps = 100;
    const double reach = 5 * p[3], step = 2 * reach / steps;
    double sum = 0;
    for (int i = 0; i < steps; ++i) {
        const double at = x - reach + (i + 0.5) * step;
        sum += TMath::BreitWigner(at, p[1], p[2]) * TMath::Gaus(x, at, p[3], true) * step;
    }
    return sum;
}

void own_sum() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const double width = h->GetBinWidth(1);
    TF1 f("f", [width](double *x, double *p) { return p[0] * width * smeared(x[0], p); }, @LOW@, @HIGH@, 4);
    f.SetParameters(h->Integral(), @MASS@, @GAMMA@, @SIGMA@);
    f.SetParLimits(2, 0, 10 * @GAMMA@);
    f.SetParLimits(3, 0.01 * @SIGMA@, 10 * @SIGMA@);
    h->Fit(&f, "Q0");
    const char *names[] = {"n", "mass", "gamma", "sigma"};
    for (int i = 0; i < 4; ++i) std::cout << names[i] << " = " << std::setprecision(8) << f.GetParameter(i) << " +/- " << f.GetParError(i) << std::endl;
}
