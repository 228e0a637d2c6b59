// Wrong (does not converge): the fit gets too few calls, and is printed all the same.
void not_converged() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    ROOT::Math::MinimizerOptions::SetDefaultMaxFunctionCalls(10);
    f->SetParameters(3 * @A@, 4 * @TAU@, 0);
    g->Fit(f, "0");
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
