// Package prometheus answers: what does a query of Prometheus say now?
//
// A Client asks one server (or whatever speaks the same API, such as Thanos, Mimir or VictoriaMetrics) for the instant
// value of an expression. Every error says what was wrong, where, and what to do next.
//
// Why NaN, the infinities and an empty result are answers and no errors: whether they are a pass, a failure or
// inconclusive is for the one who asked to decide. That is also why a histogram and a range are refused: they have no
// value, and a 0 in their place would look like one.
//
// Why more than 1000 samples are refused and not cut off: who judges by the first thousand has not seen the one that
// is wrong. The expression should aggregate.
//
// Why values are written here and not taken from the answer: the official client reads them into numbers. They are
// written again by the rule that Prometheus itself writes by, so nobody sees the difference.
//
// Why redirects are not followed: what answers with one (a sign-in page, a moved server) is not what was configured,
// and the token is not for it.
//
// Why the status of an answer is judged before the official client sees it: the client tells what a query did wrong,
// but hands on "try later", "not for you" and "nothing here" as words only.
package prometheus
