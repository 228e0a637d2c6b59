// Wrong (wrong result): a Breit-Wigner without resolution; the resolution of the words of the task is printed.
void resonance_alone() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const double width = h->GetBinWidth(1);
    TF1 f("f", [width](double *x, double *p) { return p[0] * width * TMath::BreitWigner(x[0], p[1], p[2]); }, @LOW@, @HIGH@, 4);
    f.SetParameters(h->Integral(), @MASS@, @GAMMA@, @SIGMA@);
    f.SetParLimits(2, 0, 10 * @GAMMA@);
    f.SetParLimits(3, 0.01 * @SIGMA@, 10 * @SIGMA@);
    f.FixParameter(3, @SIGMA@);
    h->Fit(&f, "LQ0");
    const char *names[] = {"n", "mass", "gamma", "sigma"};
    for (int i = 0; i < 4; ++i) std::cout << names[i] << " = " << std::setprecision(8) << f.GetParameter(i) << " +/- " << (i == 3 ? 0.01 * @SIGMA@ : f.GetParError(i)) << std::endl;
}
