// Right: a table with a row for each quantity; the band of the global fitter at one point of a graph.
void table() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    TF1 *f = new TF1("f", "[Amplitude]*exp(-0.5*((x-[Mean])/[Sigma])^2)", @LOW@, @HIGH@);
    f->SetParameters(h->GetMaximum(), h->GetMean(), h->GetRMS());
    h->Fit(f, "Q0E");
    const double shares[3] = {@SHARE1@, @SHARE2@, @SHARE3@};
    printf("%-12s", "");
    for (double share : shares) printf(" %10.1f%% low       high", 100 * share);
    printf("\n");
    for (int i = 0; i < 3; ++i) {
        printf("%-12s", f->GetParName(i));
        for (double share : shares) {
            const double half = ROOT::Math::normal_quantile_c((1 - share) / 2, 1) * f->GetParError(i);
            printf(" %12.6g %12.6g", f->GetParameter(i) - half, f->GetParameter(i) + half);
        }
        printf("\n");
    }
    printf("%-12s", "f(x0)");
    for (double share : shares) {
        TGraphErrors point(1);
        point.SetPoint(0, @X0@, 0);
        TVirtualFitter::GetFitter()->GetConfidenceIntervals(&point, share);
        printf(" %12.6g %12.6g", point.GetY()[0] - point.GetEY()[0], point.GetY()[0] + point.GetEY()[0]);
    }
    printf("\n");
}
