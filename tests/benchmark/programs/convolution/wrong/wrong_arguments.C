// Wrong (does not compile): a constructor with arguments that it does not have.
using namespace RooFit;

void wrong_arguments() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    RooRealVar x("x", "", @LOW@, @HIGH@);
    x.setBins(10000, "cache");
    RooDataHist data("data", "", x, h);
    RooRealVar mass("mass", "", @MASS@, @LOW@, @HIGH@), gamma("gamma", "", @GAMMA@, 0.1 * @GAMMA@, 10 * @GAMMA@), zero("zero", "", 0), sigma("sigma", "", @SIGMA@, 0.1 * @SIGMA@, 10 * @SIGMA@);
    RooBreitWigner bw("bw", "", x, mass, gamma);
    RooGaussian resolution("resolution", "", x, zero, sigma);
    RooFFTConvPdf smeared("smeared", "", bw, resolution);
    smeared.setBufferFraction(0.5);
    RooRealVar n("n_events", "", h->Integral(), 0, 10 * h->Integral());
    RooExtendPdf model("model", "", smeared, n);
    std::unique_ptr<RooFitResult> r(model.fitTo(data, Extended(), Save(), PrintLevel(-1)));
    r->Print();
}
