"""What must never be compiled: each attack with the rule that refuses it. A body that returns properly is around each, so that nothing else does."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("tree_sitter_cpp")

from policy_bodies import NAMES

from dsl4bes.unknown.policy import Finding, Rule, Verdict, check, for_model, for_user

R = Rule

#: name: (rule, statements); `return true;` is put behind.
ATTACKS: dict[str, tuple[Rule, str]] = {
    # files, processes, sockets, environment
    "system": (R.UNKNOWN_FUNCTION, "int n = 0; n = system(0);"),
    "system_with_text": (R.TEXT_LITERAL, 'system("rm -rf /");'),
    "std_system": (R.UNKNOWN_FUNCTION, "int n = std::system(0);"),
    "global_system": (R.UNKNOWN_FUNCTION, "int n = ::system(0);"),
    "popen": (R.TEXT_LITERAL, 'popen("id", "r");'),
    "fork": (R.UNKNOWN_FUNCTION, "int n = fork();"),
    "exec": (R.UNKNOWN_FUNCTION, "execl(0, 0);"),
    "kill": (R.UNKNOWN_FUNCTION, "kill(1, 9);"),
    "exit": (R.UNKNOWN_FUNCTION, "std::exit(0);"),
    "abort": (R.UNKNOWN_FUNCTION, "abort();"),
    "getenv": (R.UNKNOWN_FUNCTION, "bool b = std::getenv(0) == 0;"),
    "fopen": (R.UNKNOWN_FUNCTION, "bool b = fopen(0, 0) == 0;"),
    "ofstream": (R.LOCAL_TYPE, "std::ofstream f;"),
    "ofstream_path": (R.TEXT_LITERAL, 'std::ofstream f("/tmp/x");'),
    "cout": (R.OPERATOR, "std::cout << 1;"),
    "cout_name": (R.UNKNOWN_NAME, "double x = std::cout;"),
    "printf": (R.TEXT_LITERAL, 'printf("%n", 0);'),
    "socket": (R.UNKNOWN_FUNCTION, "int s = socket(2, 1, 0);"),
    "dlopen": (R.UNKNOWN_FUNCTION, "bool b = dlopen(0, 1) == 0;"),
    "mmap": (R.UNKNOWN_FUNCTION, "mmap(0, 4096, 7, 34, 0 - 1, 0);"),
    "syscall": (R.UNKNOWN_FUNCTION, "long n = syscall(59, 0, 0, 0);"),
    "thread": (R.LOCAL_TYPE, "std::thread t;"),
    "sleep": (R.UNKNOWN_FUNCTION, "sleep(1000);"),
    "random": (R.UNKNOWN_FUNCTION, "bool b = std::rand() > 5;"),
    "clock": (R.UNKNOWN_FUNCTION, "bool b = std::time(0) > 5;"),
    "memcpy": (R.UNKNOWN_FUNCTION, "std::memcpy(0, 0, 100);"),
    "malloc": (R.UNKNOWN_FUNCTION, "bool b = malloc(100) == 0;"),
    "root": (R.UNKNOWN_NAME, "bool b = gROOT.x;"),
    "root_pointer": (R.POINTER, "gROOT->ProcessLine(0);"),
    "set_tolerance": (R.UNKNOWN_MEMBER, "HepLorentzVector p = in.beam; p.setTolerance(1.0);"),
    "static_method": (R.UNKNOWN_FUNCTION, "HepLorentzVector::setTolerance(1.0);"),
    # assembler and attributes
    "asm": (R.ASSEMBLER, 'asm("int $3");'),
    "asm_volatile": (R.ASSEMBLER, '__asm__ volatile ("nop");'),
    "constructor_attribute": (R.ATTRIBUTE, "__attribute__((constructor)) int n = 1;"),
    "cleanup_attribute": (R.ATTRIBUTE, "int n __attribute__((cleanup(system))) = 1;"),
    "brackets_attribute": (R.ATTRIBUTE, "[[gnu::noinline]] int n = 1;"),
    "alignas": (R.ATTRIBUTE, "alignas(64) int n = 1;"),
    # pre-processor in all disguises
    "include": (R.PREPROCESSOR, "\n#include <cstdlib>\n"),
    "define": (R.PREPROCESSOR, "\n#define in system\n"),
    "line_directive": (R.PREPROCESSOR, "\n  #  line 7\n"),
    "digraph_hash": (R.PREPROCESSOR, "\n%:define X 1\n"),
    "trigraph_hash": (R.PREPROCESSOR, "\n?\x3f=define X 1\n"),
    "trigraph_splice_in_comment": (R.PREPROCESSOR, "// hidden ?\x3f/\nint n = 1;\n"),
    "digraph_brackets": (R.PREPROCESSOR, "<% int n = 1; %>"),
    "digraph_index": (R.PREPROCESSOR, "double x = in.good<:0:>.vr;"),
    "splice": (R.LINE_SPLICE, "sys\\\ntem(0);"),
    "splice_in_comment": (R.LINE_SPLICE, "// a comment \\\nint n = 1;\n"),
    "splice_with_blank_in_comment": (R.LINE_SPLICE, "// a comment \\ \t\nint n = 1;\n"),
    "universal_name": (R.LINE_SPLICE, "int \\u0061bc = 1;"),
    "pragma_operator": (R.TEXT_LITERAL, '_Pragma("GCC poison in")'),
    "pragma_call": (R.UNKNOWN_FUNCTION, "_Pragma(0);"),
    "has_include": (R.UNKNOWN_FUNCTION, "bool b = __has_include(0);"),
    "file_macro": (R.UNKNOWN_NAME, "int n = __LINE__;"),
    "errno_macro": (R.UNKNOWN_NAME, "int n = errno;"),
    "null_macro": (R.POINTER, "bool b = in.run == NULL;"),
    "macro_as_variable": (R.LOCAL_NAME, "int EOF = 1;"),
    "macro_assert": (R.UNKNOWN_FUNCTION, "assert(0);"),
    "macro_like": (R.LOCAL_NAME, "double MY_CUT = 1.0;"),
    # leaving the body
    "closing_brace": (R.BRACKETS, "return true; } int evil() { return 1;"),
    "closing_and_opening": (R.BRACKETS, "return true; } static int n = 1; bool other(const CosmicVetoView& in) {"),
    "open_brace": (R.BRACKETS, "if (in.strict) {"),
    "crossed_brackets": (R.BRACKETS, "int n = (1];"),
    "comment_left_open": (R.COMMENT, "/* the rest"),
    "brace_in_comment_trick": (R.BRACKETS, "/* } */ return true; } // {"),
    "raw_string": (R.TEXT_LITERAL, 'bool b = R"x(})x" == 0;'),
    "raw_string_comment": (R.TEXT_LITERAL, 'R"(/*)"; system(0); //"*/'),
    "string_with_comment": (R.TEXT_LITERAL, '"/*"; int n = 1; /* "*/'),
    "extern_c": (R.TEXT_LITERAL, 'extern "C" int system(int);'),
    # pointers and memory
    "pointer": (R.POINTER, "int* p = 0;"),
    "address_of": (R.POINTER, "bool b = &in == 0;"),
    "dereference": (R.POINTER, "double x = *in.good.begin();"),
    "pointer_to_member": (R.POINTER, "int TrackView::*p = 0;"),
    "member_by_pointer": (R.POINTER, "double x = in.*in.run;"),
    "function_pointer": (R.FUNCTION, "int (*f)(int) = 0;"),
    "new": (R.POINTER, "bool b = new int(1);"),
    "placement_new": (R.POINTER, "new (0) int(1);"),
    "delete": (R.POINTER, "delete in.run;"),
    "iterator": (R.LOCAL_TYPE, "std::vector<double>::iterator it;"),
    "begin_kept": (R.UNKNOWN_MEMBER, "double x = in.good.begin();"),
    "sort_of_two_lists": (R.TYPE, "std::vector<double> a(2, 0.0); std::vector<double> b(2, 0.0); std::sort(a.begin(), b.end());"),
    "sort_past_end": (R.TYPE, "std::vector<double> a(2, 0.0); std::sort(a.begin(), a.end() + 100);"),
    "write_past_end": (R.INDEX, "std::vector<double> a(2, 0.0); a[in.run] = 1.0;"),
    "write_past_literal": (R.INDEX, "double a[2] = {0.0, 0.0}; a[2] = 1.0;"),
    "write_to_shorter_list": (R.INDEX, "std::vector<double> a(in.gam.size(), 0.0); for (size_t i = 0; i < in.good.size(); ++i) a[i] = 1.0;"),
    "write_after_resize": (R.INDEX, "std::vector<double> a(9, 0.0); a.resize(1); a[5] = 1.0;"),
    "write_one_past": (R.INDEX, "double a[3] = {0.0}; for (int i = 0; i <= 3; ++i) a[i] = 1.0;"),
    "write_through_inner": (R.INDEX, "std::vector<std::vector<double> > a; a[7].push_back(1.0);"),
    "write_with_negative": (R.INDEX, "double a[3] = {0.0}; a[-1] = 1.0;"),
    "write_to_front": (R.INDEX, "std::vector<double> a; a.front() = 1.0;"),
    "pop_back": (R.UNKNOWN_MEMBER, "std::vector<double> a; a.pop_back();"),
    "erase": (R.UNKNOWN_MEMBER, "std::vector<double> a; a.erase(a.begin());"),
    "huge_list": (R.AMOUNT, "std::vector<double> a(1000000000, 0.0);"),
    "huge_resize": (R.AMOUNT, "std::vector<double> a; a.resize(in.run * in.event);"),
    "array_of_variable_length": (R.LOCAL_TYPE, "double a[in.run];"),
    "union": (R.FUNCTION, "union { double d; long n; } u;"),
    "reinterpret_cast": (R.UNKNOWN_FUNCTION, "long n = reinterpret_cast<long>(in.ecms);"),
    "const_cast": (R.UNKNOWN_FUNCTION, "const_cast<int>(in.run) = 1;"),
    "c_cast_to_pointer": (R.POINTER, "bool b = (int*) in.run;"),
    "c_cast_to_reference": (R.POINTER, "double x = (double&) in.run;"),
    "write_to_in": (R.CONSTANT, "in.run = 1;"),
    "change_in": (R.CONSTANT, "in.good.clear();"),
    "boost_in": (R.CONSTANT, "in.good[0].p4.boost(0.0, 0.0, 0.5);"),
    "swap_in": (R.CONSTANT, "double x = 1.0; std::swap(in.ecms, x);"),
    "write_through_reference": (R.CONSTANT, "const TrackView& t = in.good[0]; t.charge = 1;"),
    "free_reference": (R.REFERENCE, "int n = 1; int& r = n;"),
    "reference_to_local": (R.REFERENCE, "std::vector<double> a(1, 0.0); const double& r = a[0];"),
    "reference_to_value": (R.REFERENCE, "const HepLorentzVector& p = in.beam + in.beam;"),
    # what outlives the call
    "static": (R.STORAGE, "static int n = 0; ++n;"),
    "static_later": (R.STORAGE, "int static n = 0;"),
    "extern": (R.STORAGE, "extern int environ;"),
    "thread_local": (R.STORAGE, "thread_local int n = 0;"),
    "volatile": (R.STORAGE, "volatile int n = 0;"),
    "register": (R.STORAGE, "register int n = 0;"),
    "global_name": (R.UNKNOWN_NAME, "bool b = environ;"),
    "global_scope": (R.UNKNOWN_NAME, "bool b = ::environ;"),
    "this": (R.POINTER, "bool b = this == 0;"),
    # loops without end
    "while": (R.LOOP, "while (true) { }"),
    "do": (R.LOOP, "do { } while (true);"),
    "empty_for": (R.LOOP, "for (;;) { return false; }"),
    "no_condition": (R.LOOP, "for (int i = 0; ; ++i) { return false; }"),
    "counting_down": (R.LOOP, "for (int i = 5; i < 10; --i) { int n = i; }"),
    "no_step": (R.LOOP, "for (int i = 0; i < 10; i += 0) { int n = i; }"),
    "unequal": (R.LOOP, "for (int i = 1; i != 10; i += 2) { int n = i; }"),
    "double_counter": (R.LOOP_COUNTER, "for (double x = 0.0; x < 10.0; ++x) { int n = 1; }"),
    "counter_changed": (R.LOOP_COUNTER, "for (int i = 0; i < 10; ++i) { i = 0; }"),
    "counter_lowered": (R.LOOP_COUNTER, "for (int i = 0; i < 10; ++i) { --i; }"),
    "counter_swapped": (R.LOOP_COUNTER, "int k = 0; for (int i = 0; i < 10; ++i) { std::swap(i, k); }"),
    "counter_by_reference": (R.REFERENCE, "for (int i = 0; i < 10; ++i) { int& r = i; r = 0; }"),
    "bound_by_reference": (R.REFERENCE, "int n = 5; int& r = n; for (int i = 0; i < n; ++i) { r = r + 1; }"),
    "bound_changed": (R.LOOP_BOUND, "int n = 5; for (int i = 0; i < n; ++i) { ++n; }"),
    "bound_moves": (R.LOOP_BOUND, "for (int i = 0; i < i + 1; ++i) { int n = i; }"),
    "bound_is_counter": (R.LOOP_BOUND, "double a[2] = {0.0}; for (int i = 0; i < i; ++i) a[i] = 1.0;"),
    "list_grows": (R.LOOP_BOUND, "std::vector<double> a(1, 0.0); for (size_t i = 0; i < a.size(); ++i) a.push_back(1.0);"),
    "list_in_pair_grows": (
        R.LOOP_BOUND,
        "std::vector<double> w(1, 0.0); std::vector<std::pair<std::vector<double>, int> > p; p.push_back(std::make_pair(w, 1)); for (size_t i = 0; i < p[0].first.size(); ++i) { w.push_back(1.0); p.at(0) = std::make_pair(w, 1); }",
    ),
    "inner_list_grows": (
        R.LOOP_BOUND,
        "std::vector<std::vector<double> > v(1); for (size_t i = 0; i < v[0].size(); ++i) v.at(0).push_back(1.0);",
    ),
    "bound_swapped": (R.LOOP_BOUND, "int n = 3; int m = 9; for (int i = 0; i < n; ++i) std::swap(n, m);"),
    "huge_bound": (R.LOOP_BOUND, "int n = 0; for (int i = 0; i < 2000000000; ++i) ++n;"),
    "data_bound": (R.LOOP_BOUND, "int n = 0; for (int i = 0; i < in.event; ++i) ++n;"),
    "doubled_bound": (R.LOOP_BOUND, "int n = 1; for (int k = 0; k < 40; ++k) n += n; int m = 0; for (int i = 0; i < n; ++i) ++m;"),
    "negative_start": (R.LOOP_COUNTER, "int m = 0; for (int i = -2000000000; i < 5; ++i) ++m;"),
    # arithmetic that overflows on the way to an index: the compiler promises nothing, and the processor makes it negative
    "sum_overflows": (R.INDEX, "double a[4] = {0, 0, 0, 0}; int k = 2000000001; a[(k + k) % 4] = 1.0;"),
    "cast_overflows": (R.INDEX, "double a[3] = {0.0}; a[static_cast<int>(3e9) % 3] = 1.0;"),
    "product_overflows": (R.INDEX, "std::vector<double> v(1000, 0.0); int k = 1; for (int i = 0; i < 99; ++i) k *= 3; v[k % 1000] = 1.0;"),
    "product_overflows_in_array": (R.INDEX, "double v[1000] = {0.0}; int k = 1; for (int i = 0; i < 99; ++i) k *= 3; v[k % 1000] = in.ecms;"),
    "count_overflows": (R.INDEX, "double v[4] = {0.0}; int k = 0; for (int i = 0; i < 1000; ++i) for (int j = 0; j < 1000; ++j) k += 1000; v[k % 4] = 1.0;"),
    "long_of_unsigned": (R.INDEX, "double v[4] = {0.0}; unsigned u = 1; long k = in.run; v[(u * k) % 4] = 1.0;"),
    "step_overflows": (R.LOOP, "double a[1000] = {0.0}; for (int i = 1; i < 1000; i += 2147483647) a[i] = in.ecms;"),
    "start_overflows": (R.LOOP_COUNTER, "double a[10] = {0.0}; for (int i = 1000*1000*1000*3; i < 10; ++i) a[i] = in.ecms;"),
    "start_counts_over": (
        R.LOOP_COUNTER,
        "double a[4] = {0.0}; int k = 0; for (int i = 0; i < 900; ++i) for (int j = 0; j < 900; ++j) k += 999; for (int l = k; l < 4; ++l) a[l] = 1.0;",
    ),
    "condition_overflows": (R.LOOP, "double a[4] = {0.0}; for (int i = 1; i + 2147483647 < 4; ++i) a[i] = 1.0;"),
    "counter_overflows": (
        R.LOOP_BOUND,
        "double a[4] = {0.0}; int k = 0; for (int i = 0; i < 900; ++i) for (int j = 0; j < 900; ++j) k += 999; for (int l = 0; l < k; l += 7) a[l % 4] = 1.0;",
    ),
    "counter_reaches_all": (R.LOOP_BOUND, "int k = 1000*1000*1000*2 + 1000*1000*147 + 1000*483 + 647; int n = 0; for (int i = 0; i <= k; ++i) ++n;"),
    "bound_is_wider": (R.LOOP_BOUND, "double a[4] = {0.0}; unsigned k = 0; for (int i = 0; i < 900; ++i) ++k; for (int l = 0; l < k; ++l) a[l % 4] = 1.0;"),
    "bound_is_long": (R.LOOP_BOUND, "double a[4] = {0.0}; long k = 1000; k += 3; for (int l = 0; l < k * 1000 * 1000 * 1000; ++l) a[l % 4] = 1.0;"),
    "negative_bound_is_huge": (R.LOOP_BOUND, "double a[4] = {0.0}; unsigned k = static_cast<int>(in.gam.size()) - 5; for (int l = 0; l < k; l += 7) a[l % 4] = 1.0;"),
    "inner_start_overflows": (
        R.LOOP_COUNTER,
        "double a[4] = {0.0}; int k = 0; for (int i = 0; i < 900; ++i) ++k; for (int i = 0; i < k; ++i) for (int l = i + 900; l < 4; ++l) a[l] = 1.0;",
    ),
    "inner_counter_is_narrower": (
        R.LOOP_COUNTER,
        "double a[4] = {0.0}; long k = 0; for (int i = 0; i < 900; ++i) ++k; for (long i = 0; i < k; ++i) for (int l = i; l < 4; ++l) a[l] = 1.0;",
    ),
    "flags_without_end": (R.LOOP_BOUND, "std::vector<bool> v; for (int i = 0; i < 900; ++i) v.push_back(true); for (int i = 0; i < v.size(); ++i) v[i] = false;"),
    "six_loops": (R.NESTING, " ".join(f"for (int {c} = 0; {c} < 900; ++{c})" for c in "abcdef") + " { int n = 1; }"),
    "recursion": (R.RECURSION, "return cosmic_veto(in);"),
    # jumps and exceptions
    "goto": (R.JUMP, "again: goto again;"),
    "computed_goto": (R.JUMP, "goto *in.run;"),
    "switch": (R.JUMP, "switch (in.run) { case 1: return false; }"),
    "setjmp": (R.UNKNOWN_FUNCTION, "int n = setjmp(0);"),
    "throw": (R.EXCEPTION, "throw 1;"),
    "try": (R.EXCEPTION, "try { int n = 1; } catch (...) { }"),
    # functions, classes, templates
    "local_class": (R.FUNCTION, "struct S { S() { } }; S s;"),
    "enum": (R.FUNCTION, "enum { a = 1 };"),
    "typedef": (R.FUNCTION, "typedef int number;"),
    "using_namespace": (R.FUNCTION, "using namespace std;"),
    "using_alias": (R.FUNCTION, "using number = int;"),
    "namespace_alias": (R.FUNCTION, "namespace s = std;"),
    "function_declaration": (R.FUNCTION, "int system(int);"),
    "vexing_declaration": (R.FUNCTION, "std::vector<double> v();"),
    "lambda": (R.LAMBDA, "bool b = [&]() { return true; }();"),
    "template": (R.SYNTAX, "template <class T> T f(T t) { return t; }"),
    "template_with_effects": (R.LOCAL_TYPE, "std::vector<Evil<sizeof(int)> > v;"),
    "template_angle_trick": (R.UNKNOWN_FUNCTION, "bool b = std::less<int>()(1, 2);"),
    "unknown_template": (R.LOCAL_TYPE, "std::map<int, int> m;"),
    "function_object": (R.LOCAL_TYPE, "std::function<void()> f;"),
    "operator_call": (R.OPERATOR, "double x = in.beam.operator()(0);"),
    "operator_plus_call": (R.OPERATOR, "HepLorentzVector p = in.beam.operator+(in.beam);"),
    "destructor_call": (R.OPERATOR, "in.beam.~HepLorentzVector();"),
    "call_of_object": (R.UNKNOWN_FUNCTION, "HepLorentzVector p = in.beam; p(0) = 1.0;"),
    "comma": (R.OPERATOR, "int n = 0; n = (in.run, 1);"),
    "comma_in_header": (R.OPERATOR, "int n = 0; for (int i = 0; i < 3; ++i, ++n) { int m = 1; }"),
    "sizeof": (R.OPERATOR, "size_t n = sizeof(int);"),
    "typeid": (R.UNKNOWN_FUNCTION, "bool b = typeid(in.run) == 0;"),
    "decltype": (R.STANDARD, "decltype(in.run) n = 1;"),
    "varargs": (R.FUNCTION, "int f(int n, ...);"),
    "builtin": (R.UNKNOWN_FUNCTION, "__builtin_trap();"),
    "builtin_value": (R.UNKNOWN_FUNCTION, "long n = __builtin_return_address(0);"),
    "user_literal": (R.NUMBER, "double x = 5_GeV;"),
    "statement_expression": (R.FORM, "int n = ({ int m = 1; m; });"),
    "shift": (R.OPERATOR, "int n = 1 << 30;"),
    "bits": (R.OPERATOR, "bool b = in.strict & true;"),
    "assignment_in_condition": (R.SIDE_EFFECT, "bool b = false; if (b = true) return false;"),
    "increment_in_index": (R.SIDE_EFFECT, "int n = 0; double x = in.good[n++].vr;"),
    "change_in_expression": (R.SIDE_EFFECT, "HepLorentzVector p = in.beam; double m = p.boost(0.0, 0.0, 0.1).m();"),
    "co_await": (R.OPERATOR, "co_await in.run;"),
    "static_assert": (R.TEXT_LITERAL, 'static_assert(true, "x");'),
    # names
    "shadow_in": (R.LOCAL_NAME, "int in = 1;"),
    "shadow_std": (R.LOCAL_NAME, "int std = 1;"),
    "shadow_function": (R.LOCAL_NAME, "double sqrt = 1.0;"),
    "shadow_type": (R.LOCAL_NAME, "int HepLorentzVector = 1;"),
    "shadow_row": (R.LOCAL_NAME, "int TrackView = 1;"),
    "shadow_variable": (R.LOCAL_NAME, "int n = 1; if (n > 0) { int n = 2; }"),
    "shadow_itself": (R.LOCAL_NAME, "int cosmic_veto = 1;"),
    "reserved_name": (R.LOCAL_NAME, "int __x = 1;"),
    "underscore_name": (R.LOCAL_NAME, "int _X = 1;"),
    "keyword_name": (R.LOCAL_NAME, "int unix = 1;"),
    "dollar_name": (R.CHARACTER, "int a$b = 1;"),
    "cyrillic_name": (R.CHARACTER, "double \u0430 = 1.0;"),
    "bidi_in_comment": (R.CHARACTER, "// \u202e true nruter\n"),
    "zero_width": (R.CHARACTER, "int n\u200b = 1;"),
    "null_byte": (R.CHARACTER, "int n = 1;\0"),
    "form_feed": (R.CHARACTER, "int n = 1;\f"),
    "escape_in_comment": (R.CHARACTER, "// \x1b[2J\n"),
    "carriage_return": (R.CHARACTER, "// comment\rint n = 1;"),
}  # fmt: skip


def rules(text: bytes | str) -> frozenset[Rule]:
    verdict = check(text, NAMES)
    shows_words(verdict)
    return verdict.rules


def shows_words(verdict: Verdict) -> None:
    """Words exist for user and model, and places lie in the text."""
    assert for_user(verdict).count("\n") < 10_000
    assert all(isinstance(item, Finding) and item.line >= 1 and item.column >= 1 and item.message for item in verdict.findings)
    assert bool(for_model(verdict)) is not verdict.accepted


def test_there_are_enough():
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused(name):
    rule, text = ATTACKS[name]
    assert rule in rules(f"{text}\nreturn true;"), for_user(check(f"{text}\nreturn true;", NAMES))


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_within_a_good_body(name):
    """Deep in a body that is fine otherwise, the attack is refused all the same."""
    _, text = ATTACKS[name]
    body = f"double sum = 0.0;\nfor (size_t q = 0; q < in.good.size(); ++q) {{\n if (in.good[q].vr > 1.0) {{\n{text}\n }}\n sum += 1.0;\n}}\nreturn sum > 2.0;"
    assert rules(body)


def test_every_rule_refuses_something():
    """Each rule has an attack here or a case in the other tests of the policy."""
    elsewhere = {
        R.SIZE, R.ENCODING, R.UNKNOWN_MEMBER, R.UNINITIALISED, R.NARROWING, R.COMPARISON, R.DIVISION, R.UNSIGNED_MINUS, R.RETURN, R.UNREACHABLE,
        R.NO_EFFECT, R.CAST,
    }  # fmt: skip
    assert {rule for rule, _ in ATTACKS.values()} | elsewhere == set(Rule)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (R.SIZE, b"return true;" + b" " * 20_000),
        (R.SIZE, "int n = 1;\n" * 10_000_000),
        (R.ENCODING, b"return true; // \xff\xfe"),
        (R.ENCODING, b"\xc0\xaf return true;"),
        (R.ENCODING, b"\xed\xa0\x80 return true;"),
        (R.ENCODING, "return true; // \ud800"),
        (R.CHARACTER, b"\xef\xbb\xbfreturn true;"),
        (R.NESTING, "return " + "(" * 3_000 + "true" + ")" * 3_000 + ";"),
        (R.NESTING, "return " + "!" * 8_000 + "true;"),
        (R.NESTING, "{" * 5_000 + "}" * 5_000 + "return true;"),
        (R.NESTING, "return 0.0 < " + "1.0 + " * 2_500 + "1.0;"),
        (R.NESTING, "if (true) " * 1_500 + "return true; return false;"),
        (R.NESTING, "if (in.strict) return true; " + "else if (in.strict) return true; " * 450 + "return true;"),
        (R.BRACKETS, "(" * 16_000),
        (R.BRACKETS, "}" * 16_000),
        (R.SYNTAX, "a<" * 8_000),
        (R.SYNTAX, "?" * 16_000),
        (R.SYNTAX, "case " * 3_000),
        (R.RETURN, ""),
        (R.RETURN, "   \n\t\n"),
        (R.RETURN, "// nothing"),
        (R.TEXT_LITERAL, '"' * 16_000),
        (R.LOOP_BOUND, "int a0 = 0; " + "".join(f"int a{i} = a{i - 1} + a{i - 1}; " for i in range(1, 300)) + "for (int i = 0; i < a299; ++i) a0 = 1; return true;"),
        (R.LOOP_BOUND, "int a0 = 1; " + "".join(f"int a{i} = a{i - 1}; " for i in range(1, 800)) + "for (int i = 0; i < a799; ++i) a0 = a799; return true;"),
        (R.POINTER, "int* p;" * 2_300),
        (R.UNKNOWN_NAME, "".join(f"int v{i} = w{i}; " for i in range(900))),
        (R.NESTING, "in.f(g(" * 1_100),
        (R.UNKNOWN_FUNCTION, "bool b = " + "f(" * 35 + "0" + ")" * 35 + ";"),
        (R.COMMENT, "/*" * 8_000),
    ],
    ids=lambda value: value.key if isinstance(value, Rule) else None,
)
def test_huge_deep_and_broken_texts(rule, text):
    began = time.perf_counter()
    assert rule in rules(text)
    assert time.perf_counter() - began < 5.0


def test_all_findings_are_reported_in_order():
    verdict = check("static int n = 0;\nint* p = 0;\nbool b = system(0);\nwhile (b) { }\nreturn in.nothing;", NAMES)
    assert [(item.rule, item.line) for item in verdict.findings] == [
        (R.STORAGE, 1), (R.POINTER, 2), (R.UNKNOWN_FUNCTION, 3), (R.LOOP, 4), (R.UNKNOWN_MEMBER, 5)
    ]  # fmt: skip


def test_comments_are_taken_out_and_lines_stay():
    verdict = check("/* one\n two */ return /* é 日本 */ true; // three\n", NAMES)
    assert verdict.accepted
    assert verdict.code == "\n        return            true;\n"


def test_a_comment_separates_words():
    assert R.SYNTAX in rules("int/**/n = 1; ret/**/urn true;")
    assert check("const/**/int/**/n = 1; return n == 1;", NAMES).accepted
