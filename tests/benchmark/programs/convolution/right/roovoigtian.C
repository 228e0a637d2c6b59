// Right: RooFit: RooVoigtian, Chinese words.
using namespace RooFit;

void roovoigtian() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    RooRealVar x("x", "", @LOW@, @HIGH@);
    RooDataHist data("data", "", x, h);
    RooRealVar mass("mass", "", @MASS@, @LOW@, @HIGH@), gamma("gamma", "", @GAMMA@, 0.1 * @GAMMA@, 10 * @GAMMA@), sigma("sigma", "", @SIGMA@, 0.1 * @SIGMA@, 10 * @SIGMA@);
    RooVoigtian smeared("smeared", "", x, mass, gamma, sigma);
    RooRealVar n("n_events", "", h->Integral(), 0, 10 * h->Integral());
    RooExtendPdf model("model", "", smeared, n);
    std::unique_ptr<RooFitResult> r(model.fitTo(data, Extended(), Save(), PrintLevel(-1)));
    printf("事例数: %.1f ± %.1f\n", n.getVal(), n.getError());
    printf("质量: %.7f ± %.7f\n", mass.getVal(), mass.getError());
    printf("固有宽度: %.7f ± %.7f\n", gamma.getVal(), gamma.getError());
    printf("分辨率: %.7f ± %.7f\n", sigma.getVal(), sigma.getError());
}
