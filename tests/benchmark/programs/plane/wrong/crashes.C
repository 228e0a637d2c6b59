// Wrong (crashes): the name of the histogram is wrong, and nobody looks whether it is there.
void crashes() {
    TFile *file = TFile::Open("@FILE@");
    TH2 *h = file->Get<TH2>("nothing");
    TF2 *f = new TF2("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f->SetParameters(h->GetMaximum(), h->GetMean(1), h->GetRMS(1), h->GetMean(2), h->GetRMS(2));
    h->Fit(f, "Q0");
    const char *names[] = {"height", "mean_x", "sigma_x", "mean_y", "sigma_y"};
    for (int i = 0; i < 5; ++i)
        std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() / f->GetNDF() << std::endl;
}
