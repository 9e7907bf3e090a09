// Package slacktest answers: how can a Slack front door be tested without Slack?
package slacktest
