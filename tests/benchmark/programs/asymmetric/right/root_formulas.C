// Right: the sum of an exponential and a constant of ROOT; the slope is turned into tau with its error.
void root_formulas() {
    auto g = new TGraphAsymmErrors("@FILE@", "%lg %lg %lg %lg %lg %lg");
    auto f = new TF1("f", "expo(0)+pol0(2)", @LOW@, @HIGH@);
    f->SetParameters(log(@A@), -1.0 / @TAU@, @C@);
    auto r = g->Fit(f, "SQ0");
    const double a = exp(r->Parameter(0)), tau = -1 / r->Parameter(1);
    std::cout << "拟合得到：" << std::endl;
    std::cout << "幅度 a：" << a << " 误差 " << a * r->ParError(0) << std::endl;
    std::cout << "寿命 tau：" << tau << " 误差 " << tau * tau * r->ParError(1) << std::endl;
    std::cout << "常数 c：" << r->Parameter(2) << " 误差 " << r->ParError(2) << std::endl;
    std::cout << "卡方/自由度 = " << r->Chi2() / r->Ndf() << std::endl;
}
