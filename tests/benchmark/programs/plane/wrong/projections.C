// Wrong (wrong result): the two projections are fitted, not the plane.
void projections() {
    TFile *file = TFile::Open("@FILE@");
    TH2 *h = file->Get<TH2>("@HIST@");
    TF2 *f = new TF2("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f->SetParameters(h->GetMaximum(), h->GetMean(1), h->GetRMS(1), h->GetMean(2), h->GetRMS(2));
    TF1 gx("gx", "gaus", @XLOW@, @XHIGH@), gy("gy", "gaus", @YLOW@, @YHIGH@);
    h->ProjectionX()->Fit(&gx, "Q0");
    h->ProjectionY()->Fit(&gy, "Q0");
    TF1 *of[] = {&gx, &gx, &gx, &gy, &gy};
    const int at[] = {0, 1, 2, 1, 2};
    const char *names[] = {"height", "mean_x", "sigma_x", "mean_y", "sigma_y"};
    for (int i = 0; i < 5; ++i)
        std::cout << names[i] << " = " << of[i]->GetParameter(at[i]) << " +/- " << of[i]->GetParError(at[i]) << std::endl;
    std::cout << "chi2/ndf = " << gx.GetChisquare() / gx.GetNDF() << std::endl;
}
