"""What can be set about toy events.

In: numbers of the beams, the detector and the noise. Out: `ToyOptions`, checked.
Nothing is drawn here. Units GeV, cm, ns.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToyOptions:
    """Settings of toy events; the defaults are a BESIII-like detector with its usual noise.

    `beam_size` is the spread of the collision point (BEPCII: 380 um and 6 um across; along the beam a bunch
    of 15 mm gives about 7 mm). Photons are measured from the origin, as in BOSS, so a long luminous region
    widens what they give in a fit; set it to zeros for exact pulls. `energy_spread` is that of the sum of
    both beams.
    """

    run: int = -1000  #: negative = simulated
    first_event_number: int = 0
    energy_spread: float = 0.0009
    beam_spot: tuple[float, float, float] = (0.0, 0.0, 0.0)
    beam_size: tuple[float, float, float] = (0.038, 0.0006, 0.7)
    efficiency: bool = True  #: False: everything inside the acceptance is found
    noise_showers: float = 1.0  #: mean number an event, spread over all shower times
    extra_photons: float = 0.0  #: mean number of further in-time photons (20 exceed the usual cap)
    split_offs: float = 0.15  #: chance that a hadron leaves a second shower nearby
    tof_missing: float = 0.05  #: chance that a track has no TOF hit at all
    endcap_tof: str = "mrpc"  #: "mrpc" (since 2015) or "scintillator"
    stress: bool = False  #: busy, broken events: extra particles, empty events, missing links

    def __post_init__(self) -> None:
        if not -(2**31) <= self.run < 2**31:
            raise ValueError(f"run must be a whole number of 32 bits, not {self.run}")
        for name in ("energy_spread", "noise_showers", "extra_photons"):
            if not 0 <= getattr(self, name) < 1000:
                raise ValueError(f"{name} must be from 0 to 1000, not {getattr(self, name)}")
        for name in ("split_offs", "tof_missing"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a probability, not {getattr(self, name)}")
        if self.endcap_tof not in ("mrpc", "scintillator"):
            raise ValueError(f"endcap_tof is 'mrpc' or 'scintillator', not {self.endcap_tof!r}")
        if min(self.beam_size) < 0:
            raise ValueError("beam_size holds three lengths, none negative")
