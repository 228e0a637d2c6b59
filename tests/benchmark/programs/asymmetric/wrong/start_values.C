// Wrong (wrong result): the function is printed before it is fitted.
void start_values() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << f->GetParameter(i) << " +/- " << f->GetParError(i) << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
