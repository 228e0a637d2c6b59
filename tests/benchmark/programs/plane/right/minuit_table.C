// Right: a C++ function, and all that is printed is what the fit prints itself, and chi2 and ndf.
double plane(double *x, double *p) {
    const double u = (x[0] - p[1]) / p[2], v = (x[1] - p[3]) / p[4];
    return p[0] * exp(-0.5 * (u * u + v * v));
}

void minuit_table() {
    TFile file("@FILE@");
    TH2 *h = nullptr;
    file.GetObject("@HIST@", h);
    TF2 f("f", plane, @XLOW@, @XHIGH@, @YLOW@, @YHIGH@, 5);
    f.SetParameters(0.8 * h->GetMaximum(), @XMEAN@, @XSIGMA@, @YMEAN@, @YSIGMA@);
    h->Fit(&f, "N");
    cout << "Chi2: " << f.GetChisquare() << "  NDF: " << f.GetNDF() << endl;
}
