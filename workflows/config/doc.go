// Package config answers: how does a key of a service's configuration become another value everywhere, and how back?
//
// config.set edits and publishes in one change, because that is what people mean; --plan shows the difference first.
// config.rollback brings a former release back, config.publish publishes what somebody edited elsewhere, config.get and
// config.history look.
//
// Why open edits of somebody else stop a change: a publish publishes everything that was edited, and nobody has seen
// their part of it in the plan.
//
// Why the work holds a digest of everything that was read: keys are written one by one in most centres, without a
// condition, so that another hand is found out by comparing the whole before the first write and before the publish.
//
// Why a rollback is a new release with the old values and not the centre's own way back: the history stays a line that can
// be read, the way back can be taken back, and the values of secrets never pass through here.
//
// Why typed secrets are refused: what is typed stays in the record for ever.
//
// Why what was published is taken back when not every instance received it: two configurations in production are a state
// that somebody has to remember.
//
// Why instances that no runtime knows do not count: a centre remembers them for a day after they are gone.
//
// Why the plan of a gray release does not say which instances get it: they are replaced while one waits for approval. It
// says how many, and they are chosen anew every minute among those that run.
package config
