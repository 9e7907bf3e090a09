// Package larktest answers: how can a Lark front door be tested without Lark?
package larktest
