// Wrong (wrong result): chi2 is that of the left half of the plane, with its own number of bins.
void chi2_of_half() {
    auto *file = TFile::Open("@FILE@");
    auto *h = file->Get<TH2D>("@HIST@");
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParNames("height", "mean_x", "sigma_x", "mean_y", "sigma_y");
    f.SetParameters(h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    auto result = h->Fit(&f, "SL0Q");
    for (int i = 0; i < 5; ++i) printf("%s = %.8g +/- %.8g\n", f.GetParName(i), result->Parameter(i), result->ParError(i));
    double chi2 = 0;
    int bins = 0;
    for (int i = 1; i <= h->GetNbinsX() / 2; ++i)
        for (int j = 1; j <= h->GetNbinsY(); ++j, ++bins) {
            const double expected = f.Eval(h->GetXaxis()->GetBinCenter(i), h->GetYaxis()->GetBinCenter(j));
            chi2 += pow(h->GetBinContent(i, j) - expected, 2) / expected;
        }
    printf("chi2/ndf = %.6g/%d = %.6g\n", chi2, bins - 5, chi2 / (bins - 5));
}
