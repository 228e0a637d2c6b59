// Wrong (wrong result): numbers of the words of the task with errors that look like some.
void hard_coded() {
    TGraphAsymmErrors *g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    TF1 *f = new TF1("f", "[0]*exp(-x/[1])+[2]", @LOW@, @HIGH@);
    f->SetParameters(@A@, @TAU@, @C@);
    g->Fit(f, "Q0");
    const double values[] = {@A@, @TAU@, @C@};
    const char *names[] = {"a", "tau", "c"};
    for (int i = 0; i < 3; ++i) std::cout << names[i] << " = " << values[i] << " +/- " << 0.04 * values[i] << std::endl;
    std::cout << "chi2/ndf = " << f->GetChisquare() << "/" << f->GetNDF() << std::endl;
}
