// Right: RooFit: extended likelihood, turned into the height of the curve.
using namespace RooFit;

void roofit() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    TFile *file = TFile::Open("@FILE@");
    TH1 *h = file->Get<TH1>("@HIST@");
    RooRealVar x("x", "", @LOW@, @HIGH@), mean("mean", "", h->GetMean(), @LOW@, @HIGH@), sigma("sigma", "", h->GetRMS(), 0.1 * h->GetRMS(), 5 * h->GetRMS());
    RooDataHist data("data", "", x, h);
    RooGaussian g("g", "", x, mean, sigma);
    RooRealVar n("n", "", h->Integral(), 0, 10 * h->Integral());
    RooExtendPdf model("model", "", g, n);
    std::unique_ptr<RooFitResult> r(model.fitTo(data, Extended(), Save(), PrintLevel(-1)));
    std::unique_ptr<RooAbsReal> norm(g.createIntegral(x));
    norm->SetName("norm");
    RooConstVar width("width", "", h->GetBinWidth(1));
    RooFormulaVar height("height", "n * width / norm", RooArgList(n, width, *norm));
    RooConstVar place("place", "", @X0@);
    RooFormulaVar curve("curve", "height * exp(-0.5 * ((place - mean) / sigma)^2)", RooArgList(height, place, mean, sigma));
    const double shares[] = {@SHARE1@, @SHARE2@, @SHARE3@};
    for (RooAbsReal *each : std::vector<RooAbsReal *>{&height, &mean, &sigma, &curve})
        for (double share : shares) {
            const double half = TMath::NormQuantile(0.5 * (1 + share)) * each->getPropagatedError(*r);
            std::cout << each->GetName() << " CL=" << share << " (" << std::setprecision(8) << each->getVal() - half << ", " << each->getVal() + half << ")" << std::endl;
        }
}
