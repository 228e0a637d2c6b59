// Wrong (wrong result): the sum of a Breit-Wigner and a Gaussian.
void sum() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const double width = h->GetBinWidth(1);
    TF1 f("f", [width](double *x, double *p) { return p[0] * width * 0.5 * (TMath::BreitWigner(x[0], p[1], p[2]) + TMath::Gaus(x[0], p[1], p[3], true)); }, @LOW@, @HIGH@, 4);
    f.SetParameters(h->Integral(), @MASS@, @GAMMA@, @SIGMA@);
    f.SetParLimits(2, 0, 10 * @GAMMA@);
    f.SetParLimits(3, 0.01 * @SIGMA@, 10 * @SIGMA@);
    h->Fit(&f, "LQ0");
    const char *names[] = {"n", "mass", "gamma", "sigma"};
    for (int i = 0; i < 4; ++i) std::cout << names[i] << " = " << std::setprecision(8) << f.GetParameter(i) << " +/- " << f.GetParError(i) << std::endl;
}
