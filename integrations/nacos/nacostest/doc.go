// Package nacostest answers: how does one test against Nacos without one?
//
// A Server is the part of Nacos that is used here, over HTTP and with a memory, in the words of either generation (v3, and
// v1 with its own version). It lets people sign in and forgets their tokens, keeps namespaces apart, compares the MD5 before
// a conditional write, keeps a history as Nacos does (what was there before each change), serves the gray release to the
// addresses that it is for, and knows which instance has what. It refuses every path and parameter that it does not know.
//
// Why a ledger: a test asks which writes had an effect, and how often.
//
// Why it answers in both generations from one memory: so that one test runs in both.
package nacostest
