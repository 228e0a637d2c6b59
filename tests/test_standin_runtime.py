"""The job runtime: options, properties, tuples, histograms, event store, errors that name run and event."""

from __future__ import annotations

import numpy as np
import pytest
from standin_tools import DATA, algorithm, batch, have_toolchain, helix_rows, open_job

from dsl4bes.run.job import Job, JobError
from dsl4bes.standin.build import build_library, build_package

pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")

_TUPLE = "NTuple::Tuple* m_tuple;"
_BOOK = 'm_tuple = ntupleSvc()->book("FILE1/t", CLID_ColumnWiseTuple, "a title");'
_HEADER = 'SmartDataPtr<Event::EventHeader> head(eventSvc(), "/Event/EventHeader");\n'


def rows(job: Job, events=None) -> dict:
    job.process(batch(1) if events is None else events)
    return job.tuples()["FILE1/t"]


# --- tuples -----------------------------------------------------------------------------------------------


def test_every_column_type_and_shape():
    types = {
        "bool": ("?", 1),
        "char": ("i1", -3),
        "unsigned char": ("u1", 200),
        "short": ("i2", -300),
        "unsigned short": ("u2", 60000),
        "int": ("i4", -70000),
        "unsigned int": ("u4", 4000000000),
        "long": ("i8", -5000000000),
        "float": ("f4", 0.5),
        "double": ("f8", 0.1),
    }
    members = _TUPLE + "".join(f" NTuple::Item<{kind}> m_{i};" for i, kind in enumerate(types))
    book = _BOOK + "".join(f' m_tuple->addItem("c{i}", m_{i});' for i in range(len(types)))
    fill = "".join(
        f"m_{i} = ({kind}){value}{'u' if kind == 'unsigned int' else ''};"
        for i, (kind, (_, value)) in enumerate(types.items())
    )
    fill = fill.replace("(long)-5000000000", "-5000000000L")
    with open_job(fill + "m_tuple->write();", members=members, initialize=book) as job:
        found = rows(job, batch(2))
    for i, (dtype, value) in enumerate(types.values()):
        assert found[f"c{i}"].dtype == np.dtype(dtype)
        assert found[f"c{i}"].tolist() == [value, value]


_SHAPES = """NTuple::Item<long> m_n; NTuple::Array<double> m_fixed, m_var; NTuple::Matrix<int> m_matrix, m_varmatrix;"""
_BOOK_SHAPES = (
    _BOOK
    + """ m_tuple->addItem("n", m_n, 0, 4); m_tuple->addItem("fixed", 3, m_fixed); m_tuple->addIndexedItem("var", m_n, m_var);
    m_tuple->addItem("matrix", 2, 3, m_matrix); m_tuple->addIndexedItem("varmatrix", m_n, 2, m_varmatrix);"""
)


def test_arrays_and_matrices():
    fill = (
        _HEADER
        + """int n = head->eventNumber(); m_n = n;
    for (int i = 0; i < 3; ++i) m_fixed[i] = 10 * n + i;
    for (int i = 0; i < n; ++i) { m_var[i] = 0.5 * i; m_varmatrix[i][0] = i; m_varmatrix[i][1] = n; }
    m_matrix[1][2] = n;
    m_tuple->write();"""
    )
    with open_job(fill, members=_TUPLE + _SHAPES, initialize=_BOOK_SHAPES) as job:
        found = rows(job, batch(4))
        assert found["n"].tolist() == [0, 1, 2, 3]
        assert found["fixed"].tolist() == [[10 * n, 10 * n + 1, 10 * n + 2] for n in range(4)]
        counts, flat = found["var"]
        assert counts.tolist() == [0, 1, 2, 3] and flat.tolist() == [0, 0, 0.5, 0, 0.5, 1]
        assert found["matrix"].shape == (4, 2, 3) and found["matrix"][:, 1, 2].tolist() == [0, 1, 2, 3]
        counts, flat = found["varmatrix"]
        assert counts.tolist() == [0, 1, 2, 3] and flat[-1].tolist() == [2, 3] and flat.shape == (6, 2)
        empty = job.tuples()["FILE1/t"]
        assert empty["n"].shape == (0,) and empty["fixed"].shape[0] == 0 and empty["var"][1].shape == (0,)
        assert job.titles() == {"FILE1/t": "a title"}


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        ("m_n = 5; m_tuple->write();", ["FILE1/t", "var", "n = 5"]),
        ("m_n = -1; m_tuple->write();", ["var", "-1"]),
        ("m_var[4] = 1;", ["FILE1/t", "column var", "index 4", "4 booked"]),
        ("m_fixed[3] = 1;", ["column fixed", "index 3"]),
        ("m_fixed[-1] = 1;", ["column fixed", "-1"]),
        ("m_matrix[2][0] = 1;", ["column matrix"]),
        ("int* row = m_matrix[1]; row[4] = 1; m_tuple->write();", ["column matrix", "overrun"]),
    ],
)
def test_overrun_is_an_error_that_names_tuple_and_column(fill, words):
    job = open_job(fill, members=_TUPLE + _SHAPES, initialize=_BOOK_SHAPES)
    with job, pytest.raises(JobError) as caught:
        job.process(batch(1))
    assert all(word in str(caught.value) for word in ["run -1234, event 0", *words]), caught.value


def test_index_at_its_capacity_is_fine():
    with open_job(
        "m_n = 4; m_var[3] = 7; m_tuple->write();", members=_TUPLE + _SHAPES, initialize=_BOOK_SHAPES
    ) as job:
        assert rows(job)["var"][1].tolist() == [0, 0, 0, 7]


def test_items_are_zero_again_after_write():
    fill = _HEADER + "if (head->eventNumber() == 0) { m_a = 5; m_fixed[1] = 6; } m_tuple->write();"
    members = _TUPLE + "NTuple::Item<int> m_a; NTuple::Array<double> m_fixed;"
    book = _BOOK + 'm_tuple->addItem("a", m_a); m_tuple->addItem("fixed", 3, m_fixed);'
    with open_job(fill, members=members, initialize=book) as job:
        found = rows(job, batch(2))
    assert found["a"].tolist() == [5, 0] and found["fixed"].tolist() == [[0, 6, 0], [0, 0, 0]]


_TWO = _TUPLE + "NTuple::Item<double> m_a, m_b; NTuple::Item<int> m_n; NTuple::Array<double> m_v;"


@pytest.mark.parametrize(
    "book",
    [
        'm_tuple->addItem("a", m_a); if (m_tuple->addItem("a", m_b).isSuccess()) return StatusCode::FAILURE;',
        'm_tuple->addItem("n", m_n); if (m_tuple->addIndexedItem("b", m_n, m_v).isSuccess()) return StatusCode::FAILURE;',
        "",
    ],
)
def test_an_item_that_was_not_accepted_is_null(book):
    use = "m_v[0] = 1;" if "Indexed" in book else "m_b = 1;"
    job = open_job(use, members=_TWO, initialize=_BOOK + book)
    with job, pytest.raises(JobError, match="no addItem accepted"):
        job.process(batch(1))


def test_index_must_be_added_before_its_arrays():
    with pytest.raises(JobError, match="no addItem accepted"):
        open_job("", members=_TWO, initialize=_BOOK + 'm_tuple->addIndexedItem("v", m_n, m_v);')


def test_booking_twice_and_finding_a_booked_tuple():
    initialize = (
        _BOOK
        + """if (ntupleSvc()->book("FILE1/t", CLID_ColumnWiseTuple, "again")) return StatusCode::FAILURE;
    NTuplePtr found(ntupleSvc(), "FILE1/t"); if (!found) return StatusCode::FAILURE;
    NTuplePtr absent(ntupleSvc(), "FILE1/u"); if (absent) return StatusCode::FAILURE;
    if (ntupleSvc()->book("noslash", CLID_ColumnWiseTuple, "")) return StatusCode::FAILURE;"""
    )
    open_job("", members=_TUPLE, initialize=initialize).close()


@pytest.mark.parametrize(("name", "fine"), [("FILE1", True), ("FILE2", False)])
def test_the_logical_file_must_be_in_the_job_options(name, fine):
    options = f"NTupleSvc.Output = {{ \"{name} DATAFILE='x.root' OPT='NEW' TYP='ROOT'\" }};"
    book = _BOOK + "if (!m_tuple) return StatusCode::FAILURE;"
    if fine:
        open_job("", options, members=_TUPLE, initialize=book).close()
    else:
        with pytest.raises(JobError, match="initialize"):
            open_job("", options, members=_TUPLE, initialize=book)


# --- histograms -------------------------------------------------------------------------------------------


def test_histograms():
    members = "TH1D* m_h; TH2F* m_two; TH1F* m_edges;"
    initialize = """ITHistSvc* svc = 0; if (service("THistSvc", svc).isFailure()) return StatusCode::FAILURE;
    m_h = new TH1D("mass", "m(#gamma#gamma);GeV;entries", 4, 0., 2.); m_two = new TH2F("two", "t", 2, 0., 2., 3, 0., 3.);
    const double edges[4] = {0., 1., 3., 10.}; m_edges = new TH1F("edges", "e", 3, edges);
    svc->regHist("/HIST/mass", m_h).ignore(); svc->regHist("/HIST/two", m_two).ignore();
    svc->regHist("/HIST/edges", m_edges).ignore();
    if (svc->regHist("/HIST/mass", new TH1D("x", "x", 1, 0., 1.)).isSuccess()) return StatusCode::FAILURE;"""
    fill = """m_h->Fill(0.6); m_h->Fill(-1.); m_h->Fill(2.0, 3.); m_two->Fill(1.5, 2.5); m_edges->Fill(2.);
    if (m_h->GetBinContent(2) != 1 || m_two->GetBinContent(2, 3) != 1) return StatusCode::FAILURE;"""
    output = "THistSvc.Output = {\"HIST DATAFILE='h.root' OPT='RECREATE' TYP='ROOT'\"};"
    with open_job(fill, output, members=members, initialize=initialize) as job:
        job.process(batch(1))
        found = job.histograms()
    with pytest.raises(JobError):
        open_job(
            "",
            output.replace("HIST ", "OTHER "),
            members=members,
            initialize=initialize.replace(
                "m_h).ignore();", "m_h); if (svc->getHists().empty()) return StatusCode::FAILURE;"
            ),
        )
    assert found["/HIST/mass"].contents.tolist() == [1, 0, 1, 0, 0, 3]
    assert found["/HIST/mass"].variances.tolist() == [1, 0, 1, 0, 0, 9]
    assert found["/HIST/mass"].edges[0].tolist() == [0, 0.5, 1, 1.5, 2]
    assert found["/HIST/mass"].title == "m(#gamma#gamma);GeV;entries"
    assert found["/HIST/two"].contents.shape == (4, 5) and found["/HIST/two"].contents[2, 3] == 1
    assert found["/HIST/edges"].contents.tolist() == [0, 0, 1, 0, 0]


# --- options and properties -------------------------------------------------------------------------------

_PROPERTIES = """bool m_bool; int m_int; double m_double; std::string m_text; std::vector<int> m_ints;
  std::vector<std::string> m_texts; std::vector<std::vector<double> > m_table; std::map<std::string, double> m_map;
  std::pair<int, int> m_pair;"""
_DECLARE = """declareProperty("Bool", m_bool = false); declareProperty("Int", m_int = 1); declareProperty("Double", m_double = 1.5);
    declareProperty("Text", m_text = "none"); declareProperty("Ints", m_ints); declareProperty("Texts", m_texts);
    declareProperty("Table", m_table); declareProperty("Map", m_map); m_ints.push_back(7);
    (void)m_pair;"""
_PRINT = """MsgStream log(msgSvc(), name());
    log << MSG::INFO << "bool " << m_bool << " int " << m_int << " double " << m_double << " text [" << m_text << "] ints";
    for (unsigned int i = 0; i < m_ints.size(); ++i) log << " " << m_ints[i];
    log << " texts"; for (unsigned int i = 0; i < m_texts.size(); ++i) log << " [" << m_texts[i] << "]";
    log << " table " << m_table.size() << " " << (m_table.size() ? m_table[1][0] : 0) << " map " << m_map["b"] << endmsg;"""


def shown(options: str) -> str:
    with open_job(_PRINT, options, members=_PROPERTIES, constructor=_DECLARE) as job:
        job.process(batch(1))
        return job.messages()[-1].split("INFO ")[1]


def test_defaults_stay_without_options():
    assert shown("Other.Int = 3;") == "bool 0 int 1 double 1.5 text [none] ints 7 texts table 0 0 map 0"


def test_options_of_every_kind():
    options = """
    #include "$SOMEROOT/share/other.txt"
    // a comment; with = signs
    Probe.Bool = true; Probe.Int = -3;   /* several
    lines */ Probe.Double = 1e-3;
    Probe.Text = "a \\"quoted\\" // text; {x}";
    Probe.Ints += {8, 9};
    Probe.Texts = {"x, y", "z"};
    Probe.Texts += { "w" };
    Probe.Table = {{1, 2}, {3.5}};
    Probe.Map = {"a": 1, "b": 2.5};
    MessageSvc.OutputLevel = 2;
    """
    assert shown(options) == (
        'bool 1 int -3 double 0.001 text [a "quoted" // text; {x}] ints 7 8 9 texts [x, y] [z] [w] table 2 3.5 map 2.5'
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("Probe.Nothing = 1;", "no property Nothing"),
        ("Probe.Int = 1.5;", "cannot take the value 1.5"),
        ("Probe.Int = 99999999999;", "cannot take"),
        ("Probe.Bool = maybe;", "cannot take the value maybe"),
        ("Probe.Text = bare;", "cannot take"),
        ("Probe.Double += 2;", "cannot take"),
        ("Probe.Int = 1", "';' missing"),
        ("\n\nProbe Int = 1;", "line 4"),
        ('Probe.Text = "no end;', "string without end"),
        ("/* no end", "comment without end"),
        ('ApplicationMgr.TopAlg += {"Absent"};', "no loaded package declares an algorithm Absent"),
    ],
)
def test_bad_options(options, words):
    with pytest.raises(JobError, match=words.replace("(", "\\(")):
        open_job(_PRINT, options, members=_PROPERTIES, constructor=_DECLARE)


def test_message_levels():
    body = """MsgStream log(msgSvc(), name());
    log << MSG::DEBUG << "fine " << std::setprecision(3) << 1.23456 << endmsg; log << MSG::WARNING << "loud" << endmsg;"""
    for options, expected in [
        ("", ["loud"]),
        ("Probe.OutputLevel = 2;", ["fine 1.23", "loud"]),
        ("MessageSvc.OutputLevel = 5;", []),
    ]:
        with open_job(body, options) as job:
            job.process(batch(1))
            lines = job.messages()
            assert [line.split(None, 2)[2] for line in lines] == expected
            assert job.messages() == []


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "if (head->eventNumber() == 2) return StatusCode::FAILURE;",
            "run -1234, event 2: Probe: execute() returned FAILURE",
        ),
        (
            'if (head->eventNumber() == 1) throw std::runtime_error("bad luck");',
            "run -1234, event 1: Probe: bad luck",
        ),
        ("if (head->eventNumber() == 1) throw 3;", "event 1: Probe: an exception that is no std::exception"),
        (
            'SmartDataPtr<EvtRecEvent> none(eventSvc(), "/Event/None"); none->totalTracks();',
            "/Event/None is null",
        ),
        (
            "RecMdcKalTrack track; RecMdcKalTrack::setPidType(RecMdcKalTrack::null); track.px();",
            "hypothesis -1",
        ),
        ("RecMdcKalTrack track; track.getStat(0, 5);", "hypothesis 5"),
        ("ParticleID::instance()->setRecTrack(0); ParticleID::instance()->calculate();", "setRecTrack"),
        ('TH1D h("h", "h", 0, 0., 1.);', "at least one bin"),
    ],
)
def test_errors_name_run_and_event(body, words):
    with open_job(_HEADER + body) as job, pytest.raises(JobError) as caught:
        job.process(batch(4))
    assert words in str(caught.value)


def test_error_max_lets_failures_pass():
    with open_job("return StatusCode::FAILURE;", "Probe.ErrorMax = 3;") as job:
        job.process(batch(2))
        with pytest.raises(JobError, match="event 0"):
            job.process(batch(1))


def test_initialize_that_fails_stops():
    with pytest.raises(JobError, match="initialize\\(\\) of Probe failed"):
        open_job("", initialize="return StatusCode::FAILURE;")


def test_disabled_algorithm_does_nothing():
    with open_job("return StatusCode::FAILURE;", "Probe.Enable = false;") as job:
        assert job.process(batch(3)) == 3


def test_order_of_calls_is_checked(tmp_path):
    job = Job(build_library())
    with pytest.raises(JobError, match="no algorithm"):
        job.initialize()
    with pytest.raises(JobError, match="before initialize"):
        job.process(batch(1))
    with pytest.raises(JobError, match="cannot load package"):
        job.load(tmp_path / "absent.so")
    job.close()
    with pytest.raises(JobError, match="closed"):
        job.messages()


def test_a_batch_with_wrong_arrays_is_refused():
    import dataclasses

    with open_job("") as job:
        good = batch(2)
        columns = dict(good.columns)
        columns["event.run"] = columns["event.run"].astype(np.int64)
        with pytest.raises(JobError, match=r"event\.run is not contiguous int32"):
            job.process(dataclasses.replace(good, columns=columns))
        columns["event.run"] = good.columns["event.run"][:1].copy()
        with pytest.raises(JobError, match="1 values for 2 rows"):
            job.process(dataclasses.replace(good, columns=columns))


@pytest.mark.parametrize("link", ["mdc", "kal", "dedx", "ext", "emc", "muc"])
def test_a_damaged_link_stops_the_job(link):
    body = (
        "SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol); tracks->size();"
    )
    with open_job(body) as job, pytest.raises(JobError, match="damaged event"):
        job.process(batch(1, track={link: [3]}))


# --- event store ------------------------------------------------------------------------------------------


def test_what_a_dst_lacks_is_null_or_empty_and_said():
    body = """SmartDataPtr<EvtRecPi0Col> pi0(eventSvc(), EventModel::EvtRec::EvtRecPi0Col);
    SmartDataPtr<EvtRecDTagCol> tags(eventSvc(), EventModel::EvtRec::EvtRecDTagCol);
    SmartDataPtr<EvtRecPrimaryVertex> vertex(eventSvc(), EventModel::EvtRec::EvtRecPrimaryVertex);
    SmartDataPtr<EventNavigator> navigator(eventSvc(), "/Event/Navigator");
    SmartDataPtr<TrigData> trigger(eventSvc(), EventModel::Trig::TrigData);
    SmartDataPtr<EvtRecEvent> wrong(eventSvc(), "/Event/EventHeader");
    if (!pi0 || pi0->size() != 0 || !tags || tags->size() != 0 || !vertex || vertex->isValid()) return StatusCode::FAILURE;
    if (navigator || trigger || wrong) return StatusCode::FAILURE;"""
    with open_job(body) as job:
        job.process(batch(3))
        lines = job.messages()
    assert sum("EvtRecPi0Col" in line for line in lines) == 1


def test_objects_of_an_algorithm_live_for_one_event():
    body = (
        _HEADER
        + """SmartDataPtr<EvtRecEvent> mine(eventSvc(), "/Event/Mine");
    if (mine) return StatusCode::FAILURE;
    EvtRecEvent* made = new EvtRecEvent; made->setNumberOfVee(4);
    if (eventSvc()->registerObject("/Event/Mine", made).isFailure()) return StatusCode::FAILURE;
    SmartDataPtr<EvtRecEvent> again(eventSvc(), "Mine");
    if (!again || again->numberOfVee() != 4) return StatusCode::FAILURE;"""
    )
    with open_job(body) as job:
        assert job.process(batch(3)) == 3


def test_values_of_a_track_follow_the_static_type():
    from math import atan2, cos, pi, sin, sqrt

    helices = np.array([[0.1 * n, 0.3 + 0.1 * n, 1.25 + 0.05 * n, 0.2, 0.4] for n in range(5)])
    error = np.stack([np.eye(5) * (n + 1) for n in range(5)])
    kal = {
        "id": [3],
        "helix": helices.reshape(1, 25),
        "error": error.reshape(1, 125),
        "chi2": [[1, 2, 3, 4, 5]],
    }
    members = _TUPLE + "NTuple::Array<double> m_v;"
    fill = """SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
    RecMdcKalTrack* t = (*tracks->begin())->mdcKalTrack();
    RecMdcKalTrack::setPidType(RecMdcKalTrack::kaon);
    double v[12] = {t->px(), t->py(), t->pz(), t->p(), t->x(), t->y(), t->chi2(), t->getZHelix()[0], t->getZHelixK()[0],
                    t->DstMdcKalTrack::getZError(4)[2][2], t->mass(), t->phi()};
    for (int i = 0; i < 12; ++i) m_v[i] = v[i];
    m_tuple->write(); RecMdcKalTrack::setPidType(RecMdcKalTrack::pion);"""
    with open_job(fill, members=members, initialize=_BOOK + 'm_tuple->addItem("v", 12, m_v);') as job:
        v = rows(job, batch(1, track={"kal": [0]}, kal=kal))["v"][0]
    drho, phi0, kappa, _, tanl = helices[3]
    px, py, pz = -sin(phi0) / kappa, cos(phi0) / kappa, tanl / kappa
    wanted = [
        px,
        py,
        pz,
        sqrt(px * px + py * py + pz * pz),
        drho * cos(phi0),
        drho * sin(phi0),
        4,
        0.2,
        0.3,
        5,
        1,
        atan2(py, px),
    ]
    assert np.allclose(v, wanted, rtol=1e-14)
    assert abs(v[11] - (phi0 + pi / 2)) < 1e-12


def test_mothers_and_daughters_of_generated_particles():
    body = """SmartDataPtr<Event::McParticleCol> mc(eventSvc(), EventModel::MC::McParticleCol);
    Event::McParticleCol::iterator it = mc->begin();
    for (; it != mc->end(); it++) {
      m_id = (*it)->particleProperty(); m_mother = (*it)->mother().trackIndex(); m_daughters = (*it)->daughterList().size();
      m_primary = (*it)->primaryParticle(); m_tuple->write();
    }"""
    members = _TUPLE + "NTuple::Item<int> m_id, m_mother, m_daughters; NTuple::Item<bool> m_primary;"
    book = (
        _BOOK
        + """m_tuple->addItem("id", m_id); m_tuple->addItem("mother", m_mother);
    m_tuple->addItem("daughters", m_daughters); m_tuple->addItem("primary", m_primary);"""
    )
    mc = {
        "pdgid": [443, 111, 22, 22],
        "index": [10, 11, 12, 13],
        "mother": [-99, 10, 11, 11],
        "flags": [4, 1, 9, 9],
    }
    with open_job(body, members=members, initialize=book) as job:
        found = rows(job, batch(2, mc=mc))
    assert found["mother"].tolist() == [10, 10, 11, 11] * 2
    assert found["daughters"].tolist() == [1, 2, 0, 0] * 2
    assert found["primary"].tolist() == [True, False, False, False] * 2


def test_vertex_of_each_run():
    body = """IVertexDbSvc* db; Gaudi::svcLocator()->service("VertexDbSvc", db);
    m_valid = db->isVertexValid(); m_x = db->PrimaryVertex()[0]; m_s = db->SigmaPrimaryVertex()[2]; m_tuple->write();"""
    members = _TUPLE + "NTuple::Item<bool> m_valid; NTuple::Item<double> m_x, m_s;"
    book = (
        _BOOK + 'm_tuple->addItem("valid", m_valid); m_tuple->addItem("x", m_x); m_tuple->addItem("s", m_s);'
    )
    with open_job(body, members=members, initialize=book) as job:
        assert rows(job)["valid"].tolist() == [False]
        job.vertex(0, True, (0.1, 0, 0), (0, 0, 1))
        job.vertex(1234, True, (0.2, 0, 0), (0, 0, 2))
        job.vertex(77, False, (0, 0, 0), (0, 0, 0))
        found = [rows(job, batch(1, event={"run": [run], "number": [0]})) for run in (-1234, 5, 77)]
    assert [row["x"][0] for row in found] == [0.2, 0.1, 0]
    assert [bool(row["valid"][0]) for row in found] == [True, True, False]


def test_tags_do_not_survive_the_event():
    body = """SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
    EvtRecTrack* t = *tracks->begin();
    if (!t->isElectron() || !t->isProton() || t->partId() != -1) return StatusCode::FAILURE;
    t->setPartId(0); t->tagPion(); if (!t->isPion() || t->isKaon()) return StatusCode::FAILURE;"""
    with open_job(body) as job:
        assert job.process(batch(3, track={"mdc": [-1]})) == 3


def test_sub_algorithms_and_filters():
    inner = algorithm("setFilterPassed(false);", name="Inner")
    outer = algorithm(
        "if (!filterPassed()) return StatusCode::FAILURE; if (m_sub->execute().isFailure() || m_sub->filterPassed()) return StatusCode::FAILURE;",
        members="Algorithm* m_sub;",
        initialize='if (createSubAlgorithm("Inner", "inner", m_sub).isFailure()) return StatusCode::FAILURE;',
        name="Outer",
    )
    job = Job(build_library())
    for name, text in (("Inner", inner), ("Outer", outer)):
        job.load(build_package({f"src/{name}.cxx": text}, "c++98"))
    job.algorithm("Outer", "first")
    job.initialize()
    assert job.process(batch(2)) == 2
    job.close()


@pytest.mark.skipif(not (DATA / "test_mrpc.dst").exists(), reason="no real events")
def test_lists_of_the_store_are_those_behind_the_tracks():
    body = """SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
    SmartDataPtr<RecMdcTrackCol> mdc(eventSvc(), EventModel::Recon::RecMdcTrackCol);
    SmartDataPtr<RecEmcShowerCol> emc(eventSvc(), EventModel::Recon::RecEmcShowerCol);
    SmartDataPtr<RecMdcKalTrackCol> kal(eventSvc(), EventModel::Recon::RecMdcKalTrackCol);
    for (EvtRecTrackIterator it = tracks->begin(); it != tracks->end(); ++it) {
      EvtRecTrack* t = *it;
      if (t->isMdcTrackValid() && std::find(mdc->begin(), mdc->end(), t->mdcTrack()) == mdc->end()) return StatusCode::FAILURE;
      if (t->isEmcShowerValid() && std::find(emc->begin(), emc->end(), t->emcShower()) == emc->end()) return StatusCode::FAILURE;
      if (t->isMdcKalTrackValid() && t->mdcKalTrack()->parent() != kal.ptr()) return StatusCode::FAILURE;
      if (t->isMdcTrackValid() && !(t->mdcTrack()->p() > 0)) return StatusCode::FAILURE;
    }
    if (mdc->size() == 0 || emc->size() == 0) return StatusCode::FAILURE;"""
    from dsl4bes.events.dst import read_dst

    with open_job(body) as job:
        assert sum(job.process(events) for events in read_dst(DATA / "test_mrpc.dst", chunk=3)) == 10


def test_package_of_profile_8_runs():
    text = """#include <GaudiKernel/Algorithm.h>
#include <GaudiKernel/NTuple.h>
#include <GaudiKernel/SmartDataPtr.h>
#include <EventModel/EventHeader.h>
struct Modern : public Algorithm {
  using Algorithm::Algorithm;
  StatusCode initialize() override {
    m_tuple = ntupleSvc()->book("FILE1/modern", CLID_ColumnWiseTuple, "modern");
    m_tuple->addItem("event", m_event).ignore();
    return StatusCode::SUCCESS;
  }
  StatusCode execute() override {
    SmartDataPtr<Event::EventHeader> head(eventSvc(), "/Event/EventHeader");
    if (head->eventNumber() % 2) { warning() << "odd " << head->eventNumber() << endmsg; return StatusCode::SUCCESS; }
    m_event = head->eventNumber();
    m_tuple->write().ignore();
    return StatusCode::SUCCESS;
  }
  NTuple::Tuple* m_tuple = nullptr;
  NTuple::Item<int> m_event;
};
DECLARE_COMPONENT( Modern )
"""
    with Job(build_library()) as job:
        job.load(build_package({"src/Modern.cc": text}, profile="8"))
        job.options('ApplicationMgr.TopAlg += { "Modern" };')
        job.initialize()
        job.process(batch(4))
        assert job.tuples()["FILE1/modern"]["event"].tolist() == [0, 2]
        assert [line.split("WARNING ")[1] for line in job.messages()] == ["odd 1", "odd 3"]


def test_a_new_job_starts_with_the_pion_type():
    for _ in range(2):
        body = """if (RecMdcKalTrack::getPidType() != RecMdcKalTrack::pion) return StatusCode::FAILURE;
        RecMdcKalTrack::setPidType(RecMdcKalTrack::proton);"""
        with open_job(body) as job:
            job.process(batch(1))


def test_two_packages_with_a_class_of_the_same_name_are_kept_apart():
    """Each job runs the class of the package it loaded, also when the other was loaded before in this process."""
    bodies = ['throw std::runtime_error("first");', 'throw std::runtime_error("second");']
    for body in (*bodies, *bodies):
        with open_job(body) as job, pytest.raises(JobError, match=body.split('"')[1]):
            job.process(batch(1))


def test_no_exception_leaves_the_c_interface():
    """Wrong numbers of tuples, columns and histograms give empty answers and an error text, not the end of the process."""
    with open_job(
        "", members=_TUPLE + "NTuple::Item<int> m_a;", initialize=_BOOK + 'm_tuple->addItem("a", m_a);'
    ) as job:
        assert job._text("column_name", 0, 0) == "a"
        for name, arguments in [
            ("tuple_path", (7,)),
            ("column_name", (0, 5)),
            ("column_index", (3, 0)),
            ("histogram_name", (0,)),
        ]:
            assert job._text(name, *arguments) == ""
            assert job._error()
        assert job._call("tuple_rows", -1) == 0 and job._call("tuple_clear", 9) == -1


def test_helix_rows_make_every_hypothesis():
    assert helix_rows([[1, 2, 3, 4, 5]])["helix"].shape == (1, 25)
