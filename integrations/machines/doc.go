// Package machines answers: how does a cloud that nobody has written a client for make machines and take them back?
//
// Its owner puts three requests in front of it, in whatever language the cloud is scripted in:
//
//	GET    /groups/{group}                 {"wanted": 3, "min": 1, "max": 9, "members": [{"id", "name", "ip", "state", "problem"}]}
//	PUT    /groups/{group}                 takes {"wanted": 5, "from": 3, "change": "node.add-...", "dry_run": false}
//	DELETE /groups/{group}/members/{id}    ?change=node.remove-...&dry_run=false
//
// A state is coming, serving, leaving or broken. PUT declares a size: one that is so already is answered with 200 and
// {"changed": false}; with 409 when the size is neither from nor wanted. DELETE makes the group one smaller; a machine that is
// not there is answered with 404, which counts as done. 403 with {"message": ...} refuses for good; 429 and 5xx are asked
// again.
//
// Why a protocol and not templates in the configuration: clouds differ in what has to be looked up between two requests, and a
// script of twenty lines says that better than YAML.
package machines
