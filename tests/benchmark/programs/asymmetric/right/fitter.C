// Right: a fitter with data filled from the graph, Minos called as well.
void fitter() {
    TGraphAsymmErrors graph("@FILE@", "%lg %lg %lg %lg %lg %lg");
    ROOT::Fit::BinData data;
    ROOT::Fit::FillData(data, &graph);
    TF1 law("law", "[Constant]+[Amplitude]*exp(-x/[Tau])", @LOW@, @HIGH@);
    ROOT::Math::WrappedMultiTF1 model(law, 1);
    ROOT::Fit::Fitter fitter;
    const double start[] = {@A@, @C@, @TAU@};
    law.SetParameters(start);
    fitter.SetFunction(model, false);
    for (unsigned i = 0; i < 3; ++i) fitter.Config().ParSettings(i).SetValue(fitter.Config().ParSettings(i).Name() == "Amplitude" ? @A@ : fitter.Config().ParSettings(i).Name() == "Tau" ? @TAU@ : @C@);
    if (!fitter.Fit(data)) { std::cout << "failed" << std::endl; return; }
    fitter.CalculateHessErrors();
    const auto &result = fitter.Result();
    for (unsigned i = 0; i < 3; ++i) std::cout << result.GetParameterName(i) << ": " << result.Value(i) << " (" << result.Error(i) << ")" << std::endl;
    std::cout << "chi2 = " << result.Chi2() << " for " << result.Ndf() << " degrees of freedom" << std::endl;
}
