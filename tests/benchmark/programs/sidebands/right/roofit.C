// Right: RooFit: a chi2 of its own making is not needed, the line of a likelihood is turned into entries per bin.
using namespace RooFit;

void roofit() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    const double low = @LOW@, high = @HIGH@, left = @LEFT@, right = @RIGHT@, w = @WIDTH@;
    RooRealVar x("x", "x", low, high);
    RooDataHist data("data", "", x, h);
    // entries per bin = offset + slope * x; both are free, so the pdf is normalised by hand through its number of events
    RooRealVar offset("offset", "", 300, 0, 5000), slope("slope", "", 0.1, -2000, 2000);
    RooGenericPdf line("line", "TMath::Max(1e-9, offset + slope * x)", RooArgList(x, offset, slope));
    auto events = [&](double a, double b) { return ((b - a) * offset.getVal() + 0.5 * (b * b - a * a) * slope.getVal()) / w; };
    // shape alone: slope / offset
    offset.setVal(1);
    offset.setConstant(true);
    slope.setRange(-1 / high * 0.999, 1e3);
    slope.setVal(0);
    x.setRange("left", low, left);
    x.setRange("right", right, high);
    std::unique_ptr<RooFitResult> r(line.fitTo(data, Range("left,right"), Save(), PrintLevel(-1)));
    const double k = slope.getVal(), dk = slope.getError();
    const double n = h->Integral(h->FindBin(low + 0.5 * w), h->FindBin(left - 0.5 * w)) + h->Integral(h->FindBin(right + 0.5 * w), h->FindBin(high - 0.5 * w));
    const double length = left - low + high - right, moment = 0.5 * (left * left - low * low + high * high - right * right);
    const double o = n * w / (length + k * moment);
    const double o_k = -o * moment / (length + k * moment), o_n = o / n;
    const double s = o * k, s_k = o + k * o_k, s_n = k * o_n;
    printf("side bands: offset = %.6g +- %.4g\n", o, sqrt(o_k * o_k * dk * dk + o_n * o_n * n));
    printf("side bands: slope = %.6g +- %.4g\n", s, sqrt(s_k * s_k * dk * dk + s_n * s_n * n));
    // the sum: events of the line and of the peak
    RooRealVar mean("mean", "", @PEAK@, left, right), sigma("sigma", "", @SIGMA@, 0.2 * @SIGMA@, 4 * @SIGMA@);
    RooGaussian peak("peak", "", x, mean, sigma);
    RooRealVar n_line("n_line", "", 0.8 * h->Integral(), 0, 2 * h->Integral()), n_peak("yield", "", 0.1 * h->Integral(), 0, h->Integral());
    RooAddPdf model("model", "", RooArgList(line, peak), RooArgList(n_line, n_peak));
    std::unique_ptr<RooFitResult> all(model.fitTo(data, Save(), Extended(), PrintLevel(-1)));
    RooFormulaVar full_offset("full_offset", "@0 * @WIDTH@ / (@HIGH@ - @LOW@ + @1 * 0.5 * (@HIGH@ * @HIGH@ - @LOW@ * @LOW@))", RooArgList(n_line, slope));
    RooFormulaVar full_slope("full_slope", "@0 * @1", RooArgList(full_offset, slope));
    printf("full: offset = %.6g +- %.4g\n", full_offset.getVal(), full_offset.getPropagatedError(*all));
    printf("full: slope = %.6g +- %.4g\n", full_slope.getVal(), full_slope.getPropagatedError(*all));
    printf("full: yield = %.6g +- %.4g\nfull: mean = %.6g +- %.4g\nfull: sigma = %.6g +- %.4g\n", n_peak.getVal(), n_peak.getError(), mean.getVal(), mean.getError(), sigma.getVal(), sigma.getError());
}
