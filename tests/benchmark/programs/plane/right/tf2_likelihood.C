// Right: likelihood, names of parameters in the table of the fit result.
void tf2_likelihood() {
    auto *file = new TFile("@FILE@");
    auto *data = (TH2D *)file->Get("@HIST@");
    auto *gauss = new TF2("gauss", "[Amp]*TMath::Gaus(x,[MeanX],[SigmaX])*TMath::Gaus(y,[MeanY],[SigmaY])", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    gauss->SetParameter("Amp", data->GetMaximum());
    gauss->SetParameter("MeanX", @XMEAN@);
    gauss->SetParameter("MeanY", @YMEAN@);
    gauss->SetParameter("SigmaX", @XSIGMA@);
    gauss->SetParameter("SigmaY", @YSIGMA@);
    TFitResultPtr r = data->Fit(gauss, "SLQ0");
    r->Print();
    printf("chi2 = %g, ndf = %u\n", data->Chisquare(gauss), r->Ndf());
}
