// Right: points are read one by one, a C++ function, the table that the fit result prints.
double law(double *x, double *p) { return p[0] * TMath::Exp(-x[0] / p[1]) + p[2]; }

void stream() {
    std::ifstream in("@FILE@");
    std::vector<double> x, y, xl, xh, yl, yh;
    double row[6];
    while (in >> row[0] >> row[1] >> row[2] >> row[3] >> row[4] >> row[5]) {
        x.push_back(row[0]); y.push_back(row[1]); xl.push_back(row[2]); xh.push_back(row[3]); yl.push_back(row[4]); yh.push_back(row[5]);
    }
    TGraphAsymmErrors g(x.size(), x.data(), y.data(), xl.data(), xh.data(), yl.data(), yh.data());
    TF1 f("law", law, @LOW@, @HIGH@, 3);
    f.SetParNames("Amplitude", "Lifetime", "Offset");
    f.SetParameters(y.front(), @TAU@, y.back());
    auto r = g.Fit(&f, "S");
    printf("Reduced chi-square: %.4f\n", r->Chi2() / r->Ndf());
}
