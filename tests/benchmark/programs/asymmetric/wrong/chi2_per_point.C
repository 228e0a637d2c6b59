// Wrong (wrong result): chi2 over the number of points; the parameters are not taken off.
void chi2_per_point() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() / g->GetN() << std::endl;
}
