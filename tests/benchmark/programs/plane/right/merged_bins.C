// Right: likelihood of a TF2, then Pearson's chi2 of neighbouring bins put together until 5 entries are expected.
void merged_bins() {
    auto *file = TFile::Open("@FILE@");
    auto *h = file->Get<TH2D>("@HIST@");
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParNames("height", "mean_x", "sigma_x", "mean_y", "sigma_y");
    f.SetParameters(h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    auto result = h->Fit(&f, "SL0Q");
    for (int i = 0; i < 5; ++i) printf("%s = %.8g +/- %.8g\n", f.GetParName(i), result->Parameter(i), result->ParError(i));
    double chi2 = 0, seen = 0, expected = 0;
    int bins = 0;
    for (int i = 1; i <= h->GetNbinsX(); ++i)
        for (int j = 1; j <= h->GetNbinsY(); ++j) {
            seen += h->GetBinContent(i, j);
            expected += f.Eval(h->GetXaxis()->GetBinCenter(i), h->GetYaxis()->GetBinCenter(j));
            if (expected < 5) continue;
            chi2 += (seen - expected) * (seen - expected) / expected;
            seen = expected = 0;
            ++bins;
        }
    printf("chi2/ndf = %.6g/%d\n", chi2, bins - 5);
}
