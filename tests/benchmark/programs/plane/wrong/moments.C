// Wrong (wrong result): mean and root of the variance of the histogram: nothing is fitted.
void moments() {
    TFile *file = TFile::Open("@FILE@");
    TH2 *h = file->Get<TH2>("@HIST@");
    TF2 *f = new TF2("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f->SetParameters(h->GetMaximum(), h->GetMean(1), h->GetRMS(1), h->GetMean(2), h->GetRMS(2));
    const double errors[] = {3, h->GetMeanError(1), h->GetRMSError(1), h->GetMeanError(2), h->GetRMSError(2)};
    const char *names[] = {"height", "mean_x", "sigma_x", "mean_y", "sigma_y"};
    for (int i = 0; i < 5; ++i)
        std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << errors[i] << std::endl;
    std::cout << "chi2/ndf = " << h->Chisquare(f) / (h->GetNbinsX() * h->GetNbinsY() - 5) << std::endl;
}
