// Wrong (wrong result): the constant is left out of the function.
void no_constant() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    f->FixParameter(2, 0);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
