// Package kafka answers: which topics does a Kafka cluster hold, and how is one made and taken back?
//
// A Client speaks to the clusters that the configuration names. Every error says what was wrong, where, and what to do next.
//
// Why a topic is ours when it is exactly as we leave it: Kafka has no labels, so nothing on a topic can name the change that
// made it. The plan has seen that there was none of the name; one that is there afterwards with the same partitions,
// replicas and own settings is ours or cannot be told from ours. One that somebody has changed since is theirs.
//
// Why an undo asks for end offsets and consumer groups: a topic in which a record was ever written, or which a group reads,
// has become somebody's. Both are looked at right before the delete, and the delete names the ID of the topic that was
// looked at, so that a new one of the same name is never hit.
//
// Why "exists already" is looked at and not believed: it is what a repeat gets after a lost answer, and what another hand
// causes. The settings decide.
//
// Why retention and cleanup are always set on the topic itself: so that a later change of the cluster's defaults does not
// change what was asked for and agreed to.
//
// Why nobody is asked to make topics by asking for them: metadata is read with auto creation off.
//
// Why the owner is not in Kafka: there is no place for one. It is in the record of the change.
package kafka
