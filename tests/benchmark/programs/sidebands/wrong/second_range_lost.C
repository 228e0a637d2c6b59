// Wrong (wrong result): two ranges are given to a filler that takes only the first, and says so in a warning.
void second_range_lost() {
    auto file = std::unique_ptr<TFile>(TFile::Open("@FILE@"));
    auto h = file->Get<TH1D>("@HIST@");
    ROOT::Fit::DataRange bands(@LOW@, @LEFT@);
    bands.AddRange(0, @RIGHT@, @HIGH@);
    ROOT::Fit::DataOptions options;
    ROOT::Fit::BinData some(options, bands), all(options);
    ROOT::Fit::FillData(some, h);
    ROOT::Fit::FillData(all, h);
    TF1 line("line", "[offset]+[slope]*x", @LOW@, @HIGH@);
    ROOT::Math::WrappedMultiTF1 wrapped(line, 1);
    ROOT::Fit::Fitter fitter;
    fitter.SetFunction(wrapped, false);
    fitter.Config().ParSettings(0).Set("offset", 300, 10);
    fitter.Config().ParSettings(1).Set("slope", 0.1, 1);
    fitter.Fit(some);
    std::cout << "==== side bands" << std::endl;
    fitter.Result().Print(std::cout);
    const double offset = fitter.Result().Parameter(0), slope = fitter.Result().Parameter(1);
    TF1 sum("sum", "[0]+[1]*x+[2]*@WIDTH@*TMath::Gaus(x,[3],[4],true)", @LOW@, @HIGH@);
    sum.SetParNames("offset", "slope", "yield", "mean", "width");
    sum.SetParameters(offset, slope, 4000, @PEAK@, @SIGMA@);
    ROOT::Math::WrappedMultiTF1 both(sum, 1);
    ROOT::Fit::Fitter second;
    second.SetFunction(both, false);
    second.Fit(all);
    std::cout << "==== full range" << std::endl;
    second.Result().Print(std::cout);
}
