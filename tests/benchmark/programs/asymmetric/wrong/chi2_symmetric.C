// Wrong (wrong result): the fit takes the asymmetric errors, its chi2 their averages.
void chi2_symmetric() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    double chi2 = 0;
    for (int i = 0; i < g->GetN(); ++i) {
        const double error = 0.5 * (g->GetErrorYlow(i) + g->GetErrorYhigh(i));
        chi2 += pow((g->GetY()[i] - f->Eval(g->GetX()[i])) / error, 2);
    }
    std::cout << "chi2/ndf = " << chi2 / f->GetNDF() << std::endl;
}
