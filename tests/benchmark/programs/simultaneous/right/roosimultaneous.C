// Right: RooFit: a simultaneous pdf over a category, extended; the slope of RooExponential.
using namespace RooFit;

void roosimultaneous() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    TFile *file = TFile::Open("@FILE@");
    TH1 *h1 = file->Get<TH1>("@HIST1@"), *h2 = file->Get<TH1>("@HIST2@");
    RooRealVar x("x", "", @LOW@, @HIGH@);
    RooRealVar slope("slope", "", -1.0 / @TAU@, -100, -0.001), mean("mean", "", @PEAK@, @LOW@, @HIGH@), sigma("sigma", "", @SIGMA@, 0.1 * @SIGMA@, 5 * @SIGMA@);
    RooExponential shape("shape", "", x, slope);
    RooGaussian peak("peak", "", x, mean, sigma);
    RooRealVar n1("n_bkg1", "", h1->Integral(), 0, 1e6), n2("n_bkg2", "", h2->Integral(), 0, 1e6), ns("n_sig", "", 1000, 0, 1e6);
    RooExtendPdf control("control", "", shape, n1);
    RooAddPdf physics("physics", "", RooArgList(shape, peak), RooArgList(n2, ns));
    RooCategory sample("sample", "");
    sample.defineType("control");
    sample.defineType("physics");
    std::map<std::string, TH1 *> histograms{{"control", h1}, {"physics", h2}};
    RooDataHist data("data", "", x, Index(sample), Import(histograms));
    RooSimultaneous both("both", "", sample);
    both.addPdf(control, "control");
    both.addPdf(physics, "physics");
    std::unique_ptr<RooFitResult> r(both.fitTo(data, Extended(), Save(), PrintLevel(-1)));
    r->Print("v");
}
