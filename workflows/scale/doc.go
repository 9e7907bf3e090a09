// Package scale answers: how does the number of running instances change?
//
// scale acts now on one target or a few, scale.fleet on hundreds in waves, scale.schedule for a window of time, and
// scale.metric keeps a rule, scale.event brings many services to a top and down again.
//
// Why an autoscaler is moved and not fought: where one owns the workload, setting replicas alone would be undone within
// seconds. The plan says so and moves the autoscaler's bounds instead.
//
// Why scale.fleet is a list of bounded waves: a wave is one activity, so a thousand targets cost no more history than a
// few dozen steps, and each wave is a place to stop.
//
// Why scale.schedule does not plan from the present number: its plan is approved long before it runs; it says what will
// be set, and takes down what it found when it ran.
//
// Why a rule is a change that lives until its end time: it is asked for, approved, listed, shown and cancelled like any
// other. It is kept by a part of the change, which goes on in new histories, so that a month of it costs no more than a day.
//
// Why a rule has its lock only while it acts: other changes of the target must not wait for a month. It looks again once
// it has the lock, because that may have come late, and what it finds then is from where it goes on.
//
// Why a rule does nothing without a value: no value, NaN, an infinity and no answer look like a quiet service, or like one
// that is down; both need a person.
//
// Why a rule that does not help stops itself and is taken back: more instances of what is not the bottleneck cost money
// and make the bottleneck worse. A rule sets the former number again also when it ends or is cancelled, unless somebody else
// has changed it since, or it was asked to keep what it has; then it says in its plan what an undo will set.
//
// Why an event keeps the numbers of its first plan: it is approved days before it begins, and the numbers of fifty services
// do not stand still until then. A plan that followed them would ask for approval again at midnight, when nobody is there.
// Whether there is room is asked again with the numbers of the moment, and new places are a new plan.
//
// Why an event holds the locks of all its targets to the end: the top is frozen, and it is steps down from there that no
// other change may mix with. Why its steps are waves: a step of a hundred targets is one entry of the history.
package scale
