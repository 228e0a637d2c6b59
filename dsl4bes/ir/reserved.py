"""Words that a C++ name of ours must not be: keywords, macros, classes of BOSS, members of Gaudi's Algorithm.

In: nothing. Out: sets of words. Whoever names something in C++ asks here: the package and its class (a diagnostic), everything else
(another name is found, `cpp.names`). No text is made here.
"""

from __future__ import annotations

_KEYWORDS = """
and and_eq asm auto bitand bitor bool break case catch char class compl const const_cast continue default delete do double
dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new not not_eq
operator or or_eq private protected public register reinterpret_cast return short signed sizeof static static_cast struct
switch template this throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor
xor_eq alignas alignof char16_t char32_t char8_t concept consteval constexpr constinit co_await co_return co_yield decltype
final import module noexcept nullptr override requires static_assert thread_local restrict typeof
"""

# Macros of the system and of BOSS headers that look like ordinary names, and words the generated text itself uses.
_MACROS = """
NULL EOF i386 pascal sched_priority math_errhandling assert errno stdin stdout stderr signals slots emit unix linux major minor makedev I complex isnan isinf min max
TRUE FALSE DEBUG INFO WARNING ERROR SUCCESS FAILURE
"""

_TEXT = "std CLHEP Event EventModel MSG NTuple Gaudi HepGeom TMath pi twopi ctx log m_unused"

#: Members of Gaudi's Algorithm (v21 to v36) that a method of ours must not hide.
ALGORITHM_MEMBERS: frozenset[str] = frozenset(
    ["name", "version", "initialize", "start", "execute", "stop", "finalize", "beginRun", "endRun", "reinitialize", "restart", "sysInitialize", "sysExecute", "sysFinalize", "sysStart", "sysStop", "sysReinitialize", "sysRestart", "sysBeginRun", "sysEndRun", "configure", "terminate", "isExecuted", "setExecuted", "resetExecuted", "isEnabled", "filterPassed", "setFilterPassed", "service", "services", "eventSvc", "evtSvc", "detSvc", "msgSvc", "ntupleSvc", "histoSvc", "histogramSvc", "dataProviderSvc", "chronoSvc", "auditorSvc", "randSvc", "toolSvc", "conditionSvc", "detDataService", "serviceLocator", "svcLoc", "createSubAlgorithm", "subAlgorithms", "declareProperty", "setProperty", "getProperty", "getProperties", "setProperties", "outputLevel", "setOutputLevel", "errorCount", "state", "FSMState", "targetState", "targetFSMState", "addRef", "release", "refCount", "queryInterface", "interfaceID", "property", "hasProperty", "always", "fatal", "err", "error", "warning", "info", "debug", "verbose", "msg", "msgStream", "msgLevel", "resetMessenger", "inputHandles", "outputHandles", "type", "index", "isClonable", "cardinality", "neededResources", "tools", "whiteboard", "execState", "hiveWhiteBoard", "evtCnt", "runStats", "algExecState", "acceptDHVisitor", "registerTool", "deregisterTool"]
)  # fmt: skip

# Classes and name spaces of BOSS, Gaudi, CLHEP and ROOT that generated code names: a variable or a method called so would hide them.
_TYPES = """
AlgFactory Algorithm AlgorithmFactory BoundProperty DTagTool ConstrainedFit Constraint ConstraintList ContainedObject ObjectContainerBase DataObject
DecayMode DstEmcShower
DstEvent DstExtTrack DstMdcDedx DstMdcKalTrack DstMdcTrack DstMucTrack DstTofTrack EmcRecEventModel EventHeader EventNavigator
EvtRec EvtRecDTag EvtRecDTagCol EvtRecEtaToGG EvtRecEtaToGGCol EvtRecEvent EvtRecPi0 EvtRecPi0Col EvtRecPrimaryVertex EvtRecTrack
EvtRecTrackCol EvtRecTrackIterator EvtRecVeeVertex EvtRecVeeVertexCol ExtEvent GaudiKernel IAlgorithm IDataProviderSvc IHistogramSvc
IInterface IMeasuredEcmsSvc IMessageSvc INTupleSvc ISvcLocator ITHistSvc IVertexDbSvc Identifier InterfaceID KalmanKinematicFit KinematicFit MC
McParticle McParticleCol McTruth MdcRecEvent MsgStream MucRecEvent NTuplePtr ObjectList ObjectVector ParticleID ParticleIDBase
PidType Property RecEmcAngle RecEmcEnergy RecEmcID RecEmcShower RecEmcTime RecExtTrack RecMdcDedx RecMdcKalTrack RecMdcTrack
RecMucTrack RecTofTrack Recon SecondVertexFit SmartDataPtr SmartIF SmartRef SmartRefVector StatusCode TAxis TGraph2D TH1 TH1D TH1F
TH1I TH2 TH2D TH2F TofHitStatus TofRecEvent TrackPool Trig TrigData TrigEvent VFHelix VertexFit VertexParameter WTrackParameter
Generated ROOT HepGeom Hep3Vector HepBoost HepLorentzVector HepMatrix HepPoint3D HepRotation HepSymMatrix HepVector HepVector3D Vector3D Point3D
"""

TYPES: frozenset[str] = frozenset(_TYPES.split())

_PROPERTIES = """
outputlevel enable errormax errorcounter auditalgorithms auditinitialize auditreinitialize auditrestart auditexecute auditfinalize
auditbeginrun auditendrun auditstart auditstop monitorservice rootintes rootontes registerforcontextservice statprint typeprint
propertiesprint statentitylist contextservice globaltimeoffset vetoobjects requireobjects timeline isclonable cardinality
neededresources extrainputs extraoutputs filter record_events write_outputs
"""

#: Properties that Gaudi's Algorithm and every package have, in small letters: Gaudi does not tell small letters from capitals.
PROPERTIES: frozenset[str] = frozenset(_PROPERTIES.split())

#: What not even a member of a struct can be called.
UNWRITABLE: frozenset[str] = frozenset((_KEYWORDS + _MACROS).split())
RESERVED: frozenset[str] = frozenset((_KEYWORDS + _MACROS + _TEXT).split()) | TYPES


def names_no_class(word: str) -> bool:
    """Whether a generated class or package cannot be called `word`.

    >>> names_no_class("EvtRecTrack"), names_no_class("RhoPi")
    (True, False)
    """
    return word in RESERVED or word in ALGORITHM_MEMBERS or word in ("Context", "main") or word.startswith("m_")
