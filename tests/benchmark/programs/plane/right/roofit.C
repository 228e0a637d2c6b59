// Right: RooFit, extended likelihood of a binned data set; the number of events instead of the height, chi2 by hand.
using namespace RooFit;

void roofit() {
    RooMsgService::instance().setGlobalKillBelow(WARNING);
    TFile *file = TFile::Open("@FILE@");
    TH2 *h = file->Get<TH2>("@HIST@");
    RooRealVar x("x", "x", @XLOW@, @XHIGH@), y("y", "y", @YLOW@, @YHIGH@);
    RooDataHist data("data", "data", RooArgList(x, y), h);
    RooRealVar mean_x("mean_x", "", @XMEAN@, @XLOW@, @XHIGH@), sigma_x("sigma_x", "", @XSIGMA@, 0.2 * @XSIGMA@, 5 * @XSIGMA@);
    RooRealVar mean_y("mean_y", "", @YMEAN@, @YLOW@, @YHIGH@), sigma_y("sigma_y", "", @YSIGMA@, 0.2 * @YSIGMA@, 5 * @YSIGMA@);
    RooGaussian gx("gx", "", x, mean_x, sigma_x), gy("gy", "", y, mean_y, sigma_y);
    RooProdPdf both("both", "", RooArgList(gx, gy));
    RooRealVar norm("norm", "", h->Integral(), 0, 10 * h->Integral());
    RooExtendPdf model("model", "", both, norm);
    RooFitResult *r = model.fitTo(data, Save(), Extended(), PrintLevel(-1));
    r->Print();
    double chi2 = 0;
    int bins = 0;
    TF2 f("f", "[0]*exp(-0.5*((x-[1])/[2])^2 - 0.5*((y-[3])/[4])^2)", @XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    f.SetParameters(1, mean_x.getVal(), sigma_x.getVal(), mean_y.getVal(), sigma_y.getVal());
    const double integral = f.Integral(@XLOW@, @XHIGH@, @YLOW@, @YHIGH@);
    for (int i = 1; i <= h->GetNbinsX(); ++i)
        for (int j = 1; j <= h->GetNbinsY(); ++j) {
            const double wx = h->GetXaxis()->GetBinWidth(i), wy = h->GetYaxis()->GetBinWidth(j);
            const double expected = norm.getVal() * f.Eval(h->GetXaxis()->GetBinCenter(i), h->GetYaxis()->GetBinCenter(j)) * wx * wy / integral;
            chi2 += pow(h->GetBinContent(i, j) - expected, 2) / expected;
            ++bins;
        }
    std::cout << "chi2/ndf = " << chi2 << " / " << bins - 5 << std::endl;
}
