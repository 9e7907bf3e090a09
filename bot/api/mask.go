package api

import "orderly.example/ops"

// hidden stands for a value that is not shown.
const hidden = "***"

// shown is a status as everybody may see it: where a secret is kept is for those who run the change.
func (s *server) shown(st ops.Status) ops.Status {
	for _, op := range s.Operations {
		if op.Name == st.Request.Operation {
			st.Request = masked(op, st.Request)
			return st
		}
	}
	st.Request = masked(ops.Operation{}, st.Request)
	return st
}

// masked hides secret values, and those of parameters that the operation does not have, as they could be.
func masked(op ops.Operation, r ops.Request) ops.Request {
	params := make(map[string]string, len(r.Params))
	for name, v := range r.Params {
		p, known := op.Param(name)
		if v != "" && (!known || p.Secret()) {
			v = hidden
		}
		params[name] = v
	}
	r.Params = params
	return r
}
