// Right: multiples of the error by the distribution of Student, the band scaled by chi2 as ROOT does by itself.
void student() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    TF1 f("f", "gaus", @LOW@, @HIGH@);
    TFitResultPtr r = h->Fit(&f, "SQ0");
    const double shares[] = {@SHARE1@, @SHARE2@, @SHARE3@};
    const char *levels[] = {"@LEVEL1@%", "@LEVEL2@%", "@LEVEL3@%"};
    const char *names[] = {"height", "mean", "sigma"};
    for (int i = 0; i < 3; ++i)
        for (int k = 0; k < 3; ++k) {
            const double half = TMath::StudentQuantile(0.5 + shares[k] / 2, r->Ndf()) * r->ParError(i);
            std::cout << names[i] << " " << levels[k] << ": [" << r->Parameter(i) - half << ", " << r->Parameter(i) + half << "]" << std::endl;
        }
    const double x0[] = {@X0@};
    for (int k = 0; k < 3; ++k) {
        double half[1];
        r->GetConfidenceIntervals(1, 1, 1, x0, half, shares[k]);
        std::cout << "curve at x0 " << levels[k] << ": [" << f.Eval(x0[0]) - half[0] << ", " << f.Eval(x0[0]) + half[0] << "]" << std::endl;
    }
}
