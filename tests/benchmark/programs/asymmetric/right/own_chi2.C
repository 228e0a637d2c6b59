// Right: a chi2 of its own that chooses the error by the side of the curve, errors by Hesse.
void own_chi2() {
    std::ifstream in("@FILE@");
    std::vector<double> x, y, xl, xh, yl, yh;
    double row[6];
    while (in >> row[0] >> row[1] >> row[2] >> row[3] >> row[4] >> row[5]) {
        x.push_back(row[0]); y.push_back(row[1]); xl.push_back(row[2]); xh.push_back(row[3]); yl.push_back(row[4]); yh.push_back(row[5]);
    }
    auto chi2 = [&](const double *p) {
        double sum = 0;
        for (size_t i = 0; i < x.size(); ++i) {
            const double d = y[i] - (p[0] * exp(-x[i] / p[1]) + p[2]);
            const double e = d > 0 ? yl[i] : yh[i];
            sum += d * d / (e * e);
        }
        return sum;
    };
    ROOT::Math::Functor fcn(chi2, 3);
    auto m = ROOT::Math::Factory::CreateMinimizer("Minuit2", "Migrad");
    m->SetFunction(fcn);
    m->SetVariable(0, "a", @A@, 0.1);
    m->SetVariable(1, "tau", @TAU@, 0.05);
    m->SetVariable(2, "c", @C@, 0.1);
    m->Minimize();
    m->Hesse();
    for (int i = 0; i < 3; ++i) printf("%-5s %12.6f %12.6f\n", m->VariableName(i).c_str(), m->X()[i], m->Errors()[i]);
    printf("chi2 %.4f ndf %d\n", m->MinValue(), (int)x.size() - 3);
}
