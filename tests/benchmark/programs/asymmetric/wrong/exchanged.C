// Wrong (wrong result): lower and upper errors are exchanged.
void exchanged() {
    std::ifstream in("@FILE@");
    std::vector<double> x, y, xl, xh, yl, yh;
    double row[6];
    while (in >> row[0] >> row[1] >> row[2] >> row[3] >> row[4] >> row[5]) {
        x.push_back(row[0]); y.push_back(row[1]); xl.push_back(row[2]); xh.push_back(row[3]); yl.push_back(row[4]); yh.push_back(row[5]);
    }
    TGraphAsymmErrors *g = new TGraphAsymmErrors(x.size(), x.data(), y.data(), xl.data(), xh.data(), yh.data(), yl.data());
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
