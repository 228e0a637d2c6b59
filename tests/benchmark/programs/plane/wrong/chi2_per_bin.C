// Wrong (wrong result): chi2 over the number of bins; the parameters are not taken off.
void chi2_per_bin() {
    auto *file = TFile::Open("@FILE@");
    auto *h = file->Get<TH2D>("@HIST@");
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParNames("height", "mean_x", "sigma_x", "mean_y", "sigma_y");
    f.SetParameters(h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    auto result = h->Fit(&f, "S0Q");
    for (int i = 0; i < 5; ++i) printf("%s = %.8g +/- %.8g\n", f.GetParName(i), result->Parameter(i), result->ParError(i));
    const int bins = h->GetNbinsX() * h->GetNbinsY();
    printf("chi2/ndf = %.6g/%d = %.6g\n", result->Chi2(), bins, result->Chi2() / bins);
}
