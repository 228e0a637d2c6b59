// Right: TF1Convolution by fast Fourier transform.
void tf1convolution() {
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = (TH1 *)file->Get("@HIST@");
    const double low = @LOW@, high = @HIGH@, room = high - low;
    // the resonance about the mass, the resolution about zero: both ranges are wide, since the convolution goes round at their ends
    TF1 *bw = new TF1("bw", "[0]*TMath::BreitWigner(x,[1],[2])", low - room, high + room);
    TF1 *res = new TF1("res", "TMath::Gaus(x,0,[0],true)", -10 * @SIGMA@, 10 * @SIGMA@);
    auto convolution = new TF1Convolution(bw, res, low - room, high + room, false);
    convolution->SetNofPointsFFT(4000);
    TF1 *f = new TF1("f", *convolution, low, high, convolution->GetNpar());
    f->SetParameters(h->Integral() * h->GetBinWidth(1), @MASS@, @GAMMA@, @SIGMA@);
    f->SetParNames("area", "mass", "Gamma", "sigma");
    TFitResultPtr r = h->Fit(f, "SQ0");
    const double w = h->GetBinWidth(1);
    printf("events     %.6g +- %.4g\n", r->Parameter(0) / w, r->ParError(0) / w);
    for (int i = 1; i < 4; ++i) printf("%-10s %.8g +- %.4g\n", f->GetParName(i), r->Parameter(i), r->ParError(i));
}
