// Wrong (wrong result): errors are averaged.
void symmetric() {
    std::ifstream in("@FILE@");
    std::vector<double> x, y, xl, xh, yl, yh;
    double row[6];
    while (in >> row[0] >> row[1] >> row[2] >> row[3] >> row[4] >> row[5]) {
        x.push_back(row[0]); y.push_back(row[1]); xl.push_back(row[2]); xh.push_back(row[3]); yl.push_back(row[4]); yh.push_back(row[5]);
    }
    TGraphErrors *g = new TGraphErrors(x.size());
    for (size_t i = 0; i < x.size(); ++i) { g->SetPoint(i, x[i], y[i]); g->SetPointError(i, 0, 0.5 * (yl[i] + yh[i])); }
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
