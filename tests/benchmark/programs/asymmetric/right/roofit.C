// Right: RooFit: a data set with asymmetric errors of y, fitted by chi2.
using namespace RooFit;

void roofit() {
    RooMsgService::instance().setGlobalKillBelow(ERROR);
    std::ifstream in("@FILE@");
    std::vector<double> x, y, xl, xh, yl, yh;
    double row[6];
    while (in >> row[0] >> row[1] >> row[2] >> row[3] >> row[4] >> row[5]) {
        x.push_back(row[0]); y.push_back(row[1]); xl.push_back(row[2]); xh.push_back(row[3]); yl.push_back(row[4]); yh.push_back(row[5]);
    }
    RooRealVar vx("x", "", @LOW@, @HIGH@), vy("y", "", -1e6, 1e6);
    RooDataSet data("data", "", RooArgSet(vx, vy), StoreAsymError(RooArgSet(vy)));
    for (size_t i = 0; i < x.size(); ++i) {
        vx = x[i];
        vy = y[i];
        vy.setAsymError(-yl[i], yh[i]);
        data.add(RooArgSet(vx, vy));
    }
    RooRealVar a("a", "", @A@, 0, 100 * @A@), tau("tau", "", @TAU@, 0.05, 50), c("c", "", @C@, -@A@, @A@);
    RooFormulaVar f("f", "a*exp(-x/tau)+c", RooArgList(vx, a, tau, c));
    std::unique_ptr<RooFitResult> r(f.chi2FitTo(data, YVar(vy), Save(), PrintLevel(-1)));
    r->Print();
    printf("chi2/ndf: %.5g\n", r->minNll() / (x.size() - 3));
}
