// Package policy answers: what do our rules say about this change, and why?
//
// A policy is one YAML file with rules, freezes and examples. Load turns it into an ops.Policy, Engine asks the newest
// good version of it, Test proves its examples, Explain tells rule by rule how an answer came about.
//
//	rules:
//	  - name: prod-medium                     # unique; audits speak of it
//	    when: target.env == "prod"            # CEL; always needed ("true" holds always)
//	    approvals:                            # left out: none is needed
//	      count: 1
//	      from: [owner, oncall, group:sre, person:bob]
//	      or: [{count: 2, from: [group:dev]}]
//	      expiry: 4h                          # how long to wait for them; 24h when left out
//	      via: [slack, portal]                # where one may approve; anywhere when left out
//	    run_expiry: 30m                       # how long the run may take
//	  - name: no-contractors
//	    when: "'contractor' in person.groups"
//	    deny: {en: ..., zh: ...}              # instead of approvals
//	freezes:
//	  - name: weekend
//	    why: {en: ..., zh: ...}
//	    weekly: {from: "Fri 18:00", to: "Mon 08:00", timezone: Asia/Shanghai}   # or from/to as RFC 3339 times
//	    when: target.env == "prod"            # left out: everything that changes something
//	    refuse: true                          # refuse instead of waiting
//	    break_glass: [group:sre]              # who may go ahead with a reason
//	examples:
//	  - {name: ..., person: ann, groups: [shop], operation: scale, target: "shop.cart.api@idc1/c1:prod", expect: ask, rule: prod-medium, approvals: 1}
//
// A condition speaks of request (operation, params, reason, dry_run, surface, scheduled, break_glass), operation (name,
// group, risk, reads), plan (targets, instances, delta, percent, envs, clusters, empty), person (id, groups, linked_by,
// lang, owns), target (service, product, idc, cluster, env), targets, owners and now. An example may also say params,
// targets, owners, on_call, reason, surface, at, scheduled, dry_run, break_glass, plan (its numbers, or unknown), and
// freeze; what it does not say comes from the World.
//
// Why CEL and no language of our own: it cannot loop for ever, it knows types, and people know it from Kubernetes. Every
// variable is a declared type, so a misspelt field is found when the file is read, at its line and column.
//
// Why `target` is every target in turn: a change may have hundreds, and a rule that looks at the first would let the
// others slip through. A rule that allows holds when it holds for all of them, a rule that denies and a freeze when they
// hold for one. A change over several environments therefore needs a rule that speaks of targets or plan.envs.
//
// Why a condition may answer "unknown": a person should hear a sure "no" at once, before anything is started. What only
// the plan finds out (the plan's numbers, the parts of a target that were left out) is marked unknown then, and a
// condition that depends on it says so instead of guessing. With a plan nothing is unknown.
//
// Why a condition without an answer (a missing parameter, say) denies: the policy cannot be asked what it meant. The
// error names the rule and the line.
//
// Why person.owns: "in one of the owner groups" is not enough for a change over the services of several teams, and an
// empty list of owners is easily forgotten. It is true when there are owners and the person is in each of their groups.
//
// Why a broken file is refused and the last good one stays: an edit must not open or close everything. Err tells the
// operators; the version, a hash of the text, in every decision tells which rules were asked.
//
// Why the text is read anew for each question and compared: modification times lie on shared and mounted files, and
// the file is small.
package policy
