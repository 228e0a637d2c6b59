// Wrong (wrong result): chi2 is that of the start values, not of the fitted function.
void chi2_of_start() {
    auto *file = TFile::Open("@FILE@");
    auto *h = file->Get<TH2D>("@HIST@");
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParNames("height", "mean_x", "sigma_x", "mean_y", "sigma_y");
    f.SetParameters(h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    const double chi2 = h->Chisquare(&f);
    auto result = h->Fit(&f, "SL0Q");
    for (int i = 0; i < 5; ++i) printf("%s = %.8g +/- %.8g\n", f.GetParName(i), result->Parameter(i), result->ParError(i));
    printf("chi2/ndf = %.6g/%d = %.6g\n", chi2, result->Ndf(), chi2 / result->Ndf());
}
