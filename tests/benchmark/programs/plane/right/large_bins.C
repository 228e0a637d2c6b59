// Right: chi2 fit, and Pearson's chi2 of the bins in which at least 5 entries are expected.
void large_bins() {
    auto *file = TFile::Open("@FILE@");
    auto *h = file->Get<TH2D>("@HIST@");
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParNames("height", "mean_x", "sigma_x", "mean_y", "sigma_y");
    f.SetParameters(h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    auto result = h->Fit(&f, "S0Q");
    for (int i = 0; i < 5; ++i) printf("%s = %.8g +/- %.8g\n", f.GetParName(i), result->Parameter(i), result->ParError(i));
    double chi2 = 0;
    int bins = 0;
    for (int i = 1; i <= h->GetNbinsX(); ++i)
        for (int j = 1; j <= h->GetNbinsY(); ++j) {
            const double expected = f.Eval(h->GetXaxis()->GetBinCenter(i), h->GetYaxis()->GetBinCenter(j));
            if (expected < 5) continue;
            chi2 += pow(h->GetBinContent(i, j) - expected, 2) / expected;
            ++bins;
        }
    printf("chi2/ndf = %.6g\n", chi2 / (bins - 5));
}
