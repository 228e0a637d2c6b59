// Right: the bins of the peak are emptied in a copy, so that chi2 leaves them out.
void no_errors_no_bins() {
    TFile f("@FILE@");
    TH1 *h = (TH1 *)f.Get("@HIST@");
    TH1 *bands = (TH1 *)h->Clone("bands");
    for (int i = 1; i <= bands->GetNbinsX(); ++i) {
        const double x = bands->GetBinCenter(i);
        if (x > @LEFT@ && x < @RIGHT@) { bands->SetBinContent(i, 0); bands->SetBinError(i, 0); }
    }
    TF1 *pol = new TF1("pol", "pol1", @LOW@, @HIGH@);
    TFitResultPtr r1 = bands->Fit(pol, "SQ0");
    printf("Sideband fit\n  offset: %.5g %.3g\n  slope: %.5g %.3g\n", r1->Parameter(0), r1->ParError(0), r1->Parameter(1), r1->ParError(1));
    TF1 *all = new TF1("all", "pol1(0)+gausn(2)", @LOW@, @HIGH@);
    all->SetParameters(r1->Parameter(0), r1->Parameter(1), 4000 * h->GetBinWidth(1), @PEAK@, @SIGMA@);
    TFitResultPtr r2 = h->Fit(all, "SQ0");
    const double w = h->GetBinWidth(1);
    printf("Full fit\n  offset: %.5g %.3g\n  slope: %.5g %.3g\n", r2->Parameter(0), r2->ParError(0), r2->Parameter(1), r2->ParError(1));
    printf("  yield: %.6g %.4g\n  mean: %.6g %.4g\n  width: %.6g %.4g\n", r2->Parameter(2) / w, r2->ParError(2) / w, r2->Parameter(3), r2->ParError(3), r2->Parameter(4), r2->ParError(4));
}
