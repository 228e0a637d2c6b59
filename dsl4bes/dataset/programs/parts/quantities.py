"""Quantities of formulas with their words: masses, recoils, momenta, angles.

In: particles of a fit or of lists. Out: `Quantity`: the formula of the language, what it is in English and Chinese, a name for a branch. Units are those of the language (GeV, cm, ns, rad).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl4bes.dataset.programs.part import Both

SHOWN = {
    "pip": "pi+", "pim": "pi-", "kp": "K+", "km": "K-", "prp": "p", "prm": "pbar", "ep": "e+", "em": "e-", "mup": "mu+", "mum": "mu-", "pi0": "pi0", "eta": "eta", "ks": "K_S", "lam": "Lambda", "alam": "anti-Lambda", "gam": "gamma",
}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    name: str
    formula: str
    en: str
    zh: str
    unit: str = "GeV"

    @property
    def both(self) -> Both:
        return Both(self.en, self.zh)


def shown(product: str) -> str:
    """`pi+` of `pip`, `gamma1` of `gam1`, `pi0 1` of `pi0_1`."""
    if product in SHOWN:
        return SHOWN[product]
    base, number = (product[:-2], product[-1]) if product[-2:-1] == "_" else (product[:-1], product[-1])
    return f"{SHOWN.get(base, base)}{' ' if base[-1].isdigit() else ''}{number}" if number.isdigit() else product


def _args(products: Sequence[str], fit: str) -> str:
    return ", ".join(f"{fit}.{each}" if fit else each for each in products)


def _tag(products: Sequence[str]) -> str:
    return "".join(each.replace("_", "") for each in products)


def _of(fit: str) -> tuple[str, str]:
    return (f" (momenta of `{fit}`)", f"（用 {fit} 的动量）") if fit else ("", "")


def mass(products: Sequence[str], fit: str = "") -> Quantity:
    """Invariant mass; of a fit's particles where `fit` is given."""
    what, (en, zh) = " ".join(shown(each) for each in products), _of(fit)
    return Quantity(f"m_{_tag(products)}", f"m({_args(products, fit)})", f"the invariant mass of {what}{en}", f"{what} 的不变质量{zh}")


def recoil(products: Sequence[str], fit: str = "") -> Quantity:
    what, (en, zh) = " ".join(shown(each) for each in products), _of(fit)
    return Quantity(f"rec_{_tag(products)}", f"recoil({_args(products, fit)})", f"the recoil mass against {what}{en}", f"{what} 的反冲质量{zh}")


def momentum(product: str, fit: str = "") -> Quantity:
    en, zh = _of(fit)
    return Quantity(f"p_{_tag([product])}", f"p({_args([product], fit)})", f"the momentum of the {shown(product)}{en}", f"{shown(product)} 的动量{zh}")


def cosine(product: str, fit: str = "") -> Quantity:
    en, zh = _of(fit)
    return Quantity(f"cos_{_tag([product])}", f"cos({_args([product], fit)})", f"cos theta of the {shown(product)}{en}", f"{shown(product)} 的 cosθ{zh}", "")


def energy(product: str, fit: str = "") -> Quantity:
    en, zh = _of(fit)
    return Quantity(f"e_{_tag([product])}", f"e({_args([product], fit)})", f"the energy of {shown(product)}{en}", f"{shown(product)} 的能量{zh}")


def chi2(fit: str) -> Quantity:
    return Quantity(f"chi2_{fit}", f"{fit}.chi2", f"the chi2 of `{fit}`", f"{fit} 的 chi2", "")


def count(name: str, what: Both) -> Quantity:
    return Quantity(f"n_{name}", f"count({name})", f"the number of {what.en}", f"{what.zh}数目", "")


def angle(first: str, second: str, cm: bool = False) -> Quantity:
    frame, en, zh = (", frame: :cm", " in the centre of mass", "质心系中") if cm else ("", "", "")
    return Quantity(f"ang_{first}_{second}", f"angle({first}, {second}{frame})", f"the angle between {shown(first)} and {shown(second)}{en}", f"{zh}{shown(first)} 与 {shown(second)} 的夹角", "rad")
