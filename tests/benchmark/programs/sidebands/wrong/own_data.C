// Wrong (wrong result): a histogram of its own instead of that of the file.
bool bands_only = false;

double line(double *x, double *p) {
    if (bands_only && x[0] > @LEFT@ && x[0] < @RIGHT@) {
        TF1::RejectPoint();
        return 0;
    }
    return p[0] + p[1] * x[0];
}

double sum(double *x, double *p) { return p[0] + p[1] * x[0] + p[2] * @WIDTH@ / (sqrt(2 * M_PI) * p[4]) * exp(-0.5 * pow((x[0] - p[3]) / p[4], 2)); }

void own_data() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = new TH1D("h", "", @BINS@, @LOW@, @HIGH@);
    for (int i = 0; i < 30000; ++i) h->Fill(gRandom->Rndm() < 0.15 ? gRandom->Gaus(@PEAK@, @SIGMA@) : gRandom->Uniform(@LOW@, @HIGH@));
    TF1 background("background", line, @LOW@, @HIGH@, 2);
    background.SetParameters(h->GetBinContent(1), 0);
    bands_only = true;
    h->Fit(&background, "Q0");
    bands_only = false;
    std::cout << "side bands: offset = " << background.GetParameter(0) << " +/- " << background.GetParError(0) << std::endl;
    std::cout << "side bands: slope = " << background.GetParameter(1) << " +/- " << background.GetParError(1) << std::endl;
    TF1 full("full", sum, @LOW@, @HIGH@, 5);
    full.SetParameters(background.GetParameter(0), background.GetParameter(1), 5000, @PEAK@, @SIGMA@);
    h->Fit(&full, "Q0");
    const char *names[] = {"offset", "slope", "yield", "mean", "sigma"};
    for (int i = 0; i < 5; ++i) std::cout << "full range: " << names[i] << " = " << full.GetParameter(i) << " +/- " << full.GetParError(i) << std::endl;
}
