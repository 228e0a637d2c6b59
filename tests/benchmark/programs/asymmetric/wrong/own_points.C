// Wrong (wrong result): points of its own instead of those of the file.
void own_points() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors(@POINTS@);
    for (int i = 0; i < @POINTS@; ++i) {
        const double x = @HIGH@ * (i + 0.5) / @POINTS@, y = @A@ * exp(-x / @TAU@) + @C@;
        g->SetPoint(i, x, y * gRandom->Gaus(1, 0.07));
        g->SetPointError(i, 0, 0, 0.05 * y, 0.1 * y);
    }
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
